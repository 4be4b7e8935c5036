// SPDX-License-Identifier: GPL-3.0-or-later
// The messages of SMB 1 (MS-CIFS and MS-SMB 2.2): views into one message. Offsets in them count from the header's first
// byte.
#pragma once

#include "base/cursor.hpp"
#include "proto/smb/transaction.hpp"

namespace gatehouse::proto::smb::smb1 {

enum class Command : std::uint8_t {  // those that are looked at
  open = 0x02,
  close = 0x04,
  rename = 0x07,
  write = 0x0b,
  locking_andx = 0x24,
  trans = 0x25,
  write_and_close = 0x2c,
  open_andx = 0x2d,
  read_andx = 0x2e,
  write_andx = 0x2f,
  trans2 = 0x32,
  trans2_secondary = 0x33,
  tree_disconnect = 0x71,
  negotiate = 0x72,
  session_setup_andx = 0x73,
  logoff_andx = 0x74,
  tree_connect_andx = 0x75,
  nt_create_andx = 0xa2,
  nt_cancel = 0xa4,
  none = 0xff,
};
bool is_chained(Command command) noexcept;

inline constexpr std::size_t kHeader = 32;

namespace flag {
inline constexpr std::uint8_t reply = 0x80;
inline constexpr std::uint16_t nt_status = 0x4000, unicode = 0x8000, extended_security = 0x0800;
}  // namespace flag

// MS-CIFS 2.2.3.1. The SMB Header.
struct Header {
  std::uint8_t command{};
  std::uint32_t status{};
  std::uint8_t flags{};
  std::uint16_t flags2{}, tree_id{}, process_id{}, user_id{}, multiplex_id{};

  Header() = default;
  explicit Header(Cursor& c) noexcept;

  bool is_reply() const noexcept { return (flags & flag::reply) != 0; }
  bool unicode() const noexcept { return (flags2 & flag::unicode) != 0; }
  bool nt_status() const noexcept { return (flags2 & flag::nt_status) != 0; }
};

// MS-CIFS 2.2.3.2 and 2.2.3.3. One command's words and bytes, and the command behind it in the chain (2.2.3.4).
struct Block {
  Bytes message{};
  Bytes words{};
  std::size_t bytes_at = 0;  // in the message
  Bytes bytes{};             // as far as they are there
  Command next = Command::none;
  std::size_t next_at = 0;
};
// `message` may lack the end of `bytes`.
bool read_block(Bytes message, std::size_t at, bool chained, Block& out) noexcept;

// A text at the cursor, which runs over the whole message: of two-octet units at an even offset, or of octets; with the
// null that ends it, or up to the end.
void take_text(Cursor& c, bool unicode, Text& out);

struct SessionSetup {
  Bytes blob{};           // of extended security
  std::size_t texts = 0;  // where the texts begin
  bool has_account = false;
};
bool read_setup_request(const Block& block, SessionSetup& out) noexcept;
bool read_setup_response(const Block& block, SessionSetup& out) noexcept;

// MS-CIFS 2.2.4.55.1: where the path begins, behind the password.
bool read_tree_request(const Block& block, std::size_t& path) noexcept;

struct CreateRequest {
  std::uint32_t disposition = 0, options = 0;
  std::size_t name_length = 0;
};
bool read_create_request(const Block& block, CreateRequest& out) noexcept;

struct CreateResponse {
  std::uint16_t fid = 0;
  std::uint64_t created = 0, accessed = 0, modified = 0, changed = 0, size = 0;
};
bool read_create_response(const Block& block, CreateResponse& out) noexcept;

struct ReadRequest {
  std::uint16_t fid = 0;
  std::uint64_t offset = 0;
  std::uint32_t length = 0;
};
bool read_read_request(const Block& block, ReadRequest& out) noexcept;

struct Data {
  std::uint16_t fid = 0;
  std::uint64_t offset = 0;
  std::size_t at = 0;  // from the header's first byte
  std::uint32_t length = 0;
};
bool read_read_response(const Block& block, Data& out) noexcept;
bool read_write_request(const Block& block, Command command, Data& out) noexcept;

// MS-CIFS 2.2.4.33 and 2.2.4.46: SMB_COM_TRANSACTION and its second kind share their layout.
struct TransRequest {
  std::uint16_t subcommand = 0, fid = 0;  // of the setup words; fid: of a transaction on a pipe
  bool has_setup = false;
  Bytes parameters{}, data{};
};
bool read_trans_request(const Block& block, TransRequest& out) noexcept;
bool read_trans_response(const Block& block, Bytes& data) noexcept;

}  // namespace gatehouse::proto::smb::smb1
