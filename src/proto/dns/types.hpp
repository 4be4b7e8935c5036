// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of the DNS and their words, as IANA and the readers of the log know them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace gatehouse::proto::dns {

namespace rr_type {
inline constexpr std::uint16_t a = 1, ns = 2, cname = 5, soa = 6, null = 10, ptr = 12, mx = 15, txt = 16, aaaa = 28,
                               nb = 32, srv = 33, opt = 41, sshfp = 44, ixfr = 251, axfr = 252, any = 255;
}

namespace opcode {
inline constexpr std::uint8_t query = 0, notify = 4, update = 5;
inline constexpr std::uint8_t first_unassigned = 7;
}  // namespace opcode

// A word, or the number as text where there is none; `buffer` holds that text.
inline constexpr std::size_t kNumberText = 6;
std::string_view type_word(std::uint16_t type, std::span<char, kNumberText> buffer) noexcept;
std::string_view rcode_word(std::uint8_t rcode, std::span<char, kNumberText> buffer) noexcept;

// Whether a question or a record of this type occurs on real networks: a number that IANA has assigned.
bool is_assigned_type(std::uint16_t type) noexcept;
// IN, CH, HS, and in questions NONE and ANY.
bool is_assigned_class(std::uint16_t klass) noexcept;

}  // namespace gatehouse::proto::dns
