// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/number.hpp"

#include <algorithm>
#include <bit>

namespace gatehouse::ips {
namespace {

constexpr std::int64_t kMostBytes = 8, kMostDigits = 23;
constexpr std::int64_t kOpenText = 64;  // where the rule gives no length

int digit(std::uint8_t b) noexcept {
  if (b >= '0' && b <= '9') return b - '0';
  if (b >= 'a' && b <= 'f') return b - 'a' + 10;
  if (b >= 'A' && b <= 'F') return b - 'A' + 10;
  return 99;
}

// Leading white space, a sign and 0x are skipped, and what stands behind the digits is not looked at, as C's strtoull
// does: rules were written against it.
std::optional<ReadAt> read_text(Bytes text, unsigned base) noexcept {
  std::size_t at = 0;
  while (at < text.size() && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r'))) ++at;
  const bool minus = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  if (base == 16 && at + 2 < text.size() && text[at] == '0' && (text[at + 1] | 0x20) == 'x' && digit(text[at + 2]) < 16)
    at += 2;
  const std::size_t first = at;
  std::uint64_t value = 0;
  for (; at < text.size() && digit(text[at]) < static_cast<int>(base); ++at) {
    const auto d = static_cast<unsigned>(digit(text[at]));
    if (value > (UINT64_MAX - d) / base) return std::nullopt;
    value = value * base + d;
  }
  if (at == first) return std::nullopt;
  return ReadAt{minus ? 0 - value : value, 0, static_cast<std::int64_t>(at)};
}

std::uint64_t read_binary(Bytes bytes, bool little) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value = value << 8 | bytes[little ? bytes.size() - 1 - i : i];
  return value;
}

}  // namespace

std::int64_t value_of(const Operand& operand, const Variables& variables) noexcept {
  if (operand.variable == Operand::kLiteral) return operand.literal;
  return operand.variable < variables.size() ? static_cast<std::int64_t>(variables[operand.variable]) : 0;
}

std::optional<ReadAt> read_number(Bytes bytes, std::int64_t origin, const NumberAt& number, const Variables& variables,
                                  bool dce_big_endian) noexcept {
  std::int64_t count = number.bytes != 0 ? number.bytes : value_of(number.count, variables);
  if (count < 0 || count > (number.text ? kMostDigits : kMostBytes)) return std::nullopt;
  std::int64_t begin = 0;
  if (__builtin_add_overflow(origin, value_of(number.offset, variables), &begin)) return std::nullopt;
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (begin < 0 || begin > size || count > size - begin || (number.relative && begin == size)) return std::nullopt;
  if (number.text && count == 0) count = std::min(size - begin, kOpenText);
  const Bytes piece = bytes.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
  ReadAt read{0, begin, count};
  if (number.text) {
    const auto text = read_text(piece, static_cast<unsigned>(number.digits));
    if (!text) return std::nullopt;
    read.value = text->value;
    read.used = text->used;
  } else {
    read.value = read_binary(piece, number.by_dce ? !dce_big_endian : number.little_endian);
  }
  if (number.mask != 0) read.value = (read.value & number.mask) >> std::countr_zero(number.mask);
  return read;
}

bool compare(std::uint64_t x, Compare how, std::uint64_t with) noexcept {
  switch (how) {
    case Compare::equal:
      return x == with;
    case Compare::not_equal:
      return x != with;
    case Compare::less:
      return x < with;
    case Compare::less_or_equal:
      return x <= with;
    case Compare::greater:
      return x > with;
    case Compare::greater_or_equal:
      return x >= with;
    case Compare::bits_and:
      return (x & with) != 0;
    case Compare::bits_or:
      return (x ^ with) != 0;
    case Compare::between:
      break;
  }
  return false;
}

bool NumberTest::holds(std::uint64_t x) const noexcept {
  bool yes = false;
  if (compare == Compare::between)
    yes = x > a && x < b;
  else if (compare == Compare::bits_and)
    yes = (x & a) == b;
  else
    yes = ips::compare(x, compare, a);
  return yes != negated;
}

}  // namespace gatehouse::ips
