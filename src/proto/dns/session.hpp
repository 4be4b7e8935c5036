// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/protocol.hpp"
#include "proto/dns/transaction.hpp"

namespace gatehouse::proto::dns {

// Keeps nothing between messages but their count.
class DnsSession : public Session {
 public:
  explicit DnsSession(Memory& memory, bool datagrams = false) noexcept;
  // Of a kin of the DNS over UDP, with the same transactions and events: who asks is told by the message only, as both
  // ends multicast or answer from another address.
  DnsSession(Memory& memory, const ProtocolSpec& kin) noexcept
      : memory_(&memory), protocol_(&kin), datagrams_(true), multicast_(true) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;

 private:
  Progress parse_stream(Direction direction, Bytes bytes, Sink& sink) noexcept;
  [[nodiscard]] bool parse_message(Direction direction, Bytes message, Sink& sink) noexcept;
  Direction role_of(Direction direction, bool response) noexcept;
  void tell(DnsTransaction& tx, Direction direction, Direction role, Sink& sink) noexcept;
  void tell_fault(DnsTransaction& tx, std::uint8_t event, Direction direction, Sink& sink) noexcept;

  Memory* memory_;
  const ProtocolSpec* protocol_;
  std::uint64_t messages_ = 0;
  bool datagrams_;
  bool multicast_ = false;
  bool any_ = false;            // a message was seen
  bool reversed_ = false;       // the first one came from the wrong end: who is called the server is the client
  std::array<bool, 2> lost_{};  // behind a gap: where a message begins is not known
};

}  // namespace gatehouse::proto::dns
