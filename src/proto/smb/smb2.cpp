// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/smb/smb2.hpp"

namespace gatehouse::proto::smb::smb2 {
namespace {

// Behind the header, where each structure begins with its own size. That is constant, so it is checked.
Cursor body(Bytes message, std::uint16_t structure_size) noexcept {
  Cursor c{message};
  c.skip(kHeader);
  if (c.le16() != structure_size) c.fail();
  return c;
}

// A part of the message that is described by where it is and how long.
bool part(Bytes message, const Cursor& described, std::size_t offset, std::size_t length, Bytes& out) noexcept {
  if (!described.ok()) return false;
  out = {};
  if (length == 0) return true;
  if (offset < kHeader || offset > message.size() || length > message.size() - offset) return false;
  out = message.subspan(offset, length);
  return true;
}

FileKey file_id(Cursor& c) noexcept {
  FileKey key;
  key.persistent = c.le64();
  key.temporary = c.le64();
  return key;
}

}  // namespace

Header::Header(Cursor& c) noexcept {
  c.skip(4);  // protocol identifier
  size = c.le16();
  c.skip(2);  // credit charge
  status = c.le32();
  command = c.le16();
  c.skip(2);  // credits
  flags = c.le32();
  next = c.le32();
  message_id = c.le64();
  c.skip(4);
  tree_id = c.le32();
  if ((flags & flag::async) != 0) tree_id = 0;
  session_id = c.le64();
  c.skip(16);  // signature
}

bool read(Bytes message, NegotiateRequest& out) noexcept {  // MS-SMB2 2.2.3
  Cursor c = body(message, 36);
  const std::size_t dialects = c.le16();
  c.skip(2 + 2 + 4);  // security mode, reserved, capabilities
  out.client_guid = c.take(16);
  c.skip(8);  // contexts of 3.1.1, or when the client started
  out.dialects = c.take(dialects * 2);
  return c.ok();
}

bool read(Bytes message, NegotiateResponse& out) noexcept {  // MS-SMB2 2.2.4
  Cursor c = body(message, 65);
  c.skip(2);  // security mode
  out.dialect = c.le16();
  c.skip(2);  // count of contexts
  out.server_guid = c.take(16);
  c.skip(4 + 4);  // capabilities, largest transaction
  out.max_read = c.le32();
  out.max_write = c.le32();
  return c.ok();
}

bool read_setup_request(Bytes message, Bytes& blob) noexcept {  // MS-SMB2 2.2.5
  Cursor c = body(message, 25);
  c.skip(1 + 1 + 4 + 4);  // flags, security mode, capabilities, channel
  const std::size_t offset = c.le16(), length = c.le16();
  return part(message, c, offset, length, blob);
}

bool read_setup_response(Bytes message, Bytes& blob) noexcept {  // MS-SMB2 2.2.6
  Cursor c = body(message, 9);
  c.skip(2);  // flags
  const std::size_t offset = c.le16(), length = c.le16();
  return part(message, c, offset, length, blob);
}

bool read_tree_request(Bytes message, Bytes& path) noexcept {  // MS-SMB2 2.2.9
  Cursor c = body(message, 9);
  c.skip(2);  // flags
  const std::size_t offset = c.le16(), length = c.le16();
  return part(message, c, offset, length, path);
}

bool read_tree_response(Bytes message, std::uint8_t& share_type) noexcept {  // MS-SMB2 2.2.10
  Cursor c = body(message, 16);
  share_type = c.u8();
  return c.ok();
}

bool read(Bytes message, CreateRequest& out) noexcept {  // MS-SMB2 2.2.13
  Cursor c = body(message, 57);
  c.skip(1 + 1 + 4 + 8 + 8 + 4 + 4 +
         4);  // security, oplock, impersonation, flags, reserved, access, attributes, sharing
  out.disposition = c.le32();
  out.options = c.le32();
  const std::size_t offset = c.le16(), length = c.le16();
  return part(message, c, offset, length, out.name);
}

bool read(Bytes message, CreateResponse& out) noexcept {  // MS-SMB2 2.2.14
  Cursor c = body(message, 89);
  c.skip(1 + 1 + 4);  // oplock, flags, what was done
  out.created = c.le64();
  out.accessed = c.le64();
  out.modified = c.le64();
  out.changed = c.le64();
  c.skip(8);  // allocated
  out.size = c.le64();
  c.skip(4 + 4);  // attributes, reserved
  out.id = file_id(c);
  return c.ok();
}

bool read_close_request(Bytes message, FileKey& id) noexcept {  // MS-SMB2 2.2.15
  Cursor c = body(message, 24);
  c.skip(2 + 4);  // flags, reserved
  id = file_id(c);
  return c.ok();
}

bool read(Bytes message, ReadRequest& out) noexcept {  // MS-SMB2 2.2.19
  Cursor c = body(message, 49);
  c.skip(1 + 1);  // padding, flags
  out.length = c.le32();
  out.offset = c.le64();
  out.id = file_id(c);
  return c.ok();
}

bool read_read_response(Bytes message, Data& out) noexcept {  // MS-SMB2 2.2.20
  Cursor c = body(message, 17);
  out.at = c.u8();
  c.skip(1);
  out.length = c.le32();
  c.skip(4 + 4);  // remaining, reserved
  return c.ok() && (out.length == 0 || out.at >= kReadResponseHead);
}

bool read_write_request(Bytes message, Data& out) noexcept {  // MS-SMB2 2.2.21
  Cursor c = body(message, 49);
  out.at = c.le16();
  out.length = c.le32();
  out.offset = c.le64();
  out.id = file_id(c);
  c.skip(4 + 4 + 2 + 2 + 4);  // channel, remaining, channel's information, flags
  return c.ok() && (out.length == 0 || out.at >= kWriteRequestHead);
}

bool read_ioctl_request(Bytes message, IoctlMessage& out) noexcept {  // MS-SMB2 2.2.31
  Cursor c = body(message, 57);
  c.skip(2);
  out.function = c.le32();
  out.id = file_id(c);
  const std::size_t offset = c.le32(), length = c.le32();
  return part(message, c, offset, length, out.data);
}

bool read_ioctl_response(Bytes message, IoctlMessage& out) noexcept {  // MS-SMB2 2.2.32
  Cursor c = body(message, 49);
  c.skip(2);
  out.function = c.le32();
  out.id = file_id(c);
  c.skip(4 + 4);  // input
  const std::size_t offset = c.le32(), length = c.le32();
  return part(message, c, offset, length, out.data);
}

bool read(Bytes message, SetInfoRequest& out) noexcept {  // MS-SMB2 2.2.39
  Cursor c = body(message, 33);
  out.type = c.u8();
  out.information_class = c.u8();
  const std::size_t length = c.le32(), offset = c.le16();
  c.skip(2 + 4);  // reserved, additional information
  out.id = file_id(c);
  return part(message, c, offset, length, out.data);
}

bool read_rename(Bytes data, Bytes& name) noexcept {
  Cursor c{data};
  c.skip(1 + 7 + 8);
  name = c.take(c.le32());
  return c.ok();
}

}  // namespace gatehouse::proto::smb::smb2
