// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/stream_buffer.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace gatehouse::flow {
namespace {

constexpr std::size_t kFirstRest = 2048;

bool is_waiting(const StreamBuffer& s, const Piece* piece) noexcept {
  return piece && s.waiting && at_or_before(s.waiting->begin, piece->begin);
}

}  // namespace

Piece* insert_piece(StreamBuffer& s, BlockPool& pool, Piece* behind, Seq begin, Bytes bytes, Extent segment) noexcept {
  const std::size_t size = BlockPool::block_size(sizeof(Piece) + bytes.size());
  std::uint8_t* const block = pool.take(size);
  if (!block) return nullptr;
  Piece* const next = behind ? behind->next : s.first;
  Piece* const piece = new (block) Piece{
      next, behind, begin, static_cast<std::uint32_t>(bytes.size()), 0, static_cast<std::uint32_t>(size), segment};
  std::memcpy(piece->data(), bytes.data(), bytes.size());
  (behind ? behind->next : s.first) = piece;
  (next ? next->prev : s.last) = piece;
  if (before(begin, s.next)) {
    s.tail_bytes += piece->block_size;
    return piece;
  }
  if (!s.waiting || s.waiting == next) s.waiting = piece;
  ++s.waiting_pieces;
  s.waiting_bytes += piece->block_size;
  const bool joins_left = is_waiting(s, behind) ? behind->end() == begin : begin == s.next;
  const bool joins_right = next && piece->end() == next->begin;
  s.holes += 1u - (joins_left ? 1u : 0u) - (joins_right ? 1u : 0u);
  s.max_holes = std::max(s.max_holes, s.holes);
  return piece;
}

void mark_delivered(StreamBuffer& s, Piece* piece) noexcept {
  --s.waiting_pieces;
  s.waiting_bytes -= piece->block_size;
  s.tail_bytes += piece->block_size;
  s.waiting = piece->next;
}

void remove_piece(StreamBuffer& s, BlockPool& pool, Piece* piece) noexcept {
  if (is_waiting(s, piece)) {
    --s.waiting_pieces;
    s.waiting_bytes -= piece->block_size;
    if (s.waiting == piece) s.waiting = piece->next;
  } else {
    s.tail_bytes -= piece->block_size;
  }
  (piece->prev ? piece->prev->next : s.first) = piece->next;
  (piece->next ? piece->next->prev : s.last) = piece->prev;
  pool.give(reinterpret_cast<std::uint8_t*>(piece), piece->block_size);
}

Piece* piece_before(const StreamBuffer& s, Seq seq) noexcept {
  Piece* piece = s.last;  // most segments belong near the end
  while (piece && before(seq, piece->begin)) piece = piece->prev;
  return piece;
}

bool append_rest(StreamBuffer& s, BlockPool& pool, Bytes bytes) noexcept {
  Remainder& r = s.rest;
  if (bytes.empty()) return true;
  if (r.capacity - r.end < bytes.size()) {
    if (r.size() + bytes.size() <= r.capacity && r.begin >= r.capacity / 2) {
      std::memmove(r.data, r.data + r.begin, r.size());
    } else {
      const std::size_t capacity = BlockPool::block_size(std::max(kFirstRest, r.size() + bytes.size()));
      std::uint8_t* const data = pool.take(capacity);
      if (!data) return false;
      if (r.data) {
        std::memcpy(data, r.data + r.begin, r.size());
        pool.give(r.data, r.capacity);
      }
      r.data = data;
      r.capacity = static_cast<std::uint32_t>(capacity);
    }
    r.end -= r.begin;
    r.begin = 0;
  }
  std::memcpy(r.data + r.end, bytes.data(), bytes.size());
  r.end += static_cast<std::uint32_t>(bytes.size());
  return true;
}

void consume_rest(StreamBuffer& s, BlockPool& pool, std::size_t n) noexcept {
  s.rest.begin += static_cast<std::uint32_t>(std::min(n, s.rest.size()));
  if (s.rest.begin == s.rest.end) drop_rest(s, pool);
}

void drop_rest(StreamBuffer& s, BlockPool& pool) noexcept {
  if (s.rest.data) pool.give(s.rest.data, s.rest.capacity);
  s.rest = {};
}

void clear(StreamBuffer& s, BlockPool& pool) noexcept {
  while (s.first) remove_piece(s, pool, s.first);
  drop_rest(s, pool);
  s.holes = 0;
}

}  // namespace gatehouse::flow
