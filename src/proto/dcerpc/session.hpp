// SPDX-License-Identifier: GPL-3.0-or-later
// An association over TCP (C706, 12.6).
#pragma once

#include <array>
#include <list>

#include "proto/dcerpc/transaction.hpp"

namespace gatehouse::proto::dcerpc {

class DcerpcSession final : public Session {
 public:
  explicit DcerpcSession(Memory& memory) noexcept : memory_(&memory), contexts_(memory), open_(&memory) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  using Calls = std::pmr::list<DcerpcTransaction>;

  void take(Direction direction, Bytes bytes, Sink& sink);
  void take_request(Direction direction, const Unit& unit, Sink& sink);
  void take_response(Direction direction, const Unit& unit, Sink& sink);
  void tell(Calls::iterator call, const Call::Half& half, Call::Taken taken, Direction direction, Sink& sink);
  Calls::iterator find(std::uint32_t call_id) noexcept;
  Calls::iterator open(const Header& header, Direction direction, Sink& sink);
  void finish(Calls::iterator call, Sink& sink) noexcept;

  Memory* memory_;
  Contexts contexts_;
  Calls open_;  // oldest first
  std::uint64_t calls_ = 0;
  // Of the unit that is waited for: its length and how much of it was there; 0 where its header was not.
  struct Awaited {
    std::size_t length = 0, there = 0;
  };
  std::array<Awaited, 2> awaited_{};
  std::array<std::uint64_t, 2> skip_{};  // what is left of a unit that lost bytes
  std::array<bool, 2> ended_{};
};

}  // namespace gatehouse::proto::dcerpc
