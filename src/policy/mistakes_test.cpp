// SPDX-License-Identifier: GPL-3.0-or-later
// Each class of mistake in a policy: what is written, and what is said about it.
#include <gmock/gmock.h>

#include "policy/test_session.hpp"

namespace gatehouse::policy {
namespace {

struct Golden {
  std::string_view input, says;
};
void PrintTo(const Golden& g, std::ostream* out) {
  *out << g.input;
}

std::string said(std::string_view input) {
  const auto policy = test::try_load(input);
  if (policy) return "accepted";
  EXPECT_EQ(policy.error().code, ErrorCode::invalid_config);
  return policy.error().text;
}

class PolicyMistakes : public testing::TestWithParam<Golden> {};
TEST_P(PolicyMistakes, are_told_with_place_and_advice) {
  EXPECT_EQ(said(GetParam().input), GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    Document, PolicyMistakes,
    testing::Values(
        Golden{"", "policy.yaml:1:1: read nothing, expected a map with version, zones, rules, default or undecided"},
        Golden{"default: allow\n", "policy.yaml:1:1: version: is missing: the language's version, 1"},
        Golden{"version: 2\ndefault: allow\n", "policy.yaml:1:10: version: read '2', expected 1"},
        Golden{"version: 1\n", "policy.yaml:1:1: default: is missing: what becomes of sessions that no rule matches"},
        Golden{"version: 1\nrule: []\ndefault: drop\n", "policy.yaml:2:1: rule: unknown key; did you mean 'rules'?"},
        Golden{"version: 1\nrules: {a: b}\ndefault: drop\n",
               "policy.yaml:2:8: rules: read a map, expected a list of rules"},
        Golden{"version: 1\ndefault: alow\n",
               "policy.yaml:2:10: default: read 'alow', expected allow, drop or reject; did you mean 'allow'?"},
        Golden{"version: 1\ndefault: no\n", "policy.yaml:2:10: default: read 'no', expected allow, drop or reject"}));

INSTANTIATE_TEST_SUITE_P(
    Zones, PolicyMistakes,
    testing::Values(
        Golden{"version: 1\nzones: {any: {interfaces: eth0}}\ndefault: drop\n",
               "policy.yaml:2:9: zones: 'any' is built in and means every zone"},
        Golden{"version: 1\nzones: {a b: {interfaces: eth0}}\ndefault: drop\n",
               "policy.yaml:2:9: zones: 'a b' is no name of a zone: letters, digits, - and _, at most 32"},
        Golden{"version: 1\nzones: {a: {}}\ndefault: drop\n",
               "policy.yaml:2:12: zones.a: a zone needs interfaces or networks"},
        Golden{"version: 1\nzones: {a: {network: 192.0.2.0/24}}\ndefault: drop\n",
               "policy.yaml:2:12: zones.a: a zone needs interfaces or networks\n"
               "policy.yaml:2:13: zones.a.network: unknown key; did you mean 'networks'?"},
        Golden{"version: 1\nzones: {a: {networks: [192.0.2.256]}}\ndefault: drop\n",
               "policy.yaml:2:24: zones.a.networks: read '192.0.2.256', expected an address or a network, such as "
               "192.0.2.0/24 "
               "or \"2001:db8::/32\""},
        Golden{"version: 1\nzones: {a: {networks: [192.0.2.1/24]}}\ndefault: drop\n",
               "policy.yaml:2:24: zones.a.networks: '192.0.2.1/24' has bits set behind its length; did you mean "
               "'192.0.2.0/24'?"},
        Golden{"version: 1\nzones:\n  a: {networks: 192.0.2.0/24}\n  b: {networks: 192.0.2.0/24}\ndefault: drop\n",
               "policy.yaml:4:3: zones.b.networks: '192.0.2.0/24' stands twice; first in zone a"},
        Golden{"version: 1\nzones: {a: {networks: []}}\ndefault: drop\n",
               "policy.yaml:2:23: zones.a.networks: read a list, expected an address or a network, such as "
               "192.0.2.0/24 or "
               "\"2001:db8::/32\": the list is empty"}));

std::string rule(std::string_view body) {
  return "version: 1\nzones: {lan: {interfaces: eth1}}\nrules:\n  - {" + std::string(body) + "}\ndefault: drop\n";
}

struct RuleGolden {
  std::string_view body, says;
};
void PrintTo(const RuleGolden& g, std::ostream* out) {
  *out << g.body;
}
class RuleMistakes : public testing::TestWithParam<RuleGolden> {};
TEST_P(RuleMistakes, are_told_with_place_and_advice) {
  EXPECT_EQ(said(rule(GetParam().body)), GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, RuleMistakes,
    testing::Values(
        RuleGolden{"action: drop",
                   "policy.yaml:4:5: rules[1].name: is missing: reports and logs name the rule that decides"},
        RuleGolden{"name: r", "policy.yaml:4:5: rules[1].action: is missing: allow, drop or reject"},
        RuleGolden{"name: '', action: drop",
                   "policy.yaml:4:12: rules[1].name: read '', expected a name of one line, at most 120 characters"},
        RuleGolden{"name: r, action: deny",
                   "policy.yaml:4:23: rules[1].action: read 'deny', expected allow, drop or reject"},
        RuleGolden{"name: r, applications: tls, action: drop",
                   "policy.yaml:4:15: rules[1].applications: unknown key; did you mean 'application'?"},
        RuleGolden{"name: r, application: gogle, action: drop",
                   "policy.yaml:4:28: rules[1].application: unknown application 'gogle'; did you mean 'Google'?"},
        RuleGolden{"name: r, application: [tls, [x]], action: drop",
                   "policy.yaml:4:34: rules[1].application: read a list, expected an application's name, such as tls"},
        RuleGolden{"name: r, from: lna, action: drop",
                   "policy.yaml:4:21: rules[1].from: unknown zone 'lna'; did you mean 'lan'?"},
        RuleGolden{"name: r, to: {zone: lan, addres: 192.0.2.1}, action: drop",
                   "policy.yaml:4:31: rules[1].to.addres: unknown key; did you mean 'address'?"},
        RuleGolden{"name: r, to: {}, action: drop",
                   "policy.yaml:4:19: rules[1].to: is empty; leave it out to mean any"},
        RuleGolden{"name: r, domain: 'bad domain', action: drop",
                   "policy.yaml:4:23: rules[1].domain: read 'bad domain', expected a domain, such as example.org (with "
                   "all below "
                   "it) or *.example.org (only those below it)"},
        RuleGolden{"name: r, domain: '*', action: drop",
                   "policy.yaml:4:23: rules[1].domain: read '*', expected a domain, such as example.org (with all "
                   "below it) or "
                   "*.example.org (only those below it)"},
        RuleGolden{"name: r, port: 70000, action: drop",
                   "policy.yaml:4:21: rules[1].port: read '70000', expected a port from 0 to 65535, or a range such as "
                   "8000-8080"},
        RuleGolden{"name: r, port: 0443, action: drop",
                   "policy.yaml:4:21: rules[1].port: read '0443', expected a port from 0 to 65535, or a range such as "
                   "8000-8080"},
        RuleGolden{"name: r, port: 53, protocol: icmp, action: drop",
                   "policy.yaml:4:21: rules[1].port: a port, but none of the rule's protocols has ports; tcp, udp and "
                   "sctp have"},
        RuleGolden{"name: r, protocol: tpc, action: drop",
                   "policy.yaml:4:25: rules[1].protocol: read 'tpc', expected tcp, udp, icmp, icmpv6, sctp or a number "
                   "from 0 to "
                   "255; did you mean 'tcp'?"},
        RuleGolden{"name: r, action: drop}\n  - {name: r, action: allow",
                   "policy.yaml:5:12: rules[2].name: 'r' is the name of two rules; first on line 4"}));

INSTANTIATE_TEST_SUITE_P(
    Defaults, PolicyMistakes,
    testing::Values(
        Golden{"version: 1\nzones: {a: {interfaces: eth0}}\ndefault: {a->b: drop, any: allow}\n",
               "policy.yaml:3:11: default.a->b: unknown zone 'b'"},
        Golden{"version: 1\nzones: {a: {interfaces: eth0}}\ndefault: {a->any: drop}\n",
               "policy.yaml:3:10: default: has no entry 'any', for sessions between other zones"},
        Golden{"version: 1\nzones: {a: {interfaces: eth0}}\ndefault: {a->a: drop, a -> a: allow, any: drop}\n",
               "policy.yaml:3:23: default.a -> a: this pair of zones stands twice"},
        Golden{"version: 1\ndefault: {everything: drop, any: allow}\n",
               "policy.yaml:2:11: default: read 'everything', expected any, or two zones such as things->outside"}));

INSTANTIATE_TEST_SUITE_P(
    Undecided, PolicyMistakes,
    testing::Values(Golden{"version: 1\ndefault: drop\nundecided: {packets: 0}\n",
                           "policy.yaml:3:22: undecided.packets: read '0', expected a number from 1 to 1000"},
                    Golden{"version: 1\ndefault: drop\nundecided: {time: 3}\n",
                           "policy.yaml:3:19: undecided.time: read '3', expected a duration from 10ms to 1h, such as "
                           "3s; a unit is missing; "
                           "the units are us, ms, s, m, h, d"},
                    Golden{"version: 1\ndefault: drop\nundecided: {action: wait}\n",
                           "policy.yaml:3:21: undecided.action: read 'wait', expected pass or hold"}));

TEST(PolicyMistake, all_are_reported) {
  EXPECT_EQ(said("version: 1\nrules:\n  - {name: a, application: tsl, action: dorp}\n  - {nmae: b, action: "
                 "drop}\ndefault: drop\n"),
            "policy.yaml:3:28: rules[1].application: unknown application 'tsl'; did you mean 'tls'?\n"
            "policy.yaml:3:41: rules[1].action: read 'dorp', expected allow, drop or reject; did you mean 'drop'?\n"
            "policy.yaml:4:5: rules[2].name: is missing: reports and logs name the rule that decides\n"
            "policy.yaml:4:6: rules[2].nmae: unknown key; did you mean 'name'?");
}

TEST(PolicyMistake, limits_have_names) {
  std::string rules = "version: 1\ndefault: drop\nrules:\n", zones = "version: 1\ndefault: drop\nzones:\n", list;
  for (std::size_t i = 0; i <= kMaxRules; ++i) rules += "- {name: r" + std::to_string(i) + ", action: drop}\n";
  for (std::size_t i = 0; i <= kMaxZones; ++i) zones += "  z" + std::to_string(i) + ": {interfaces: eth0}\n";
  for (std::size_t i = 0; i <= kMaxListEntries; ++i) list += std::to_string(i) + ", ";
  EXPECT_EQ(said(rules), "policy.yaml:4:1: rules: more than 2000 rules; that is the limit");
  EXPECT_EQ(said(zones), "policy.yaml:4:3: zones: more than 32 zones; that is the limit");
  EXPECT_EQ(said(rule("name: r, port: [" + list + "], action: drop")),
            "policy.yaml:4:21: rules[1].port: more than 4096 entries; that is the limit");
}

}  // namespace
}  // namespace gatehouse::policy
