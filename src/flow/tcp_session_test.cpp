// SPDX-License-Identifier: GPL-3.0-or-later
// What is valid in an established session and while it closes.
#include <gtest/gtest.h>

#include "flow/tcp_script.hpp"

namespace gatehouse::flow::test {
namespace {

constexpr std::string_view kHandshake = R"(
  C>S SYN seq 1000
  S>C SYN,ACK seq 5000 ack 1001
  C>S ACK seq 1001 ack 5001
  S>C ACK seq 5001 ack 1001
)";

TEST(TcpSession, ClosedByTheClient) {
  TcpScript t;
  t.run(kHandshake);
  t.run(R"(
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
  const TcpSummary summary = t.tracker().summary(t.flow());
  EXPECT_EQ(summary.flags[0], tcp_flag::syn | tcp_flag::ack | tcp_flag::psh | tcp_flag::fin);
  EXPECT_EQ(summary.max_regions, (std::array<std::uint32_t, 2>{1, 1}));
}

TEST(TcpSession, ClosedByTheServer) {
  TcpScript t;
  t.run(kHandshake);
  t.run("S>C FIN,ACK seq 5001 ack 1001");
  EXPECT_EQ(t.state(), "fin_wait1");
  t.run("C>S ACK seq 1001 ack 5002");
  EXPECT_EQ(t.state(), "fin_wait2");
  t.run(R"(C>S ACK seq 1001 ack 5002 "still talking")");
  t.run("S>C ACK seq 5002 ack 1014");
  t.run("C>S FIN,ACK seq 1014 ack 5002");
  EXPECT_EQ(t.state(), "time_wait");
  t.run("S>C ACK seq 5002 ack 1015");
  EXPECT_EQ(t.state(), "closed");
  EXPECT_EQ(t.to_server(), "still talking$");
}

TEST(TcpSession, ClosedByBothAtOnce) {
  TcpScript t;
  t.run(kHandshake);
  t.run(R"(
    S>C FIN,ACK seq 5001 ack 1001
    C>S FIN,ACK seq 1001 ack 5001
  )");
  EXPECT_EQ(t.state(), "closing");
  t.run("C>S ACK seq 1002 ack 5002");
  EXPECT_EQ(t.state(), "time_wait");
  t.run("S>C ACK seq 5002 ack 1002");
  EXPECT_EQ(t.state(), "closed");
}

TEST(TcpSession, SynsWithinASession) {
  TcpScript t;
  t.run(kHandshake);
  t.run(R"(
    C>S SYN seq 1000 = invalid est_syn_resend
    C>S SYN seq 1111 = invalid est_syn_resend_diff_seq
    S>C SYN seq 5000 = invalid est_syn_toclient
    C>S SYN,ACK seq 1000 ack 5001 = invalid est_synack_toserver
    S>C SYN,ACK seq 5000 ack 1001 = invalid est_synack_resend
    S>C SYN,ACK seq 5000 ack 1111 = invalid est_synack_resend_with_different_ack
    S>C SYN,ACK seq 5555 ack 1001 = invalid est_synack_resend_with_diff_seq
    C>S FIN,ACK seq 1001 ack 5001
    C>S SYN seq 1000 = invalid shutdown_syn_resend
  )");
  EXPECT_EQ(t.state(), "close_wait");
}

TEST(TcpSession, BeyondTheWindow) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000
    S>C SYN,ACK seq 5000 ack 1001
    C>S ACK seq 1001 ack 5001
    S>C ACK seq 5001 ack 1001 win 1000
    C>S ACK seq 70000 ack 5001 "far" = invalid est_packet_out_of_window
    C>S FIN,ACK seq 70000 ack 5001 = invalid fin_out_of_window
    C>S ACK seq 1001 ack 90000 = invalid est_invalid_ack pkt_invalid_ack
    C>S FIN,ACK seq 1001 ack 90000 = invalid fin_invalid_ack
  )");
  EXPECT_EQ(t.state(), "established");
}

TEST(TcpSession, WindowsAreScaledOnlyWhenBothOffer) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000 scale 7
    S>C SYN,ACK seq 5000 ack 1001 scale 7
    C>S ACK seq 1001 ack 5001
    S>C ACK seq 5001 ack 1001 win 60000
    C>S ACK seq 500000 ack 5001 "x"
  )");
  TcpScript unscaled;
  unscaled.run(R"(
    C>S SYN seq 1000 scale 7
    S>C SYN,ACK seq 5000 ack 1001
    C>S ACK seq 1001 ack 5001
    S>C ACK seq 5001 ack 1001 win 60000
    C>S ACK seq 500000 ack 5001 "x" = invalid est_packet_out_of_window
  )");
}

TEST(TcpSession, KeepAlivesAndZeroWindowProbes) {
  TcpScript t{{.mode = TcpMode::in_line}};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1001 ack 5001 "abc"
    S>C ACK seq 5001 ack 1004
    C>S ACK seq 1003 ack 5001
    C>S ACK seq 1003 ack 5001 "?"
    S>C ACK seq 5001 ack 1004 win 0
  )");
  EXPECT_EQ(t.to_server(), "abc") << "the keep-alive's garbage is not part of the stream";
  TcpScript probe{{.mode = TcpMode::in_line}};
  probe.run(R"(
    C>S SYN seq 1000 win 100
    S>C SYN,ACK seq 5000 ack 1001 win 100
    C>S ACK seq 1001 ack 5001 win 100
    C>S ACK seq 1001 ack 5001 a*65535
    S>C ACK seq 5001 ack 66536 win 0
    C>S ACK seq 66536 ack 5001 "b"
    S>C ACK seq 5001 ack 66536 win 0
    S>C ACK seq 5001 ack 66537 win 100
    C>S ACK seq 66537 ack 5001 "c"
  )");
  EXPECT_EQ(probe.to_server().substr(65535), "bc");
}

TEST(TcpSession, OldTimestampsAreNotBelieved) {
  TcpScript t;
  t.run(R"(
    C>S SYN seq 1000 ts 1000
    S>C SYN,ACK seq 5000 ack 1001 ts 9000 echo 1000
    C>S ACK seq 1001 ack 5001 ts 1001 echo 9000
    C>S ACK seq 1001 ack 5001 ts 1010 echo 9000 "abc"
    C>S ACK seq 1004 ack 5001 ts 500 echo 9000 "evil" = invalid pkt_invalid_timestamp
    C>S ACK seq 1004 ack 5001 ts 1011 echo 9000 "good"
    S>C ACK seq 5001 ack 1008 ts 9001 echo 1011
  )");
  EXPECT_EQ(t.to_server(), "abcgood");
}

TEST(TcpSession, ResetsAreBelievedAtTheExactPlace) {
  TcpScript t;
  t.run(kHandshake);
  t.run(R"(
    C>S RST seq 1500 = invalid
    S>C RST,ACK seq 5001 ack 90000 = invalid rst_invalid_ack
    C>S RST seq 1001
  )");
  EXPECT_EQ(t.state(), "closed");
  TcpScript window{{.overlap = TcpOverlap::linux}};
  window.run(kHandshake);
  window.run("C>S RST seq 1500");
  EXPECT_EQ(window.state(), "closed") << "this receiver takes it anywhere in the window";
}

TEST(TcpSession, ASessionThatGoesOnAfterAResetWasNotReset) {
  for (const TcpMode mode : {TcpMode::in_line, TcpMode::passive}) {
    TcpScript t{{.mode = mode}};
    t.run(kHandshake);
    t.run("C>S RST seq 1001");
    EXPECT_EQ(t.state(), "closed");
    t.run(R"(
      C>S ACK seq 1001 ack 5001 "GET /" = ok suspected_rst_inject
      S>C ACK seq 5001 ack 1006 "200"
      C>S ACK seq 1006 ack 5004
    )");
    EXPECT_EQ(t.state(), "established");
    EXPECT_EQ(t.to_server(), "GET /");
    EXPECT_EQ(t.to_client(), "200");
    t.finish();
  }
}

TEST(TcpSession, AFinThatTheReceiverDidNotTakeIsNoEnd) {
  TcpScript t;
  t.run(kHandshake);
  t.run(R"(
    C>S FIN,ACK seq 1001 ack 5001
    C>S ACK seq 1001 ack 5001 "GET /"
    S>C ACK seq 5001 ack 1006
  )");
  EXPECT_EQ(t.to_server(), "GET /");
  EXPECT_EQ(t.state(), "established");
}

TEST(TcpSession, InvalidSegmentsWhileClosing) {
  TcpScript wait1;
  wait1.run(kHandshake);
  wait1.run(R"(
    S>C FIN,ACK seq 5001 ack 1001
    C>S ACK seq 1001 ack 4000000000 = invalid fin1_invalid_ack
    C>S ACK seq 999999 ack 5001 "x" = invalid fin1_ack_wrong_seq
    C>S FIN,ACK seq 999999 ack 5001 = invalid fin1_fin_wrong_seq
    C>S ACK seq 1001 ack 5002
    C>S ACK seq 1001 ack 4000000000 = invalid fin2_invalid_ack
    C>S ACK seq 999999 ack 5002 "x" = invalid fin2_ack_wrong_seq
    C>S FIN,ACK seq 999999 ack 5002 = invalid fin2_fin_wrong_seq
    C>S FIN,ACK seq 1001 ack 5002
    C>S ACK seq 1002 ack 4000000000 = invalid timewait_invalid_ack
    C>S ACK seq 999999 ack 5002 "x" = invalid timewait_ack_wrong_seq
  )");
  EXPECT_EQ(wait1.state(), "time_wait");
  TcpScript close_wait{{.mode = TcpMode::in_line}};
  close_wait.run(kHandshake);
  close_wait.run(R"(
    S>C ACK seq 5001 ack 1001 "abc"
    C>S FIN,ACK seq 1001 ack 5004
    S>C ACK seq 5004 ack 4000000000 = invalid closewait_invalid_ack
    S>C ACK seq 999999 ack 1002 "x" = invalid closewait_ack_out_of_window
    S>C FIN,ACK seq 999999 ack 1002 = invalid closewait_fin_out_of_window
    S>C ACK seq 5001 ack 1002 "ab" = ok closewait_pkt_before_last_ack pkt_spurious_retransmission
    S>C FIN,ACK seq 5004 ack 1002
    C>S ACK seq 1002 ack 4000000000 = invalid lastack_invalid_ack
    C>S ACK seq 1002 ack 5004 "behind its own end" = invalid lastack_ack_wrong_seq
    C>S ACK seq 1002 ack 5005
  )");
  EXPECT_EQ(close_wait.state(), "closed");
}

TEST(TcpSession, RetransmissionsAreTold) {
  TcpScript t{{.mode = TcpMode::in_line}};
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1001 ack 5001 "abcdef"
    C>S ACK seq 1001 ack 5001 "abcdef" = ok pkt_retransmission
    S>C ACK seq 5001 ack 1007
    C>S ACK seq 1001 ack 5001 "abcdef" = ok pkt_spurious_retransmission
    C>S ACK seq 1001 ack 5001 "abc" = ok pkt_spurious_retransmission est_pkt_before_last_ack
  )");
  EXPECT_EQ(t.to_server(), "abcdef");
}

TEST(TcpSession, RetransmissionBeforeWhatWasDelivered) {
  TcpScript t;
  t.run(kHandshake);
  t.run(R"(
    C>S ACK seq 1001 ack 5001 "abc"
    S>C ACK seq 5001 ack 1004
    C>S ACK seq 1001 ack 5001 "abc" = ok pkt_spurious_retransmission reassembly_segment_before_base_seq
  )");
}

TEST(TcpSession, AForgedWindowUpdate) {
  TcpScript t;
  t.run(kHandshake);
  t.run("C>S ACK seq 1101 ack 5101 win 1 = invalid pkt_bad_window_update");
}

}  // namespace
}  // namespace gatehouse::flow::test
