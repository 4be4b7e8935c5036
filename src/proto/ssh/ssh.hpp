// SPDX-License-Identifier: GPL-3.0-or-later
// SSH as the rest of the house sees it: one transaction per session, and the row that describes the protocol.
#pragma once

#include <array>
#include <memory_resource>
#include <string>
#include <vector>

#include "model/protocol.hpp"
#include "proto/ssh/messages.hpp"

namespace gatehouse::proto::ssh {

extern const ProtocolSpec protocol;

inline constexpr std::size_t kMaxBanner = 255;         // RFC 4253, 4.2, with CR and LF
inline constexpr std::size_t kMaxLine = 8192;          // what receivers put up with
inline constexpr unsigned kMaxLinesBefore = 1024;      // of a server, before its banner
inline constexpr std::size_t kRecordHeader = 6;        // length, padding length, message number
inline constexpr std::size_t kMaxRecord = 256 * 1024;  // what OpenSSH takes
inline constexpr std::size_t kMaxKexInit = 65534;

enum class Event : std::uint8_t { invalid_banner, long_banner, invalid_record, long_kex_record, count };

// Rows of protocol.stages, the same for both directions.
enum class Stage : std::uint8_t { started, in_progress, banner_wait_eol, banner_done, finished, complete };

// What one end says of itself.
struct Peer {
  explicit Peer(Memory& memory) noexcept : protocol(&memory), software(&memory), kex_bytes(&memory), hassh(&memory) {}

  std::pmr::string protocol, software;
  std::pmr::vector<std::uint8_t> kex_bytes;  // which the views of `kex` look into
  KexInit kex;
  std::pmr::string hassh;
  std::array<char, 32> hassh_hash{};
  bool has_banner = false, has_kex = false, has_hassh = false;

  // RFC 4253, 5.1: "1.99" is a server that speaks 2.0 and older.
  bool is_version_1() const noexcept { return has_banner && protocol.starts_with("1.") && protocol != "1.99"; }
};

struct SshTransaction : Transaction {
  explicit SshTransaction(Memory& memory) noexcept : client(memory), server(memory) { protocol = &ssh::protocol; }
  Peer client, server;
};

inline const SshTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const SshTransaction&>(tx);
}

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);
void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::ssh
