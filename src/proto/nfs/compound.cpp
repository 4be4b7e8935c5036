// SPDX-License-Identifier: GPL-3.0-or-later
// Version 4: a call is a list of operations. Each has its shape, so that what stands behind it can be read; the list is
// given up at one whose shape is not known.
#include <span>

#include "proto/nfs/message.hpp"
#include "proto/sunrpc/rpc.hpp"

namespace gatehouse::proto::nfs {
namespace {

using sunrpc::opaque;

// Shapes, a letter for each member: u 4 bytes, q 8 bytes, s 16 bytes (stateid4, sessionid4), o opaque, b bitmap4,
// f fattr4; others are read by hand ("!"), or not at all ("?").
struct Shape {
  std::uint32_t operation;
  std::string_view arguments, results;
};
constexpr Shape kShapes[] = {
    {3, "u", "uu"},       {4, "us", "s"},        {5, "qu", "q"},      {6, "!", "uqqb"},
    {7, "q", ""},         {8, "s", ""},          {9, "b", "f"},       {10, "", "!"},
    {11, "!", "uqq"},     {12, "!", "s"},        {13, "uqqqo", ""},   {14, "uusqq", "s"},
    {15, "!", ""},        {16, "", ""},          {17, "f", ""},       {18, "!", "!"},
    {19, "u", ""},        {20, "su", "s"},       {21, "suuu", "s"},   {22, "!", ""},
    {23, "!", ""},        {24, "!", ""},         {25, "!", "!"},      {26, "qquub", "?"},
    {27, "", "o"},        {28, "!", "uqq"},      {29, "!", "uqquqq"}, {30, "q", ""},
    {31, "!", ""},        {32, "!", ""},         {33, "o", "?"},      {34, "sf", "b"},
    {35, "qouoou", "qq"}, {36, "qq", ""},        {37, "f", ""},       {38, "!", "uuq"},
    {39, "qo", ""},       {41, "suu", "suu"},    {44, "s", ""},       {45, "s", ""},
    {47, "suub", "?"},    {50, "uuuqqqsu", "?"}, {52, "u", "?"},      {53, "suuuu", "suuuuu"},
    {54, "oo", "o"},      {57, "q", ""},         {58, "u", ""},       {59, "sqq", ""},
    {62, "sqq", ""},      {69, "squ", "uq"},
};

const Shape* shape_of(std::uint32_t operation) noexcept {
  for (const Shape& shape : kShapes)
    if (shape.operation == operation) return &shape;
  return nullptr;
}

// RFC 7530, 2.1: bitmap4
void bitmap(Cursor& c) noexcept {
  constexpr std::uint32_t kMostWords = 8;
  const std::uint32_t words = c.u32();
  if (words > kMostWords) return c.fail();
  c.skip(4 * std::size_t{words});
}
void attributes(Cursor& c) noexcept {  // RFC 7530, 3.2.1: fattr4
  bitmap(c);
  (void)opaque(c, kLongestOpaque);
}

void skip(Cursor& c, std::string_view shape) noexcept {
  for (const char member : shape) switch (member) {
      case 'u':
        c.skip(4);
        break;
      case 'q':
        c.skip(8);
        break;
      case 's':
        c.skip(16);
        break;
      case 'o':
        (void)opaque(c, kLongestOpaque);
        break;
      case 'b':
        bitmap(c);
        break;
      case 'f':
        attributes(c);
        break;
    }
}

// RFC 7530, 16.16: OPEN4args. The name, where the claim has one.
Bytes read_open(Cursor& c) noexcept {
  skip(c, "uuuqo");
  if (c.u32() == 1) {
    switch (c.u32()) {
      case 0:
      case 1:
        attributes(c);
        break;
      case 2:
        c.skip(8);
        break;
      case 3:  // RFC 8881, 18.16.1: EXCLUSIVE4_1
        c.skip(8);
        attributes(c);
        break;
      default:
        c.fail();
    }
  }
  switch (c.u32()) {
    case 0:
    case 3:
      return opaque(c, kLongestName);
    case 1:
      c.skip(4);
      return {};
    case 2:
      c.skip(16);
      return opaque(c, kLongestName);
    case 4:
    case 6:
      return {};
    case 5:
      c.skip(16);
      return {};
    default:
      c.fail();
      return {};
  }
}

// RFC 7530, 16.16: OPEN4resok, and RFC 8881, 18.16.2 for the last kind of delegation.
void read_open_result(Cursor& c) noexcept {
  skip(c, "suqqub");
  switch (c.u32()) {
    case 0:
      return;
    case 1:
      return skip(c, "suuuuo");
    case 2:
      return skip(c, "suuquuuo");  // both kinds of limit are of 8 bytes
    case 3: {
      const std::uint32_t why = c.u32();
      if (why == 1 || why == 2) c.skip(4);
      return;
    }
    default:
      c.fail();
  }
}

// RFC 7530, 16.4: CREATE4args
Bytes read_create(Cursor& c) noexcept {
  const std::uint32_t type = c.u32();
  if (type == 5) (void)opaque(c, kLongestName);  // NF4LNK
  if (type == 3 || type == 4) c.skip(8);         // NF4BLK, NF4CHR
  const Bytes name = opaque(c, kLongestName);
  attributes(c);
  return name;
}

// RFC 7530, 16.10: LOCK4args
void read_lock(Cursor& c) noexcept {
  skip(c, "uuqq");
  skip(c, c.u32() != 0 ? "usuqo" : "su");
}

// The state of a compound while its operations are read.
class CallReader {
 public:
  CallReader(Cursor& c, const Taken& taken, Content& content) noexcept : c_(c), taken_(taken), content_(content) {}

  // False: data begins here.
  bool operation(std::uint32_t op) noexcept {
    switch (op) {
      case operation::putfh:
        current_ = opaque(c_, kLongestHandle);
        return true;
      case operation::putpubfh:
      case operation::putrootfh:
        current_ = {};
        return true;
      case operation::savefh:
        saved_ = current_;
        return true;
      case operation::restorefh:
        current_ = saved_;
        return true;
      case operation::lookup:
        named(opaque(c_, kLongestName));
        return true;
      case operation::open:
        named(read_open(c_));
        return true;
      case operation::create:
        changes(op, read_create(c_));
        current_ = {};
        return true;
      case operation::remove:
      case operation::link:
        changes(op, opaque(c_, kLongestName));
        return true;
      case operation::rename:
        changes(op, opaque(c_, kLongestName));
        content_.handle = saved_;
        content_.to_name = opaque(c_, kLongestName);
        return true;
      case operation::read:
        c_.skip(16);
        content_.offset = c_.u64();
        c_.skip(4);
        content_.file = current_;
        content_.reads = true;
        return true;
      case operation::write:
        return write();
      case 12:
        read_lock(c_);
        return true;
      default:
        return true;
    }
  }
  void closes() noexcept {
    content_.closes = true;
    content_.closed = current_;
  }

 private:
  // A file or directory under a new current handle, which only the reply knows.
  void named(Bytes name) noexcept {
    if (content_.operation == 0 && !name.empty()) content_.name = name;
    current_ = {};
  }
  void changes(std::uint32_t op, Bytes name) noexcept {
    content_.operation = op;
    content_.name = name;
    content_.handle = current_;
  }
  bool write() noexcept {
    constexpr std::uint32_t kFileSync = 2;  // RFC 7530, 16.36: stable_how4
    c_.skip(16);
    content_.data.offset = c_.u64();
    content_.data.last = c_.u32() == kFileSync;
    content_.data.handle = current_;
    return pass_data(c_, taken_, content_.data);
  }

  Cursor& c_;
  const Taken& taken_;
  Content& content_;
  Bytes current_{}, saved_{};
};

}  // namespace

// RFC 7530, 15.2: tag, minor version, operations.
Outcome read_compound_call(Cursor& c, const Taken& taken, Content& content) noexcept {
  (void)opaque(c, kLongestOpaque);
  c.skip(4);
  const std::uint32_t count = c.u32();
  CallReader reader{c, taken, content};
  for (std::uint32_t i = 0; i < count && c.ok(); ++i) {
    if (i == kMaxOperations) {
      content.too_many_operations = true;
      return Outcome::whole;
    }
    const std::uint32_t op = c.u32();
    if (!c.ok()) break;
    const Shape* shape = shape_of(op);
    if (shape == nullptr || shape->arguments == "?") return Outcome::whole;
    if (op == operation::close || op == operation::commit) reader.closes();
    if (!reader.operation(op)) return Outcome::data;
    if (shape->arguments != "!") skip(c, shape->arguments);
  }
  return c.ok() ? Outcome::whole : Outcome::more;
}

// RFC 7530, 15.2: status, tag, results. The first one that failed is the last.
Outcome read_compound_reply(Cursor& c, const Taken& taken, Content& content) noexcept {
  content.status = c.u32();
  (void)opaque(c, kLongestOpaque);
  const std::uint32_t count = c.u32();
  for (std::uint32_t i = 0; i < count && i < kMaxOperations && c.ok(); ++i) {
    const std::uint32_t op = c.u32(), status = c.u32();
    if (!c.ok()) break;
    const Shape* shape = shape_of(op);
    if (status != 0 || shape == nullptr || shape->results == "?") return Outcome::whole;
    if (op == operation::getfh) {
      content.handle = opaque(c, kLongestHandle);
    } else if (op == operation::open) {
      read_open_result(c);
    } else if (op == operation::read) {
      content.data.last = c.u32() != 0;
      if (!pass_data(c, taken, content.data)) return Outcome::data;
    } else {
      skip(c, shape->results);
    }
  }
  return c.ok() ? Outcome::whole : Outcome::more;
}

}  // namespace gatehouse::proto::nfs
