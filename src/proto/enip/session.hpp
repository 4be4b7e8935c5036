// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/protocol.hpp"
#include "proto/enip/transaction.hpp"

namespace gatehouse::proto::enip {

// Requests that wait for their response.
inline constexpr unsigned kMaxWaiting = 64;

class EnipSession final : public Session {
 public:
  EnipSession(Memory& memory, bool datagrams) noexcept : memory_(&memory), datagrams_(datagrams) {}
  ~EnipSession() override;

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  Progress read(Direction direction, Bytes bytes, Sink& sink);
  void request(Direction direction, Bytes whole, Sink& sink);
  void response(Direction direction, Bytes whole, Sink& sink);
  EnipTransaction* open();
  void finish(EnipTransaction* tx, Sink& sink) noexcept;
  void make_room(Sink& sink) noexcept;
  EnipTransaction* take(const Message& response) noexcept;

  Memory* memory_;
  bool datagrams_;
  std::uint64_t transactions_ = 0;
  EnipTransaction* oldest_ = nullptr;  // waiting, in order
  EnipTransaction* newest_ = nullptr;
  unsigned waiting_ = 0;
  std::array<bool, 2> lost_{};  // behind a gap: where a message begins is not known
  std::array<bool, 2> ended_{};
};

// Whether a message may begin with this header: a command that exists, and no bits that must be zero.
bool plausible(const Header& header) noexcept;
// Cyclic input and output over UDP: items without an encapsulation header (CIP Volume 2, 3-2).
bool is_cyclic(Bytes datagram) noexcept;

}  // namespace gatehouse::proto::enip
