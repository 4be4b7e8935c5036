// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/policy.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "policy/test_session.hpp"

namespace gatehouse::policy {
namespace {

using test::facts;
using test::load;
using test::session;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kExample = R"(version: 1
zones:
  things:  { interfaces: [eth1], networks: [192.0.2.0/24, "2001:db8:1::/64"] }
  outside: { interfaces: [eth0] }
rules:
  - name: things may fetch updates
    from: things
    to: outside
    application: [tls, HTTP]
    domain: ["*.vendor.example", example.org]
    port: [443, 80, 8000-8080]
    protocol: tcp
    action: allow
  - { name: no telnet, application: Telnet, action: reject }
  - { name: names, application: dns, domain: [evil.example], action: drop }
default: { things->outside: drop, outside->things: drop, any: allow }
undecided: { packets: 12, bytes: 8192, time: 3s, action: pass }
)";

std::string said(const Policy& policy, const Facts& f) {
  const Decision d = policy.judge(f);
  return std::string(to_text(d.kind)) + " by " + policy.rule(d.rule).name;
}

TEST(Policy, the_example_is_judged_as_it_reads) {
  const auto policy = load(kExample, {"eth0", "eth1"});
  Facts f = session("192.0.2.7", "203.0.113.5", 443);
  f.client_interface = 1, f.server_interface = 0;
  policy->locate(f);
  EXPECT_EQ(policy->zone_name(f.from), "things");
  EXPECT_EQ(policy->zone_name(f.to), "outside");
  EXPECT_EQ(said(*policy, f), "pending by things may fetch updates");

  f.spoken = &test::tls;
  f.spoken_state = Knowledge::known;
  EXPECT_EQ(said(*policy, f), "pending by things may fetch updates") << "its domain is not known yet";
  Facts vendor = f, stranger = f;
  vendor.domain = "Cdn.Vendor.EXAMPLE.";
  EXPECT_EQ(said(*policy, vendor), "allow by things may fetch updates");
  stranger.domain = "vendor.example";
  stranger.settle();
  EXPECT_EQ(said(*policy, stranger), "drop by default things->outside") << "*. does not mean the name itself";

  Facts telnet = f;
  telnet.spoken = nullptr, telnet.spoken_state = Knowledge::never;
  telnet.master = test::id_of("Telnet"), telnet.names_state = Knowledge::known;
  EXPECT_EQ(said(*policy, telnet), "reject by no telnet");

  Facts port = f;
  port.server_port = 8443;
  port.settle();
  EXPECT_EQ(said(*policy, port), "drop by default things->outside");
}

TEST(Policy, pending_ends_when_nothing_else_can_come_out) {
  const auto policy = load(R"(version: 1
rules:
  - { name: a, application: tls, action: drop }
  - { name: b, application: http, action: drop }
  - { name: c, protocol: tcp, action: drop }
  - { name: d, action: allow }
default: allow
)");
  const Facts f = session("192.0.2.7", "203.0.113.5", 443);
  EXPECT_EQ(said(*policy, f), "drop by c") << "whichever of a, b and c decides, it is dropped";
  Facts udp = f;
  udp.protocol = ip_protocol::udp;
  EXPECT_EQ(said(*policy, udp), "pending by a");
}

TEST(Policy, the_wait_has_bounds) {
  const auto policy =
      load("version: 1\ndefault: allow\nundecided: {packets: 5, bytes: 1KiB, time: 500ms, action: hold}\n");
  EXPECT_EQ(policy->undecided().action, WhilePending::hold);
  const Timestamp start{1'000'000'000};
  EXPECT_FALSE(policy->exhausted({4, 1023, start}, start + milliseconds(499)));
  EXPECT_TRUE(policy->exhausted({5, 0, start}, start));
  EXPECT_TRUE(policy->exhausted({0, 1024, start}, start));
  EXPECT_TRUE(policy->exhausted({0, 0, start}, start + milliseconds(500)));
}

TEST(Policy, unknown_is_the_name_of_what_nobody_could_name) {
  const auto policy = load("version: 1\nrules: [{name: u, application: unknown, action: drop}]\ndefault: allow\n");
  Facts f = session("192.0.2.7", "203.0.113.5", 4444);
  EXPECT_EQ(policy->judge(f).kind, Kind::pending);
  Facts google = f;
  google.application = test::id_of("Google");
  EXPECT_EQ(said(*policy, google), "allow by default");
  f.settle();
  EXPECT_EQ(said(*policy, f), "drop by u");
}

TEST(Policy, our_own_protocol_counts_by_the_long_tails_word_only_where_our_parser_is_silent) {
  const auto policy = load("version: 1\nrules: [{name: t, application: tls, action: drop}]\ndefault: allow\n");
  Facts f = session("192.0.2.7", "203.0.113.5", 443);
  f.master = test::id_of("TLS");
  EXPECT_EQ(policy->judge(f).kind, Kind::pending);
  f.spoken_state = Knowledge::never;
  EXPECT_EQ(said(*policy, f), "drop by t");
  f.spoken = &test::http, f.spoken_state = Knowledge::known;
  EXPECT_EQ(said(*policy, f), "allow by default");
}

TEST(Policy, of_the_defaults_the_nearest_counts) {
  const auto policy = load(R"(version: 1
zones: {a: {networks: 192.0.2.0/24}, b: {networks: 198.51.100.0/24}}
default: {any: allow, any->b: drop, a->any: reject, "a -> b": allow}
)");
  const auto by = [&](const char* from, const char* to) {
    Facts f = session(from, to, 1);
    policy->locate(f);
    return said(*policy, f);
  };
  EXPECT_EQ(by("192.0.2.1", "198.51.100.1"), "allow by default a -> b");
  EXPECT_EQ(by("192.0.2.1", "203.0.113.1"), "reject by default a->any");
  EXPECT_EQ(by("203.0.113.1", "198.51.100.1"), "drop by default any->b");
  EXPECT_EQ(by("203.0.113.1", "203.0.113.2"), "allow by default any");
}

TEST(Policy, ends_may_be_told_by_address) {
  const auto policy = load(R"(version: 1
zones: {things: {networks: [192.0.2.0/24]}}
rules:
  - { name: some, from: {zone: things, address: [192.0.2.7, 192.0.2.64/26]}, to: {address: "2001:db8::/32"}, action: drop }
default: allow
)");
  const auto by = [&](const char* from, const char* to) {
    Facts f = session(from, to, 1);
    policy->locate(f);
    return policy->judge(f).kind;
  };
  EXPECT_EQ(by("192.0.2.7", "2001:db8::1"), Kind::drop);
  EXPECT_EQ(by("192.0.2.127", "2001:db8::1"), Kind::drop);
  EXPECT_EQ(by("192.0.2.8", "2001:db8::1"), Kind::allow);
  EXPECT_EQ(by("192.0.2.7", "2001:db9::1"), Kind::allow);
}

TEST(Zones, the_wire_counts_more_than_the_address) {
  const auto policy = load(kExample, {"eth0", "eth1", "eth9"});
  const IpAddress thing = *IpAddress::parse("192.0.2.9"), stranger = *IpAddress::parse("203.0.113.1");
  EXPECT_EQ(policy->zone_name(policy->zone_of(thing, 0)), "outside") << "a forged source stays outside";
  EXPECT_EQ(policy->zone_name(policy->zone_of(stranger, 1)), "things");
  EXPECT_EQ(policy->zone_of(thing, 2), kNoZone) << "by a wire that no zone names";
  EXPECT_EQ(policy->zone_name(policy->zone_of(thing, kNoInterface)), "things") << "where the wire is not known";
  EXPECT_TRUE(policy->missing_interfaces().empty());
}

TEST(Zones, networks_choose_among_zones_on_one_wire) {
  const auto policy = load(R"(version: 1
zones:
  cameras: { interfaces: [eth1], networks: [192.0.2.0/25] }
  door: { interfaces: [eth1], networks: [192.0.2.64/26] }
  rest: { interfaces: [eth1] }
default: allow
)",
                           {"eth1"});
  const auto zone = [&](const char* address) {
    return policy->zone_name(policy->zone_of(*IpAddress::parse(address), 0));
  };
  EXPECT_EQ(zone("192.0.2.1"), "cameras");
  EXPECT_EQ(zone("192.0.2.70"), "door") << "the longest prefix";
  EXPECT_EQ(zone("192.0.2.200"), "rest");
  EXPECT_EQ(zone("fe80::1"), "rest");
}

TEST(Zones, in_a_replay_networks_decide_and_interfaces_are_missing) {
  const auto policy = load(kExample);
  EXPECT_EQ(policy->zone_name(policy->zone_of(*IpAddress::parse("2001:db8:1::5"), 0)), "things");
  EXPECT_THAT(policy->missing_interfaces(), ElementsAre("eth1", "eth0"));
}

// ---- explanation

TEST(Explain, names_the_rule_its_line_and_what_matched) {
  const auto policy = load(kExample);
  Facts f = facts(*policy, "things", "any");
  f.spoken_state = Knowledge::never;
  f.master = test::id_of("Telnet"), f.names_state = Knowledge::known;
  f.settle();
  const Explanation why = policy->explain(f);
  EXPECT_EQ(why.decision, policy->judge(f));
  EXPECT_EQ(why.sentence, "Refused: rule 2 'no telnet' (policy.yaml:14): application Telnet is Telnet");
  EXPECT_EQ(why.flip.sentence, "It would be allowed if application were another: default any (policy.yaml:16)");
  ASSERT_EQ(why.chain.size(), 2u);
  EXPECT_EQ(why.chain[0].truth, Truth::no);
  EXPECT_EQ(why.chain[0].conditions[0].condition, "from");
  EXPECT_EQ(why.chain[0].conditions[0].truth, Truth::yes);
  EXPECT_EQ(why.chain[0].conditions[1].seen, "no zone");
}

TEST(Explain, tells_the_default_and_the_nearest_change) {
  const auto policy = load(kExample);
  Facts f = facts(*policy, "things", "outside");
  f.spoken = &test::tls, f.spoken_state = Knowledge::known;
  f.domain = "tracker.example", f.domain_state = Knowledge::known;
  f.settle();
  const Explanation why = policy->explain(f);
  EXPECT_EQ(why.sentence, "Refused: no rule matches, and the default from things to outside (policy.yaml:16) is drop");
  EXPECT_EQ(why.flip.sentence,
            "It would be allowed if domain were www.vendor.example: rule 1 'things may fetch updates' (policy.yaml:6)");
  EXPECT_THAT(why.flip.changes, ElementsAre("domain were www.vendor.example"));
}

TEST(Explain, tells_what_a_pending_session_waits_for) {
  const auto policy = load(kExample);
  const Explanation why = policy->explain(facts(*policy, "things", "outside"));
  EXPECT_EQ(why.decision.kind, Kind::pending);
  EXPECT_EQ(why.sentence,
            "Pending: rule 1 'things may fetch updates' (policy.yaml:6) may yet match: application is not known yet, "
            "domain is "
            "not known yet.");
  EXPECT_FALSE(why.flip.found);
}

TEST(Explain, says_so_where_no_change_of_the_session_helps) {
  const auto policy = load("version: 1\ndefault: drop\n");
  EXPECT_EQ(policy->explain(session("192.0.2.1", "192.0.2.2", 1)).flip.sentence,
            "No change of this session alone would flip it: default (policy.yaml:2) decides");
}

TEST(Explain, does_not_let_a_name_from_the_wire_spoil_the_terminal) {
  const auto policy = load("version: 1\nrules: [{name: r, domain: a.example, action: drop}]\ndefault: allow\n");
  Facts f = session("192.0.2.1", "192.0.2.2", 1);
  f.domain = "x\x1b[2J";
  f.settle();
  EXPECT_EQ(policy->explain(f).chain[0].conditions[0].seen, "x\\x1b[2J");
}

// ---- what ships

TEST(DefaultPolicy, is_valid_and_denies_things_by_default) {
  const auto policy = Policy::load_text(Policy::default_text(), "default", {});
  ASSERT_TRUE(policy.has_value()) << policy.error().text;
  Facts f = session("192.168.1.5", "203.0.113.9", 4444);
  (*policy)->locate(f);
  EXPECT_EQ((*policy)->judge(f).kind, Kind::pending);
  f.settle();
  EXPECT_EQ(said(**policy, f), "reject by default things->outside");
  std::swap(f.from, f.to);
  EXPECT_EQ(said(**policy, f), "drop by default outside->things");
}

TEST(DefaultPolicy, has_a_schema_that_names_every_key) {
  const auto schema = nlohmann::json::parse(Policy::json_schema());
  EXPECT_THAT(schema["required"], ElementsAre("version", "default"));
  EXPECT_EQ(schema["properties"]["rules"]["items"]["properties"].size(), 8u);
  EXPECT_THAT(schema["properties"]["rules"]["items"]["required"], ElementsAre("name", "action"));
}

TEST(DefaultPolicy, a_missing_file_is_not_an_invalid_one) {
  EXPECT_EQ(Policy::load("/nonexistent/policy.yaml", {}).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace gatehouse::policy
