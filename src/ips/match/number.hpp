// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers in buffers, as the byte_* keywords read them.
#pragma once

#include <cstdint>
#include <optional>

#include "ips/match/step.hpp"

namespace gatehouse::ips {

std::int64_t value_of(const Operand& operand, const Variables& variables) noexcept;

struct ReadAt {
  std::uint64_t value = 0;
  std::int64_t begin = 0;  // where it stood
  std::int64_t used = 0;   // bytes that it took: of text, as far as there were digits
};
// `origin`: where offsets count from: the end of the last match, or the buffer's beginning (which may lie before the
// bytes at hand). nullopt: it does not stand within `bytes`, or is no number.
std::optional<ReadAt> read_number(Bytes bytes, std::int64_t origin, const NumberAt& number, const Variables& variables,
                                  bool dce_big_endian) noexcept;

bool compare(std::uint64_t x, Compare how, std::uint64_t with) noexcept;

}  // namespace gatehouse::ips
