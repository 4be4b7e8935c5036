// SPDX-License-Identifier: GPL-3.0-or-later
// What a judgement costs, by the number of rules that it has to look at; and finding the zones of both ends.
#include <array>
#include <benchmark/benchmark.h>
#include <cstdlib>

#include "policy/policy.hpp"
#include "proto/registry.hpp"

namespace {

using namespace gatehouse;
using namespace gatehouse::policy;

std::shared_ptr<const Policy> policy_of(std::int64_t rules, std::string_view zone_of_rules) {
  constexpr std::array conditions{
      "application: [tls, http], domain: [\"*.vendor.example\", example.org], port: [443, 8000-8080]",
      "application: dns, domain: [a.example, b.example, c.example]", "protocol: udp, port: [53, 123, 5353]",
      "application: [ssh, Telnet]", "to: {address: [198.51.100.0/24, \"2001:db8::/32\"]}, protocol: tcp"};
  std::string text =
      "version: 1\nzones:\n  things: {networks: [192.0.2.0/24, 10.0.0.0/8, \"2001:db8:1::/64\"]}\n"
      "  outside: {networks: [0.0.0.0/0, \"::/0\"]}\ndefault: {any: allow, things->outside: drop}\nrules:\n";
  for (std::int64_t i = 0; i < rules; ++i)
    text += "- {name: r" + std::to_string(i) + ", from: " + std::string(zone_of_rules) + ", " +
            conditions[static_cast<std::size_t>(i) % conditions.size()] + ", action: allow}\n";
  const auto names = std::make_shared<const Applications>(
      proto::all(), std::vector<std::string>{"", "TLS", "HTTP", "DNS", "Telnet", "Google"});
  auto policy = Policy::load_text(text, "bench", {names, {}, 1});
  if (!policy) std::abort();
  return *policy;
}

Facts tls_session(const Policy& policy) {
  Facts facts;
  facts.client = *IpAddress::parse("192.0.2.7"), facts.server = *IpAddress::parse("203.0.113.9");
  facts.server_port = 443, facts.has_ports = true, facts.protocol = ip_protocol::tcp;
  facts.spoken = proto::find("tls"), facts.spoken_state = Knowledge::known;
  facts.domain = "static.cdn.elsewhere.example", facts.domain_state = Knowledge::known;
  facts.application = 5;
  policy.locate(facts);
  facts.settle();
  return facts;
}

// No rule matches, so that all of them are looked at.
void judge(benchmark::State& state, std::string_view zone_of_rules) {
  const auto policy = policy_of(state.range(0), zone_of_rules);
  Facts facts = tls_session(*policy);
  if (policy->judge(facts).kind != Kind::drop) state.SkipWithError("judged otherwise than it should");
  for (auto _ : state) {
    benchmark::DoNotOptimize(facts);
    benchmark::DoNotOptimize(policy->judge(facts));
  }
}
void judge_all(benchmark::State& state) {
  judge(state, "things");
}
void judge_other_zones(benchmark::State& state) {
  judge(state, "outside");
}
BENCHMARK(judge_all)->Arg(0)->Arg(5)->Arg(20)->Arg(100)->Arg(1000);
BENCHMARK(judge_other_zones)->Arg(1000);

void locate(benchmark::State& state) {
  const auto policy = policy_of(0, "things");
  Facts facts = tls_session(*policy);
  for (auto _ : state) {
    benchmark::DoNotOptimize(facts);
    policy->locate(facts);
    benchmark::DoNotOptimize(facts);
  }
}
BENCHMARK(locate);

}  // namespace

BENCHMARK_MAIN();
