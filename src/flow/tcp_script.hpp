// SPDX-License-Identifier: GPL-3.0-or-later
// A small language for tests of TCP: one segment a line.
//
//   C>S SYN seq 1000                          from the client; flags separated by commas
//   S>C SYN,ACK seq 5000 ack 1001 win 8192    numbers after their names: seq ack win ts echo scale urgent
//   C>S ACK seq 1001 ack 5001 "GET /"         a payload, or x*1460 for 1460 times the letter
//   S>C RST seq 1 = invalid est_invalid_ack   what is expected: the outcome and all stream events, without "stream."
//   # comment
//
// A line without = expects the outcome ok and no event.
#pragma once

#include <deque>
#include <memory_resource>
#include <string>
#include <string_view>

#include "flow/tcp.hpp"

namespace gatehouse::flow::test {

class TcpScript : public StreamReceiver {
 public:
  explicit TcpScript(const TcpSettings& settings = {});
  ~TcpScript() override;

  void run(std::string_view script);
  TcpOutcome segment(Packet& packet, Direction direction);
  void finish() { tracker_.finish(flow_); }

  // What was delivered: text, "[n]" for a gap of n bytes, "$" for the end.
  const std::string& to_server() const { return delivered_[0]; }
  const std::string& to_client() const { return delivered_[1]; }
  Flow& flow() { return flow_; }
  TcpTracker& tracker() { return tracker_; }
  std::string_view state() const { return tracker_.summary(flow_).state; }

  // Bytes are consumed in pieces of this size only; 0: as they come.
  std::size_t consume_by = 0;
  // Consumes nothing while true.
  bool hold = false;
  // Called inside on_stream, before anything is consumed.
  void (*inside)(TcpScript& script, Direction direction) = nullptr;
  std::size_t largest_offer = 0;
  std::size_t deliveries = 0;

  std::size_t on_stream(Flow& flow, Direction direction, Bytes bytes) noexcept override;
  void on_gap(Flow& flow, Direction direction, std::uint64_t missing) noexcept override;
  void on_stream_end(Flow& flow, Direction direction) noexcept override;

 private:
  void line(std::string_view text);

  std::pmr::unsynchronized_pool_resource memory_;
  TcpTracker tracker_;
  Flow flow_;
  std::string delivered_[2];
  Timestamp now_{1'700'000'000'000'000};
};

}  // namespace gatehouse::flow::test
