// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept of one direction of one TCP session: segments by sequence number, and the bytes that were delivered but
// not consumed. Bookkeeping only; what is delivered when is reassembly.hpp's.
#pragma once

#include <array>

#include "flow/block_pool.hpp"
#include "flow/overlap.hpp"
#include "flow/sequence.hpp"

namespace gatehouse::flow {

// A run of bytes of one segment. The bytes stand behind it in the same block.
struct Piece {
  Piece* next;
  Piece* prev;
  Seq begin;
  std::uint32_t size;
  std::uint32_t skipped;  // bytes of the block in front of `begin`, delivered already
  std::uint32_t block_size;
  Extent segment;  // the whole segment that it came with: overlap policies look at its edges

  Seq end() const noexcept { return begin + size; }
  std::uint8_t* data() noexcept { return reinterpret_cast<std::uint8_t*>(this + 1) + skipped; }
  Bytes bytes() noexcept { return {data(), size}; }
  void drop_front(std::uint32_t n) noexcept { begin += n, size -= n, skipped += n; }
};

// Bytes delivered but not consumed, contiguous: they are shown again with more behind them.
struct Remainder {
  std::uint8_t* data = nullptr;
  std::uint32_t begin = 0, end = 0, capacity = 0;

  Bytes bytes() const noexcept { return {data + begin, end - begin}; }
  std::size_t size() const noexcept { return end - begin; }
};

struct StreamBuffer {
  Seq next = 0;          // the next byte to deliver; what lies before was delivered, or was a gap
  Seq fin = 0;           // behind the last byte of the stream, once known
  bool started = false;  // `next` is set
  bool fin_known = false;
  bool ended = false;  // on_stream_end was called
  bool gap = false;
  bool delivering = false;   // inside a callback
  bool offer_again = false;  // redeliver() was called inside it
  std::uint32_t holes = 0, max_holes = 0;
  std::uint32_t waiting_pieces = 0;  // not delivered yet
  std::uint32_t waiting_bytes = 0;
  std::uint32_t tail_bytes = 0;  // of blocks kept of what was delivered, to compare retransmissions with
  static constexpr std::size_t kMaxUrgent = 8;
  std::array<Seq, kMaxUrgent> urgent{};  // bytes to be left out when the stream gets there, in no order
  std::uint8_t urgent_count = 0;
  std::uint32_t urgent_bytes = 0;  // that were left out
  Piece* first = nullptr;          // in order of `begin`, without overlaps: the delivered ones, then those that wait
  Piece* last = nullptr;
  Piece* waiting = nullptr;  // the first that is not delivered
  Remainder rest;
};

// All return the new piece, or null if the pool is at its limit.
Piece* insert_piece(StreamBuffer& s, BlockPool& pool, Piece* behind, Seq begin, Bytes bytes, Extent segment) noexcept;
void remove_piece(StreamBuffer& s, BlockPool& pool, Piece* piece) noexcept;
// The last piece that begins at or before `seq`; null if there is none.
Piece* piece_before(const StreamBuffer& s, Seq seq) noexcept;
// The piece becomes part of the delivered tail.
void mark_delivered(StreamBuffer& s, Piece* piece) noexcept;

bool append_rest(StreamBuffer& s, BlockPool& pool, Bytes bytes) noexcept;
void consume_rest(StreamBuffer& s, BlockPool& pool, std::size_t n) noexcept;
void drop_rest(StreamBuffer& s, BlockPool& pool) noexcept;

// Gives all memory back.
void clear(StreamBuffer& s, BlockPool& pool) noexcept;

}  // namespace gatehouse::flow
