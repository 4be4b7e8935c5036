// SPDX-License-Identifier: GPL-3.0-or-later
// What signatures keep beside a flow: flowbits, flowints, what has already been said of it, and the raw bytes of its
// stream that wait to be looked at. One per flow that has anything to keep; of the worker's recycled memory.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "ips/match/signature.hpp"
#include "ips/match/threshold_count.hpp"

namespace gatehouse::ips {

// Names of flowbits, flowints, hostbits and xbits are numbered once for the life of the process (ips/compile), so that
// they mean the same to every generation of rules.
using NameId = std::uint16_t;

class FlowMemory {
 public:
  static constexpr std::size_t kMostTransactionBits = 256;  // of the flow's transactions together; the oldest gives way

  explicit FlowMemory(std::pmr::memory_resource& memory)
      : bits_(&memory),
        counters_(&memory),
        transaction_bits_(&memory),
        counted_(&memory),
        raw_{Raw(&memory), Raw(&memory)} {}

  bool has_bit(NameId bit) const noexcept;
  // False where there is no memory for it.
  bool set_bit(NameId bit, bool value) noexcept;
  void toggle_bit(NameId bit) noexcept { set_bit(bit, !has_bit(bit)); }
  template <typename F>
  void for_each_bit(F&& f) const {
    for (const NameId b : bits_) f(b);
  }

  bool has_counter(NameId counter) const noexcept;
  std::uint32_t counter(NameId counter) const noexcept;  // 0 where it is not set
  void set_counter(NameId counter, std::uint32_t value) noexcept;

  // Bits of one transaction (xbits by tx), by Transaction::id.
  bool has_bit(std::uint64_t transaction, NameId bit) const noexcept;
  bool set_bit(std::uint64_t transaction, NameId bit, bool value) noexcept;

  // A pass rule has matched, or a rule's `bypass`: no signature is asked of this flow any more.
  bool passed = false;
  std::array<bool, 2> addresses_asked{}, protocol_asked{};  // the once-a-direction classes
  // tag: so many further packets or bytes of the session, or until then, are logged.
  std::uint32_t tag_packets = 0;
  std::uint64_t tag_bytes = 0;
  Timestamp tag_until;
  std::uint32_t tag_sid = 0, tag_gid = 0;

  // Bytes of one direction of the stream that wait to be looked at, with some before them that were.
  struct Raw {
    explicit Raw(std::pmr::memory_resource* memory) : bytes(memory) {}
    std::pmr::vector<std::uint8_t> bytes;
    std::uint64_t offset = 0;     // of the first of them in the stream
    std::uint64_t end = 0;        // of what was shown so far
    std::uint32_t looked_at = 0;  // so many of `bytes` were looked at before
    bool message_over = false;    // the parser has read a message to its end: nothing is waited for
    // Signatures whose literal was found, but not yet all else.
    static constexpr std::size_t kMostPending = 8;
    std::array<SignatureIndex, kMostPending> pending;
    std::uint8_t pending_count = 0;
  };
  Raw& raw(Direction d) noexcept { return raw_[index(d)]; }

  std::uint64_t rules_serial = 0;  // of the rules that `pending` counts in
  // Matches of a signature that counts them by flow. `fresh`: this is the first. Null: no memory.
  struct Counted {
    ThresholdKey key;
    ThresholdCount count;
    bool fresh = true;
  };
  Counted* counted(const ThresholdKey& key) noexcept;

 private:
  struct TransactionBit {
    std::uint64_t transaction = 0;
    NameId bit = 0;
    bool operator==(const TransactionBit&) const = default;
  };
  std::pmr::vector<NameId> bits_;  // sorted
  std::pmr::vector<std::pair<NameId, std::uint32_t>> counters_;
  std::pmr::vector<TransactionBit> transaction_bits_;  // in the order in which they were set
  std::pmr::vector<Counted> counted_;
  std::array<Raw, 2> raw_;
};

}  // namespace gatehouse::ips
