// SPDX-License-Identifier: GPL-3.0-or-later
// Which content of a signature the prefilter looks for: the one that the rule names, else the one that is least likely
// to occur by chance.
#pragma once

#include <functional>
#include <optional>

#include "ips/compile/builder.hpp"

namespace gatehouse::ips::compile {

struct FastPattern {
  std::size_t chain = 0, step = 0;  // in Builder::chains, and in its steps
  Literal literal;
  std::uint32_t latest_end = 0;  // of the literal in its buffer; 0: anywhere
  unsigned strength = 0;
};

// `usable`: the buffers in which the signature's class can look for literals.
std::optional<FastPattern> choose_fast_pattern(const Builder& builder,
                                               const std::function<bool(const BufferName&)>& usable);

// The strongest of those that can stand in the first `within` bytes only.
std::optional<FastPattern> choose_early_pattern(const Builder& builder,
                                                const std::function<bool(const BufferName&)>& usable,
                                                std::uint32_t within);

// How unlikely a literal is, in about bits: rare octets count more than letters, repeated ones less.
unsigned strength(Bytes literal) noexcept;

}  // namespace gatehouse::ips::compile
