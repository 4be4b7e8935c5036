// SPDX-License-Identifier: GPL-3.0-or-later
// The handshake's bytes of one direction, put together from CRYPTO frames that come in any order and in many packets:
// some clients cut and shuffle their hello on purpose.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "base/bytes.hpp"
#include "model/protocol.hpp"

namespace gatehouse::proto::quic {

// Of a direction's handshake, from its first byte. Hellos have some 300 to 2000.
inline constexpr std::size_t kMaxCrypto = 65535;
// Pieces that lie apart from each other.
inline constexpr std::size_t kMaxPieces = 64;

class CryptoStream {
 public:
  explicit CryptoStream(Memory& memory) noexcept : bytes_(&memory) {}

  // False: the stream is longer, or in more pieces, than is kept; this piece was not taken.
  [[nodiscard]] bool add(std::uint64_t offset, Bytes piece);
  // What follows the messages that were taken, as far as it is without holes.
  Bytes ready() const noexcept;
  // `octets` of ready() have been read.
  void taken(std::size_t octets) noexcept { taken_ += octets; }
  void restart() noexcept { pieces_ = taken_ = 0, bytes_.clear(); }

 private:
  struct Piece {
    std::size_t begin = 0, end = 0;
  };

  std::pmr::vector<std::uint8_t> bytes_;
  std::array<Piece, kMaxPieces> have_{};  // in order, apart from each other
  std::size_t pieces_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace gatehouse::proto::quic
