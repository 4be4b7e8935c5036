// SPDX-License-Identifier: GPL-3.0-or-later
// The keywords of what signatures remember, by what they remember it of.
#pragma once

#include "ips/compile/keyword.hpp"
#include "ips/match/flow_memory.hpp"
#include "ips/match/shared_memory.hpp"

namespace gatehouse::ips::compile {

// The number of a name of that kind ("flowbit", "hostbit"), or nullopt after refusing.
std::optional<NameId> number_of(Builder& builder, const text::Option& option, std::string_view kind,
                                std::string_view name);

inline void add_state_check(Builder& builder, const text::Option& option, decltype(Check::holds) holds, std::uint64_t a,
                            std::uint64_t b = 0, const void* data = nullptr) {
  Check check;
  check.holds = holds;
  check.a = a;
  check.b = b;
  check.data = data;
  check.keyword = option.name.text;
  builder.add_check(check);
}
inline void add_state_effect(Builder& builder, const text::Option& option, decltype(Effect::apply) apply,
                             std::uint64_t a = 0, std::uint64_t b = 0, const void* data = nullptr) {
  builder.add_effect({apply, a, b, data, option.name.text});
}

std::span<const Keyword> flow_state_keywords() noexcept;  // flowbits, flowint
std::span<const Keyword> host_state_keywords() noexcept;  // xbits, hostbits
std::span<const Keyword> count_keywords() noexcept;       // threshold, detection_filter

}  // namespace gatehouse::ips::compile
