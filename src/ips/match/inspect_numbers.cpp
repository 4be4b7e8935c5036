// SPDX-License-Identifier: GPL-3.0-or-later
#include <bit>
#include <cmath>

#include "ips/match/dataset.hpp"
#include "ips/match/inspect_steps.hpp"
#include "ips/match/number.hpp"

namespace gatehouse::ips {

bool holds(const ByteTest& test, Bytes bytes, std::int64_t origin, const Variables& variables, bool dce_big) noexcept {
  const auto read = read_number(bytes, origin, test.number, variables, dce_big);
  // A number that is not there is neither equal nor unequal.
  if (!read) return false;
  return compare(read->value, test.compare, static_cast<std::uint64_t>(value_of(test.value, variables))) !=
         test.negated;
}

std::optional<std::int64_t> jump(const ByteJump& jump, Bytes bytes, std::int64_t start, std::int64_t origin,
                                 const Variables& variables, bool dce_big) noexcept {
  const auto read = read_number(bytes, origin, jump.number, variables, dce_big);
  if (!read) return std::nullopt;
  // Modulo 2^64: a hostile number leads nowhere, it does not trap.
  std::uint64_t by = read->value * static_cast<std::uint64_t>(value_of(jump.multiplier, variables));
  if (jump.align && by % 4 != 0) by += 4 - by % 4;
  by += static_cast<std::uint64_t>(value_of(jump.post_offset, variables));
  const auto size = static_cast<std::int64_t>(bytes.size());
  const std::int64_t from = jump.from_beginning ? start : jump.from_end ? size : read->begin + read->used;
  std::int64_t to = 0;
  if (__builtin_add_overflow(from, static_cast<std::int64_t>(by), &to) || to >= size) return std::nullopt;
  return to < 0 ? 0 : to;
}

bool extract(const ByteExtract& step, Bytes bytes, std::int64_t origin, Variables& variables, bool dce_big) noexcept {
  const auto read = read_number(bytes, origin, step.number, variables, dce_big);
  if (!read || step.into >= variables.size()) return false;
  std::uint64_t value = read->value * step.multiplier;
  if (step.align != 0 && value % step.align != 0) value += step.align - value % step.align;
  variables[step.into] = value;
  return true;
}

bool calculate(const ByteMath& step, Bytes bytes, std::int64_t origin, Variables& variables, bool dce_big) noexcept {
  // The mask is for the result of the calculation, not for what was read.
  NumberAt plain = step.number;
  plain.mask = 0;
  const auto read = read_number(bytes, origin, plain, variables, dce_big);
  if (!read || step.into >= variables.size()) return false;
  std::uint64_t value = read->value;
  const auto by = static_cast<std::uint64_t>(value_of(step.value, variables));
  switch (step.operation) {
    case MathOperation::add:
      value += by;
      break;
    case MathOperation::subtract:
      value -= by;
      break;
    case MathOperation::multiply:
      value *= by;
      break;
    case MathOperation::divide:
      if (by == 0) return false;
      value /= by;
      break;
    case MathOperation::shift_left:
      value = by < 64 ? value << by : 0;
      break;
    case MathOperation::shift_right:
      value = by < 64 ? value >> by : 0;
      break;
  }
  if (step.number.mask != 0) value = (value & step.number.mask) >> std::countr_zero(step.number.mask);
  variables[step.into] = value;
  return true;
}

double entropy_of(Bytes bytes) noexcept {
  if (bytes.empty()) return 0;
  std::uint64_t count[256] = {};
  for (const std::uint8_t b : bytes) ++count[b];
  double sum = 0;
  for (const std::uint64_t c : count)
    if (c != 0) {
      const double share = static_cast<double>(c) / static_cast<double>(bytes.size());
      sum -= share * std::log2(share);
    }
  return sum;
}

bool holds(const EntropyIs& step, Bytes bytes, double& value) noexcept {
  if (step.offset > bytes.size()) return false;
  Bytes piece = bytes.subspan(static_cast<std::size_t>(step.offset));
  if (step.bytes > piece.size()) return false;
  if (step.bytes != 0) piece = piece.first(static_cast<std::size_t>(step.bytes));
  const double x = value = entropy_of(piece);
  bool yes = false;
  switch (step.compare) {
    case Compare::equal:
      yes = x == step.a;
      break;
    case Compare::not_equal:
      yes = x != step.a;
      break;
    case Compare::less:
      yes = x < step.a;
      break;
    case Compare::less_or_equal:
      yes = x <= step.a;
      break;
    case Compare::greater:
      yes = x > step.a;
      break;
    case Compare::greater_or_equal:
      yes = x >= step.a;
      break;
    case Compare::between:
      yes = x > step.a && x < step.b;
      break;
    case Compare::bits_and:
    case Compare::bits_or:
      return false;
  }
  return yes != step.negated;
}

bool holds(const InDataset& step, Bytes bytes) noexcept {
  if (step.set == nullptr) return false;
  switch (step.what) {
    case InDataset::What::is_set:
      return step.set->has(bytes);
    case InDataset::What::is_not_set:
      return !step.set->has(bytes);
    case InDataset::What::set_it:
      return step.set->add(bytes);
    case InDataset::What::unset_it:
      return step.set->remove(bytes);
    case InDataset::What::reputation: {
      const auto known = step.set->reputation(bytes);
      return known && compare(*known, step.compare, step.reputation);
    }
  }
  return false;
}

}  // namespace gatehouse::ips
