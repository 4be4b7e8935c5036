// SPDX-License-Identifier: GPL-3.0-or-later
// Which zone an end of a session is in. The wire that a packet came by cannot be forged, its addresses can: where zones
// name the interface, only they come into question, and their networks choose among them. Elsewhere (in a replay, or
// where the interface is not known) the networks decide alone.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "config/diagnostic.hpp"
#include "policy/facts.hpp"
#include "policy/networks.hpp"

namespace gatehouse::policy {

// As the policy declares it.
struct Zone {
  std::string name;
  std::vector<std::string> interfaces;
  std::vector<IpPrefix> networks;
  config::Mark mark;
};

class ZoneMap {
 public:
  ZoneMap() = default;
  // `interfaces`: the capture's, by index.
  ZoneMap(std::span<const Zone> zones, std::span<const std::string> interfaces);

  ZoneId find(const IpAddress& address, InterfaceIndex interface) const noexcept;
  // Interfaces that zones name and the capture does not have.
  std::span<const std::string> missing() const noexcept { return missing_; }

 private:
  struct Wire {
    ZoneId zone = kNoZone;  // the only one that names this interface, or where the networks of several say nothing
    bool shared = false;
    NetworkMap networks;  // of those that share it
  };
  std::vector<Wire> wires_;  // by interface
  NetworkMap anywhere_;      // of all zones: the interface is not known
  NetworkMap unbound_;       // of zones without an interface in the capture
  std::vector<std::string> missing_;
};

}  // namespace gatehouse::policy
