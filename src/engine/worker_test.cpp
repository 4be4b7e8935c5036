// SPDX-License-Identifier: GPL-3.0-or-later
// The worker whole, over packets of our own making: verdicts that go back to the source, answers to rejected sessions,
// and what the log says of both.
#include "engine/worker.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "decode/decoder.hpp"
#include "support/packet_builder.hpp"

namespace gatehouse::engine {
namespace {

using nlohmann::json;
using test::Frame;
using test::PacketBuilder;

constexpr std::string_view kClient = "10.77.1.10", kServer = "10.77.1.100";
constexpr std::string_view kPolicy =
    "version: 1\n"
    "zones:\n"
    "  things: { networks: [10.77.1.0/26] }\n"
    "  outside: { networks: [10.77.0.0/16] }\n"
    "rules:\n"
    "  - { name: no datagrams there, protocol: udp, port: 9, action: reject }\n"
    "  - { name: names may be asked, from: things, to: outside, application: dns, action: allow }\n"
    "  - { name: no remote shells, application: ssh, action: reject }\n"
    "default: allow\n";

// An inline source that lends the frames it was given, one a batch, and keeps what the worker does with them.
class Wire final : public capture::Source {
 public:
  struct Outcome {
    std::vector<Action> actions;
    std::vector<Frame> injected;
  };
  Wire(std::deque<Frame> frames, Outcome& outcome) : frames_(std::move(frames)), outcome_(outcome) {}

  std::span<const RawPacket> receive(Duration) noexcept override {
    raw_ = test::as_raw(frames_.front(), LinkType::ethernet, {1'700'000'000'000'000 + 1000 * number_});
    raw_.number = static_cast<std::uint64_t>(++number_);
    return {&raw_, 1};
  }
  void release(std::span<const Action> actions) noexcept override {
    outcome_.actions.insert(outcome_.actions.end(), actions.begin(), actions.end());
    frames_.pop_front();
  }
  bool ended() const noexcept override { return frames_.empty(); }
  bool is_inline() const noexcept override { return true; }
  std::uint8_t peer_of(std::uint8_t port) const noexcept override { return port ^ 1; }
  void inject(std::uint8_t, Bytes frame) noexcept override {
    outcome_.injected.emplace_back(frame.begin(), frame.end());
  }
  capture::SourceCounters counters() const noexcept override { return {}; }

 private:
  std::deque<Frame> frames_;
  Outcome& outcome_;
  RawPacket raw_;
  std::int64_t number_ = 0;
};

struct Played {
  Wire::Outcome outcome;
  std::vector<json> records;

  std::vector<json> of_type(std::string_view type) const {
    std::vector<json> found;
    for (const json& record : records)
      if (record["event_type"] == type) found.push_back(record);
    return found;
  }
};

Played play(std::deque<Frame> frames, Mode mode, std::vector<std::string> log_types = {}, bool midstream = true) {
  Played result;
  auto generation = std::make_shared<Generation>();
  const auto policy = policy::Policy::load_text(kPolicy, "policy.yaml", {});
  EXPECT_TRUE(policy) << policy.error().text;
  generation->policy = *policy;
  WorkerSettings settings;
  settings.mode = mode;
  settings.tcp.mode = mode == Mode::prevent ? flow::TcpMode::in_line : flow::TcpMode::passive;
  settings.tcp.midstream = settings.tcp.async_oneside = midstream;
  settings.longtail = false;
  settings.wall_clock = false;
  settings.log_types = std::move(log_types);
  const CurrentGeneration current{generation};
  auto worker = Worker::make(settings, std::make_unique<Wire>(std::move(frames), result.outcome), current);
  EXPECT_TRUE(worker);
  (*worker)->run();
  (*worker)->ring().drain([&](std::span<const char> line) {
    result.records.push_back(json::parse(std::string_view{line.data(), line.size()}));
  });
  return result;
}

Frame segment(bool to_server, std::uint32_t seq, std::uint32_t ack, std::uint8_t flags, std::string_view payload = {}) {
  PacketBuilder builder;
  builder.ethernet().ipv4(to_server ? kClient : kServer, to_server ? kServer : kClient);
  builder.tcp(to_server ? 40000 : 2222, to_server ? 2222 : 40000, {.seq = seq, .ack = ack, .flags = flags});
  return builder.payload(payload).build();
}

// A session that turns out to be SSH, on a port that is not SSH's.
std::deque<Frame> hidden_ssh() {
  using namespace tcp_flag;
  return {segment(true, 1000, 0, syn), segment(false, 5000, 1001, syn | ack), segment(true, 1001, 5001, ack),
          segment(true, 1001, 5001, ack | psh, "SSH-2.0-OpenSSH_9.2\r\n"),
          segment(true, 1001, 5001, ack | psh, "SSH-2.0-OpenSSH_9.2\r\n")};
}

TEST(Worker, ARejectedSessionIsStoppedAnsweredAndExplained) {
  const Played run = play(hidden_ssh(), Mode::prevent);
  using enum Action;
  EXPECT_EQ(run.outcome.actions, (std::vector{pass, pass, pass, reject, drop}));

  const auto alerts = run.of_type("alert");
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0]["alert"]["action"], "blocked");
  EXPECT_EQ(alerts[0]["alert"]["signature"], "no remote shells");
  EXPECT_EQ(alerts[0]["alert"]["context"]["policy"]["application"], "ssh");
  EXPECT_EQ(alerts[0]["alert"]["context"]["policy"]["line"], 8);
  const auto drops = run.of_type("drop");
  ASSERT_EQ(drops.size(), 1u) << "the session's later packets are counted, not logged one by one";
  EXPECT_EQ(drops[0]["drop"]["reason"], "firewall rules");
  const auto flows = run.of_type("flow");
  ASSERT_EQ(flows.size(), 1u);
  EXPECT_EQ(flows[0]["flow"]["action"], "drop");
}

TEST(Worker, TheResetsAreOnesThatBothEndsAccept) {
  const Played run = play(hidden_ssh(), Mode::prevent);
  ASSERT_EQ(run.outcome.injected.size(), 2u);
  decode::Decoder decoder{{.verify_checksums = true}};
  const auto decoded = [&](const Frame& frame) {
    const RawPacket raw = test::as_raw(frame);
    const Packet packet = decoder.decode(raw).front();
    EXPECT_TRUE(packet.is_tcp());
    EXPECT_FALSE(packet.bad_checksum);
    EXPECT_NE(packet.tcp.flags & tcp_flag::rst, 0);
    return packet;
  };
  const Packet to_client = decoded(run.outcome.injected[0]);
  EXPECT_EQ(to_string(to_client.dst), kClient);
  EXPECT_EQ(to_client.tcp.seq, 5001u) << "what the client expects next from the server";
  const Packet to_server = decoded(run.outcome.injected[1]);
  EXPECT_EQ(to_string(to_server.dst), kServer);
  EXPECT_EQ(to_server.tcp.seq, 1001u) << "what the server expects next from the client";
}

TEST(Worker, ARejectedDatagramIsAnsweredWithUnreachable) {
  PacketBuilder builder;
  const Frame frame = builder.ethernet().ipv4(kClient, kServer).udp(40000, 9).payload("x").build();
  const Played run = play({frame}, Mode::prevent);
  EXPECT_EQ(run.outcome.actions, std::vector{Action::reject});
  ASSERT_EQ(run.outcome.injected.size(), 1u);
  decode::Decoder decoder;
  const RawPacket raw = test::as_raw(run.outcome.injected[0]);
  const Packet packet = decoder.decode(raw).front();
  EXPECT_EQ(packet.protocol, ip_protocol::icmp);
  EXPECT_EQ(packet.icmp.type, 3);   // destination unreachable
  EXPECT_EQ(packet.icmp.code, 13);  // administratively prohibited
  EXPECT_TRUE(packet.icmp.quotes_flow);
  EXPECT_EQ(packet.icmp.quoted_dst_port, 9);
  EXPECT_FALSE(packet.bad_checksum);
}

// RFC 3550, 5.1: packets of one source, 20 milliseconds of sound each.
Frame sound(std::uint8_t number, std::string_view source) {
  std::string packet{"\x80\x00\x01", 3};
  packet += static_cast<char>(number);
  const unsigned time = 0x1000u + number * 160u;
  packet += {'\0', '\0', static_cast<char>(time >> 8), static_cast<char>(time)};
  packet += std::string(source) + std::string(160, 'x');
  PacketBuilder builder;
  builder.ethernet().ipv4(kClient, kServer);
  return builder.udp(20000, 30000).payload(packet).build();
}

TEST(Worker, WhatOneDatagramCannotTellTheNextOneDoes) {
  const auto app_of = [](std::deque<Frame> frames) {
    return play(std::move(frames), Mode::detect).of_type("flow").at(0).value("app_proto", "");
  };
  EXPECT_EQ(app_of({sound(1, "abcd"), sound(2, "abcd")}), "rtp");
  EXPECT_NE(app_of({sound(1, "abcd")}), "rtp");
  EXPECT_NE(app_of({sound(1, "abcd"), sound(2, "efgh")}), "rtp");
}

TEST(Worker, ASessionWithoutABeginningDoesNotPassWhereItIsNotTakenUp) {
  const std::deque<Frame> frames{segment(true, 1001, 5001, tcp_flag::ack, "GET / HTTP/1.1\r\n\r\n"),
                                 segment(false, 5001, 1019, tcp_flag::ack, "HTTP/1.1 200 OK\r\n\r\n")};
  const Played run = play(frames, Mode::prevent, {}, false);
  EXPECT_EQ(run.outcome.actions, std::vector(2, Action::drop));
  ASSERT_EQ(run.of_type("drop").size(), 1u) << "the first of the session says why";
  EXPECT_EQ(run.of_type("drop")[0]["drop"]["reason"], "stream midstream");
  EXPECT_EQ(run.of_type("flow").at(0)["flow"]["action"], "drop");
  EXPECT_TRUE(run.of_type("http").empty());
  EXPECT_EQ(play(frames, Mode::detect, {}, false).outcome.actions, std::vector(2, Action::pass));
}

TEST(Worker, WhatADeviceSaysOfItselfIsWrittenOnce) {
  std::deque<Frame> frames = hidden_ssh();
  const Played run = play(frames, Mode::detect, {"device"});
  ASSERT_GE(run.records.size(), 1u);
  const auto& device = run.records[0]["ndpi"]["device"];
  EXPECT_EQ(device["kind"], "software");
  EXPECT_EQ(device["field"], "ssh.software");
}

TEST(Worker, WhatRidesOnTheLinkIsReadAndNotJudged) {
  Frame who_has{0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2};
  const Played run = play({PacketBuilder().ethernet().raw(who_has, 0x0806).build()}, Mode::prevent);
  EXPECT_EQ(run.outcome.actions, std::vector(1, Action::pass));
  ASSERT_EQ(run.of_type("arp").size(), 1u);
  EXPECT_EQ(run.of_type("arp")[0]["arp"]["dest_ip"], "10.0.0.2");
}

TEST(Worker, AnObserverSaysWhatWouldBeRefusedAndHoldsUpNothing) {
  const Played run = play(hidden_ssh(), Mode::detect);
  EXPECT_EQ(run.outcome.actions, std::vector(5, Action::pass));
  EXPECT_TRUE(run.outcome.injected.empty());
  ASSERT_EQ(run.of_type("alert").size(), 1u);
  EXPECT_EQ(run.of_type("alert")[0]["alert"]["action"], "allowed");
  EXPECT_TRUE(run.of_type("drop").empty());
}

TEST(Worker, WritesOnlyTheKindsOfRecordsThatAreWanted) {
  const Played run = play(hidden_ssh(), Mode::prevent, {"flow"});
  ASSERT_EQ(run.records.size(), 1u);
  EXPECT_EQ(run.records[0]["event_type"], "flow");
}

TEST(Worker, ARetransmissionThatContradictsDoesNotPass) {
  using namespace tcp_flag;
  std::deque<Frame> frames{segment(true, 1000, 0, syn), segment(false, 5000, 1001, syn | ack),
                           segment(true, 1001, 5001, ack),
                           segment(true, 1001, 5001, ack | psh, "GET / HTTP/1.1\r\nHost: good.example\r\n\r\n"),
                           segment(true, 1001, 5001, ack | psh, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")};
  const Played run = play(std::move(frames), Mode::prevent);
  ASSERT_EQ(run.outcome.actions.size(), 5u);
  EXPECT_EQ(run.outcome.actions[3], Action::pass);
  EXPECT_EQ(run.outcome.actions[4], Action::drop);
  ASSERT_EQ(run.of_type("drop").size(), 1u);
  EXPECT_EQ(run.of_type("drop")[0]["drop"]["reason"], "stream reassembly");
}

TEST(Worker, NoiseNeverStopsIt) {
  std::deque<Frame> frames;
  std::uint32_t state = 7;
  for (int i = 0; i < 3000; ++i) {
    Frame noise = segment(true, 1000, 0, tcp_flag::syn, "noise");
    for (int flips = 0; flips < 4; ++flips) {
      state = state * 1664525 + 1013904223;
      noise[(state >> 8) % noise.size()] = static_cast<std::uint8_t>(state >> 24);
    }
    noise.resize(1 + (state >> 16) % noise.size());
    frames.push_back(std::move(noise));
  }
  const Played run = play(std::move(frames), Mode::prevent);
  EXPECT_EQ(run.outcome.actions.size(), 3000u);
}

}  // namespace
}  // namespace gatehouse::engine
