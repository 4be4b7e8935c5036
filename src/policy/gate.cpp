// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/gate.hpp"

namespace gatehouse::policy {

Gate Gate::of(const Rule& rule) {
  Gate gate;
  if (rule.has(Rule::has_application)) gate.names = rule.applications.name_bits();
  if (rule.has(Rule::has_port) && !rule.ports.empty()) {
    gate.first_port = rule.ports.front().first;
    gate.last_port = rule.ports.back().last;
  }
  if (rule.has(Rule::has_protocol)) {
    gate.protocols = 0;
    for (unsigned p = 0; p < 256; ++p)
      if (rule.protocols.test(p)) gate.protocols |= protocol_bit(static_cast<std::uint8_t>(p));
  }
  gate.needs_domain = rule.has(Rule::has_domain);
  return gate;
}

std::uint64_t ApplicationSet::name_bits() const noexcept {
  std::uint64_t bits = unknown_ ? name_bit::kUnknown : 0;
  for (const Own& name : own_) bits |= name_bit::of(name.protocol) | name_bit::of(name.long_tail);
  for (std::size_t id = 0; id < 64 * long_tail_.size(); ++id)
    if (has(static_cast<AppName>(id))) bits |= name_bit::of(static_cast<AppName>(id));
  return bits;
}

}  // namespace gatehouse::policy
