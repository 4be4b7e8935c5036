// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/table.hpp"

#include <gtest/gtest.h>
#include <map>
#include <set>
#include <vector>

#include "flow/tcp_connection.hpp"

namespace gatehouse::flow::test {
namespace {

constexpr std::int64_t kStart = 1'700'000'000;

struct Ended {
  std::uint64_t id;
  EndReason reason;
};

class Recorder : public FlowEnded {
 public:
  void on_flow_end(Flow& flow) noexcept override { ended.push_back({flow.id, flow.end_reason}); }
  std::vector<Ended> ended;
};

// Packets between made-up ends: end n is 10.n/16 by its number.
class TableTest : public ::testing::Test {
 protected:
  static IpAddress end(std::uint32_t n) {
    const std::uint8_t b[4]{10, static_cast<std::uint8_t>(n >> 16), static_cast<std::uint8_t>(n >> 8),
                            static_cast<std::uint8_t>(n)};
    return IpAddress::v4(b);
  }
  static Packet packet(std::uint8_t protocol, std::uint32_t from, std::uint16_t from_port, std::uint32_t to,
                       std::uint16_t to_port) {
    Packet p;
    p.src = end(from), p.dst = end(to);
    p.src_port = from_port, p.dst_port = to_port;
    p.protocol = protocol;
    p.has_ip = p.has_transport = true;
    return p;
  }
  static Packet udp(std::uint32_t from, std::uint16_t from_port, std::uint32_t to, std::uint16_t to_port) {
    return packet(ip_protocol::udp, from, from_port, to, to_port);
  }
  static Packet icmp(std::uint8_t type, std::uint32_t from, std::uint32_t to, std::uint16_t id = 0) {
    Packet p = packet(ip_protocol::icmp, from, 0, to, 0);
    p.icmp.type = type, p.icmp.id = id;
    return p;
  }
  Flow* track(FlowTable& table, Packet p, std::int64_t second) {
    RawPacket raw;
    raw.time = Timestamp{(kStart + second) * 1'000'000};
    raw.wire_length = 100;
    p.raw = &raw;
    return table.track(p, direction);
  }
  static Timestamp at(std::int64_t second) { return Timestamp{(kStart + second) * 1'000'000}; }

  Recorder recorder;
  Direction direction{};
};

TEST_F(TableTest, BothDirectionsAreOneFlow) {
  FlowTable table{{}, recorder};
  Flow* const flow = track(table, udp(1, 1000, 2, 53), 0);
  ASSERT_TRUE(flow);
  EXPECT_EQ(direction, Direction::to_server);
  EXPECT_EQ(flow->state, FlowState::fresh);
  EXPECT_EQ(track(table, udp(2, 53, 1, 1000), 0), flow);
  EXPECT_EQ(direction, Direction::to_client);
  EXPECT_EQ(flow->state, FlowState::established);
  EXPECT_EQ(flow->packets, (std::array<std::uint64_t, 2>{1, 1}));
  EXPECT_EQ(flow->bytes, (std::array<std::uint64_t, 2>{100, 100}));
  EXPECT_EQ(table.find(flow->id), flow);
}

TEST_F(TableTest, WhatDiffersIsAnotherFlow) {
  FlowTable table{{}, recorder};
  const Packet base = udp(1, 1000, 2, 53);
  std::set<Flow*> flows{track(table, base, 0)};
  Packet p = base;
  p.src_port = 1001;
  flows.insert(track(table, p, 0));
  p = base;
  p.protocol = ip_protocol::tcp;
  flows.insert(track(table, p, 0));
  p = base;
  p.vlan_layers = 1, p.vlan[0] = 7;
  flows.insert(track(table, p, 0));
  p = base;
  p.tunnel_depth = 1;
  flows.insert(track(table, p, 0));
  EXPECT_EQ(flows.size(), 5u);
  EXPECT_EQ(table.counters().active, 5u);
}

TEST_F(TableTest, EchoRequestAndReplyAreOneFlowByIdentifier) {
  FlowTable table{{}, recorder};
  Flow* const flow = track(table, icmp(8, 1, 2, 77), 0);
  EXPECT_EQ(track(table, icmp(0, 2, 1, 77), 0), flow);
  EXPECT_EQ(direction, Direction::to_client);
  EXPECT_EQ(flow->icmp_type, (std::array<std::uint8_t, 2>{8, 0}));
  EXPECT_NE(track(table, icmp(8, 1, 2, 78), 0), flow);
  EXPECT_NE(track(table, icmp(8, 2, 1, 77), 0), flow) << "the other side's own request";
}

TEST_F(TableTest, AnErrorBelongsToTheFlowItQuotes) {
  FlowTable table{{}, recorder};
  Flow* const flow = track(table, udp(1, 1000, 2, 53), 0);
  Packet error = icmp(3, 9, 1);
  error.icmp.quotes_flow = true;
  error.icmp.quoted_src = end(1), error.icmp.quoted_dst = end(2);
  error.icmp.quoted_src_port = 1000, error.icmp.quoted_dst_port = 53;
  error.icmp.quoted_protocol = ip_protocol::udp;
  EXPECT_EQ(track(table, error, 1), flow);
  EXPECT_EQ(direction, Direction::to_client);
  EXPECT_EQ(flow->packets[1], 1u);
  error.icmp.quoted_src_port = 1001;
  Flow* const own = track(table, error, 1);
  ASSERT_TRUE(own);
  EXPECT_NE(own, flow);
  EXPECT_EQ(own->protocol, ip_protocol::icmp);
}

TEST_F(TableTest, TimeoutsFollowTheState) {
  FlowTable table{{}, recorder};
  track(table, udp(1, 1000, 2, 53), 0);
  Flow* const answered = track(table, udp(1, 1001, 2, 53), 0);
  track(table, udp(2, 53, 1, 1001), 0);
  const std::uint64_t answered_id = answered->id;
  table.expire(at(29));
  EXPECT_EQ(recorder.ended.size(), 0u);
  table.expire(at(32));
  ASSERT_EQ(recorder.ended.size(), 1u);
  EXPECT_EQ(recorder.ended[0].reason, EndReason::timeout);
  table.expire(at(299));
  EXPECT_EQ(recorder.ended.size(), 1u);
  table.expire(at(302));
  ASSERT_EQ(recorder.ended.size(), 2u);
  EXPECT_EQ(recorder.ended[1].id, answered_id);
  EXPECT_EQ(table.counters().active, 0u);
}

TEST_F(TableTest, TrafficKeepsAFlowAndSilenceEndsItEvenWithoutExpire) {
  FlowTable table{{}, recorder};
  Flow* const flow = track(table, udp(1, 1000, 2, 53), 0);
  const std::uint64_t id = flow->id;
  for (int second = 0; second <= 100; second += 20) {
    EXPECT_EQ(track(table, udp(1, 1000, 2, 53), second)->id, id);
    table.expire(at(second));
  }
  EXPECT_NE(track(table, udp(1, 1000, 2, 53), 200)->id, id);
  ASSERT_EQ(recorder.ended.size(), 1u);
  EXPECT_EQ(recorder.ended[0].reason, EndReason::timeout);
}

TEST_F(TableTest, AClosedSessionEndsInTimeThoughNobodyTouchedIt) {
  FlowTable table{{}, recorder};
  Flow* const flow = track(table, packet(ip_protocol::tcp, 1, 1000, 2, 80), 0);
  flow->state = FlowState::established;
  track(table, packet(ip_protocol::tcp, 1, 1000, 2, 80), 50);
  table.expire(at(50));
  flow->state = FlowState::closed;
  for (int second = 51; second <= 109; ++second) table.expire(at(second));
  EXPECT_EQ(recorder.ended.size(), 0u);
  for (int second = 110; second <= 171; ++second) table.expire(at(second));
  EXPECT_EQ(recorder.ended.size(), 1u);
}

TEST_F(TableTest, TimeGoingBackwardsDoesNoHarm) {
  FlowTable table{{}, recorder};
  Flow* const flow = track(table, udp(1, 1000, 2, 53), 1000);
  table.expire(at(1000));
  EXPECT_EQ(track(table, udp(1, 1000, 2, 53), 3), flow);
  table.expire(at(3));
  EXPECT_EQ(flow->last_seen, at(1000));
  EXPECT_TRUE(track(table, udp(5, 1000, 2, 53), 2));
  table.expire(at(1020));
  EXPECT_EQ(recorder.ended.size(), 1u) << "the packet from the past was long silent";
  table.expire(at(1'000'000'000));
  EXPECT_EQ(recorder.ended.size(), 2u);
  table.expire(at(1'000'000'001));
}

TEST_F(TableTest, ASynAckSpeaksForTheServer) {
  FlowTable table{{}, recorder};
  Packet p = packet(ip_protocol::tcp, 2, 80, 1, 1000);
  p.tcp.flags = tcp_flag::syn | tcp_flag::ack;
  Flow* const flow = track(table, p, 0);
  EXPECT_EQ(direction, Direction::to_client);
  EXPECT_EQ(flow->server_port, 80);
  EXPECT_EQ(flow->packets[1], 1u);
  EXPECT_EQ(track(table, packet(ip_protocol::tcp, 1, 1000, 2, 80), 0), flow);
  EXPECT_EQ(direction, Direction::to_server);
}

TEST_F(TableTest, ASynOnAClosedSessionBeginsAnother) {
  FlowTable table{{}, recorder};
  Packet syn = packet(ip_protocol::tcp, 1, 1000, 2, 80);
  syn.tcp.flags = tcp_flag::syn;
  syn.tcp.seq = 100;
  Flow* flow = track(table, syn, 0);
  const std::uint64_t id = flow->id;
  TcpConnection connection;
  connection.state = TcpState::established;
  connection.ends[0].isn = 100;
  flow->tcp = &connection;
  syn.tcp.seq = 5000;
  EXPECT_EQ(track(table, syn, 1)->id, id) << "not while it lasts";
  connection.state = TcpState::closed;
  syn.tcp.seq = 100;
  EXPECT_EQ(track(table, syn, 1)->id, id) << "the same SYN again is a retransmission";
  syn.tcp.seq = 5000;
  flow = track(table, syn, 1);
  EXPECT_NE(flow->id, id);
  EXPECT_EQ(flow->tcp, nullptr);
  ASSERT_EQ(recorder.ended.size(), 1u);
  EXPECT_EQ(recorder.ended[0].reason, EndReason::tcp_reuse);
}

TEST_F(TableTest, IdentifiersAreUniqueAndExactInJson) {
  FlowTable table{{.memory = 64u << 20, .worker = 255}, recorder};
  std::set<std::uint64_t> ids;
  for (std::uint32_t n = 0; n < 50'000; ++n) {
    const Flow* const flow = track(table, udp(n, 1, 0xffffff, 2), 0);
    ASSERT_TRUE(flow);
    EXPECT_LT(flow->id, 1ull << 53);
    EXPECT_NE(flow->id, 0u);
    ids.insert(flow->id);
  }
  EXPECT_EQ(ids.size(), 50'000u);
}

TEST_F(TableTest, EmergencyEvictsTheOldestUnansweredFlows) {
  FlowTable table{{.memory = 1u << 20}, recorder};
  const auto capacity = static_cast<std::uint32_t>(table.capacity());
  ASSERT_LE(capacity * (sizeof(Flow) + 8), 1u << 20);
  // An answered flow is the very first; it must survive the flood of unanswered ones.
  Flow* const answered = track(table, udp(1, 1, 2, 2), 0);
  const std::uint64_t answered_id = answered->id;
  track(table, udp(2, 2, 1, 1), 0);
  for (std::uint32_t n = 0; n < 20 * capacity; ++n) {
    ASSERT_TRUE(track(table, udp(1000 + n, 1, 2, 2), n * 5 / (20 * capacity)));
    ASSERT_LE(table.counters().active, capacity);
  }
  EXPECT_EQ(table.counters().emergencies, 1u);
  EXPECT_TRUE(table.in_emergency());
  EXPECT_GT(table.counters().evicted, 18u * capacity);
  EXPECT_EQ(table.counters().refused, 0u);
  ASSERT_TRUE(table.find(answered_id));
  EXPECT_EQ(recorder.ended.front().reason, EndReason::forced);
  // The flood is over: the short timeouts clear the table, and it is calm again.
  table.expire(at(6));
  table.expire(at(20));
  EXPECT_FALSE(table.in_emergency());
  EXPECT_TRUE(table.find(answered_id));
}

TEST_F(TableTest, AFullTableOfAnsweredFlowsRefuses) {
  FlowTable table{{.memory = 1u << 16}, recorder};
  const auto capacity = static_cast<std::uint32_t>(table.capacity());
  for (std::uint32_t n = 0; n < capacity; ++n) {
    ASSERT_TRUE(track(table, udp(10 + n, 1, 2, 2), 0));
    ASSERT_TRUE(track(table, udp(2, 2, 10 + n, 1), 0));
  }
  EXPECT_FALSE(track(table, udp(5, 1, 2, 2), 0));
  EXPECT_EQ(table.counters().refused, 1u);
  // Those that fell silent make room again, by the emergency's timeouts.
  EXPECT_TRUE(track(table, udp(5, 1, 2, 2), 150));
}

TEST_F(TableTest, FinishEndsAll) {
  FlowTable table{{}, recorder};
  for (std::uint32_t n = 0; n < 1000; ++n) track(table, udp(n, 1, 5000, 2), 0);
  table.finish();
  EXPECT_EQ(recorder.ended.size(), 1000u);
  EXPECT_EQ(recorder.ended[7].reason, EndReason::shutdown);
  EXPECT_EQ(table.counters().active, 0u);
  EXPECT_TRUE(track(table, udp(1, 1, 2, 2), 1));
}

// Against a plain map: a flow is the same one as long as it is not silent for longer than its timeout.
TEST_F(TableTest, AgreesWithAnOrderedMap) {
  FlowTable table{{.memory = 8u << 20}, recorder};
  struct Known {
    std::uint64_t id = 0;
    std::int64_t last = -1000;
  };
  std::map<std::pair<std::uint32_t, std::uint16_t>, Known> model;
  std::uint32_t random = 1;
  for (int step = 0; step < 300'000; ++step) {
    random = random * 1664525 + 1013904223;
    const std::int64_t second = step / 300;
    // Some ends come often, some seldom.
    const std::uint32_t range = (random & 1) ? 100 : 5000;
    const std::uint32_t from = (random >> 8) % range;
    const auto port = static_cast<std::uint16_t>((random >> 28) % 3);
    const Flow* const flow = track(table, udp(from, port, 9999, 7), second);
    ASSERT_TRUE(flow);
    Known& known = model[{from, port}];
    ASSERT_EQ(flow->id == known.id, second - known.last <= 30) << "step " << step;
    known = {flow->id, second};
    if (step % 1000 == 0) table.expire(at(second));
  }
  EXPECT_EQ(table.counters().active + recorder.ended.size(), table.counters().total);
}

}  // namespace
}  // namespace gatehouse::flow::test
