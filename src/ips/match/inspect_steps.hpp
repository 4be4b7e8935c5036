// SPDX-License-Identifier: GPL-3.0-or-later
// The questions of single steps that need no search: within the match room only.
#pragma once

#include <optional>

#include "ips/match/inspect.hpp"
#include "ips/match/step.hpp"

namespace gatehouse::ips {

bool holds(const ByteTest& test, Bytes bytes, std::int64_t origin, const Variables& variables, bool dce_big) noexcept;
// Where the jump leads, counted from the beginning of `bytes`; nullopt: nowhere within them.
std::optional<std::int64_t> jump(const ByteJump& jump, Bytes bytes, std::int64_t start, std::int64_t origin,
                                 const Variables& variables, bool dce_big) noexcept;
bool extract(const ByteExtract& step, Bytes bytes, std::int64_t origin, Variables& variables, bool dce_big) noexcept;
bool calculate(const ByteMath& step, Bytes bytes, std::int64_t origin, Variables& variables, bool dce_big) noexcept;
// `value`: what the entropy is, in bits per octet.
bool holds(const EntropyIs& entropy, Bytes bytes, double& value) noexcept;
bool holds(const InDataset& step, Bytes bytes) noexcept;
// The elements that begin at `at`.
bool holds(const Asn1Is& step, Bytes bytes, std::int64_t at) noexcept;

// Bits of information per byte: 0 to 8.
double entropy_of(Bytes bytes) noexcept;

}  // namespace gatehouse::ips
