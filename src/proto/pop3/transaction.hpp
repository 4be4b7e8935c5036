// SPDX-License-Identifier: GPL-3.0-or-later
// A transaction of POP3: a command and its response, or the greeting. With the table of commands.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <string_view>

#include "model/protocol.hpp"
#include "proto/mime/email.hpp"

namespace gatehouse::proto::pop3 {

inline constexpr std::size_t kMaxLine = 4096;  // looked at
inline constexpr std::size_t kLongRequest =
    255;  // RFC 2449, 4: "The maximum length of a command is increased … to 255"
inline constexpr std::size_t kLongResponse = 512;  // RFC 1939, 3: "Responses may be up to 512 characters long"
inline constexpr std::size_t kMaxWaiting = 64;     // commands without a response
inline constexpr std::size_t kMaxWords = 8;        // of a command, kept
inline constexpr std::size_t kMaxData = 256;       // lines of a listing, kept

enum Event : std::uint8_t {
  kTooManyTransactions,
  kRequestTooLong,
  kIncorrectArgumentCount,
  kUnknownCommand,
  kResponseTooLong,
  kInvalidResponse,
  kTooManyDataLines,
  kMimeAnomaly,
  kEventCount,
};

enum Stage : std::uint8_t { kStarted, kComplete };

// What follows "+OK".
enum class Follows : std::uint8_t {
  nothing,
  lines,             // up to a lone dot
  lines_if_general,  // if the command had no argument
  mail,              // up to a lone dot
  tls,
};

// RFC 1939, 2449, 2595, 5034, 6856.
struct Command {
  std::string_view word;
  std::uint8_t least = 0, most = 0;  // arguments
  Follows follows = Follows::nothing;
};
inline constexpr Command kCommands[] = {
    {"USER", 1, kMaxWords},
    {"PASS", 1, kMaxWords},
    {"APOP", 2, 2},
    {"STAT", 0, 0},
    {"RSET", 0, 0},
    {"NOOP", 0, 0},
    {"QUIT", 0, 0},
    {"DELE", 1, 1},
    {"LANG", 0, 1},
    {"UTF8", 0, 0},
    {"AUTH", 0, 2},
    {"LIST", 0, 1, Follows::lines_if_general},
    {"CAPA", 0, 0, Follows::lines},
    {"UIDL", 0, 1, Follows::lines_if_general},
    {"RETR", 1, 1, Follows::mail},
    {"TOP", 2, 2, Follows::mail},
    {"STLS", 0, 0, Follows::tls},
    {"XTND", 1, kMaxWords},
};
const Command* find_command(std::string_view word) noexcept;

struct PopTransaction : Transaction {
  explicit PopTransaction(Memory& memory) : word(&memory), arguments(&memory), header(&memory), data(&memory) {}

  const Command* command = nullptr;  // of the table; null: another one, or the greeting
  bool asked = false, answered = false, success = false;
  mime::Text word;
  mime::Texts arguments;
  mime::Text header;  // the response's first line, behind its status
  mime::Texts data;
  std::optional<mime::Email> email;
  bool headers_done = false;
  PopTransaction* next = nullptr;
};

inline const PopTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const PopTransaction&>(tx);
}

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);

}  // namespace gatehouse::proto::pop3
