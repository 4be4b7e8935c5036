// SPDX-License-Identifier: GPL-3.0-or-later
// For this room's tests: a world of a few protocols and names, and sessions in it.
#pragma once

#include <array>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "policy/policy.hpp"

namespace gatehouse::policy::test {

constexpr ProtocolSpec protocol(std::string_view name, std::string_view ndpi_name) {
  ProtocolSpec spec;
  spec.name = name, spec.ndpi_name = ndpi_name;
  return spec;
}
inline const ProtocolSpec tls = protocol("tls", "TLS"), http = protocol("http", "HTTP"), dns = protocol("dns", "DNS"),
                          ssh = protocol("ssh", "SSH");
inline constexpr std::array<std::string_view, 7> kLongTail{"", "TLS", "HTTP", "DNS", "Telnet", "Google", "NTP"};

inline std::shared_ptr<const Applications> applications() {
  static const std::array own{&tls, &http, &dns, &ssh};
  static const auto all =
      std::make_shared<const Applications>(own, std::vector<std::string>{kLongTail.begin(), kLongTail.end()});
  return all;
}
constexpr AppName id_of(std::string_view name) {
  for (std::size_t i = 1; i < kLongTail.size(); ++i)
    if (kLongTail[i] == name) return static_cast<AppName>(i);
  return 0;
}

inline Result<std::shared_ptr<const Policy>> try_load(std::string_view text, std::vector<std::string> interfaces = {}) {
  return Policy::load_text(text, "policy.yaml", {applications(), std::move(interfaces), 7});
}
inline std::shared_ptr<const Policy> load(std::string_view text, std::vector<std::string> interfaces = {}) {
  auto policy = try_load(text, std::move(interfaces));
  EXPECT_TRUE(policy.has_value()) << policy.error().text;
  return policy.value_or(nullptr);
}

// A TCP session of which nothing is known yet but its ends.
inline Facts session(std::string_view client, std::string_view server, std::uint16_t port) {
  Facts f;
  f.client = IpAddress::parse(client).value(), f.server = IpAddress::parse(server).value();
  f.server_port = port, f.has_ports = true, f.protocol = ip_protocol::tcp;
  return f;
}
inline Facts facts(const Policy& policy, std::string_view from, std::string_view to) {
  Facts f = session("192.0.2.7", "203.0.113.5", 443);
  for (ZoneId id = 1; id <= policy.zones().size(); ++id) {
    if (policy.zone_name(id) == from) f.from = id;
    if (policy.zone_name(id) == to) f.to = id;
  }
  return f;
}

}  // namespace gatehouse::policy::test
