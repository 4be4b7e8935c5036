// SPDX-License-Identifier: GPL-3.0-or-later
// What the ends of a rejected session are told: TCP reset to both, ICMP "administratively prohibited" to the initiator.
#pragma once

#include "capture/source.hpp"
#include "model/direction.hpp"
#include "model/packet.hpp"

namespace gatehouse::engine {

class Responder {
 public:
  explicit Responder(capture::Source& source) noexcept : source_(source) {}

  // `packet` is the one that was refused; it is not delivered. The answers are built from it.
  void reject(const Packet& packet) noexcept;

 private:
  void reset(const Packet& packet, bool to_sender) noexcept;
  void unreachable(const Packet& packet) noexcept;
  void send(const Packet& packet, bool to_sender, Bytes frame) noexcept;

  capture::Source& source_;
};

}  // namespace gatehouse::engine
