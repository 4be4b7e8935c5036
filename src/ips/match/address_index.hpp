// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the signatures whose address lists hold a packet's addresses, without asking each: one binary search for the
// source, one for the destination.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/ip.hpp"
#include "ips/match/address_set.hpp"

namespace gatehouse::ips {

class AddressIndex {
 public:
  static constexpr std::size_t kMostEntries = 4u << 20;  // of all pieces' lists of one end
  enum class End : std::uint8_t { source, destination, none };
  // `none`: the signature names no addresses, and is always a candidate.
  void add(std::uint32_t signature, End end, const AddressSet& addresses);
  void finish();
  bool empty() const noexcept { return always_.empty() && sides_[0].empty() && sides_[1].empty(); }

  // Calls found(signature) for each candidate; the same may come twice.
  template <typename Found>
  void find(const IpAddress& source, const IpAddress& destination, Found&& found) const {
    for (const std::uint32_t s : always_) found(s);
    for (const std::uint32_t s : sides_[0].at(source)) found(s);
    for (const std::uint32_t s : sides_[1].at(destination)) found(s);
  }

 private:
  struct Side {
    struct Added {
      AddressRange range;
      std::uint32_t signature;
    };
    std::vector<Added> added;
    std::vector<IpAddress> starts;     // sorted; piece i reaches to the next start
    std::vector<std::uint32_t> first;  // of piece i in `signatures`; one more than starts
    std::vector<std::uint32_t> signatures;
    bool empty() const noexcept { return starts.empty() && added.empty(); }
    std::span<const std::uint32_t> at(const IpAddress& address) const noexcept;
    void finish(std::vector<std::uint32_t>& always);
    void cut();
    template <typename SpanOf>
    void spare_memory(const SpanOf& span_of, std::vector<std::uint32_t>& always);
  };
  std::vector<std::uint32_t> always_;
  Side sides_[2];
};

}  // namespace gatehouse::ips
