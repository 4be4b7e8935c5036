// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http2/hpack.hpp"

#include <algorithm>

#include "base/lent_heap.hpp"
#include "proto/http2/limits.hpp"

namespace gatehouse::proto::http2 {
namespace {

void* allocate(std::size_t size, void* memory) {
  const LentHeap heap{*static_cast<Memory*>(memory)};
  return lent_malloc(size);
}
void release(void* block, void* memory) {
  const LentHeap heap{*static_cast<Memory*>(memory)};
  lent_free(block);
}
void* allocate_zeroed(std::size_t count, std::size_t size, void* memory) {
  const LentHeap heap{*static_cast<Memory*>(memory)};
  return lent_calloc(count, size);
}
void* reallocate(void* block, std::size_t size, void* memory) {
  const LentHeap heap{*static_cast<Memory*>(memory)};
  return lent_realloc(block, size);
}

constexpr unsigned kIntegerBits = 32;

constexpr std::uint64_t kMaxString = 64 * 1024;  // nghttp2's own

// RFC 7541, 6. Binary Format: whether the length of one of the strings with which a field begins is no length.
bool has_integer_overflow(Bytes field) noexcept {
  if (field.empty()) return false;
  const std::uint8_t first = field[0];
  const unsigned prefix = (first & 0x80) != 0 ? 7 : (first & 0x40) != 0 ? 6 : (first & 0x20) != 0 ? 5 : 4;
  std::uint64_t index = 0;
  bool overflow = false;
  if (!read_integer(field, prefix, index, overflow)) return false;
  const bool literal = (first & 0x80) == 0 && (first & 0xe0) != 0x20;
  for (int strings = !literal ? 0 : index == 0 ? 2 : 1; strings > 0; --strings) {
    std::uint64_t length = 0;
    const bool whole = read_integer(field, 7, length, overflow);
    if (overflow || length > kMaxString) return true;
    if (!whole || length > field.size()) return false;
    field = field.subspan(static_cast<std::size_t>(length));
  }
  return false;
}

}  // namespace

bool read_integer(Bytes& bytes, unsigned bits, std::uint64_t& value, bool& overflow) noexcept {
  if (bytes.empty()) return false;
  const std::uint64_t most = (1u << bits) - 1;
  value = bytes[0] & most;
  bytes = bytes.subspan(1);
  if (value < most) return true;
  for (unsigned shift = 0;; shift += 7) {
    if (bytes.empty()) return false;
    const std::uint8_t next = bytes[0];
    bytes = bytes.subspan(1);
    if (shift >= kIntegerBits || (value += std::uint64_t{next & 0x7fu} << shift) >> kIntegerBits != 0) {
      overflow = true;
      return false;
    }
    if ((next & 0x80) == 0) return true;
  }
}

HeaderDecoder::HeaderDecoder(Memory& memory) noexcept
    : memory_{&memory, &allocate, &release, &allocate_zeroed, &reallocate} {
  nghttp2_hd_inflater* made = nullptr;
  // The encoder may use what its peer's SETTINGS allow. They may have been missed, and what is more than they allow
  // does no harm here.
  if (nghttp2_hd_inflate_new2(&made, &memory_) == 0) inflater_.reset(made);
  if (made == nullptr || nghttp2_hd_inflate_change_table_size(made, kMaxTable) != 0) fault_ = HeaderFault::invalid;
}

bool HeaderDecoder::step(Bytes& fragment, nghttp2_nv& header) noexcept {
  int flags = 0;
  const ssize_t used = nghttp2_hd_inflate_hd2(inflater_.get(), &header, &flags, fragment.data(), fragment.size(), 0);
  if (used < 0) {
    fault_ = name_fault(fragment);
    return false;
  }
  const bool emitted = (flags & NGHTTP2_HD_INFLATE_EMIT) != 0;
  if (emitted)
    field_size_ = 0, any_field_ = true;
  else
    keep_field(fragment.first(static_cast<std::size_t>(used)));
  fragment = fragment.subspan(static_cast<std::size_t>(used));
  if (used == 0 && !emitted) fragment = {};
  return emitted;
}

void HeaderDecoder::keep_field(Bytes taken) noexcept {
  const std::size_t now = std::min(field_.size() - field_size_, taken.size());
  std::ranges::copy(taken.first(now), field_.begin() + static_cast<std::ptrdiff_t>(field_size_));
  field_size_ += now;
}

void HeaderDecoder::keep_beginning(Bytes fragment) noexcept {
  const std::size_t now = std::min(begin_.size() - begin_size_, fragment.size());
  std::ranges::copy(fragment.first(now), begin_.begin() + static_cast<std::ptrdiff_t>(begin_size_));
  begin_size_ += now;
}

// nghttp2 says only that a field cannot be; its first bytes say why.
HeaderFault HeaderDecoder::name_fault(Bytes fragment) noexcept {
  keep_field(fragment);
  Bytes field = Bytes{field_}.first(field_size_);
  bool overflow = false;
  // Updates of the table's size stand before the first field, and are told with it.
  while (!any_field_ && !field.empty() && (field[0] & 0xe0) == 0x20) {
    std::uint64_t size = 0;
    if (!read_integer(field, 5, size, overflow) || size > kMaxTable) return HeaderFault::table_overflow;
  }
  return has_integer_overflow(field) ? HeaderFault::integer_overflow : HeaderFault::invalid;
}

// RFC 7541, 4.2: several may follow each other; the largest is kept.
void HeaderDecoder::look_for_size_update() noexcept {
  size_update_.reset();
  Bytes begin = Bytes{begin_}.first(begin_size_);
  bool overflow = false;
  while (!begin.empty() && (begin[0] & 0xe0) == 0x20) {
    std::uint64_t size = 0;
    if (!read_integer(begin, 5, size, overflow)) return;
    if (!size_update_ || size > *size_update_) size_update_ = size;
  }
}

HeaderFault HeaderDecoder::end_block() noexcept {
  look_for_size_update();
  begin_size_ = field_size_ = 0;
  any_field_ = false;
  if (fault_ != HeaderFault::none) return fault_;
  nghttp2_nv header{};
  int flags = 0;
  // Without bytes: says whether a field was cut short.
  const ssize_t used = nghttp2_hd_inflate_hd2(inflater_.get(), &header, &flags, nullptr, 0, 1);
  if (used < 0)
    fault_ = HeaderFault::unfinished;
  else
    nghttp2_hd_inflate_end_headers(inflater_.get());
  return fault_;
}

}  // namespace gatehouse::proto::http2
