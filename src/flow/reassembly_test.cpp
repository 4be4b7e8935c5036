// SPDX-License-Identifier: GPL-3.0-or-later
// Which bytes are delivered, when, and what becomes of holes, repetitions and limits.
#include <gtest/gtest.h>

#include "flow/tcp_script.hpp"

namespace gatehouse::flow::test {
namespace {

constexpr std::string_view kHandshake = R"(
  C>S SYN seq 1000
  S>C SYN,ACK seq 5000 ack 1001
  C>S ACK seq 1001 ack 5001
)";

TcpSettings in_line() {
  return {.mode = TcpMode::in_line};
}
TcpSettings passive(TcpOverlap overlap = TcpOverlap::bsd) {
  return {.mode = TcpMode::passive, .overlap = overlap};
}

TEST(InLine, DeliversAtOnce) {
  TcpScript t{in_line()};
  t.run(kHandshake);
  t.run(R"(C>S ACK seq 1001 ack 5001 "abc")");
  EXPECT_EQ(t.to_server(), "abc");
  t.run(R"(C>S ACK seq 1004 ack 5001 "def")");
  EXPECT_EQ(t.to_server(), "abcdef");
}

TEST(InLine, OutOfOrderWaitsForTheHoleToFill) {
  TcpScript t{in_line()};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1007 ack 5001 "ghi"
    C>S ACK seq 1004 ack 5001 "def" = pkt_retransmission
  )");
  EXPECT_EQ(t.to_server(), "");
  t.run(R"(C>S ACK seq 1001 ack 5001 "abc" = pkt_retransmission)");
  EXPECT_EQ(t.to_server(), "abcdefghi");
}

TEST(InLine, FirstCopyStands) {
  TcpScript t{in_line()};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1001 ack 5001 "attack"
    C>S ACK seq 1001 ack 5001 "attack" = pkt_retransmission
    C>S ACK seq 1001 ack 5001 "benign" = contradiction pkt_retransmission reassembly_overlap_different_data
    C>S ACK seq 1003 ack 5001 "XXXXnew" = contradiction reassembly_overlap_different_data
    C>S ACK seq 1003 ack 5001 "tacknew"
  )");
  EXPECT_EQ(t.to_server(), "attacknew");
  EXPECT_EQ(t.tracker().counters().overlaps_different, 2u);
}

TEST(InLine, FirstCopyStandsAmongWaitingBytesToo) {
  TcpScript t{in_line()};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1005 ack 5001 "efgh"
    C>S ACK seq 1003 ack 5001 "cdXX" = contradiction pkt_retransmission reassembly_overlap_different_data
    C>S ACK seq 1003 ack 5001 "cdefghij"
    C>S ACK seq 1001 ack 5001 "abcdefghijkl"
  )");
  EXPECT_EQ(t.to_server(), "abcdefghijkl");
}

TEST(InLine, AcknowledgedBytesNeedNoComparison) {
  TcpScript t{in_line()};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1001 ack 5001 "attack"
    S>C ACK seq 5001 ack 1007
  )");
  EXPECT_EQ(t.tracker().counters().memory_in_use, 0u);
  t.run(R"(C>S ACK seq 1001 ack 5001 "benign" = pkt_spurious_retransmission)");
}

TEST(InLine, AnAcknowledgedHoleIsAGap) {
  TcpScript t{in_line()};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1001 ack 5001 "abc"
    C>S ACK seq 1007 ack 5001 "ghi"
    S>C ACK seq 5001 ack 1010 = reassembly_seq_gap
  )");
  EXPECT_EQ(t.to_server(), "abc[3]ghi");
}

TEST(InLine, WithoutRoomASegmentIsRefused) {
  TcpSettings settings = in_line();
  settings.max_segments = 2;
  TcpScript t{settings};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1003 ack 5001 "c"
    C>S ACK seq 1005 ack 5001 "e"
    C>S ACK seq 1007 ack 5001 "g" = invalid segments_limit_reached
    C>S ACK seq 1001 ack 5001 "ab" = pkt_retransmission
    C>S ACK seq 1004 ack 5001 "d" = pkt_retransmission
    C>S ACK seq 1007 ack 5001 "g"
    C>S ACK seq 1006 ack 5001 "f" = pkt_retransmission
  )");
  EXPECT_EQ(t.to_server(), "abcdefg");
}

TEST(Passive, DeliversWhatIsAcknowledged) {
  TcpScript t{passive()};
  t.run(kHandshake);
  t.run(R"(C>S ACK seq 1001 ack 5001 "abcdef")");
  EXPECT_EQ(t.to_server(), "");
  t.run("S>C ACK seq 5001 ack 1004");
  EXPECT_EQ(t.to_server(), "abc");
  t.run("S>C ACK seq 5001 ack 1007");
  EXPECT_EQ(t.to_server(), "abcdef");
  EXPECT_EQ(t.tracker().counters().memory_in_use, 0u);
}

TEST(Passive, OneAcknowledgementDeliversManySegmentsTogether) {
  TcpScript t{passive()};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1001 ack 5001 "abc"
    C>S ACK seq 1007 ack 5001 "ghi"
    C>S ACK seq 1004 ack 5001 "def" = pkt_retransmission
    S>C ACK seq 5001 ack 1010
  )");
  EXPECT_EQ(t.to_server(), "abcdefghi");
  EXPECT_EQ(t.deliveries, 1u);
}

TEST(Passive, AnAcknowledgementBeyondAHoleMakesItAGap) {
  TcpScript t{passive()};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1001 ack 5001 "abc"
    C>S ACK seq 1007 ack 5001 "ghi"
    S>C ACK seq 5001 ack 1010 = reassembly_seq_gap
    C>S ACK seq 1010 ack 5001 "jkl"
    S>C ACK seq 5001 ack 1013
  )");
  EXPECT_EQ(t.to_server(), "abc[3]ghijkl");
  EXPECT_TRUE(t.tracker().summary(t.flow()).gap[0]);
  EXPECT_EQ(t.tracker().summary(t.flow()).max_regions[0], 2u);
}

TEST(Passive, WhatNobodyAcknowledgedComesAtTheEnd) {
  TcpScript t{passive()};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1001 ack 5001 "abc"
    C>S ACK seq 1007 ack 5001 "ghi"
  )");
  t.finish();
  EXPECT_EQ(t.to_server(), "abc[3]ghi$");
  EXPECT_EQ(t.to_client(), "$");
}

TEST(Passive, AResetLeavesUnacknowledgedBytesToTheEnd) {
  TcpScript t{passive()};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1001 ack 5001 "Let Me In"
    S>C RST,ACK seq 5001 ack 1004 "go away"
  )");
  EXPECT_EQ(t.state(), "closed");
  EXPECT_EQ(t.to_server(), "Let");
  t.finish();
  EXPECT_EQ(t.to_server(), "Let Me In$");
  EXPECT_EQ(t.to_client(), "$") << "what a reset carries is no part of the stream";
}

TEST(Passive, TheEndComesWithTheAcknowledgementOfTheFin) {
  TcpScript t{passive()};
  t.run(kHandshake);
  t.run(R"(C>S FIN,ACK seq 1001 ack 5001 "bye")");
  EXPECT_EQ(t.to_server(), "");
  t.run("S>C ACK seq 5001 ack 1005");
  EXPECT_EQ(t.to_server(), "bye$");
}

TEST(Passive, AtTheLimitsBytesAreDeliveredEarlyAndHolesBecomeGaps) {
  TcpSettings settings = passive();
  settings.max_segments = 3;
  TcpScript t{settings};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1001 ack 5001 "a"
    C>S ACK seq 1002 ack 5001 "b"
    C>S ACK seq 1004 ack 5001 "d"
    C>S ACK seq 1006 ack 5001 "f" = segments_limit_reached
  )");
  EXPECT_EQ(t.to_server(), "ab");
  t.run(R"(
    C>S ACK seq 1008 ack 5001 "h"
    C>S ACK seq 1010 ack 5001 "j" = segments_limit_reached reassembly_seq_gap
  )");
  EXPECT_EQ(t.to_server(), "ab[1]d");
}

TEST(BothModes, UnconsumedBytesComeAgainWithMoreBehindThem) {
  for (const TcpSettings& settings : {in_line(), passive()}) {
    TcpScript t{settings};
    t.consume_by = 4;
    t.run(kHandshake);
    t.run(R"(
      C>S ACK seq 1001 ack 5001 "abc"
      S>C ACK seq 5001 ack 1004
      C>S ACK seq 1004 ack 5001 "defgh"
      S>C ACK seq 5001 ack 1009
      C>S ACK seq 1009 ack 5001 "ij"
      S>C ACK seq 5001 ack 1011
    )");
    EXPECT_EQ(t.to_server(), "abcdefgh");
    EXPECT_EQ(t.largest_offer, 8u);
  }
}

TEST(BothModes, RedeliverOffersTheUnconsumedBytesAgain) {
  for (const TcpSettings& settings : {in_line(), passive()}) {
    TcpScript t{settings};
    t.hold = true;
    t.run(kHandshake);
    t.run(R"(
      C>S ACK seq 1001 ack 5001 "STARTTLS"
      S>C ACK seq 5001 ack 1009 "GO"
      C>S ACK seq 1009 ack 5003
    )");
    EXPECT_EQ(t.to_server(), "");
    t.hold = false;
    t.tracker().redeliver(t.flow());
    EXPECT_EQ(t.to_server(), "STARTTLS");
    EXPECT_EQ(t.to_client(), "GO");
    t.tracker().redeliver(t.flow());
    EXPECT_EQ(t.to_server(), "STARTTLS");
  }
}

TEST(BothModes, RedeliverInsideACallback) {
  for (const TcpSettings& settings : {in_line(), passive()}) {
    TcpScript t{settings};
    t.hold = true;
    t.run(kHandshake);
    t.run(R"(
      S>C ACK seq 5001 ack 1001 "banner"
      C>S ACK seq 1001 ack 5007
    )");
    // The client's first bytes settle what is spoken: all of both directions is wanted again.
    t.inside = [](TcpScript& script, Direction) {
      script.inside = nullptr;
      script.consume_by = 3;
      script.hold = false;
      script.tracker().redeliver(script.flow());
    };
    t.run(R"(
      C>S ACK seq 1001 ack 5007 "abcdefgh"
      S>C ACK seq 5007 ack 1009
    )");
    EXPECT_EQ(t.to_client(), "banner");
    EXPECT_EQ(t.to_server(), "abcdef");
    t.finish();
  }
}

TEST(BothModes, NothingIsKeptOfASettledFlow) {
  for (const TcpSettings& settings : {in_line(), passive()}) {
    TcpScript t{settings};
    t.hold = true;
    t.run(kHandshake);
    t.run(R"(
      C>S ACK seq 1001 ack 5001 "abc"
      C>S ACK seq 1010 ack 5001 "xyz"
      S>C ACK seq 5001 ack 1004
    )");
    t.inside = [](TcpScript& script, Direction) { script.flow().inspect = false; };
    t.hold = false;
    t.run(R"(
      C>S ACK seq 1004 ack 5001 "d" = pkt_retransmission
      S>C ACK seq 5001 ack 1005
      C>S ACK seq 1013 ack 5001 "more"
      S>C ACK seq 5001 ack 1017
    )");
    EXPECT_EQ(t.tracker().counters().memory_in_use, 0u);
    EXPECT_EQ(t.state(), "established");
    t.run("C>S FIN,ACK seq 1017 ack 5001");
    EXPECT_EQ(t.state(), "close_wait");
  }
}

TEST(BothModes, SequenceNumbersWrapAround) {
  for (const TcpSettings& settings : {in_line(), passive()}) {
    TcpScript t{settings};
    t.run(R"(
      C>S SYN seq 4294967290
      S>C SYN,ACK seq 4294967295 ack 4294967291
      C>S ACK seq 4294967291 ack 0
      C>S ACK seq 4294967291 ack 0 "abcde"
      C>S ACK seq 3 ack 0 "ijk"
      C>S ACK seq 0 ack 0 "fgh" = pkt_retransmission
      S>C ACK seq 0 ack 6 "x"
      C>S FIN,ACK seq 6 ack 1
      S>C FIN,ACK seq 1 ack 7
      C>S ACK seq 7 ack 2
    )");
    EXPECT_EQ(t.to_server(), "abcdefghijk$");
    EXPECT_EQ(t.to_client(), "x$");
    EXPECT_EQ(t.state(), "closed");
  }
}

TEST(BothModes, OneSidedSessionsAreDeliveredWithoutAcknowledgements) {
  for (const TcpSettings& settings : {in_line(), passive()}) {
    TcpScript t{settings};
    t.run(R"(
      C>S SYN seq 1000
      C>S ACK seq 1001 ack 5001
      C>S ACK seq 1001 ack 5001 "abc"
      C>S ACK seq 1004 ack 5301 "def"
      C>S FIN,ACK seq 1007 ack 5302
    )");
    EXPECT_EQ(t.to_server(), "abcdef$");
  }
}

TEST(BothModes, MidstreamSessionsArePickedUp) {
  for (const TcpSettings& settings : {in_line(), passive()}) {
    TcpScript t{settings};
    t.run(R"(
      C>S ACK seq 1001 ack 5001 "abc"
      S>C ACK seq 5001 ack 1004 "xyz"
      C>S ACK seq 1004 ack 5004 "def"
      S>C ACK seq 5004 ack 1007
    )");
    EXPECT_EQ(t.to_server(), "abcdef");
    EXPECT_EQ(t.to_client(), "xyz");
    EXPECT_TRUE(t.flow().midstream);
  }
}

TEST(BothModes, SuperPacketsAreOrdinarySegments) {
  for (const TcpSettings& settings : {in_line(), passive()}) {
    TcpScript t{settings};
    t.run(R"(
      C>S SYN seq 1000 scale 7
      S>C SYN,ACK seq 5000 ack 1001 scale 7
      C>S ACK seq 1001 ack 5001
      S>C ACK seq 5001 ack 1001
      C>S ACK seq 1001 ack 5001 a*65160
      C>S ACK seq 66161 ack 5001 b*65160
      S>C ACK seq 5001 ack 131321
    )");
    EXPECT_EQ(t.to_server().size(), 130'320u);
    EXPECT_EQ(t.tracker().counters().memory_in_use, 0u);
  }
}

TEST(BothModes, TheUrgentByteIsLeftOut) {
  for (const TcpSettings& settings : {in_line(), passive()}) {
    TcpScript t{settings};
    t.run(kHandshake);
    t.run(R"(
      C>S ACK,URG seq 1001 ack 5001 urgent 3 "GEXT /"
      C>S ACK,URG seq 1010 ack 5001 urgent 1 "!c"
      C>S ACK,URG seq 1007 ack 5001 urgent 3 "ab?" = pkt_retransmission
      S>C ACK seq 5001 ack 1012
    )");
    EXPECT_EQ(t.to_server(), "GET /abc");
    EXPECT_EQ(t.tracker().summary(t.flow()).urgent_bytes[0], 3u);
  }
  TcpSettings settings = in_line();
  settings.urgent = TcpUrgent::in_stream;
  TcpScript t{settings};
  t.run(kHandshake);
  t.run(R"(C>S ACK,URG seq 1001 ack 5001 urgent 3 "GEXT /")");
  EXPECT_EQ(t.to_server(), "GEXT /");
}

TEST(InLine, FirstCopyStandsBehindTheEndToo) {
  TcpScript t{in_line()};
  t.run(kHandshake);
  t.run(R"(
    C>S FIN,ACK seq 1001 ack 5001 "attack"
    C>S FIN,ACK seq 1001 ack 5001 "benign" = contradiction pkt_retransmission reassembly_overlap_different_data
    C>S ACK seq 1001 ack 5001 "ben" = contradiction pkt_retransmission reassembly_overlap_different_data
    C>S FIN,ACK seq 1001 ack 5001 "attack" = pkt_retransmission
    S>C ACK seq 5001 ack 1008
  )");
  EXPECT_EQ(t.to_server(), "attack$");
  EXPECT_EQ(t.tracker().counters().memory_in_use, 0u);
}

TEST(InLine, ARefusedSegmentPointsAtNothing) {
  TcpScript t{in_line()};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1003 ack 5001 "cdef"
    C>S ACK,URG seq 1003 ack 5001 urgent 2 "cXef" = contradiction pkt_retransmission reassembly_overlap_different_data
    C>S ACK seq 1001 ack 5001 "ab" = pkt_retransmission
  )");
  EXPECT_EQ(t.to_server(), "abcdef");
}

TEST(Passive, TooManyUrgentBytesAreTold) {
  TcpScript t{passive()};
  t.run(kHandshake);
  for (unsigned n = 0; n < 8; ++n) t.run("C>S ACK,URG seq " + std::to_string(1001 + n) + " ack 5001 urgent 1 \"x\"");
  t.run(R"(
    C>S ACK,URG seq 1009 ack 5001 urgent 1 "y" = reassembly_urgent_oob_limit_reached
    S>C ACK seq 5001 ack 1010
  )");
  EXPECT_EQ(t.to_server(), "y");
}

}  // namespace
}  // namespace gatehouse::flow::test
