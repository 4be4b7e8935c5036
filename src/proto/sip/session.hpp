// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "proto/headerlines/inflow.hpp"
#include "proto/sip/transaction.hpp"

namespace gatehouse::proto::sip {

// Over TCP messages follow each other, by Content-Length; over UDP each datagram is one.
class SipSession final : public Session {
 public:
  SipSession(Memory&, bool datagrams) noexcept : datagrams_(datagrams) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;

 private:
  Progress parse_datagram(Direction direction, Bytes datagram, Sink& sink) noexcept;
  // `body`: what is there of it, and is to be read.
  void tell(SipTransaction& tx, Direction direction, Bytes body, bool long_body, Sink& sink) noexcept;
  void arrange_media(const sdp::Description& sdp, Direction direction, Sink& sink) noexcept;

  bool datagrams_;
  std::uint64_t messages_ = 0;
  std::array<headerlines::Inflow, 2> inflows_{};
};

}  // namespace gatehouse::proto::sip
