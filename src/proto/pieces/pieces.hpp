// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes put together from pieces that come in any order and in many datagrams, of which some overlap.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "base/bytes.hpp"
#include "model/protocol.hpp"

namespace gatehouse::proto {

// Pieces that lie apart from each other.
inline constexpr std::size_t kMaxPieces = 64;

class Pieces {
 public:
  // `most`: of the whole, from its first byte.
  Pieces(Memory& memory, std::size_t most) noexcept : bytes_(&memory), most_(most) {}

  // False: the whole is longer, or in more pieces, than is kept; this piece was not taken.
  [[nodiscard]] bool add(std::uint64_t offset, Bytes piece);
  // What follows the bytes that were taken, as far as it is without holes.
  Bytes ready() const noexcept;
  // `octets` of ready() have been read.
  void taken(std::size_t octets) noexcept { taken_ += octets; }
  void restart() noexcept { pieces_ = taken_ = 0, bytes_.clear(); }

 private:
  struct Piece {
    std::size_t begin = 0, end = 0;
  };

  std::pmr::vector<std::uint8_t> bytes_;
  std::size_t most_;
  std::array<Piece, kMaxPieces> have_{};  // in order, apart from each other
  std::size_t pieces_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace gatehouse::proto
