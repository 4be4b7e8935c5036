// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <cstdlib>

#include "policy/policy.hpp"
#include "proto/registry.hpp"

using namespace gatehouse;

// Any text is either a policy that judges and explains, or an error that says something.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto applications = std::make_shared<const policy::Applications>(
      proto::all(), std::vector<std::string>{"", "TLS", "HTTP", "DNS", "Telnet", "Google"});
  const std::string_view text = as_text({data, size});
  const auto loaded = policy::Policy::load_text(text, "fuzz.yaml", {applications, {"eth0", "eth1"}, 1});
  if (!loaded) {
    if (loaded.error().text.empty() || loaded.error().code != ErrorCode::invalid_config) std::abort();
    return 0;
  }
  // The end of the text chooses the session.
  const auto byte = [&](std::size_t i) { return i < size ? data[size - 1 - i] : std::uint8_t{0}; };
  policy::Facts facts;
  const std::array address{byte(0), byte(1), byte(2), byte(3)};
  facts.client = IpAddress::v4(address.data());
  facts.server = facts.client;
  facts.client_interface = byte(0) % 4, facts.server_interface = byte(1) % 4;
  facts.protocol = byte(2), facts.has_ports = byte(3) % 2 != 0, facts.server_port = byte(4);
  facts.application = byte(5) % 8;
  facts.domain = text.substr(0, byte(6));
  (*loaded)->locate(facts);
  for (int round = 0; round < 2; ++round, facts.settle()) {
    const policy::Decision decision = (*loaded)->judge(facts);
    if (decision.rule >= (*loaded)->rules().size() || (*loaded)->explain(facts).decision != decision) std::abort();
    if (round == 1 && decision.kind == policy::Kind::pending) std::abort();
  }
  return 0;
}
