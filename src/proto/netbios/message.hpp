// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/cursor.hpp"

namespace gatehouse::proto::netbios {

inline constexpr std::size_t kMaxNames = 16;      // of a status answer; the rest is counted by nobody
inline constexpr std::size_t kMaxAddresses = 16;  // of a name

// RFC 1001, 14.1: fifteen characters, padded with spaces, and what kind of name it is.
struct Name {
  std::array<char, 15> text{};
  std::uint8_t size = 0;
  std::uint8_t kind = 0;

  std::string_view view() const noexcept { return {text.data(), size}; }
};
// From its sixteen octets.
Name make_name(Bytes octets) noexcept;

// Reads an encoded name: 32 letters from A to P, then a scope, which is passed over; or a pointer to the name at the
// message's beginning. Anything else fails the cursor.
Name read_name(Cursor& c) noexcept;

// RFC 1002, 4.2. Name service packets.
struct NameMessage {
  std::uint16_t id = 0, flags = 0;
  std::uint16_t type = 0;  // of the question, or of the record where there is none
  Name name{};
  std::array<std::array<char, 16>, kMaxAddresses> addresses{};  // as text
  std::array<std::uint8_t, kMaxAddresses> address_sizes{};
  std::size_t address_count = 0;
  std::array<Name, kMaxNames> names{};  // of a status answer
  std::size_t name_count = 0;
  std::array<char, 17> unit{};  // its hardware address as text
  bool has_unit = false;

  bool is_response() const noexcept { return (flags & 0x8000) != 0; }
  std::uint8_t opcode() const noexcept { return flags >> 11 & 0x0f; }
  std::uint8_t rcode() const noexcept { return flags & 0x0f; }
  std::string_view address(std::size_t i) const noexcept { return {addresses[i].data(), address_sizes[i]}; }
};
inline constexpr std::uint16_t kNameRecord = 0x20, kStatusRecord = 0x21;
bool read(Bytes message, NameMessage& out) noexcept;

// RFC 1002, 4.4. Datagram service packets: direct and broadcast ones.
struct DatagramMessage {
  std::uint8_t type = 0;
  Name source{}, destination{};
  Bytes data{};
};
bool read(Bytes message, DatagramMessage& out) noexcept;

// MS-BRWS 2.2: what stands in the mailslot of the browser.
struct Announcement {
  std::uint8_t operation = 0;
  Bytes host{};  // or a domain
  std::uint8_t major = 0, minor = 0;
  std::uint32_t roles = 0;
  Bytes comment{};
  bool of_host = false;  // announces a machine, not a domain
};
// Finds the mailslot's name and data in the user data of a datagram (an SMB of version 1, MS-CIFS 2.2.4.33); false
// where they hold none.
bool read_mailslot(Bytes data, std::string_view& slot, Bytes& content) noexcept;
bool read(Bytes content, Announcement& out) noexcept;

}  // namespace gatehouse::proto::netbios
