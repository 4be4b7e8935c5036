// SPDX-License-Identifier: GPL-3.0-or-later
// A first look at a rule in sixteen bytes: most rules have nothing to do with a session, and this says so without
// touching them. It never turns away a rule that could match; what it lets through is judged in full.
#pragma once

#include <cstdint>

#include "model/packet.hpp"
#include "policy/rule.hpp"

namespace gatehouse::policy {

// Names of applications as bits: several may share one.
namespace name_bit {
inline constexpr std::uint64_t kAllOwn = 0x7fffffff, kUnknown = 0x80000000, kAllLongTail = 0xffffffff00000000;

inline std::uint64_t of(const ProtocolSpec* own) noexcept {
  const auto mixed = reinterpret_cast<std::uintptr_t>(own) * 0x9e3779b97f4a7c15;
  return std::uint64_t{1} << (mixed >> 32) % 31;
}
inline std::uint64_t of(AppName long_tail) noexcept {
  return long_tail == 0 ? 0 : std::uint64_t{1} << (32 + long_tail % 32);
}

// All names that the session may have, or may yet turn out to have.
inline std::uint64_t possible(const Facts& facts) noexcept {
  std::uint64_t bits = of(facts.master) | of(facts.application);
  if (facts.spoken != nullptr)
    bits |= of(facts.spoken);
  else if (facts.spoken_state == Knowledge::unknown_yet)
    bits |= kAllOwn;
  if (facts.names_state == Knowledge::unknown_yet) bits |= kAllLongTail;
  if (facts.spoken == nullptr && facts.master == 0 && facts.application == 0) bits |= kUnknown;
  return bits;
}
}  // namespace name_bit

// Transports as bits; those without a bit of their own share one.
inline std::uint8_t protocol_bit(std::uint8_t protocol) noexcept {
  switch (protocol) {
    case ip_protocol::tcp:
      return 1;
    case ip_protocol::udp:
      return 2;
    case ip_protocol::icmp:
      return 4;
    case ip_protocol::icmpv6:
      return 8;
    default:
      return 16;
  }
}

struct Gate {
  std::uint64_t names = ~std::uint64_t{0};
  std::uint16_t first_port = 0, last_port = 0xffff;  // the rule's ports lie within
  std::uint8_t protocols = 0xff;
  bool needs_domain = false;

  static Gate of(const Rule& rule);
};
static_assert(sizeof(Gate) == 16);

// A session before the gates of all rules.
class Passage {
 public:
  explicit Passage(const Facts& facts) noexcept
      : names_(name_bit::possible(facts)),
        port_(facts.has_ports ? facts.server_port : std::uint16_t{0}),
        protocol_(protocol_bit(facts.protocol)),
        domains_told_(facts.domain_state != Knowledge::unknown_yet && facts.asked_state != Knowledge::unknown_yet) {}

  bool opens(const Gate& gate, SeenDomains& seen) const noexcept {
    if ((gate.names & names_) == 0 || (gate.protocols & protocol_) == 0) return false;
    if (port_ < gate.first_port || port_ > gate.last_port) return false;
    return !gate.needs_domain || !domains_told_ || !seen.matches().all().empty();
  }

 private:
  std::uint64_t names_;
  std::uint16_t port_;
  std::uint8_t protocol_;
  bool domains_told_;
};

}  // namespace gatehouse::policy
