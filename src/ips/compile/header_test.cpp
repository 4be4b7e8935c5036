// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/header.hpp"

#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>

#include "ips/compile/test_case.hpp"

using namespace gatehouse;
using namespace gatehouse::ips;
using namespace gatehouse::ips::compile;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

IpAddress ip(std::string_view text) {
  return *IpAddress::parse(text);
}

class Header : public testing::Test {
 protected:
  TestCase with(std::string header) { return TestCase{std::move(header) + " (sid:1;)", around}; }
  std::string reason(std::string header) { return with(std::move(header)).reason(); }
  std::vector<std::string_view> protocols(std::string name) {
    const TestCase rule = with("alert " + name + " any any -> any any");
    EXPECT_EQ(rule.reason(), "");
    std::vector<std::string_view> names;
    for (const ProtocolSpec* p : rule.builder->app_protocols) names.push_back(p->name);
    return names;
  }
  AddressSet addresses(std::string list) {
    const TestCase rule = with("alert ip " + list + " any -> any any");
    EXPECT_EQ(rule.reason(), "") << list;
    return rule.builder->src;
  }
  PortSet ports(std::string list) {
    const TestCase rule = with("alert tcp any " + list + " -> any any");
    EXPECT_EQ(rule.reason(), "") << list;
    return rule.builder->src_ports;
  }

  Surroundings around = usual_surroundings();
};

}  // namespace

TEST_F(Header, Actions) {
  const struct {
    std::string_view word;
    RuleAction action;
    Scope scope;
  } cases[] = {{"alert", RuleAction::alert, Scope::standard},
               {"DROP", RuleAction::drop, Scope::standard},
               {"drop:flow", RuleAction::drop, Scope::flow},
               {"pass:packet", RuleAction::pass, Scope::packet},
               {"rejectsrc", RuleAction::reject, Scope::standard},
               {"rejectdst", RuleAction::reject_dst, Scope::standard},
               {"rejectboth:packet", RuleAction::reject_both, Scope::packet},
               {"config", RuleAction::config, Scope::standard}};
  for (const auto& c : cases) {
    const TestCase rule = with(std::string{c.word} + " ip any any -> any any");
    ASSERT_EQ(rule.reason(), "") << c.word;
    EXPECT_EQ(rule.builder->signature.action, c.action) << c.word;
    EXPECT_EQ(rule.builder->signature.scope, c.scope) << c.word;
  }
}

TEST_F(Header, ActionsThatAreNone) {
  for (const std::string_view word : {"accept:hook", "accept", "accept:flow,pass:flow,alert", "drop:hook", "pass:tx"})
    EXPECT_THAT(reason(std::string{word} + " ip any any -> any any"), HasSubstr("firewall mode")) << word;
  EXPECT_THAT(reason("log ip any any -> any any"), HasSubstr("no action"));
  EXPECT_THAT(reason("alert:flow ip any any -> any any"), HasSubstr("nothing else"));
  EXPECT_THAT(reason("drop:half ip any any -> any any"), HasSubstr("nothing else"));
}

TEST_F(Header, TransportProtocols) {
  const auto signature = [&](std::string word) {
    return with("alert " + word + " any any -> any any").builder->signature;
  };
  const auto numbers = [](const Signature& s) { return std::vector<int>(s.protocols, s.protocols + s.protocol_count); };
  EXPECT_THAT(numbers(signature("IP")), ElementsAre());
  EXPECT_THAT(numbers(signature("tcp")), ElementsAre(6));
  EXPECT_THAT(numbers(signature("icmp")), ElementsAre(1, 58));
  EXPECT_THAT(numbers(signature("icmpv6")), ElementsAre(58));
  EXPECT_THAT(numbers(signature("sctp")), ElementsAre(132));
  EXPECT_EQ(signature("ipv6").ip_version, 6);
  EXPECT_EQ(signature("ip4").ip_version, 4);
  EXPECT_TRUE(signature("tcp-pkt").packet_only);
  EXPECT_TRUE(signature("tcp-stream").stream_only);
  EXPECT_TRUE(signature("pkthdr").packet_only);
}

TEST_F(Header, ApplicationProtocols) {
  EXPECT_THAT(protocols("tls"), ElementsAre("tls"));
  EXPECT_THAT(protocols("ssl"), ElementsAre("tls"));
  EXPECT_THAT(protocols("http"), ElementsAre("http", "http2"));
  EXPECT_THAT(protocols("http1"), ElementsAre("http"));
  EXPECT_THAT(protocols("dns"), ElementsAre("dns", "doh2"));
  EXPECT_THAT(protocols("dcerpc"), ElementsAre("dcerpc", "smb"));
  EXPECT_THAT(protocols("bittorrent-dht"), ElementsAre("bittorrent-dht"));
  const TestCase dns = with("alert dns any any -> any any");
  EXPECT_EQ(dns.builder->signature.protocol_count, 2);
  EXPECT_TRUE(dns.builder->app_known);
  EXPECT_THAT(reason("alert gopher any any -> any any"), HasSubstr("no protocol 'gopher'"));
}

TEST_F(Header, Hooks) {
  const TestCase rule = with("alert tls:client_hello_done any any -> any any");
  EXPECT_EQ(rule.reason(), "");
  EXPECT_EQ(rule.builder->hook, "client_hello_done");
  EXPECT_THAT(reason("alert tls:client_hello any any -> any any"), HasSubstr("client_hello_done"));
  EXPECT_THAT(reason("alert tls:<client_hello_done any any -> any any"), HasSubstr("firewall mode"));
  EXPECT_THAT(reason("alert ip:pre_flow any any -> any any"), HasSubstr("firewall mode"));
  EXPECT_THAT(reason("alert tls: any any -> any any"), HasSubstr("missing"));
}

// Every hook of the reference, from its own list.
TEST_F(Header, AllOfTheReferencesHooksAreStagesHere) {
  const char* named = std::getenv("GATEHOUSE_CORPUS");
  const std::filesystem::path corpus =
      named != nullptr ? named : std::filesystem::path{GATEHOUSE_SOURCE} / ".." / "shared" / "corpus";
  std::ifstream list{corpus / "eve" / "hooks.txt"};
  if (!list) GTEST_SKIP() << "there is no corpus at " << corpus << "; GATEHOUSE_CORPUS names it";
  std::size_t hooks = 0;
  for (std::string hook; std::getline(list, hook);) {
    if (hook.find(':') == hook.npos || hook.contains(' ')) continue;
    ++hooks;
    EXPECT_EQ(reason("alert " + hook + " any any -> any any"), "") << hook;
  }
  EXPECT_GT(hooks, 100u);
}

TEST_F(Header, TheHookOfAFlowsFirstPacket) {
  const TestCase rule = with("alert tcp:flow_start any any -> any any");
  ASSERT_EQ(rule.builder->checks.size(), 1u);
  const Check& check = rule.builder->checks[0];
  flow::Flow flow;
  Scene scene;
  EXPECT_FALSE(check.holds(check, scene));
  scene.flow = &flow;
  flow.packets = {1, 0};
  EXPECT_TRUE(check.holds(check, scene));
  flow.packets = {1, 1};
  EXPECT_FALSE(check.holds(check, scene));
}

TEST_F(Header, AddressLists) {
  EXPECT_TRUE(addresses("any").is_any());
  EXPECT_TRUE(addresses("[10.0.0.0/24, !10.0.0.5]").contains(ip("10.0.0.4")));
  EXPECT_FALSE(addresses("[10.0.0.0/24, !10.0.0.5]").contains(ip("10.0.0.5")));
  EXPECT_EQ(addresses("10.1.2.3/255.255.0.0"), addresses("10.1.0.0-10.1.255.255"));
  EXPECT_EQ(addresses("10.0.0.77/25"), addresses("10.0.0.0-10.0.0.127"));
  EXPECT_EQ(addresses("2001:db8::1/33"), addresses("2001:db8::-2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"));
  EXPECT_TRUE(addresses("0.0.0.0/0").contains(ip("255.1.1.1")));
  EXPECT_FALSE(addresses("0.0.0.0/0").is_any());
  EXPECT_TRUE(addresses("[0.0.0.0/0,::/0]").is_any());
  EXPECT_FALSE(addresses("![1.1.1.1,2.2.2.2]").contains(ip("2.2.2.2")));
  EXPECT_TRUE(addresses("![1.1.1.1,2.2.2.2]").contains(ip("::1")));
  EXPECT_EQ(addresses("[1.1.1.1,[2.2.2.2,[3.3.3.3]]]"), addresses("1.1.1.1,2.2.2.2,3.3.3.3"));
  // Everything but "10/8 without 10.1/16": 10.1/16 is in it again.
  EXPECT_TRUE(addresses("![10.0.0.0/8,!10.1.0.0/16]").contains(ip("10.1.0.1")));
  EXPECT_FALSE(addresses("![10.0.0.0/8,!10.1.0.0/16]").contains(ip("10.2.0.1")));
}

TEST_F(Header, PortLists) {
  EXPECT_TRUE(ports("any").is_any());
  EXPECT_TRUE(ports("0:65535").is_any());
  EXPECT_THAT(ports("[80: 82]").ranges(), ElementsAre(PortRange{80, 82}));
  EXPECT_THAT(ports("1024:").ranges(), ElementsAre(PortRange{1024, 65535}));
  EXPECT_THAT(ports(":80").ranges(), ElementsAre(PortRange{0, 80}));
  EXPECT_THAT(ports("!80").ranges(), ElementsAre(PortRange{0, 79}, PortRange{81, 65535}));
  EXPECT_THAT(ports("[1:80,![2,4]]").ranges(), ElementsAre(PortRange{1, 1}, PortRange{3, 3}, PortRange{5, 80}));
}

TEST_F(Header, Variables) {
  around.addresses["HOME_NET"] = "[192.168.0.0/16,10.0.0.0/8]";
  around.addresses["EXTERNAL_NET"] = "!$HOME_NET";
  EXPECT_TRUE(addresses("$HTTP_SERVERS").contains(ip("10.1.1.1")));
  EXPECT_FALSE(addresses("$EXTERNAL_NET").contains(ip("10.1.1.1")));
  EXPECT_TRUE(addresses("[$EXTERNAL_NET,10.1.1.1]").contains(ip("10.1.1.1")));
  EXPECT_THAT(ports("$FILE_DATA_PORTS").ranges(),
              ElementsAre(PortRange{80, 80}, PortRange{110, 110}, PortRange{143, 143}));
  EXPECT_TRUE(with("alert ip $EXTERNAL_NET any -> $HOME_NET any").builder->negated_addresses);
  EXPECT_FALSE(with("alert ip any any -> $HOME_NET any").builder->negated_addresses);
}

TEST_F(Header, ADefaultDoesNotReplaceWhatIsConfigured) {
  around.ports["HTTP_PORTS"] = "8080";
  default_variables(around);
  EXPECT_THAT(ports("$HTTP_PORTS").ranges(), ElementsAre(PortRange{8080, 8080}));
}

TEST_F(Header, WhatCouldNeverMatchIsRefused) {
  for (const std::string_view list : {"!any", "[!any]", "!$HOME_NET", "[10.0.0.0/24,!10.0.0.0/8]", "![0.0.0.0/0,::/0]"})
    EXPECT_THAT(reason("alert ip " + std::string{list} + " any -> any any"), HasSubstr("leaves no address")) << list;
  for (const std::string_view list : {"!any", "[80,!80]", "!0:65535"})
    EXPECT_THAT(reason("alert tcp any " + std::string{list} + " -> any any"), HasSubstr("leaves no port")) << list;
}

TEST_F(Header, MistakesInListsHaveTheirPlace) {
  const struct {
    std::string list, reason;
    std::uint32_t column;
  } cases[] = {{"[1.1.1.1,300.1.1.1]", "is no address", 19}, {"[1.1.1.1,]", "item of the list is missing", 19},
               {"[1.1.1.1][2.2.2.2]", "do not pair", 18},    {"[1.1.1.1,![2.2.2.2,x]]", "'x' is no address", 29},
               {"1.1.1.1/33", "prefix length", 10},          {"1.1.1.1/255.0.255.0", "prefix length", 10},
               {"1.1.1.9-1.1.1.1", "is no range", 10},       {"1.1.1.1-::1", "is no range", 10},
               {"$NOWHERE", "$NOWHERE has no value", 10},    {"!!1.1.1.1", "is no address", 11}};
  for (const auto& c : cases) {
    const text::Refusal refusal = with("alert ip " + c.list + " any -> any any").refusal();
    EXPECT_THAT(refusal.reason, HasSubstr(c.reason)) << c.list;
    EXPECT_EQ(refusal.place, (text::Place{1, c.column})) << c.list << ": column " << refusal.place.column;
  }
  for (const std::string_view list : {"65536", "-1", "80:70", ":", "8x", "80:81:82", "$HOME_NET"})
    EXPECT_NE(reason("alert tcp any " + std::string{list} + " -> any any"), "") << list;
}

TEST_F(Header, VariablesThatNameThemselvesEnd) {
  around.addresses["A"] = "[$B,$B]";
  around.addresses["B"] = "[$A,$A]";
  EXPECT_THAT(reason("alert ip $A any -> any any"), HasSubstr("names itself"));
}

TEST_F(Header, Directions) {
  const auto signature = [&](std::string header) { return with(std::move(header)).builder->signature; };
  EXPECT_FALSE(signature("alert tcp any any -> any 80").bidirectional);
  EXPECT_TRUE(signature("alert tcp any any <> any 80").bidirectional);
  EXPECT_FALSE(signature("alert tcp any any <> any any").bidirectional);  // the same rule again
  EXPECT_TRUE(signature("alert http any any => any any").transactional);
  EXPECT_FALSE(signature("alert ip 1.1.1.1 any -> any any").src_any);
  EXPECT_TRUE(signature("alert ip 1.1.1.1 any -> any any").dst_any);
}
