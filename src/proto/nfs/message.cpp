// SPDX-License-Identifier: GPL-3.0-or-later
// Versions 2 and 3.
#include "proto/nfs/message.hpp"

#include "model/field.hpp"
#include "proto/sunrpc/rpc.hpp"

namespace gatehouse::proto::nfs {
namespace {

using sunrpc::opaque;

constexpr std::size_t kAttributes2 = 68, kAttributes3 = 84;  // RFC 1094, 2.3.5; RFC 1813, 2.5
constexpr std::uint32_t kFileSync = 2;                       // RFC 1813, 3.3.7: stable_how

// RFC 1094, 2.2
constexpr std::string_view kProcedures2[] = {"NULL", "GETATTR",    "SETATTR", "ROOT",   "LOOKUP",  "READLINK",
                                             "READ", "WRITECACHE", "WRITE",   "CREATE", "REMOVE",  "RENAME",
                                             "LINK", "SYMLINK",    "MKDIR",   "RMDIR",  "READDIR", "STATFS"};
// RFC 1813, 3.3
constexpr std::string_view kProcedures3[] = {"NULL",   "GETATTR", "SETATTR",  "LOOKUP", "ACCESS",  "READLINK",
                                             "READ",   "WRITE",   "CREATE",   "MKDIR",  "SYMLINK", "MKNOD",
                                             "REMOVE", "RMDIR",   "RENAME",   "LINK",   "READDIR", "READDIRPLUS",
                                             "FSSTAT", "FSINFO",  "PATHCONF", "COMMIT"};

// RFC 1813, 2.6. Defined Error Numbers, without their "NFS3".
constexpr NamedNumber kStatus[] = {{0, "OK"},
                                   {1, "ERR_PERM"},
                                   {2, "ERR_NOENT"},
                                   {5, "ERR_IO"},
                                   {6, "ERR_NXIO"},
                                   {13, "ERR_ACCES"},
                                   {17, "ERR_EXIST"},
                                   {18, "ERR_XDEV"},
                                   {19, "ERR_NODEV"},
                                   {20, "ERR_NOTDIR"},
                                   {21, "ERR_ISDIR"},
                                   {22, "ERR_INVAL"},
                                   {27, "ERR_FBIG"},
                                   {28, "ERR_NOSPC"},
                                   {30, "ERR_ROFS"},
                                   {31, "ERR_MLINK"},
                                   {63, "ERR_NAMETOOLONG"},
                                   {66, "ERR_NOTEMPTY"},
                                   {69, "ERR_DQUOT"},
                                   {70, "ERR_STALE"},
                                   {71, "ERR_REMOTE"},
                                   {10001, "ERR_BADHANDLE"},
                                   {10002, "ERR_NOT_SYNC"},
                                   {10003, "ERR_BAD_COOKIE"},
                                   {10004, "ERR_NOTSUPP"},
                                   {10005, "ERR_TOOSMALL"},
                                   {10006, "ERR_SERVERFAULT"},
                                   {10007, "ERR_BADTYPE"},
                                   {10008, "ERR_JUKEBOX"}};

Bytes handle(Cursor& c, std::uint32_t version) noexcept {
  return version == 2 ? c.take(kHandle2) : opaque(c, kLongestHandle);
}
void attributes3(Cursor& c) noexcept {  // RFC 1813, 2.6: post_op_attr
  if (c.u32() != 0) c.skip(kAttributes3);
}

Outcome finished(const Cursor& c) noexcept {
  return c.ok() ? Outcome::whole : Outcome::more;
}

// RFC 1813, 3.3.7; RFC 1094, 2.2.9
Outcome read_write_call(Cursor& c, std::uint32_t version, const Taken& taken, Content& content) noexcept {
  content.data.handle = content.handle;
  if (version == 2) {
    c.skip(4);
    content.data.offset = c.u32();
    c.skip(4);
  } else {
    content.data.offset = c.u64();
    c.skip(4);
    content.data.last = c.u32() == kFileSync;
  }
  return pass_data(c, taken, content.data) ? finished(c) : Outcome::data;
}

// RFC 1813, 3.3.6; RFC 1094, 2.2.7
Outcome read_read_reply(Cursor& c, std::uint32_t version, const Taken& taken, Content& content) noexcept {
  std::uint64_t size = ~std::uint64_t{0};
  if (version == 2) {
    constexpr std::size_t kBeforeSize = 20;
    c.skip(kBeforeSize);
    size = c.u32();
    c.skip(kAttributes2 - kBeforeSize - 4);
  } else {
    attributes3(c);
    c.skip(4);
    content.data.last = c.u32() != 0;
  }
  const bool passed = pass_data(c, taken, content.data);
  if (version == 2) content.data.last = content.offset + content.data.size >= size;
  return passed ? finished(c) : Outcome::data;
}

}  // namespace

std::string_view procedure_name(std::uint32_t version, std::uint32_t procedure) noexcept {
  if (version == 2 && procedure < std::size(kProcedures2)) return kProcedures2[procedure];
  if (version == 3 && procedure < std::size(kProcedures3)) return kProcedures3[procedure];
  return {};
}

std::string_view status_name(std::uint32_t status) noexcept {
  return name_of(kStatus, status);
}

std::uint32_t last_procedure(std::uint32_t version) noexcept {
  return version == 2 ? std::size(kProcedures2) - 1 : version == 3 ? std::size(kProcedures3) - 1 : kCompound;
}

Does meaning(std::uint32_t version, std::uint32_t procedure) noexcept {
  if (procedure == 0) return Does::null;
  const std::string_view name = procedure_name(version, procedure);
  if (name == "GETATTR") return Does::get_attributes;
  if (name == "LOOKUP") return Does::lookup;
  if (name == "READ") return Does::read;
  if (name == "WRITE") return Does::write;
  if (name == "CREATE" || name == "MKDIR" || name == "SYMLINK" || name == "MKNOD") return Does::create;
  if (name == "COMMIT") return Does::commit;
  if (name == "RENAME") return Does::rename;
  return Does::other;
}

bool pass_data(Cursor& c, const Taken& taken, Data& data) noexcept {
  data.size = c.u32();
  data.at = static_cast<std::uint32_t>(c.position());
  return !c.ok() || taken.has(data.at);
}

Outcome read_call(Cursor& c, std::uint32_t version, std::uint32_t procedure, const Taken& taken,
                  Content& content) noexcept {
  if (version == 4) return procedure == kCompound ? read_compound_call(c, taken, content) : Outcome::whole;
  content.operation = procedure;
  const std::string_view name = procedure_name(version, procedure);
  if (name == "NULL" || name == "ROOT" || name == "WRITECACHE") return Outcome::whole;
  content.handle = handle(c, version);
  switch (meaning(version, procedure)) {
    case Does::write:
      return read_write_call(c, version, taken, content);
    case Does::read:
      content.reads = true;
      content.file = content.handle;
      content.offset = version == 2 ? c.u32() : c.u64();
      return finished(c);
    case Does::commit:
      content.closes = true;
      content.closed = content.handle;
      return finished(c);
    case Does::lookup:
    case Does::create:
      content.name = opaque(c, kLongestName);
      return finished(c);
    case Does::rename:
      content.name = opaque(c, kLongestName);
      (void)handle(c, version);
      content.to_name = opaque(c, kLongestName);
      return finished(c);
    default:
      break;
  }
  if (name == "REMOVE" || name == "RMDIR") content.name = opaque(c, kLongestName);
  if (name == "LINK") {
    (void)handle(c, version);
    content.name = opaque(c, kLongestName);
  }
  return finished(c);
}

Outcome read_reply(Cursor& c, std::uint32_t version, std::uint32_t procedure, const Taken& taken,
                   Content& content) noexcept {
  if (version == 4) return procedure == kCompound ? read_compound_reply(c, taken, content) : Outcome::whole;
  const Does does = meaning(version, procedure);
  // RFC 1094, 2.2: NULL, ROOT and WRITECACHE have no results.
  if (does == Does::null || procedure_name(version, procedure) == "ROOT" ||
      procedure_name(version, procedure) == "WRITECACHE")
    return Outcome::whole;
  content.status = c.u32();
  if (!c.ok()) return Outcome::more;
  if (content.status != 0) return Outcome::whole;
  if (does == Does::read) return read_read_reply(c, version, taken, content);
  if (does == Does::lookup) content.handle = handle(c, version);
  if (does == Does::create) {
    if (version == 2 && procedure_name(version, procedure) == "SYMLINK") return Outcome::whole;
    if (version == 2 || c.u32() != 0) content.handle = handle(c, version);
  }
  return finished(c);
}

bool begin_entries(Cursor& c) noexcept {
  attributes3(c);
  c.skip(8);  // cookie verifier
  return c.ok();
}

bool next_entry(Cursor& c, Entry& entry) noexcept {
  if (c.u32() != 1) return false;
  c.skip(8);  // file number
  entry.name = opaque(c, kLongestName);
  c.skip(8);  // cookie
  attributes3(c);
  entry.handle = c.u32() != 0 ? opaque(c, kLongestHandle) : Bytes{};
  return c.ok();
}

}  // namespace gatehouse::proto::nfs
