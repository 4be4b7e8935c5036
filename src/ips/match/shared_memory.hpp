// SPDX-License-Identifier: GPL-3.0-or-later
// What signatures remember beyond one flow, for all workers of the process and through all generations: hostbits and
// xbits, and counts for thresholds. Tables of fixed size; what finds no room is counted, and the oldest gives way.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/ip.hpp"
#include "base/time.hpp"
#include "ips/match/flow_memory.hpp"
#include "ips/match/signature.hpp"

namespace gatehouse::ips {

class SharedMemory {
 public:
  explicit SharedMemory(std::size_t bytes = 8u << 20);
  ~SharedMemory();

  // Bits of an address (hostbits, xbits by ip_src and ip_dst), or of a pair in either order (xbits by ip_pair).
  bool has_bit(NameId bit, const IpAddress& a, const IpAddress* b, Timestamp now) const noexcept;
  void set_bit(NameId bit, const IpAddress& a, const IpAddress* b, Timestamp until) noexcept;
  void unset_bit(NameId bit, const IpAddress& a, const IpAddress* b) noexcept;

  struct Passed {
    bool matched = true;                    // false: not often enough yet; nothing of the signature happens
    bool alert = true;                      // false: counted, but not told; a drop still drops
    RuleAction action = RuleAction::alert;  // rate_filter may change it
    bool action_changed = false;
  };
  // Counts a match of `signature` and says whether it is told. `memory` for by_flow; may be null.
  Passed count(const Signature& signature, const Threshold& threshold, const IpAddress& src, const IpAddress& dst,
               Timestamp now, FlowMemory* memory = nullptr) noexcept;

  // tag:host. From now on so many packets or bytes of that address, or until then, are logged. A tag of the same
  // signature that still runs stays as it is.
  struct HostTag {
    std::uint32_t sid = 0, gid = 0;
    std::uint32_t packets = 0;  // zeros: not limited by it
    std::uint64_t bytes = 0;
    Timestamp until{};
  };
  void tag(const IpAddress& host, const HostTag& tag) noexcept;
  // Whether a packet of `bytes` from or to the address is to be logged, and for which signature. Counts it.
  std::optional<HostTag> tagged(const IpAddress& host, std::uint32_t bytes, Timestamp now) noexcept;

  // What found no room: something older was forgotten for it.
  struct Forgotten {
    std::uint64_t bits = 0, thresholds = 0, tags = 0;
  };
  Forgotten forgotten() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gatehouse::ips
