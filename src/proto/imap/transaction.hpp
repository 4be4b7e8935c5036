// SPDX-License-Identifier: GPL-3.0-or-later
// A transaction of IMAP: a command and the responses up to the one with its tag; or the greeting.
#pragma once

#include <optional>

#include "model/protocol.hpp"
#include "proto/imap/message.hpp"
#include "proto/mime/email.hpp"

namespace gatehouse::proto::imap {

inline constexpr std::size_t kMaxLine = 8192;     // RFC 7162, 4: clients should stay within 8192 octets
inline constexpr std::size_t kMaxLiteral = 1024;  // as an argument; longer ones are passed over
inline constexpr std::size_t kMaxWaiting = 32;    // commands without their last response

enum Event : std::uint8_t {
  kTooManyTransactions,
  kLineTooLong,
  kInvalidCommand,
  kInvalidResponse,
  kMimeAnomaly,
  kEventCount,
};
enum Stage : std::uint8_t { kStarted, kComplete };

struct ImapTransaction : Transaction {
  explicit ImapTransaction(Memory& memory)
      : tag(&memory), command(&memory), user(&memory), mailbox(&memory), text(&memory) {}

  mime::Text tag, command;  // command in capitals; empty: the greeting
  mime::Text user;          // of LOGIN
  mime::Text mailbox;       // of SELECT, EXAMINE, APPEND
  mime::Text text;          // of the last response
  Status status = Status::none;
  std::optional<mime::Email> email;  // the latest of those fetched
  bool headers_done = false;
  unsigned mails = 0;
  ImapTransaction* next = nullptr;
};

inline const ImapTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const ImapTransaction&>(tx);
}

void log(const Transaction& tx, JsonWriter& json);
Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);

}  // namespace gatehouse::proto::imap
