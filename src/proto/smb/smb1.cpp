// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/smb/smb1.hpp"

#include <algorithm>

#include "proto/ntlmssp/utf16.hpp"
#include "proto/smb/limits.hpp"

namespace gatehouse::proto::smb::smb1 {
namespace {

bool part(Bytes message, std::size_t offset, std::size_t length, Bytes& out) noexcept {
  out = {};
  if (length == 0) return true;
  if (offset < kHeader || offset > message.size() || length > message.size() - offset) return false;
  out = message.subspan(offset, length);
  return true;
}

constexpr std::size_t kAndX = 4;  // the words of a chained command begin with the next one's code and offset

Cursor words_of(const Block& block, std::size_t least, bool chained) noexcept {
  Cursor c{block.words};
  if (block.words.size() < least * 2) c.fail();
  if (chained) c.skip(kAndX);
  return c;
}

}  // namespace

bool is_chained(Command command) noexcept {
  constexpr std::array kChained{Command::locking_andx,      Command::open_andx,     Command::read_andx,
                                Command::write_andx,        Command::logoff_andx,   Command::session_setup_andx,
                                Command::tree_connect_andx, Command::nt_create_andx};
  return std::ranges::find(kChained, command) != kChained.end();
}

Header::Header(Cursor& c) noexcept {
  c.skip(4);  // protocol identifier
  command = c.u8();
  status = c.le32();
  flags = c.u8();
  flags2 = c.le16();
  c.skip(2 + 8 + 2);  // high half of the process, signature, reserved
  tree_id = c.le16();
  process_id = c.le16();
  user_id = c.le16();
  multiplex_id = c.le16();
}

bool read_block(Bytes message, std::size_t at, bool chained, Block& out) noexcept {
  Cursor c{message};
  c.skip(at);
  const std::size_t words = c.u8();
  out.message = message;
  out.words = c.take(words * 2);
  const std::size_t length = c.le16();
  if (!c.ok()) return false;
  out.bytes_at = c.position();
  out.bytes = c.rest().first(std::min(length, c.remaining()));
  out.next = Command::none;
  if (chained && out.words.size() >= kAndX) {
    out.next = static_cast<Command>(out.words[0]);
    out.next_at = out.words[2] | out.words[3] << 8;
  }
  return true;
}

void take_text(Cursor& c, bool unicode, Text& out) {
  if (unicode && c.position() % 2 != 0 && !c.empty()) c.skip(1);
  bool ended = false;
  const Bytes text = unicode ? ntlmssp::until_null16(c.rest(), ended) : ntlmssp::until_null(c.rest(), ended);
  unicode ? ntlmssp::append_utf16(out, text, kMaxText) : ntlmssp::append_oem(out, text, kMaxText);
  c.skip(text.size());
  if (ended) c.skip(unicode ? 2 : 1);
}

// MS-CIFS 2.2.4.53.1 and, with twelve words, MS-SMB 2.2.4.6.1.
bool read_setup_request(const Block& block, SessionSetup& out) noexcept {
  constexpr std::size_t kLanman = 10, kExtended = 12, kNt = 13;
  const std::size_t count = block.words.size() / 2;
  Cursor c = words_of(block, kLanman, true);
  c.skip(2 + 2 + 2 + 4);  // largest buffer and count of requests, virtual circuit, session key
  const std::size_t first = c.le16();
  std::size_t skipped = first;
  if (count == kExtended) {
    if (first > block.bytes.size()) return false;
    out.blob = block.bytes.first(first);
  } else if (count == kNt) {
    skipped += c.le16();
    out.has_account = true;
  } else {
    out.has_account = true;
  }
  out.texts = block.bytes_at + skipped;
  return c.ok() && skipped <= block.bytes.size();
}

// MS-CIFS 2.2.4.53.2 and, with four words, MS-SMB 2.2.4.6.2.
bool read_setup_response(const Block& block, SessionSetup& out) noexcept {
  constexpr std::size_t kExtended = 4;
  Cursor c = words_of(block, 3, true);
  c.skip(2);  // action
  std::size_t skipped = 0;
  if (block.words.size() / 2 == kExtended) {
    skipped = c.le16();
    if (skipped > block.bytes.size()) return false;
    out.blob = block.bytes.first(skipped);
  }
  out.texts = block.bytes_at + skipped;
  return c.ok();
}

bool read_tree_request(const Block& block, std::size_t& path) noexcept {
  Cursor c = words_of(block, 4, true);
  c.skip(2);  // flags
  const std::size_t password = c.le16();
  path = block.bytes_at + password;
  return c.ok() && password <= block.bytes.size();
}

bool read_create_request(const Block& block, CreateRequest& out) noexcept {  // MS-CIFS 2.2.4.64.1
  Cursor c = words_of(block, 24, true);
  c.skip(1);
  out.name_length = c.le16();
  c.skip(4 + 4 + 4 + 8 + 4 + 4);  // flags, root, access, allocation, attributes, sharing
  out.disposition = c.le32();
  out.options = c.le32();
  return c.ok();
}

bool read_create_response(const Block& block, CreateResponse& out) noexcept {  // MS-CIFS 2.2.4.64.2
  Cursor c = words_of(block, 34, true);
  c.skip(1);  // oplock
  out.fid = c.le16();
  c.skip(4);  // what was done
  out.created = c.le64();
  out.accessed = c.le64();
  out.modified = c.le64();
  out.changed = c.le64();
  c.skip(4 + 8);  // attributes, allocated
  out.size = c.le64();
  return c.ok();
}

bool read_read_request(const Block& block, ReadRequest& out) noexcept {  // MS-CIFS 2.2.4.42.1
  constexpr std::size_t kWithHighOffset = 12;
  Cursor c = words_of(block, 10, true);
  out.fid = c.le16();
  out.offset = c.le32();
  out.length = c.le16();
  c.skip(2 + 4 + 2);  // least count, timeout, remaining
  if (block.words.size() / 2 == kWithHighOffset) out.offset |= std::uint64_t{c.le32()} << 32;
  return c.ok();
}

bool read_read_response(const Block& block, Data& out) noexcept {  // MS-CIFS 2.2.4.42.2, MS-SMB 2.2.4.2.2
  Cursor c = words_of(block, 12, true);
  c.skip(2 + 2 + 2);  // available, compaction, reserved
  out.length = c.le16();
  out.at = c.le16();
  out.length |= std::uint32_t{c.le16()} << 16;
  return c.ok() && (out.length == 0 || out.at >= block.bytes_at);
}

bool read_write_request(const Block& block, Command command, Data& out) noexcept {
  if (command == Command::write_andx) {  // MS-CIFS 2.2.4.43.1, MS-SMB 2.2.4.3.1
    constexpr std::size_t kWithHighOffset = 14;
    Cursor c = words_of(block, 12, true);
    out.fid = c.le16();
    out.offset = c.le32();
    c.skip(4 + 2 + 2);  // timeout, mode, remaining
    out.length = std::uint32_t{c.le16()} << 16;
    out.length |= c.le16();
    out.at = c.le16();
    if (block.words.size() / 2 == kWithHighOffset) out.offset |= std::uint64_t{c.le32()} << 32;
    return c.ok() && (out.length == 0 || out.at >= block.bytes_at);
  }
  // MS-CIFS 2.2.4.12.1 and 2.2.4.40.1: the data follow a format octet with their length, or one of padding.
  Cursor c = words_of(block, command == Command::write ? 5 : 6, false);
  out.fid = c.le16();
  out.length = c.le16();
  out.offset = c.le32();
  out.at = block.bytes_at + (command == Command::write ? 3 : 1);
  return c.ok();
}

bool read_trans_request(const Block& block, TransRequest& out) noexcept {
  Cursor c = words_of(block, 14, false);
  c.skip(2 + 2 + 2 + 2 + 1 + 1 + 2 + 4 + 2);  // totals, largest, flags, timeout, reserved
  const std::size_t parameters = c.le16(), parameters_at = c.le16(), data = c.le16(), data_at = c.le16();
  const unsigned setup = c.u8();
  c.skip(1);
  if (setup >= 1) out.subcommand = c.le16(), out.has_setup = true;
  if (setup >= 2) out.fid = c.le16();
  return c.ok() && part(block.message, parameters_at, parameters, out.parameters) &&
         part(block.message, data_at, data, out.data);
}

bool read_trans_response(const Block& block, Bytes& data) noexcept {  // MS-CIFS 2.2.4.33.2
  Cursor c = words_of(block, 10, false);
  c.skip(2 + 2 + 2 + 2 + 2 + 2);  // totals, reserved, parameters: count, offset, displacement
  const std::size_t count = c.le16(), at = c.le16();
  return c.ok() && part(block.message, at, count, data);
}

}  // namespace gatehouse::proto::smb::smb1
