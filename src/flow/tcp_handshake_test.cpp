// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "flow/tcp_script.hpp"

namespace gatehouse::flow::test {
namespace {

TcpSettings in_line() {
  return {.mode = TcpMode::in_line};
}

TEST(TcpHandshake, ThreeWay) {
  TcpScript t;
  t.run("C>S SYN seq 1000");
  EXPECT_EQ(t.state(), "syn_sent");
  EXPECT_EQ(t.flow().state, FlowState::fresh);
  t.run("S>C SYN,ACK seq 5000 ack 1001");
  EXPECT_EQ(t.state(), "syn_recv");
  t.run("C>S ACK seq 1001 ack 5001");
  EXPECT_EQ(t.state(), "established");
  EXPECT_EQ(t.flow().state, FlowState::established);
  EXPECT_FALSE(t.flow().midstream);
}

TEST(TcpHandshake, FourWay) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    S>C SYN seq 3000
    C>S SYN,ACK seq 1000 ack 3001
    S>C ACK seq 3001 ack 1001
  )");
  EXPECT_EQ(t.state(), "established");
  t.run(R"(
    C>S ACK seq 1001 ack 3001 "EVIL"
    S>C ACK seq 3001 ack 1005
  )");
  EXPECT_EQ(t.to_server(), "EVIL");
}

TEST(TcpHandshake, FourWayWithWrongNumbers) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    S>C SYN seq 3000
    C>S SYN,ACK seq 1000 ack 3333 = invalid 4whs_synack_with_wrong_ack
    C>S SYN,ACK seq 1111 ack 3001 = invalid 4whs_synack_with_wrong_syn
    C>S SYN,ACK seq 1000 ack 3001
    S>C ACK seq 3333 ack 1001 = invalid 4whs_wrong_seq
    S>C ACK seq 3001 ack 99999999 = invalid 4whs_invalid_ack
    S>C ACK seq 3001 ack 1001
  )");
  EXPECT_EQ(t.state(), "established");
}

TEST(TcpHandshake, SynAckThatAnswersAnotherSyn) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    S>C SYN,ACK seq 5000 ack 2222 = invalid 3whs_synack_with_wrong_ack
    C>S SYN,ACK seq 1000 ack 1 = invalid 3whs_synack_in_wrong_direction
    S>C SYN,ACK seq 5000 ack 1001
  )");
  EXPECT_EQ(t.state(), "syn_recv");
}

TEST(TcpHandshake, TheSynAckTellsWhichSynCounts) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    C>S SYN seq 2000
    C>S SYN seq 3000
    S>C SYN,ACK seq 5000 ack 2001
    C>S ACK seq 2001 ack 5001
    C>S ACK seq 2001 ack 5001 "data"
    S>C ACK seq 5001 ack 2005
  )");
  EXPECT_EQ(t.to_server(), "data");
}

TEST(TcpHandshake, AFloodOfSynsDoesNotHideTheRealOne) {
  TcpScript t;
  for (unsigned n = 0; n < 11; ++n) t.run("C>S SYN seq " + std::to_string(1000 * n));
  t.run(R"(
    C>S SYN seq 50000 = ok 3whs_syn_flood
    S>C SYN,ACK seq 5000 ack 50001
    C>S ACK seq 50001 ack 5001
    C>S ACK seq 50001 ack 5001 "data"
    S>C ACK seq 5001 ack 50005
  )");
  EXPECT_EQ(t.to_server(), "data");
}

TEST(TcpHandshake, TheAckTellsWhichSynAckCounts) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    S>C SYN,ACK seq 5000 ack 1001
    S>C SYN,ACK seq 5000 ack 1001
    S>C SYN,ACK seq 7000 ack 1001 = ok 3whs_synack_resend_with_diff_seq
    S>C SYN,ACK seq 7000 ack 1111 = invalid 3whs_synack_resend_with_different_ack
    C>S ACK seq 1001 ack 7001
    S>C ACK seq 7001 ack 1001 "data"
    C>S ACK seq 1001 ack 7005
  )");
  EXPECT_EQ(t.to_client(), "data");
}

TEST(TcpHandshake, AFloodOfSynAcks) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    S>C SYN,ACK seq 5000 ack 1001
    S>C SYN,ACK seq 5100 ack 1001 = ok 3whs_synack_resend_with_diff_seq
    S>C SYN,ACK seq 5200 ack 1001 = ok 3whs_synack_resend_with_diff_seq
    S>C SYN,ACK seq 5300 ack 1001 = ok 3whs_synack_resend_with_diff_seq
    S>C SYN,ACK seq 5400 ack 1001 = ok 3whs_synack_resend_with_diff_seq
    S>C SYN,ACK seq 5500 ack 1001 = ok 3whs_synack_resend_with_diff_seq
    S>C SYN,ACK seq 5600 ack 1001 = invalid 3whs_synack_resend_with_diff_seq 3whs_synack_flood
    C>S ACK seq 1001 ack 5001
  )");
  EXPECT_EQ(t.state(), "established");
}

TEST(TcpHandshake, StrangersInSynRecv) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    S>C SYN,ACK seq 5000 ack 1001
    C>S SYN seq 1000
    C>S SYN seq 1234 = invalid 3whs_syn_resend_diff_seq_on_syn_recv
    S>C SYN seq 5000 = invalid 3whs_syn_toclient_on_syn_recv
    C>S SYN,ACK seq 1000 ack 5001 = invalid 3whs_synack_toserver_on_syn_recv
    C>S ACK seq 1001 ack 4000000000 = invalid 3whs_right_seq_wrong_ack_evasion
    C>S ACK seq 4000000000 ack 4000000000 = invalid 3whs_wrong_seq_wrong_ack
    C>S ACK seq 1001 ack 5001
  )");
  EXPECT_EQ(t.state(), "established");
}

TEST(TcpHandshake, InLineTheServerDoesNotSpeakBeforeTheClientConfirmed) {
  TcpScript t{in_line()};
  t.run(R"(
    C>S SYN seq 1000
    S>C SYN,ACK seq 5000 ack 1001
    S>C ACK seq 5001 ack 1001 "injected" = invalid 3whs_ack_data_inject
    S>C ACK seq 5001 ack 1001 = invalid 3whs_ack_in_wrong_dir
    C>S ACK seq 1001 ack 5001
    S>C ACK seq 5001 ack 1001 "genuine"
  )");
  EXPECT_EQ(t.to_client(), "genuine");
}

TEST(TcpHandshake, PassiveTheClientsAckMayHaveBeenMissed) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    S>C SYN,ACK seq 5000 ack 1001
    S>C ACK seq 5001 ack 1001 "banner"
    C>S ACK seq 1001 ack 5007
  )");
  EXPECT_EQ(t.to_client(), "banner");
  EXPECT_EQ(t.state(), "established");
}

TEST(TcpHandshake, FastOpenDataTaken) {
  for (const TcpMode mode : {TcpMode::in_line, TcpMode::passive}) {
    TcpScript t{{.mode = mode}};
    t.run(R"(
      C>S SYN seq 1000 "GET /"
      S>C SYN,ACK seq 5000 ack 1006
      C>S ACK seq 1006 ack 5001
      S>C ACK seq 5001 ack 1006 "200"
      C>S ACK seq 1006 ack 5004 " HTTP"
      S>C ACK seq 5004 ack 1011
    )");
    EXPECT_EQ(t.to_server(), "GET / HTTP");
    EXPECT_EQ(t.to_client(), "200");
  }
}

TEST(TcpHandshake, FastOpenDataIgnoredComesAgain) {
  for (const TcpMode mode : {TcpMode::in_line, TcpMode::passive}) {
    TcpScript t{{.mode = mode}};
    t.run(R"(
      C>S SYN seq 1000 "GET /"
      S>C SYN,ACK seq 5000 ack 1001 = ok 3whs_synack_tfo_data_ignored
      C>S ACK seq 1001 ack 5001
      C>S ACK seq 1001 ack 5001 "GET / HTTP"
      S>C ACK seq 5001 ack 1011
    )");
    EXPECT_EQ(t.to_server(), "GET / HTTP");
  }
}

TEST(TcpHandshake, OneSidedWithAWrongNumber) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    C>S ACK seq 1300 ack 5001 = invalid 3whs_async_wrong_seq
    C>S ACK seq 1001 ack 5001
  )");
  EXPECT_EQ(t.state(), "established");
}

TEST(TcpHandshake, RefusedConnection) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    S>C RST,ACK seq 0 ack 9999 = invalid rst_invalid_ack
    S>C RST,ACK seq 0 ack 1001
  )");
  EXPECT_EQ(t.state(), "closed");
}

TEST(TcpHandshake, AnAnswerQuotesTheSynsTimestamp) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000 ts 777
    S>C RST,ACK seq 0 ack 1001 ts 100 echo 5 = invalid pkt_invalid_timestamp
    S>C SYN,ACK seq 5000 ack 1001 ts 888 echo 777
    C>S ACK seq 1001 ack 5001 ts 778 echo 888
  )");
  EXPECT_EQ(t.state(), "established");
  TcpScript none;
  none.run(R"(
    C>S SYN seq 1000
    S>C RST,ACK seq 0 ack 1001 ts 100 echo 100 = invalid pkt_invalid_timestamp
  )");
  EXPECT_EQ(none.state(), "syn_sent");
}

TEST(TcpHandshake, TheAnswerMayQuoteASynBeforeTheLast) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000 ts 7000
    C>S SYN seq 1000 ts 8000
    S>C SYN,ACK seq 5000 ack 1001 ts 888 echo 7000
    C>S ACK seq 1001 ack 5001 ts 8460 echo 888
  )");
  EXPECT_EQ(t.state(), "established");
  TcpScript late;
  late.run(R"(
    C>S SYN seq 1000 ts 7000
    S>C SYN,ACK seq 5000 ack 1001 ts 888 echo 7001 = invalid pkt_invalid_timestamp
  )");
  EXPECT_EQ(late.state(), "syn_sent");
}

TEST(TcpHandshake, AClientThatOffersNoTimestampsDoesNotLookAtTheAnswers) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    S>C SYN,ACK seq 5000 ack 1001 ts 888 echo 1
    C>S ACK seq 1001 ack 5001
    S>C ACK seq 5001 ack 1001 ts 889 echo 1 "hello"
  )");
  EXPECT_EQ(t.state(), "established");
}

TEST(TcpHandshake, NoSession) {
  TcpScript t{{.midstream = false, .async_oneside = false}};
  t.run(R"(
    C>S RST seq 1 = invalid rst_but_no_session
    C>S FIN,ACK seq 1 ack 1 = invalid fin_but_no_session
    S>C SYN,ACK seq 5000 ack 1001
    C>S ACK seq 1 ack 1 "data"
  )");
  EXPECT_EQ(t.flow().tcp, nullptr);
  EXPECT_TRUE(t.flow().midstream);
  EXPECT_EQ(t.to_server(), "");
}

TEST(TcpHandshake, PickedUpAtTheSynAck) {
  TcpScript t;
  t.run(R"(
    S>C SYN,ACK seq 5000 ack 1001
    C>S ACK seq 1001 ack 5001 "data"
    S>C ACK seq 5001 ack 1005 "answer"
    C>S ACK seq 1005 ack 5007
  )");
  EXPECT_EQ(t.to_server(), "data");
  EXPECT_EQ(t.to_client(), "answer");
  EXPECT_TRUE(t.flow().midstream);
}

TEST(TcpHandshake, BrokenFlags) {
  TcpScript t;
  t.run(R"(
    C>S SYN,FIN seq 1000 = ok fin_syn
    S>C SYN,ACK seq 5000 ack 1001
    C>S ACK seq 1001 ack 5001
    C>S PSH seq 1001 ack 5001 "x" = invalid pkt_broken_ack
  )");
}

}  // namespace
}  // namespace gatehouse::flow::test
