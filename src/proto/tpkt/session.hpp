// SPDX-License-Identifier: GPL-3.0-or-later
// The session of a protocol over ISO transport: packets are read here, units put together within a bound, and the
// connection request's selectors kept; what a unit says is the protocol's.
#pragma once

#include <array>
#include <vector>

#include "model/protocol.hpp"

namespace gatehouse::proto::tpkt {

inline constexpr std::uint8_t kClassic = 0x32, kPlus = 0x72;  // with what a unit of each begins
inline constexpr std::size_t kMaxUnit = 64 * 1024;            // put together out of packets

// The events of every such protocol; its own come behind.
namespace event {
inline constexpr std::uint8_t malformed_packet = 0, malformed_message = 1, unit_too_long = 2;
}
inline constexpr std::array kEvents{
    EventSpec{"malformed_packet", "bytes that are no transport packet; the session is given up"},
    EventSpec{"malformed_message", "a message is not what its header says"},
    EventSpec{"unit_too_long", "a message of more packets than are put together"},
};

// X.224, 13.3.4: transport selectors of two octets, as most have them (0: was not seen).
struct Selectors {
  std::uint16_t calling = 0, called = 0;
};

class UnitSession : public Session {
 public:
  explicit UnitSession(Memory& memory) : units_{Pending{&memory}, Pending{&memory}} {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept final;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept final;

 protected:
  // A whole unit of user data, never empty.
  virtual void unit(Direction direction, Bytes data, Sink& sink) noexcept = 0;
  const Selectors& selectors() const noexcept { return selectors_; }
  std::uint64_t next_id() noexcept { return transactions_++; }

 private:
  struct Pending {
    explicit Pending(Memory* memory) : bytes(memory) {}
    std::pmr::vector<std::uint8_t> bytes;  // of a unit that goes on
    bool dropped = false;                  // it grew too long
    bool lost = false;                     // behind a gap: where a packet begins is not known
  };
  Progress read(Direction direction, Bytes bytes, Sink& sink);
  void packet(Direction direction, Bytes packet, Sink& sink);

  std::array<Pending, 2> units_;
  Selectors selectors_;
  std::uint64_t transactions_ = 0;
};

// Walks the packets that a direction begins with up to the first user data, and lets `look` decide about that: never
// empty; `whole`, when all of its packet is there.
Probe probe_first_unit(Bytes bytes, Probe (*look)(Bytes data, bool whole)) noexcept;

}  // namespace gatehouse::proto::tpkt
