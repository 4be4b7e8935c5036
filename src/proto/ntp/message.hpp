// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::ntp {

namespace mode {  // RFC 5905, 7.3, figure 10
inline constexpr std::uint8_t reserved = 0, symmetric_active = 1, symmetric_passive = 2, client = 3, server = 4,
                              broadcast = 5, control = 6, private_use = 7;
}

inline constexpr std::size_t kHeaderSize = 48, kControlHeader = 12, kPrivateHeader = 8;

// A message as views into its datagram: the members of its own kind, the others zero.
struct Message {
  std::uint8_t leap = 0, version = 0, mode = 0;

  // RFC 5905, 7.3. Packet Header Variables.
  std::uint8_t stratum = 0, poll = 0, precision = 0;
  std::uint32_t root_delay = 0, root_dispersion = 0;
  Bytes reference_id;
  std::uint64_t reference_time = 0, origin_time = 0, receive_time = 0, transmit_time = 0;

  // RFC 9327, 2. Control Message Overview. And of mode 7, ntpd's own: the same words for the same things.
  bool response = false, error = false, more = false;
  std::uint8_t opcode = 0;          // control: 2 read variables; private: the request code, 42 a list of who asked
  std::uint8_t implementation = 0;  // private: 2 and 3 are ntpd's
  std::uint16_t sequence = 0;
  Bytes data;

  bool is_time() const noexcept { return mode >= mode::symmetric_active && mode <= mode::broadcast; }
  bool is_control() const noexcept { return mode == mode::control; }
  bool is_private() const noexcept { return mode == mode::private_use; }
  // Sent by who is asked.
  bool from_server() const noexcept {
    return is_time() ? mode == mode::server || mode == mode::broadcast || mode == mode::symmetric_passive : response;
  }

  // False where the datagram is too short for what it is, or its version or mode is none.
  [[nodiscard]] bool parse(Bytes datagram) noexcept;
  // Whether its members and size can stand together at all, whatever the times are.
  bool possible(std::size_t size) const noexcept;
  // What servers and clients in the field send; a random datagram of the right size passes about once in 2^20.
  bool plausible(std::size_t size) const noexcept;
  // A request for the list of clients that ntpd has seen: small to ask, long to answer.
  bool is_monlist() const noexcept;

 private:
  bool time(Cursor& c) noexcept;
  bool control(Cursor& c) noexcept;
  bool private_use(Cursor& c, std::uint8_t first) noexcept;
  bool plausible_time(std::size_t size) const noexcept;
};

}  // namespace gatehouse::proto::ntp
