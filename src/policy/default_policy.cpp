// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/policy.hpp"

namespace gatehouse::policy {

std::string_view Policy::default_text() noexcept {
  return R"(# The policy of Gatehouse. Rules are read top down, and the first that matches decides.
# Check a change with: gatehouse check --policy FILE
version: 1

# What is where. A zone has interfaces, networks, or both; `any` is built in and means every zone.
zones:
  things: { networks: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, "fc00::/7", "fe80::/10"] }
  outside: { networks: [0.0.0.0/0, "::/0"] }

rules:
  - name: addresses, names and time
    from: things
    application: [dhcp, dhcpv6, dns, mdns, ntp]
    action: allow
  - name: reachability
    protocol: [icmp, icmpv6]
    action: allow
  - name: no remote control in plain text
    application: telnet
    action: reject
  - name: things may speak to their makers' servers, encrypted
    from: things
    to: outside
    application: [tls, quic]
    port: [443, 8883]
    action: allow
  - name: things may speak to each other
    from: things
    to: things
    action: allow

# What no rule matches.
default: { things->outside: reject, outside->things: drop, any: allow }

# How long a session may go on before its application is known; then it counts as unknown.
undecided: { packets: 12, bytes: 8192, time: 3s, action: pass }
)";
}

}  // namespace gatehouse::policy
