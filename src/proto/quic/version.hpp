// SPDX-License-Identifier: GPL-3.0-or-later
// The versions of QUIC: which of the wire formats each has, and what its Initial packets are protected with.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"

namespace gatehouse::proto::quic {

namespace version {
inline constexpr std::uint32_t negotiation = 0, v1 = 1, v2 = 0x6b3343cf;
}

enum class Form : std::uint8_t {
  unknown,
  ietf,         // RFC 9000, RFC 9369, their drafts from 22 on, mvfst
  google_ietf,  // Q050, T050, T051: protected like a draft, frames of gQUIC
  google_long,  // Q044 to Q046: long headers of early drafts, hellos in the clear
  google,       // Q024 to Q043: the public header of gQUIC
};

using Salt = std::array<std::uint8_t, 20>;

struct VersionTraits {
  Form form = Form::unknown;
  const Salt* salt = nullptr;  // null: Initial packets are not protected, or not known how
  bool v2 = false;             // labels and packet types of RFC 9369
};
VersionTraits traits_of(std::uint32_t version) noexcept;

// RFC 9000, 15: "Versions that follow the pattern 0x?a?a?a?a are reserved for use in forcing version negotiation".
constexpr bool is_reserved(std::uint32_t version) noexcept {
  return (version & 0x0f0f0f0f) == 0x0a0a0a0a;
}

// 'Q' or 'T' and three digits, as gQUIC numbers its versions; 0: it is none of those that were in use.
constexpr unsigned google_number(std::uint32_t version) noexcept {
  const auto letter = static_cast<char>(version >> 24);
  const std::uint32_t hundreds = version >> 16 & 255, tens = version >> 8 & 255, ones = version & 255;
  if ((letter != 'Q' && letter != 'T') || hundreds != '0' || tens < '0' || tens > '9' || ones < '0' || ones > '9')
    return 0;
  const unsigned number = (tens - '0') * 10 + (ones - '0');
  return number >= 24 && number <= 51 ? number : 0;
}

// "Q046", "1", "ff00001d": as readers of EVE know the versions.
inline constexpr std::size_t kVersionText = 8;
std::string_view write_version(std::uint32_t version, std::span<char, kVersionText> room) noexcept;

}  // namespace gatehouse::proto::quic
