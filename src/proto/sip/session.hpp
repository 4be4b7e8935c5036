// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "proto/sip/transaction.hpp"

namespace gatehouse::proto::sip {

// Over TCP messages follow each other, by Content-Length; over UDP each datagram is one.
class SipSession final : public Session {
 public:
  SipSession(Memory&, bool datagrams) noexcept : datagrams_(datagrams) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;

 private:
  struct Side {
    headerlines::HeadFinder finder;
    std::uint64_t body_left = 0;  // of a body that nobody reads
    bool lost = false;            // behind a gap: where a message begins is not known
  };
  enum class Step : std::uint8_t { ok, need_more, malformed };

  Progress parse_datagram(Direction direction, Bytes datagram, Sink& sink) noexcept;
  Step take_message(Side& side, Direction direction, Bytes bytes, std::size_t& used, Sink& sink) noexcept;
  // `body`: what is there of it, and is to be read.
  void tell(SipTransaction& tx, Direction direction, Bytes body, Sink& sink) noexcept;
  void arrange_media(const sdp::Description& sdp, Direction direction, Sink& sink) noexcept;

  bool datagrams_;
  std::uint64_t messages_ = 0;
  std::array<Side, 2> sides_{};
};

}  // namespace gatehouse::proto::sip
