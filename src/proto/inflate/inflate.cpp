// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/inflate/inflate.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/lent_heap.hpp"

namespace gatehouse::proto::inflate {
namespace {

constexpr int kWindow = MAX_WBITS;
constexpr int kDetect = 32;  // zlib's: find out whether it is zlib or gzip
constexpr std::size_t kHeader = 2;
constexpr std::uint8_t kGzipMagic = 0x1f;

void* allocate(void* memory, unsigned count, unsigned size) {
  const LentHeap heap{*static_cast<Memory*>(memory)};
  return lent_calloc(count, size);
}

void release(void* memory, void* block) {
  const LentHeap heap{*static_cast<Memory*>(memory)};
  lent_free(block);
}

}  // namespace

Inflater::Inflater(Memory& memory, Format format) noexcept
    : memory_(memory), bare_(format == Format::bare), may_be_bare_(!bare_) {
  if (!start(format == Format::bare ? -kWindow : kWindow + kDetect)) fail(Outcome::broken);
}

Inflater::~Inflater() {
  if (started_) inflateEnd(&stream_);
}

bool Inflater::start(int window_bits) noexcept {
  if (started_) inflateEnd(&stream_);
  stream_ = {};
  stream_.zalloc = &allocate;
  stream_.zfree = &release;
  stream_.opaque = &memory_;
  started_ = inflateInit2(&stream_, window_bits) == Z_OK;
  return started_;
}

Bytes Inflater::next(Bytes& input, std::span<std::uint8_t> out) noexcept {
  while (true) {
    const auto offered = static_cast<unsigned>(std::min<std::size_t>(input.size(), std::numeric_limits<int>::max()));
    stream_.next_in = const_cast<std::uint8_t*>(input.data());
    stream_.avail_in = offered;
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<unsigned>(out.size());
    const int result = ::inflate(&stream_, Z_SYNC_FLUSH);
    const std::size_t used = offered - stream_.avail_in;
    const std::size_t made = out.size() - stream_.avail_out;
    if (result == Z_DATA_ERROR && total_in_ < kHeader && may_be_bare_) {
      if (!try_bare()) return {};
      continue;
    }
    total_in_ += used;
    total_out_ += made;
    input = input.subspan(used);
    if (total_out_ > kBombBytes && total_out_ / kBombRatio > total_in_) fail(Outcome::bomb);
    if (result == Z_STREAM_END) {
      if (!continue_after_end(input)) over_ = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      fail(Outcome::broken);
    }
    if (made > 0 || over_ || input.empty()) return {out.data(), made};
  }
}

// RFC 1952, 2.2: "A gzip file consists of a series of 'members'". RFC 7692, 7.2.3.4: a message may end a bare stream,
// and another goes on behind it.
bool Inflater::continue_after_end(Bytes& input) noexcept {
  if (input.empty()) return true;
  return (bare_ || input[0] == kGzipMagic) && inflateReset(&stream_) == Z_OK;
}

// The first two bytes were no header of zlib's or gzip's. One of them may have come before.
bool Inflater::try_bare() noexcept {
  may_be_bare_ = false;
  if (!start(-kWindow)) {
    fail(Outcome::broken);
    return false;
  }
  stream_.next_in = first_.data();
  stream_.avail_in = static_cast<unsigned>(first_size_);
  stream_.next_out = first_.data() + first_size_;  // with no room
  if (first_size_ > 0) (void)::inflate(&stream_, Z_SYNC_FLUSH);
  if (stream_.avail_in == 0) return true;
  fail(Outcome::broken);
  return false;
}

void Inflater::remember(Bytes input) noexcept {
  if (input.empty()) return;  // nothing, of which there may be no address
  if (total_out_ > 0 || first_size_ + input.size() > first_.size()) {
    first_size_ = 0;
    return;
  }
  std::memcpy(first_.data() + first_size_, input.data(), input.size());
  first_size_ += input.size();
}

}  // namespace gatehouse::proto::inflate
