// SPDX-License-Identifier: GPL-3.0-or-later
// The object library: what the points of each group and variation consist of, a row each. Names are those of the log.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/cursor.hpp"

namespace gatehouse::proto::dnp3 {

enum class Kind : std::uint8_t { u8, u16, u24, u32, i16, i32, f32, f64, time, bits, text, octets };

// Bits of one octet, from the lowest on.
struct Bit {
  std::string_view name;
  std::uint8_t width = 1;
};

inline constexpr std::uint8_t kRest = 0xff;  // up to the end of the point, whose size its prefix says

struct Part {
  Kind kind{};
  std::string_view name;
  std::span<const Bit> bits{};  // of Kind::bits
  // Of text and octets: which earlier part of the point is their length; kRest; or `fixed` octets.
  std::uint8_t length_part = kRest;
  std::uint8_t fixed = 0;
};
inline constexpr std::size_t kMostParts = 17;

struct ObjectRow {
  std::uint8_t group = 0, variation = 0;
  std::span<const Part> parts{};
  std::uint8_t packed = 0;  // several points in an octet, of this many bits each: the one part has no other meaning
};

// Null where the library does not have it. Strings of octets, whose variation is their length, are the row of 110.
const ObjectRow* find_object(std::uint8_t group, std::uint8_t variation) noexcept;
constexpr bool is_octet_string(std::uint8_t group) noexcept {
  return group >= 110 && group <= 113;
}
// Device attributes: group 0, a variation for each.
inline constexpr std::uint8_t kAttributes = 0;

// What one part of a point says; which member is meant is the kind's.
struct PartValue {
  std::uint64_t number = 0;  // of signed kinds in two's complement
  double real = 0;
  Bytes bytes{};
};

// The next part of a point. `numbers` are those of the parts before.
PartValue read_part(const Part& part, Cursor& c, std::span<const std::uint64_t> numbers) noexcept;

}  // namespace gatehouse::proto::dnp3
