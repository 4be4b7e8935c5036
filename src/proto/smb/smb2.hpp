// SPDX-License-Identifier: GPL-3.0-or-later
// The messages of SMB 2 and 3 (MS-SMB2 2.2): views into one command. Offsets in them count from the header's first
// byte.
#pragma once

#include "base/cursor.hpp"
#include "proto/smb/transaction.hpp"

namespace gatehouse::proto::smb::smb2 {

enum class Command : std::uint16_t {
  negotiate,
  session_setup,
  logoff,
  tree_connect,
  tree_disconnect,
  create,
  close,
  flush,
  read,
  write,
  lock,
  ioctl,
  cancel,
  echo,
  query_directory,
  change_notify,
  query_info,
  set_info,
  oplock_break,
};

inline constexpr std::size_t kHeader = 64;
inline constexpr std::uint64_t kUnasked = ~0ull;  // the message identifier of what a server sends unasked

namespace flag {
inline constexpr std::uint32_t response = 1, async = 2, related = 4;
}

// MS-SMB2 2.2.1. SMB2 Packet Header, synchronous and asynchronous.
struct Header {
  std::uint16_t size{};
  std::uint32_t status{};
  std::uint16_t command{};
  std::uint32_t flags{}, next{};
  std::uint64_t message_id{};
  std::uint32_t tree_id{};  // 0 where an asynchronous identifier stands in its place
  std::uint64_t session_id{};

  Header() = default;
  explicit Header(Cursor& c) noexcept;

  bool is_response() const noexcept { return (flags & flag::response) != 0; }
  bool is_related() const noexcept { return (flags & flag::related) != 0; }
  Command code() const noexcept { return static_cast<Command>(command); }
};

// Each reads behind the header; false where the message is shorter than what it says.
struct NegotiateRequest {
  Bytes client_guid{}, dialects{};  // two octets each
};
bool read(Bytes message, NegotiateRequest& out) noexcept;

struct NegotiateResponse {
  std::uint16_t dialect = 0;
  Bytes server_guid{};
  std::uint32_t max_read = 0, max_write = 0;
};
bool read(Bytes message, NegotiateResponse& out) noexcept;

// The security blob of a login; the same for what asks and what answers but for the place.
bool read_setup_request(Bytes message, Bytes& blob) noexcept;
bool read_setup_response(Bytes message, Bytes& blob) noexcept;

bool read_tree_request(Bytes message, Bytes& path) noexcept;
bool read_tree_response(Bytes message, std::uint8_t& share_type) noexcept;

struct CreateRequest {
  std::uint32_t disposition = 0, options = 0;
  Bytes name{};
};
bool read(Bytes message, CreateRequest& out) noexcept;

struct CreateResponse {
  std::uint64_t created = 0, accessed = 0, modified = 0, changed = 0, size = 0;
  FileKey id{};
};
bool read(Bytes message, CreateResponse& out) noexcept;

bool read_close_request(Bytes message, FileKey& id) noexcept;

struct ReadRequest {
  std::uint32_t length = 0;
  std::uint64_t offset = 0;
  FileKey id{};
};
bool read(Bytes message, ReadRequest& out) noexcept;

// Where data stand in a READ's answer or a WRITE; they need not all be there.
struct Data {
  std::size_t at = 0;  // from the header's first byte
  std::uint32_t length = 0;
  std::uint64_t offset = 0;  // in the file: of a WRITE
  FileKey id{};
};
inline constexpr std::size_t kReadResponseHead = kHeader + 16, kWriteRequestHead = kHeader + 48;
bool read_read_response(Bytes message, Data& out) noexcept;
bool read_write_request(Bytes message, Data& out) noexcept;

struct IoctlMessage {
  std::uint32_t function = 0;
  FileKey id{};
  Bytes data{};  // input of the request, output of the answer
};
bool read_ioctl_request(Bytes message, IoctlMessage& out) noexcept;
bool read_ioctl_response(Bytes message, IoctlMessage& out) noexcept;

struct SetInfoRequest {
  std::uint8_t type = 0, information_class = 0;
  FileKey id{};
  Bytes data{};
};
bool read(Bytes message, SetInfoRequest& out) noexcept;

// MS-FSCC 2.4.43. FileRenameInformation for SMB2: replace, reserved, root directory, length, name.
bool read_rename(Bytes data, Bytes& name) noexcept;

}  // namespace gatehouse::proto::smb::smb2
