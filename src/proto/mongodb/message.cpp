// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mongodb/message.hpp"

#include <algorithm>

namespace gatehouse::proto::mongodb {
namespace {

Bytes zero_ended(Cursor& c) noexcept {
  const Bytes rest = c.rest();
  const auto end = std::ranges::find(rest, 0);
  if (end == rest.end()) {
    c.fail();
    return {};
  }
  const Bytes text = c.take(static_cast<std::size_t>(end - rest.begin()));
  c.skip(1);
  return text;
}

// A document's elements: what stands between its length and its zero, as far as it is there.
Cursor document(Cursor& c) noexcept {
  constexpr std::uint32_t kShortest = 5;
  const std::uint32_t length = c.le32();
  if (!c.ok() || length < kShortest) {
    c.fail();
    return Cursor{{}};
  }
  const std::size_t elements = length - kShortest;
  const std::size_t there = std::min<std::size_t>(elements, c.remaining());
  Cursor inner{c.take(there)};
  if (there == elements) c.skip(1);
  return inner;
}

Bytes named(Cursor elements, std::string_view name) noexcept {
  for (unsigned i = 0; i < kMaxElements && elements.ok() && !elements.empty(); ++i) {
    const Element element{elements};
    if (elements.ok() && as_text(element.name) == name) return element.value;
  }
  return {};
}

// RFC 5802, 7: "n,,n=user,r=nonce"; RFC 4616 for PLAIN.
Bytes sasl_user(Bytes payload) noexcept {
  const std::string_view text = as_text(payload);
  if (const auto at = text.find("n="); text.starts_with("n,") && at != text.npos)
    return as_bytes(text.substr(at + 2, text.find(',', at) - at - 2));
  const auto first = text.find('\0');
  const auto second = first == text.npos ? text.npos : text.find('\0', first + 1);
  return second == text.npos ? Bytes{} : as_bytes(text.substr(first + 1, second - first - 1));
}

void read_client(Bytes client, Content& content) noexcept {
  content.application = named(Cursor{named(Cursor{client}, "application")}, "name");
  content.driver = named(Cursor{named(Cursor{client}, "driver")}, "name");
}

void read_command(Cursor elements, Content& content) noexcept {
  for (unsigned i = 0; i < kMaxElements && !elements.empty(); ++i) {
    const Element element{elements};
    if (!elements.ok()) return;
    const std::string_view name = as_text(element.name);
    if (i == 0) {  // "Database Commands": the first element's name is the command
      content.command = element.name;
      if (element.is_text()) content.collection = element.value;
    }
    if (name == "$db" && element.is_text()) content.database = element.value;
    if (name == "mechanism" && element.is_text()) content.mechanism = element.value;
    if (name == "payload" && as_text(content.command) == "saslStart") content.user = sasl_user(element.value);
    if (name == "client" && element.is_document()) read_client(element.value, content);
  }
}

void read_outcome(Cursor elements, Content& content) noexcept {
  for (unsigned i = 0; i < kMaxElements && !elements.empty(); ++i) {
    const Element element{elements};
    if (!elements.ok()) return;
    const std::string_view name = as_text(element.name);
    if (name == "ok") content.has_ok = true, content.ok = element.number != 0;
    if ((name == "errmsg" || name == "$err") && element.is_text()) content.error = element.value;
    if (name == "code") content.has_code = true, content.code = static_cast<std::uint32_t>(element.number);
  }
}

// "OP_MSG": flags, then sections; of them the body is the one that says what is wanted.
bool read_sections(Cursor& c, Cursor& body) noexcept {
  constexpr std::uint32_t kRequiredFlags = 0xfffc;  // "Clients MUST error if any unknown bit is set" among these
  if ((c.le32() & kRequiredFlags) != 0) return false;
  for (unsigned i = 0; i < kMaxElements && c.ok() && !c.empty(); ++i) {
    const std::uint8_t kind = c.u8();
    if (kind == 0) {
      body = document(c);
      return c.ok();
    }
    const std::uint32_t size = c.le32();
    if (kind != 1 || size < sizeof size) return false;
    c.skip(size - sizeof size);
  }
  return false;
}

void split(Bytes full_name, Content& content) noexcept {  // "database.collection"
  const std::string_view text = as_text(full_name);
  const auto dot = text.find('.');
  content.database = as_bytes(text.substr(0, dot));
  if (dot != text.npos) content.collection = as_bytes(text.substr(dot + 1));
}

}  // namespace

bool is_opcode(std::uint32_t code) noexcept {
  return code == opcode::reply || (code >= opcode::update && code <= opcode::kill_cursors && code != 2003) ||
         code == opcode::compressed || code == opcode::message;
}

Element::Element(Cursor& c) noexcept : type{c.u8()}, name{zero_ended(c)} {
  switch (type) {
    case 0x01:
      number = c.u64() != 0;
      break;
    case 0x02:
    case 0x0d:
    case 0x0e: {
      const std::uint32_t size = c.le32();
      if (size == 0) c.fail();
      value = c.take(size > 0 ? size - 1 : 0);
      c.skip(1);
      break;
    }
    case 0x03:
    case 0x04:
      value = document(c).whole();
      break;
    case 0x05: {
      const std::uint32_t size = c.le32();
      c.skip(1);
      value = c.take(size);
      break;
    }
    case 0x06:
    case 0x0a:
    case 0x7f:
    case 0xff:
      break;
    case 0x07:
      c.skip(12);
      break;
    case 0x08:
      number = c.u8();
      break;
    case 0x09:
    case 0x11:
      c.skip(8);
      break;
    case 0x10:
      number = c.le32();
      break;
    case 0x12:
      number = c.le64();
      break;
    case 0x0b:
      (void)zero_ended(c);
      (void)zero_ended(c);
      break;
    case 0x13:
      c.skip(16);
      break;
    default:
      c.fail();
  }
}

bool read_request(Cursor& c, const Header& header, bool cut, Content& content) noexcept {
  switch (header.code) {
    case opcode::message: {
      Cursor body{{}};
      if (!read_sections(c, body)) return cut;
      read_command(body, content);
      return true;
    }
    case opcode::query: {
      c.skip(4);
      split(zero_ended(c), content);
      c.skip(8);
      const Cursor body = document(c);
      if (!c.ok()) return cut;
      if (as_text(content.collection) == "$cmd")
        content.collection = {}, read_command(body, content);
      else
        content.command = as_bytes("find");
      return true;
    }
    case opcode::insert:
    case opcode::update:
    case opcode::remove:
    case opcode::get_more:
      c.skip(4);
      split(zero_ended(c), content);
      content.command = as_bytes(header.code == opcode::insert   ? "insert"
                                 : header.code == opcode::update ? "update"
                                 : header.code == opcode::remove ? "delete"
                                                                 : "getMore");
      return c.ok() || cut;
    default:
      return true;
  }
}

bool read_reply(Cursor& c, const Header& header, bool cut, Content& content) noexcept {
  Cursor body{{}};
  if (header.code == opcode::message) {
    if (!read_sections(c, body)) return cut;
  } else if (header.code == opcode::reply) {
    c.skip(4 + 8 + 4);  // flags, cursor, where it begins
    if (c.le32() == 0) return c.ok() || cut;
    body = document(c);
    if (!c.ok()) return cut;
  } else {
    return true;
  }
  read_outcome(body, content);
  return true;
}

}  // namespace gatehouse::proto::mongodb
