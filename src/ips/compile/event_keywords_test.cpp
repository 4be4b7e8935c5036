// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <gmock/gmock.h>
#include <set>

#include "ips/compile/test_case.hpp"

using namespace gatehouse;
using namespace gatehouse::ips;
using namespace gatehouse::ips::compile;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class Events : public testing::Test {
 protected:
  TestCase with(std::string options, std::string_view protocol = "ip") {
    return TestCase{"alert " + std::string{protocol} + " any any -> any any (" + std::move(options) + " sid:1;)",
                    around};
  }
  std::vector<std::string> app_events(std::string option, std::string_view protocol = "ip") {
    const TestCase rule = with(std::move(option), protocol);
    EXPECT_EQ(rule.reason(), "");
    std::vector<std::string> names;
    for (const auto& [index, event] : rule.builder->app_events)
      names.push_back(std::string{around.protocols[index]->name} + "." +
                      std::string{around.protocols[index]->events[event].name});
    return names;
  }
  // What a rule says of a flow that was recognised so.
  bool says(std::string option, flow::AppLayer app, Direction direction = Direction::to_server) {
    const TestCase rule = with(std::move(option), "tcp");
    EXPECT_EQ(rule.reason(), "");
    flow::Flow flow;
    flow.app = app;
    Scene scene;
    scene.flow = &flow;
    scene.direction = direction;
    const Check& check = rule.builder->checks.at(0);
    return check.holds(check, scene);
  }
  flow::AppLayer spoken(std::string_view to_server, std::string_view to_client) {
    flow::AppLayer app;
    app.by_direction = {around.protocol(to_server), around.protocol(to_client)};
    app.protocol = app.by_direction[0] != nullptr ? app.by_direction[0] : app.by_direction[1];
    return app;
  }
  Surroundings around = usual_surroundings();
};

}  // namespace

TEST_F(Events, OfPackets) {
  EXPECT_THAT(with("decode-event:ipv4.pkt_too_small;").builder->packet_events,
              ElementsAre(PacketEvent::ipv4_pkt_too_small));
  EXPECT_THAT(with("stream-event:est_packet_out_of_window;").builder->packet_events,
              ElementsAre(PacketEvent::stream_est_packet_out_of_window));
  EXPECT_THAT(with("engine-event:decoder.ipv6.trunc_pkt;").builder->packet_events,
              ElementsAre(PacketEvent::ipv6_trunc_pkt));
  EXPECT_THAT(with("decode-event:ipv4.no_such;").reason(), HasSubstr("'ipv4.no_such'"));
  EXPECT_THAT(with("stream-event:ipv4.pkt_too_small;").reason(), HasSubstr("TCP tracking"));
  EXPECT_THAT(with("engine-event:ipv4.pkt_too_small;").reason(), HasSubstr("before it"));
}

TEST_F(Events, ASecondEventOfThePacketMustBeThereAsWell) {
  const TestCase rule = with("decode-event:ipv4.trunc_pkt; stream-event:pkt_invalid_ack;");
  EXPECT_THAT(rule.builder->packet_events, ElementsAre(PacketEvent::ipv4_trunc_pkt));
  const Check& check = rule.builder->checks.at(0);
  Packet packet;
  Scene scene;
  EXPECT_FALSE(check.holds(check, scene));
  scene.packet = &packet;
  packet.events.add(PacketEvent::ipv4_trunc_pkt);
  EXPECT_FALSE(check.holds(check, scene));
  packet.events.add(PacketEvent::stream_pkt_invalid_ack);
  EXPECT_TRUE(check.holds(check, scene));
}

TEST_F(Events, OfParsers) {
  EXPECT_THAT(app_events("app-layer-event:tls.invalid_sni_type;"), ElementsAre("tls.invalid_sni_type"));
  EXPECT_THAT(app_events("app-layer-event:tls.invalid_sni_type;", "tls"), ElementsAre("tls.invalid_sni_type"));
  EXPECT_THAT(with("app-layer-event:tls.invalid_sni_type;").builder->app_protocols,
              ElementsAre(around.protocol("tls")));
  EXPECT_THAT(app_events("app-layer-event:http.missing_host_header;"), ElementsAre("http.MISSING_HOST_HEADER"));
  EXPECT_THAT(with("app-layer-event:tls.no_such;").reason(), HasSubstr("no event 'no_such'"));
  EXPECT_THAT(with("app-layer-event:gopher.x;").reason(), HasSubstr("no protocol 'gopher'"));
  EXPECT_THAT(with("app-layer-event:tls.invalid_sni_type;", "dns").reason(), HasSubstr("the rule is for dns"));
}

TEST_F(Events, ASecondEventOfTheTransactionMustBeThereAsWell) {
  const TestCase rule = with("app-layer-event:tls.invalid_sni_type; app-layer-event:tls.heartbeat_message;");
  ASSERT_EQ(rule.builder->app_events.size(), 1u);
  const Check& check = rule.builder->checks.at(0);
  EXPECT_EQ(check.moment, Moment::transaction);
  const ProtocolSpec& tls = *around.protocol("tls");
  Transaction tx;
  tx.protocol = &tls;
  Scene scene;
  scene.tx = &tx;
  EXPECT_FALSE(check.holds(check, scene));
  const auto row = std::ranges::find(tls.events, "heartbeat_message", &EventSpec::name) - tls.events.begin();
  tx.events = 1ull << row;
  EXPECT_TRUE(check.holds(check, scene));
  tx.protocol = around.protocol("dns");
  EXPECT_FALSE(check.holds(check, scene));
}

TEST_F(Events, OfProtocolDetection) {
  EXPECT_THAT(with("app-layer-event:applayer_mismatch_protocol_both_directions;").builder->detection_events,
              ElementsAre("applayer_mismatch_protocol_both_directions"));
  EXPECT_THAT(with("app-layer-event:applayer_no_such;").reason(), HasSubstr("protocol.event"));
}

// ---- app-layer-protocol

TEST_F(Events, WhatTheFlowSpeaksInThePacketsDirection) {
  EXPECT_TRUE(says("app-layer-protocol:http;", spoken("http", "")));
  EXPECT_TRUE(says("app-layer-protocol:http;", spoken("http2", "")));
  EXPECT_FALSE(says("app-layer-protocol:http,exact;", spoken("http2", "")));
  EXPECT_FALSE(says("app-layer-protocol:http;", spoken("http", ""), Direction::to_client));
  EXPECT_TRUE(says("app-layer-protocol:http,to_server;", spoken("http", ""), Direction::to_client));
  EXPECT_TRUE(says("app-layer-protocol:ssh|tls,to_client;", spoken("http", "tls")));
  EXPECT_FALSE(says("app-layer-protocol:ssh|tls,to_client;", spoken("http", "dns")));
  EXPECT_TRUE(says("app-layer-protocol:http,final;", spoken("http", "ssh")));
}

TEST_F(Events, ANegationWaitsForAnAnswer) {
  flow::AppLayer failed;
  failed.failed = true;
  EXPECT_FALSE(says("app-layer-protocol:!tls;", spoken("", "")));
  EXPECT_FALSE(says("app-layer-protocol:!tls;", spoken("tls", "")));
  EXPECT_TRUE(says("app-layer-protocol:!tls;", spoken("ssh", "")));
  EXPECT_TRUE(says("app-layer-protocol:!tls;", failed));
  EXPECT_FALSE(says("app-layer-protocol:!tls,either;", spoken("", "")));
  EXPECT_FALSE(says("app-layer-protocol:!tls,either;", spoken("ssh", "tls")));
  EXPECT_TRUE(says("app-layer-protocol:!tls,either;", spoken("ssh", "")));
}

TEST_F(Events, FailedAndUnknown) {
  flow::AppLayer failed;
  failed.failed = true;
  EXPECT_TRUE(says("app-layer-protocol:failed;", failed));
  EXPECT_FALSE(says("app-layer-protocol:failed;", spoken("", "")));
  EXPECT_FALSE(says("app-layer-protocol:failed;", spoken("tls", "")));
  EXPECT_TRUE(says("app-layer-protocol:!failed;", spoken("tls", "")));
  EXPECT_TRUE(says("app-layer-protocol:unknown|tls;", spoken("", "")));
  EXPECT_FALSE(says("app-layer-protocol:unknown;", failed));
}

TEST_F(Events, TheProtocolBeforeAChange) {
  flow::AppLayer app = spoken("tls", "tls");
  EXPECT_FALSE(says("app-layer-protocol:smtp,original;", app));
  app.original = around.protocol("smtp");
  EXPECT_TRUE(says("app-layer-protocol:smtp,original;", app));
}

TEST_F(Events, ProtocolsThatCannotBeAsked) {
  EXPECT_THAT(with("app-layer-protocol:gopher;").reason(), HasSubstr("gopher"));
  EXPECT_THAT(with("app-layer-protocol:!unknown;").reason(), HasSubstr("cannot be negated"));
  EXPECT_THAT(with("app-layer-protocol:tls,sideways;").reason(), HasSubstr("'sideways'"));
  EXPECT_THAT(with("app-layer-protocol:tls,final,either;").reason(), HasSubstr("'either'"));
  EXPECT_THAT(with("app-layer-protocol:tls;", "tls").reason(), HasSubstr("already"));
}

TEST_F(Events, HowFarATransactionIs) {
  const auto says_at = [&](std::string option, std::uint8_t stage) {
    const TestCase rule = with(std::move(option), "tls");
    EXPECT_EQ(rule.reason(), "");
    Transaction tx;
    tx.protocol = around.protocol("tls");
    tx.stage = {stage, 0};
    Scene scene;
    scene.tx = &tx;
    const Check& check = rule.builder->checks.at(0);
    return check.holds(check, scene);
  };
  EXPECT_TRUE(says_at("app-layer-state:<client_hello_done;", 1));
  EXPECT_FALSE(says_at("app-layer-state:<client_hello_done;", 2));
  EXPECT_TRUE(says_at("app-layer-state:client_hello_done;", 2));
  EXPECT_FALSE(says_at("app-layer-state:client_hello_done;", 3));
  EXPECT_TRUE(says_at("app-layer-state:>client_hello_done;", 3));
  EXPECT_THAT(with("app-layer-state:client_hello_done;").reason(), HasSubstr("header"));
  EXPECT_THAT(with("app-layer-state:asleep;", "tls").reason(), HasSubstr("no state 'asleep'"));
}

// ---- all that the reference raises

// Names of the reference for things that the engine here does not do, or does elsewhere; a rule that asks for one is
// refused with that name.
TEST_F(Events, AllOfTheReferencesEventsHaveANameHere) {
  const char* named = std::getenv("GATEHOUSE_CORPUS");
  const std::filesystem::path corpus =
      named != nullptr ? named : std::filesystem::path{GATEHOUSE_SOURCE} / ".." / "shared" / "corpus";
  if (!std::filesystem::is_directory(corpus / "rules" / "reference-events"))
    GTEST_SKIP() << "there is no corpus at " << corpus << "; GATEHOUSE_CORPUS names it";
  std::size_t rules = 0;
  std::set<std::string> unknown;
  for (const auto& entry : std::filesystem::directory_iterator{corpus / "rules" / "reference-events"}) {
    const auto file = text::RuleFile::read(entry.path());
    ASSERT_TRUE(file) << file.error().text;
    EXPECT_THAT(file->refusals(), IsEmpty()) << entry.path();
    for (const text::Rule& rule : file->rules()) {
      ++rules;
      const TestCase test{std::string{rule.raw}, around};
      // What names a list of digests wants the list.
      if (test.reason() != "" && !test.reason().contains("cannot be read"))
        unknown.insert(entry.path().filename().string() + ": " + test.refusal().keyword + ": " + test.reason());
    }
  }
  EXPECT_GT(rules, 400u);
  for (const std::string& one : unknown) ADD_FAILURE() << one;
}
