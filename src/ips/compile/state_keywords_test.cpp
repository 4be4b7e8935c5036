// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "flow/tcp_connection.hpp"
#include "ips/compile/test_rule.hpp"

namespace gatehouse::ips::compile::test {
namespace {

#define EXPECT_TAKEN(rule, written) EXPECT_TRUE((rule).add(written)) << (rule).reason()

// ---- flow

TEST(Flow, SaysDirectionAndState) {
  TestRule rule;
  EXPECT_TAKEN(rule, "flow: established,from_server, no_stream");
  const FlowState& flow = rule.builder.signature.flow;
  EXPECT_TRUE(flow.established);
  EXPECT_TRUE(flow.to_client);
  EXPECT_TRUE(flow.no_stream);
  EXPECT_FALSE(flow.to_server);
  EXPECT_TRUE(rule.builder.signature.packet_only);
  TestRule client;
  EXPECT_TAKEN(client, "flow:from_client,only_stream");
  EXPECT_TRUE(client.builder.signature.flow.to_server);
  EXPECT_TRUE(client.builder.signature.stream_only);
}

TEST(Flow, ContradictionsAreRefused) {
  for (const auto* wrong : {"flow:to_server,to_client", "flow:to_server,from_server", "flow:established,stateless",
                            "flow:established,not_established", "flow:only_stream,no_stream", "flow:only_frag,no_frag",
                            "flow:established,established", "flow:sideways", "flow:"})
    EXPECT_FALSE(is_taken(wrong)) << wrong;
  TestRule twice;
  EXPECT_TAKEN(twice, "flow:to_server");
  EXPECT_FALSE(twice.add("flow:to_client"));
}

TEST(Flow, AgePacketsAndBytes) {
  TestScene s;
  s.flow.first_seen = Timestamp{900'000};
  s.flow.last_seen = Timestamp{21'100'000};
  s.flow.packets = {3, 20};
  s.flow.bytes = {300, 1999};
  const auto holds = [&](std::string_view written) {
    TestRule rule;
    EXPECT_TAKEN(rule, written);
    return rule.holds(s);
  };
  EXPECT_TRUE(holds("flow.age:21"));
  EXPECT_TRUE(holds("flow.age:>20"));
  EXPECT_TRUE(holds("flow.pkts:toclient,20"));
  EXPECT_FALSE(holds("flow.pkts:toserver,20"));
  EXPECT_TRUE(holds("flow.pkts:either,>=20"));
  EXPECT_FALSE(holds("flow.pkts:both,>=20"));
  EXPECT_TRUE(holds("flow.pkts_toserver:3"));
  EXPECT_TRUE(holds("flow.pkts_toclient:>3"));
  EXPECT_TRUE(holds("flow.bytes:toclient,<2000"));
  EXPECT_TRUE(holds("flow.bytes_toserver:300"));
  EXPECT_FALSE(holds("flow.bytes_toclient:300"));
  EXPECT_FALSE(is_taken("flow.pkts:sideways,1"));
  EXPECT_FALSE(is_taken("flow.bytes:both"));
}

TEST(Flow, StreamSizeCountsBySequenceNumbers) {
  TestScene s;
  flow::TcpConnection tcp;
  tcp.ends[index(Direction::to_server)] = {.isn = 0xfffffff0, .next = 84};  // it wraps: 100 with the SYN
  tcp.ends[index(Direction::to_client)] = {.isn = 10, .next = 11};
  s.packet.has_transport = true;
  s.packet.protocol = ip_protocol::tcp;
  const auto holds = [&](std::string_view written) {
    TestRule rule;
    EXPECT_TAKEN(rule, written);
    return rule.holds(s);
  };
  EXPECT_FALSE(holds("stream_size:client,>,1")) << "there is no connection";
  s.flow.tcp = &tcp;
  EXPECT_TRUE(holds("stream_size:client,=,100"));
  EXPECT_TRUE(holds("stream_size:server,<,5"));
  EXPECT_TRUE(holds("stream_size:server,=, 1"));
  EXPECT_FALSE(holds("stream_size:both,>,50"));
  EXPECT_TRUE(holds("stream_size:either,>=,100"));
  EXPECT_TRUE(holds("stream_size:both,!=,50"));
  EXPECT_TRUE(holds("stream_size:both,<=,100"));
  for (const auto* wrong :
       {"stream_size:server,~,5", "stream_size:server,5", "stream_size:them,<,5", "stream_size:server,<,x"})
    EXPECT_FALSE(is_taken(wrong)) << wrong;
}

TEST(Flow, PhasesOfASession) {
  TestScene s;
  flow::TcpConnection tcp;
  s.flow.tcp = &tcp;
  TestRule begins, rest;
  EXPECT_TAKEN(begins, "tcp.session:setup");
  EXPECT_TAKEN(rest, "tcp.session:established,closing");
  tcp.state = flow::TcpState::syn_recv;
  EXPECT_TRUE(begins.holds(s));
  EXPECT_FALSE(rest.holds(s));
  tcp.state = flow::TcpState::close_wait;
  EXPECT_FALSE(begins.holds(s));
  EXPECT_TRUE(rest.holds(s));
  EXPECT_FALSE(is_taken("tcp.session:middle"));
}

// ---- flowbits and flowint

TEST(Flowbits, AreAskedBeforeAndSetBehind) {
  TestScene s;
  TestRule once;
  EXPECT_TAKEN(once, "flowbits:isnotset,long");
  EXPECT_TAKEN(once, "flowbits:set, long");
  EXPECT_TRUE(once.match(s));
  EXPECT_FALSE(once.match(s)) << "it has set what it asks not to be";
  TestRule later, takes_away, turns;
  EXPECT_TAKEN(later, "flowbits:isset,long");
  EXPECT_TAKEN(takes_away, "flowbits:unset,long");
  EXPECT_TAKEN(turns, "flowbits:toggle,long");
  EXPECT_TRUE(later.match(s));
  takes_away.match(s);
  EXPECT_FALSE(later.match(s));
  turns.match(s);
  EXPECT_TRUE(later.match(s));
}

TEST(Flowbits, Alternatives) {
  TestScene s;
  TestRule either, not_both, sets;
  EXPECT_TAKEN(either, "flowbits:isset,user1|user2");
  EXPECT_TAKEN(not_both, "flowbits:isnotset,user1|user2");
  EXPECT_TAKEN(sets, "flowbits:set,user2");
  EXPECT_FALSE(either.match(s));
  EXPECT_TRUE(not_both.match(s));
  sets.match(s);
  EXPECT_TRUE(either.match(s));
  EXPECT_TRUE(not_both.match(s));
  EXPECT_FALSE(is_taken("flowbits:set,a|b"));
}

TEST(Flowbits, WordsAndNames) {
  TestRule silent;
  EXPECT_TAKEN(silent, "flowbits: noalert");
  EXPECT_TRUE(silent.builder.signature.no_alert);
  for (const auto* wrong : {"flowbits:noalert,x", "flowbits:isset", "flowbits:isset,", "flowbits:isset,a b",
                            "flowbits:sets,a", "flowbits:isset,a|", "flowbits:isset,a,b"})
    EXPECT_FALSE(is_taken(wrong)) << wrong;
  TestScene s;
  TestRule upper, lower;
  EXPECT_TAKEN(upper, "flowbits:set,Name");
  EXPECT_TAKEN(lower, "flowbits:isset,name");
  upper.match(s);
  EXPECT_FALSE(lower.match(s));
}

TEST(Flowbits, WithoutAFlowNothingIsTrue) {
  TestRule rule, negative;
  EXPECT_TAKEN(rule, "flowbits:isset,a");
  EXPECT_TAKEN(negative, "flowbits:isnotset,a");
  EXPECT_FALSE(rule.match({}));
  EXPECT_FALSE(negative.match({}));
}

TEST(Flowint, CountsAndCompares) {
  TestScene s;
  TestRule counts, many, never;
  EXPECT_TAKEN(counts, "flowint:logins, +, 1");
  EXPECT_TAKEN(many, "flowint:logins,>,2");
  EXPECT_TAKEN(never, "flowint:logins,notset");
  EXPECT_FALSE(many.match(s));
  EXPECT_TRUE(never.match(s));
  for (int i = 0; i < 2; ++i) counts.match(s);
  EXPECT_FALSE(many.match(s));
  EXPECT_FALSE(never.match(s));
  counts.match(s);
  EXPECT_TRUE(many.match(s));
}

TEST(Flowint, AllOperations) {
  TestScene s;
  const auto match = [&](std::string_view written) {
    TestRule rule;
    EXPECT_TAKEN(rule, written);
    return rule.match(s);
  };
  EXPECT_FALSE(match("flowint:a,==,0")) << "what is not set is not zero";
  EXPECT_FALSE(match("flowint:a,isset"));
  EXPECT_TRUE(match("flowint:a,isnotset"));
  match("flowint:a,=,6");
  match("flowint:b,=,6");
  EXPECT_TRUE(match("flowint:a,isset"));
  EXPECT_TRUE(match("flowint:a,==,b"));
  match("flowint:a,-,2");
  EXPECT_TRUE(match("flowint:a,==,4"));
  EXPECT_TRUE(match("flowint:a,<,b"));
  EXPECT_TRUE(match("flowint:a,<=,4"));
  EXPECT_TRUE(match("flowint:b,>=,a"));
  EXPECT_TRUE(match("flowint:b,!=,a"));
  match("flowint:a,+,b");
  EXPECT_TRUE(match("flowint:a,==,10"));
  for (const auto* wrong : {"flowint:a,~,1", "flowint:a,+", "flowint:a,isset,1", "flowint:a", "flowint:a,+,4294967296"})
    EXPECT_FALSE(is_taken(wrong)) << wrong;
}

// ---- xbits and hostbits

TEST(Xbits, FollowTheAddressThroughBothDirections) {
  TestScene s;
  TestRule sets, asks_src, asks_dst;
  EXPECT_TAKEN(sets, "xbits:set,ET.dropsite,track ip_dst,expire 10");
  EXPECT_TAKEN(asks_src, "xbits:isset,ET.dropsite,track ip_src");
  EXPECT_TAKEN(asks_dst, "xbits:isset,ET.dropsite,track ip_dst");
  sets.match(s);
  EXPECT_FALSE(asks_src.match(s));
  EXPECT_TRUE(asks_dst.match(s));
  s.turn_round();
  EXPECT_TRUE(asks_src.match(s));
  s.wait(11);
  EXPECT_FALSE(asks_src.match(s));
}

TEST(Xbits, OfAPair) {
  TestScene s;
  TestRule sets, asks, asks_not, turns;
  EXPECT_TAKEN(sets, "xbits:set, blocked, track ip_pair, expire 3600");
  EXPECT_TAKEN(asks, "xbits:isset, blocked, track ip_pair");
  EXPECT_TAKEN(asks_not, "xbits:isnotset, blocked, track ip_pair");
  EXPECT_TAKEN(turns, "xbits:toggle, blocked, track ip_pair");
  EXPECT_TRUE(asks_not.match(s));
  sets.match(s);
  s.turn_round();
  EXPECT_TRUE(asks.match(s));
  EXPECT_FALSE(asks_not.match(s));
  turns.match(s);
  EXPECT_FALSE(asks.match(s));
}

TEST(Xbits, OfATransaction) {
  TestScene s;
  Transaction first, second;
  first.id = 1, second.id = 2;
  TestRule sets, asks;
  EXPECT_TAKEN(sets, "xbits:set,seen,track tx");
  EXPECT_TAKEN(asks, "xbits:isset,seen,track tx");
  EXPECT_EQ(asks.builder.checks[0].moment, Moment::transaction);
  s.scene.tx = &first;
  sets.match(s);
  EXPECT_TRUE(asks.match(s));
  s.scene.tx = &second;
  EXPECT_FALSE(asks.match(s));
}

TEST(Xbits, AreTheBitsOfHostbits) {
  TestScene s;
  TestRule sets, asks;
  EXPECT_TAKEN(sets, "hostbits:set,flagged");
  EXPECT_TAKEN(asks, "xbits:isset,flagged,track ip_src");
  sets.match(s);
  EXPECT_TRUE(asks.match(s));
}

TEST(Xbits, WhatIsWrongIsRefused) {
  for (const auto* wrong : {"xbits:set,a", "xbits:set,a,track ip_any", "xbits:set,a,track ip_src,expire 0",
                            "xbits:set,a,track ip_src,5", "xbits:put,a,track ip_src", "xbits:set,a,track tx,expire 5",
                            "hostbits:set", "hostbits:set,a,up", "hostbits:set,a,src,0"})
    EXPECT_FALSE(is_taken(wrong)) << wrong;
}

TEST(Hostbits, OfOneEndOrBoth) {
  TestScene s;
  TestRule sets, asks_dst, asks_both, takes, turns;
  EXPECT_TAKEN(sets, "hostbits:set,h,both");
  EXPECT_TAKEN(asks_dst, "hostbits:isset,h,dst");
  EXPECT_TAKEN(asks_both, "hostbits:isset,h,both");
  EXPECT_TAKEN(takes, "hostbits:unset,h,src");
  EXPECT_TAKEN(turns, "hostbits:toggle,h,dst");
  sets.match(s);
  EXPECT_TRUE(asks_both.match(s));
  takes.match(s);
  EXPECT_FALSE(asks_both.match(s));
  EXPECT_TRUE(asks_dst.match(s));
  turns.match(s);
  EXPECT_FALSE(asks_dst.match(s));
}

TEST(Hostbits, OfAFlowThatHasEnded) {
  TestScene s;
  TestRule sets, asks;
  EXPECT_TAKEN(sets, "hostbits:set,ended,src");
  EXPECT_TAKEN(asks, "hostbits:isset,ended,dst");
  sets.match(s);
  s.scene.packet = nullptr;
  s.scene.direction = Direction::to_client;
  EXPECT_TRUE(asks.match(s)) << "the client is where this direction goes";
  s.scene.direction = Direction::to_server;
  EXPECT_FALSE(asks.match(s));
}

// ---- thresholds

TEST(ThresholdKeyword, InAnyOrder) {
  for (const auto* written : {"threshold: type limit, track by_src, seconds 60, count 1",
                              "threshold:count 1,seconds 60,type limit,track by_src"}) {
    TestRule rule;
    EXPECT_TAKEN(rule, written);
    ASSERT_EQ(rule.builder.thresholds.size(), 1u);
    const Threshold& t = rule.builder.thresholds[0];
    EXPECT_EQ(t.kind, ThresholdKind::limit);
    EXPECT_EQ(t.track, Track::by_src);
    EXPECT_EQ(t.count, 1u);
    EXPECT_EQ(t.seconds, 60u);
  }
}

TEST(ThresholdKeyword, BackoffAndFilter) {
  TestRule backoff, filter;
  EXPECT_TAKEN(backoff, "threshold:type backoff, track by_flow, count 1, multiplier 10");
  EXPECT_EQ(backoff.builder.thresholds[0].kind, ThresholdKind::backoff);
  EXPECT_EQ(backoff.builder.thresholds[0].multiplier, 10u);
  EXPECT_TAKEN(filter, "detection_filter:track by_both, count 5, seconds 30");
  EXPECT_EQ(filter.builder.thresholds[0].kind, ThresholdKind::detection_filter);
  EXPECT_EQ(filter.builder.thresholds[0].track, Track::by_both);
  EXPECT_FALSE(filter.add("threshold:type limit,track by_src,count 1,seconds 1")) << "one of them is enough";
}

TEST(ThresholdKeyword, WhatIsWrongIsRefused) {
  for (const auto* wrong :
       {"threshold:type limit,track by_src,count 1", "threshold:type limit,track by_src,seconds 1",
        "threshold:track by_src,count 1,seconds 1", "threshold:type limit,count 1,seconds 1",
        "threshold:type limit,track by_src,count 0,seconds 1",
        "threshold:type limit,track by_src,count 1,seconds 1,count 2",
        "threshold:type often,track by_src,count 1,seconds 1", "threshold:type limit,track by_name,count 1,seconds 1",
        "threshold:type backoff,track by_flow,count 1,seconds 1", "threshold:type backoff,track by_flow,count 1",
        "threshold:type limit,track by_src,count 1,seconds 1,multiplier 2",
        "detection_filter:type limit,track by_src,count 1,seconds 1",
        "threshold:type limit,track by_src,count x,seconds 1", "threshold:"})
    EXPECT_FALSE(is_taken(wrong)) << wrong;
}

// ---- tag, bypass and what is refused

TEST(Tag, OfASession) {
  TestScene s;
  TestRule plain, packets, times, bytes;
  EXPECT_TAKEN(plain, "tag:session");
  EXPECT_TAKEN(packets, "tag: session, 20, packets");
  EXPECT_TAKEN(times, "tag:session,300,seconds");
  EXPECT_TAKEN(bytes, "tag:session,9,bytes");
  plain.match(s);
  EXPECT_EQ(s.memory.tag_packets, 256u);
  EXPECT_EQ(s.memory.tag_sid, 1u);
  packets.match(s);
  EXPECT_EQ(s.memory.tag_packets, 256u) << "the same signature's tag still runs";
  s.signature.sid = 2;
  times.match(s);
  EXPECT_EQ(s.memory.tag_packets, 0u);
  EXPECT_EQ(s.memory.tag_until, s.scene.now + seconds(300));
  s.signature.sid = 3;
  bytes.match(s);
  EXPECT_EQ(s.memory.tag_bytes, 9u);
}

TEST(Tag, OfAHost) {
  TestScene s;
  TestRule src, standard;
  EXPECT_TAKEN(src, "tag:host,2,packets,src");
  src.match(s);
  EXPECT_TRUE(s.shared.tagged(s.packet.src, 100, s.scene.now));
  EXPECT_FALSE(s.shared.tagged(s.packet.dst, 100, s.scene.now));
  EXPECT_TAKEN(standard, "tag:host");
  standard.match(s);
  EXPECT_TRUE(s.shared.tagged(s.packet.dst, 100, s.scene.now));
  for (const auto* wrong : {"tag:all", "tag:session,5", "tag:session,5,flows", "tag:session,0,packets",
                            "tag:host,5,packets,up", "tag:session,5,packets,src", "tag:host,5,packets,src,dst"})
    EXPECT_FALSE(is_taken(wrong)) << wrong;
}

TEST(Bypass, EndsTheAsking) {
  TestScene s;
  TestRule rule;
  EXPECT_TAKEN(rule, "bypass");
  rule.match(s);
  EXPECT_TRUE(s.memory.passed);
}

TEST(WithoutMeaning, IsRefusedWithAReason) {
  EXPECT_NE(why_refused("nfq_set_mark:0x1/0x1").find("marked"), std::string::npos);
  EXPECT_NE(why_refused("flowvar:a,b").find("flowbits"), std::string::npos);
  EXPECT_NE(why_refused("pktvar:a,b").find("flowbits"), std::string::npos);
}

}  // namespace
}  // namespace gatehouse::ips::compile::test
