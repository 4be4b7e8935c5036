// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <memory_resource>
#include <vector>

#include "proto/dcerpc/pdu.hpp"

namespace gatehouse::proto::dcerpc {

// Cuts a stream of bytes that comes in pieces (the writes to a pipe) into whole units. A unit that lies within one
// piece is not copied. Units are at most kLongest bytes, so what is kept is too.
class Fragments {
 public:
  explicit Fragments(std::pmr::memory_resource& memory) noexcept : kept_(&memory) {}

  // Calls `on_unit` with each whole unit. False where the bytes are no DCE/RPC: what is kept is then given up.
  template <typename OnUnit>
  bool feed(Bytes piece, OnUnit on_unit) {
    while (!kept_.empty() && !piece.empty()) {
      const std::size_t wanted = kept_.size() < kHeader ? kHeader : length_of(kept_);
      const std::size_t taken = std::min(wanted - std::min(wanted, kept_.size()), piece.size());
      kept_.insert(kept_.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(taken));
      piece = piece.subspan(taken);
      if (kept_.size() < kHeader) return true;
      const std::size_t length = length_of(kept_);
      if (length == 0) return drop();
      if (kept_.size() < length) continue;
      on_unit(Bytes{kept_});
      kept_.clear();
    }
    while (!piece.empty()) {
      const std::size_t length = piece.size() < kHeader ? kLongest + 1 : length_of(piece);
      if (length == 0) return drop();
      if (length > piece.size()) {
        kept_.assign(piece.begin(), piece.end());
        return true;
      }
      on_unit(piece.first(length));
      piece = piece.subspan(length);
    }
    return true;
  }
  void clear() noexcept { kept_.clear(); }

 private:
  // Of the unit whose header begins here; 0: it is none.
  static std::size_t length_of(Bytes bytes) noexcept {
    Cursor c{bytes};
    const Header header{c};
    return header.plausible() ? header.length : 0;
  }
  bool drop() noexcept {
    kept_.clear();
    return false;
  }

  std::pmr::vector<std::uint8_t> kept_;
};

}  // namespace gatehouse::proto::dcerpc
