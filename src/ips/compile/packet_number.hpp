// SPDX-License-Identifier: GPL-3.0-or-later
// Keywords that compare one number of the packet's headers.
#pragma once

#include <cstdint>
#include <optional>

#include "ips/compile/keyword.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile {

// nullopt: the packet has no such field, and nothing is true of it.
using PacketNumber = std::optional<std::uint64_t> (*)(const Packet& packet) noexcept;

template <PacketNumber number>
bool packet_number_holds(const Check& check, const Scene& scene) noexcept {
  if (scene.packet == nullptr) return false;
  const auto value = number(*scene.packet);
  return value && check.number.holds(*value);
}

// A check of the packet alone: the signature is not asked of streams.
inline Check& packet_check(Builder& builder, const text::Option& option, decltype(Check::holds) holds) {
  builder.signature.packet_only = true;
  Check check;
  check.holds = holds;
  check.keyword = option.name.text;
  builder.add_check(check);
  return builder.checks.back();
}

template <PacketNumber number, std::uint64_t largest>
void packet_number_keyword(Builder& builder, const text::Option& option) {
  const ReadNumber read = read_number_test(without_optional_quotes(option.value.text), largest);
  if (!read.ok) return builder.refuse(option, read.reason);
  packet_check(builder, option, &packet_number_holds<number>).number = read.test;
}

std::span<const Keyword> ip_header_keywords() noexcept;
std::span<const Keyword> transport_header_keywords() noexcept;
std::span<const Keyword> checksum_keywords() noexcept;

}  // namespace gatehouse::ips::compile
