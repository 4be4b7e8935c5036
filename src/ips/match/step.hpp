// SPDX-License-Identifier: GPL-3.0-or-later
// One step of a chain: what a signature asks of one buffer, in the order it was written. Steps are made by ips/compile
// and never change. Offsets count bytes from the buffer's beginning, or from the end of the last match where
// `relative`.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"

namespace gatehouse::ips {

class Regex;    // regex.hpp
class Dataset;  // dataset.hpp

// A number that is written in the rule, or that byte_extract and byte_math have put into a variable.
struct Operand {
  static constexpr std::uint8_t kLiteral = 0xff;
  std::int64_t literal = 0;
  std::uint8_t variable = kLiteral;  // index into Variables
  bool operator==(const Operand&) const = default;
};
inline constexpr std::size_t kMostVariables = 16;  // of one signature
using Variables = std::array<std::uint64_t, kMostVariables>;

struct Content {
  static constexpr std::size_t kLongest = 4096;
  Bytes pattern;  // in lower case where `nocase`
  bool nocase = false, negated = false;
  bool relative = false;                       // `distance` or `within` is given
  bool has_offset = false, has_depth = false;  // from the beginning
  bool has_distance = false, has_within = false;
  bool at_end = false;                             // endswith: nothing may follow
  bool fast = false;                               // the prefilter looks for this one
  bool fast_only = false;                          // and having found it is enough
  std::uint16_t chop_offset = 0, chop_length = 0;  // fast: the prefilter looks for this piece of it; length 0: for all
  Operand offset, depth, distance, within;
  // replace: the bytes that take this one's place, as many; empty: none.
  Bytes replacement;
};

// What a group of an expression catches is for the log: with the packet, with the flow from then on, with the alert.
struct Capture {
  enum class For : std::uint8_t { packet, flow, alert } kind = For::packet;
  std::string_view name;
};

struct Pcre {
  const Regex* regex = nullptr;
  bool negated = false, relative = false;
  std::span<const Capture> captures;  // by group, from the first on
};

struct IsDataAt {
  Operand at;
  bool negated = false, relative = false;
};

enum class Compare : std::uint8_t {
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  between,
  bits_and,
  bits_or
};  // bits_or: any bit differs
// Number base of digits that stand as text in the buffer.
enum class Digits : std::uint8_t { hexadecimal = 16, decimal = 10, octal = 8 };

// How a number is read from the buffer, for the byte_* keywords.
struct NumberAt {
  std::uint8_t bytes = 0;  // 0: given by `count`; of text, 0 in both: as far as there are digits
  Operand count;
  Operand offset;
  bool relative = false, little_endian = false, by_dce = false;  // by_dce: the DCE/RPC header says which
  bool text = false;
  Digits digits = Digits::decimal;
  std::uint64_t mask = 0;  // 0: none; applied, then shifted right past its trailing zeros
};

struct ByteTest {
  NumberAt number;
  Compare compare = Compare::equal;
  bool negated = false;
  Operand value;
};

struct ByteJump {
  NumberAt number;
  Operand multiplier{1};
  bool align = false, from_beginning = false, from_end = false;
  Operand post_offset;
};

struct ByteExtract {
  NumberAt number;
  std::uint8_t into = 0;  // index of the variable
  std::uint32_t multiplier = 1;
  std::uint8_t align = 0;  // 0, 2 or 4
};

enum class MathOperation : std::uint8_t { add, subtract, multiply, divide, shift_left, shift_right };
struct ByteMath {
  NumberAt number;
  MathOperation operation = MathOperation::add;
  Operand value;
  std::uint8_t into = 0;
};

// The size of the buffer as a whole: bsize, urilen, and dsize on the payload.
struct NumberTest {
  Compare compare = Compare::equal;
  bool negated = false;
  std::uint64_t a = 0, b = 0;  // between: a < x < b; bits: (x & a) compared with b
  bool holds(std::uint64_t x) const noexcept;
};
struct SizeIs {
  NumberTest test;
};

struct EntropyIs {
  std::uint64_t offset = 0, bytes = 0;  // bytes 0: to the end
  Compare compare = Compare::equal;
  double a = 0, b = 0;
  bool negated = false;
};

// Set members: dataset and datarep.
struct InDataset {
  Dataset* set = nullptr;
  enum class What : std::uint8_t { is_set, is_not_set, set_it, unset_it, reputation } what = What::is_set;
  Compare compare = Compare::equal;  // reputation
  std::uint16_t reputation = 0;
  std::string_view context_key;  // under which the alert shows what stands beside the value; empty: it does not
};

// base64_decode: decodes into the worker's buffer, over which the steps behind base64_data run.
struct DecodeBase64 {
  std::uint32_t bytes = 0;  // 0: all
  std::uint32_t offset = 0;
  bool relative = false;
  std::uint16_t steps = 0;  // so many steps behind this one run over what was decoded
  static constexpr std::uint16_t kAllThatFollow = 0xffff;
};

// absent: the buffer is not there (or, with `or_else`, the other steps hold).
struct Absent {
  bool or_else = false;
};

// asn1: some element of the BER that begins here is malformed in a way that broke decoders.
struct Asn1Is {
  bool bitstring_overflow = false, double_overflow = false;
  bool relative = false;
  std::uint32_t oversize_length = 0;  // 0: not asked
  std::int32_t offset = 0;
};

using Step = std::variant<Content, Pcre, IsDataAt, ByteTest, ByteJump, ByteExtract, ByteMath, SizeIs, EntropyIs,
                          InDataset, DecodeBase64, Absent, Asn1Is>;

}  // namespace gatehouse::ips
