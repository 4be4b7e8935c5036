// SPDX-License-Identifier: GPL-3.0-or-later
// A transaction of FTP: one command and the replies to it, or a reply that no command asked for (the greeting).
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <vector>

#include "model/protocol.hpp"
#include "proto/ftp/message.hpp"

namespace gatehouse::proto::ftp {

inline constexpr std::size_t kMaxLine = 8192;      // a path of PATH_MAX bytes with its command, and as much again
inline constexpr std::size_t kMaxReplyLines = 64;  // kept of a transaction; HELP and STAT say more
inline constexpr std::size_t kMaxWaiting = 256;    // commands without a reply
inline constexpr std::size_t kMaxWord = 16;        // a command's word is shown up to here

enum Event : std::uint8_t {
  kRequestTooLong,
  kResponseTooLong,
  kTooManyTransactions,
  kFileBeforePort,
  kFileWithoutName,
  kBounce,
  kInvalidPort,
  kInvalidReply,
  kTooManyReplyLines,
  kEventCount,
};

enum Stage : std::uint8_t { kStarted, kComplete };
enum class Mode : std::uint8_t { none, active, passive };

struct FtpTransaction : Transaction {
  struct ReplyLine {
    std::array<char, 3> code{};
    bool has_code = false;
    std::pmr::string text;
  };

  explicit FtpTransaction(std::pmr::memory_resource& memory) : command(&memory), argument(&memory), replies(&memory) {}

  Verb verb = Verb::other;
  Mode mode = Mode::none;
  std::uint16_t dynamic_port = 0;
  bool command_truncated = false, reply_truncated = false, replied = false;
  std::pmr::string command;  // in capitals; empty: nobody asked
  std::pmr::string argument;
  std::pmr::vector<ReplyLine> replies;
  FtpTransaction* next = nullptr;  // that waits
};

inline const FtpTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const FtpTransaction&>(tx);
}

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);

}  // namespace gatehouse::proto::ftp
