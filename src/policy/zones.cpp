// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/zones.hpp"

#include <algorithm>

namespace gatehouse::policy {
namespace {

NetworkMap networks_of(std::span<const Zone> zones, std::span<const ZoneId> which) {
  std::vector<NetworkMap::Entry> entries;
  for (const ZoneId id : which)
    for (const IpPrefix& network : zones[id - 1u].networks) entries.push_back({network, id});
  return NetworkMap{entries};
}

}  // namespace

ZoneMap::ZoneMap(std::span<const Zone> zones, std::span<const std::string> interfaces) : wires_(interfaces.size()) {
  std::vector<std::vector<ZoneId>> by_wire(interfaces.size());
  std::vector<ZoneId> all, unbound;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    const auto id = static_cast<ZoneId>(i + 1);
    bool bound = false;
    for (const std::string& name : zones[i].interfaces) {
      const auto found = std::ranges::find(interfaces, name);
      if (found == interfaces.end()) {
        missing_.push_back(name);
        continue;
      }
      by_wire[static_cast<std::size_t>(found - interfaces.begin())].push_back(id);
      bound = true;
    }
    all.push_back(id);
    if (!bound) unbound.push_back(id);
  }
  anywhere_ = networks_of(zones, all);
  unbound_ = networks_of(zones, unbound);

  for (std::size_t i = 0; i < wires_.size(); ++i) {
    const std::vector<ZoneId>& sharing = by_wire[i];
    if (sharing.empty()) continue;
    // The one that names no networks takes what the others do not.
    const auto rest = std::ranges::find_if(sharing, [&](ZoneId id) { return zones[id - 1u].networks.empty(); });
    wires_[i].zone = rest != sharing.end() ? *rest : sharing.front();
    wires_[i].shared = sharing.size() > 1;
    if (wires_[i].shared) wires_[i].networks = networks_of(zones, sharing);
  }
}

ZoneId ZoneMap::find(const IpAddress& address, InterfaceIndex interface) const noexcept {
  if (interface >= wires_.size()) return anywhere_.find(address);
  const Wire& wire = wires_[interface];
  if (wire.zone == kNoZone) return unbound_.find(address);
  if (!wire.shared) return wire.zone;
  const ZoneId by_network = wire.networks.find(address);
  return by_network != kNoZone ? by_network : wire.zone;
}

}  // namespace gatehouse::policy
