// SPDX-License-Identifier: GPL-3.0-or-later
// What devices were lately heard to say, as fingerprints only: so that each saying becomes one record of the log and
// not one per packet. Fixed memory; what falls out of it is told again, which does no harm.
#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/ip.hpp"

namespace gatehouse::engine {

class Sightings {
 public:
  static constexpr std::size_t kSlots = 16384;  // a power of two; 128 KiB
  static constexpr unsigned kWays = 4;          // places that one saying may stand in

  Sightings() : slots_(std::make_unique<std::uint64_t[]>(kSlots)) {}

  // True if this was not heard lately. `what`: which field said it.
  bool is_new(const IpAddress& who, Bytes mac, const void* what, Bytes value) noexcept {
    std::uint64_t hash = reinterpret_cast<std::uintptr_t>(what);
    for (const Bytes bytes : {who.view(), mac, value}) hash = fold(hash, bytes);
    hash |= 1;  // zero is an empty slot
    std::uint64_t* set = slots_.get() + (hash >> 8 & (kSlots / kWays - 1)) * kWays;
    for (unsigned i = 0; i < kWays; ++i)
      if (set[i] == hash) return false;
    for (unsigned i = kWays - 1; i > 0; --i) set[i] = set[i - 1];  // the oldest falls out
    set[0] = hash;
    return true;
  }

 private:
  static std::uint64_t fold(std::uint64_t hash, Bytes bytes) noexcept {
    constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;
    hash = mix64(hash ^ bytes.size(), kGolden);
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) hash = mix64(hash ^ load64(bytes.data() + at), kGolden);
    std::uint64_t rest = 0;
    for (; at < bytes.size(); ++at) rest = rest << 8 | bytes[at];
    return mix64(hash ^ rest, kGolden);
  }

  std::unique_ptr<std::uint64_t[]> slots_;
};

}  // namespace gatehouse::engine
