// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "flow/tcp_script.hpp"

namespace gatehouse::flow::test {
namespace {

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
}

TEST(TcpHandshake, WholeSessionClosedByTheClient) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    S>C SYN,ACK seq 5000 ack 1001
    C>S ACK seq 1001 ack 5001
    C>S PSH,ACK seq 1001 ack 5001 "question"
    S>C PSH,ACK seq 5001 ack 1009 "answer"
    C>S FIN,ACK seq 1009 ack 5007
  )");
  EXPECT_EQ(t.state(), "close_wait");
  t.run("S>C FIN,ACK seq 5007 ack 1010");
  EXPECT_EQ(t.state(), "last_ack");
  t.run("C>S ACK seq 1010 ack 5008");
  EXPECT_EQ(t.state(), "closed");
  EXPECT_EQ(t.flow().state, FlowState::closed);
  EXPECT_EQ(t.to_server(), "question$");
  EXPECT_EQ(t.to_client(), "answer$");
}

TEST(TcpHandshake, WholeSessionClosedByTheServer) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    S>C SYN,ACK seq 5000 ack 1001
    C>S ACK seq 1001 ack 5001
    S>C FIN,ACK seq 5001 ack 1001
  )");
  EXPECT_EQ(t.state(), "fin_wait1");
  t.run("C>S ACK seq 1001 ack 5002");
  EXPECT_EQ(t.state(), "fin_wait2");
  t.run("C>S FIN,ACK seq 1001 ack 5002");
  EXPECT_EQ(t.state(), "time_wait");
  t.run("S>C ACK seq 5002 ack 1002");
  EXPECT_EQ(t.state(), "closed");
}

}  // namespace
}  // namespace gatehouse::flow::test
