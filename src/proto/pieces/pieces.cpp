// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/pieces/pieces.hpp"

#include <algorithm>

namespace gatehouse::proto {

bool Pieces::add(std::uint64_t offset, Bytes piece) {
  if (piece.empty()) return true;
  if (offset > most_ || piece.size() > most_ - offset) return false;
  const auto begin = static_cast<std::size_t>(offset), end = begin + piece.size();

  Piece* const first = have_.data();
  Piece* const last = first + pieces_;
  Piece* const from = std::find_if(first, last, [&](const Piece& p) { return p.end >= begin; });
  Piece* const to = std::find_if(from, last, [&](const Piece& p) { return p.begin > end; });
  if (from == to && pieces_ == kMaxPieces) return false;

  if (bytes_.size() < end) bytes_.resize(end);
  Piece joined{begin, end};
  std::size_t at = begin;
  for (const Piece* p = from; p != to; ++p) {  // only the holes are filled
    if (at < p->begin) std::copy_n(piece.begin() + static_cast<std::ptrdiff_t>(at - begin), p->begin - at, &bytes_[at]);
    at = std::max(at, p->end);
    joined = {std::min(joined.begin, p->begin), std::max(joined.end, p->end)};
  }
  if (at < end) std::copy_n(piece.begin() + static_cast<std::ptrdiff_t>(at - begin), end - at, &bytes_[at]);

  if (from == to) {
    std::move_backward(from, last, last + 1);
    ++pieces_;
  } else {
    std::move(to, last, from + 1);
    pieces_ -= static_cast<std::size_t>(to - from) - 1;
  }
  *from = joined;
  return true;
}

Bytes Pieces::ready() const noexcept {
  if (pieces_ == 0 || have_[0].begin > 0 || have_[0].end <= taken_) return {};
  return Bytes{bytes_}.subspan(taken_, have_[0].end - taken_);
}

}  // namespace gatehouse::proto
