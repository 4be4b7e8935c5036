// SPDX-License-Identifier: GPL-3.0-or-later
// The transport below both protocols: packets, the connection request's selectors, units put together.
#pragma once

#include <array>
#include <vector>

#include "model/protocol.hpp"

namespace gatehouse::proto::s7comm {

inline constexpr std::uint8_t kClassic = 0x32, kPlus = 0x72;  // with what a unit of each begins
inline constexpr std::size_t kMaxUnit = 64 * 1024;            // put together out of packets

namespace event {
inline constexpr std::uint8_t malformed_packet = 0, malformed_message = 1, unit_too_long = 2;
}
extern const std::array<EventSpec, 3> kEvents;

// Which resource of the controller the connection goes to: connection type, rack and slot (0: was not seen).
struct Selectors {
  std::uint16_t calling = 0, called = 0;
};

class TransportSession : public Session {
 public:
  explicit TransportSession(Memory& memory) : units_{Unit{&memory}, Unit{&memory}} {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept final;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept final;

 protected:
  // A whole unit of user data, never empty.
  virtual void unit(Direction direction, Bytes data, Sink& sink) noexcept = 0;
  const Selectors& selectors() const noexcept { return selectors_; }
  std::uint64_t next_id() noexcept { return transactions_++; }

 private:
  struct Unit {
    explicit Unit(Memory* memory) : bytes(memory) {}
    std::pmr::vector<std::uint8_t> bytes;  // of a unit that goes on
    bool dropped = false;                  // it grew too long
    bool lost = false;                     // behind a gap: where a packet begins is not known
  };
  Progress read(Direction direction, Bytes bytes, Sink& sink);
  void packet(Direction direction, Bytes packet, Sink& sink);

  std::array<Unit, 2> units_;
  Selectors selectors_;
  std::uint64_t transactions_ = 0;
};

// Walks the packets that a direction begins with up to the first user data: yes where that begins with `first` and
// `is_message` believes it.
Probe probe_units(Bytes bytes, std::uint8_t first, bool (*is_message)(Bytes)) noexcept;

}  // namespace gatehouse::proto::s7comm
