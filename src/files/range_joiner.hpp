// SPDX-License-Identifier: GPL-3.0-or-later
// Joins the parts of one file that came in several sessions (HTTP Content-Range, RFC 9110, 14.4): what is in order is
// digested at once, what came too early waits in blocks. One joiner per worker: parts whose sessions fall to different
// workers are not joined.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "files/digest.hpp"

namespace gatehouse::files {

struct RangeCounters {
  std::uint64_t joined = 0, timed_out = 0;
  std::uint64_t refused_joins = 0, refused_parts = 0, refused_bytes = 0;  // a limit was reached
};

class RangeJoiner {
 public:
  static constexpr std::size_t kMaxJoins = 128;
  static constexpr std::size_t kMaxParts = 1024;
  static constexpr std::size_t kMaxKey = 1024;
  static constexpr std::size_t kBlock = 16 * 1024;
  static constexpr std::size_t kMaxBlocks = 1024;  // 16 MiB of parts that came too early
  static constexpr Duration kTimeout = seconds(60);

  using PartId = std::uint16_t;
  static constexpr PartId kNone = 0xffff;

  struct Whole {
    std::uint64_t size = 0;
    Digests digests;
  };

  explicit RangeJoiner(const Hashes& hashes) noexcept : hashes_(hashes) {}

  // `start` and `total` as the part's meta data say. kNone: not joined (a limit, or it contradicts the others).
  PartId open(std::string_view key, std::uint64_t start, std::uint64_t total, Timestamp now) noexcept;
  void data(PartId part, Bytes data) noexcept;
  // The part has a hole here.
  void stop(PartId part) noexcept { parts_[part].stopped = true; }
  // The part is over. The whole file if it is complete now.
  std::optional<Whole> close(PartId part) noexcept;

  const RangeCounters& counters() const noexcept { return counters_; }
  std::size_t blocks_in_use() const noexcept { return blocks_in_use_; }

 private:
  struct Block {
    Block* next = nullptr;
    std::uint32_t begin = 0, end = 0;
    std::array<std::uint8_t, kBlock> bytes;
  };
  struct Part {
    std::uint16_t join = kNone;
    std::uint16_t next = kNone;  // in its join, or among the free
    bool open = false;           // its session may send more
    bool stopped = false;        // a hole: what comes behind it is of no use
    std::uint64_t position = 0;  // of the next byte that comes
    std::uint64_t waiting_from = 0;
    Block *first = nullptr, *last = nullptr;  // waiting bytes, up to `position`
  };
  struct Join {
    std::array<char, kMaxKey> key;
    std::size_t key_size = 0;
    bool in_use = false;
    std::uint64_t total = 0, next = 0;
    Timestamp last_seen;
    std::uint16_t parts = kNone;
    Digest digest;
  };

  Join* find(std::string_view key) noexcept;
  Join* make(std::string_view key, std::uint64_t total) noexcept;
  void expire(Timestamp now) noexcept;
  void wait(Part& part, Bytes data) noexcept;
  bool take_waiting(Join& join, Part& part) noexcept;
  void take_all_waiting(Join& join) noexcept;
  void advance(Join& join, Bytes data) noexcept;
  void drop_blocks(Part& part) noexcept;
  void free_part(PartId id) noexcept;
  void sweep(Join& join) noexcept;
  void release(Join& join) noexcept;
  Block* new_block() noexcept;

  Hashes hashes_;
  std::vector<std::unique_ptr<Join>> joins_;
  std::vector<Part> parts_;
  std::uint16_t free_parts_ = kNone;
  std::vector<std::unique_ptr<Block>> blocks_;
  Block* free_blocks_ = nullptr;
  std::size_t blocks_in_use_ = 0;
  Timestamp next_expiry_;
  RangeCounters counters_;
};

}  // namespace gatehouse::files
