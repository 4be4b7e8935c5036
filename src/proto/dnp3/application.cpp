// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dnp3/application.hpp"

namespace gatehouse::proto::dnp3 {
namespace {

// IEEE 1815, 4.4: requests that name objects without their values.
constexpr bool names_only(std::uint8_t function) noexcept {
  constexpr std::uint8_t kAssignClass = 22, kFreezeAtTime = 11;
  return function == code::read || function == kAssignClass ||
         (function >= code::immediate_freeze && function <= code::freeze_at_time_no_ack && function < kFreezeAtTime);
}

}  // namespace

Objects::Objects(std::uint8_t function, Bytes objects) noexcept : c_(objects), has_data_(!names_only(function)) {}

std::uint32_t Objects::little(std::size_t size) noexcept {
  return size == 1 ? c_.u8() : size == 2 ? c_.le16() : size == 4 ? c_.le32() : 0;
}

// IEEE 1815, 4.2.2.7.3.2: range specifier codes.
void Objects::read_range(ObjectHeader& header) noexcept {
  constexpr std::array<std::uint8_t, 3> kSizes{1, 2, 4};
  const std::uint8_t code = header.range_code();
  if (code <= 5) {  // from start to stop: indexes, and virtual addresses
    header.start = little(kSizes[code % 3]);
    header.stop = little(kSizes[code % 3]);
    if (header.stop < header.start || header.stop - header.start == 0xffffffff)
      c_.fail();
    else
      header.count = header.stop - header.start + 1;
  } else if (code >= 7 && code <= 9) {
    header.count = little(kSizes[code - 7u]);
  } else if (code == 11) {
    header.count = c_.u8();
  } else if (code != 6) {  // 6: all of them
    c_.fail();
  }
}

bool Objects::next(ObjectHeader& header) noexcept {
  for (Point point; next_point(point);) {
  }
  if (!complete() || c_.empty()) return false;
  header = {};
  header.group = c_.u8();
  header.variation = c_.u8();
  header.qualifier = c_.u8();
  read_range(header);
  if (!c_.ok()) return false;
  header_ = header;
  done_ = 0, left_ = header.count;
  row_ = nullptr;
  if (left_ == 0) return true;
  // Variation 0 means any: it has no values either.
  named_ = !has_data_ || header.variation == 0;
  if (named_) {
    // A list of indexes: the points are named, and that is all of them.
    if (!header.prefix_is_index()) left_ = 0;
    return true;
  }
  row_ = find_object(header.group, header.variation);
  if (row_ == nullptr) unknown_ = true, left_ = 0;
  return true;
}

bool Objects::next_point(Point& point) noexcept {
  if (left_ == 0 || !complete()) return false;
  point = {};
  if (row_ != nullptr && row_->packed != 0) return next_packed(point);
  point.prefix = little(header_.prefix_size());
  point.index = header_.prefix_is_index() ? point.prefix : header_.start + done_;
  if (!named_) {
    Cursor rest = point_bytes(point.prefix);
    if (!visit_parts(*row_, rest, [](const Part&, const PartValue&) {})) c_.fail();
    if (header_.prefix_is_size() || is_octet_string(header_.group))
      point.bytes = c_.take(rest.whole().size());
    else
      point.bytes = c_.take(rest.position());
  }
  if (!c_.ok()) return false;
  ++done_, --left_;
  return true;
}

// As much as the point may take.
Cursor Objects::point_bytes(std::uint32_t prefix) noexcept {
  std::size_t size = c_.remaining();
  if (header_.prefix_is_size()) size = prefix;
  // IEEE 1815, A.36: the variation of a string of octets is its length.
  else if (is_octet_string(header_.group))
    size = header_.variation;
  else if (row_->parts.back().length_part == kRest && row_->parts.back().kind >= Kind::text)
    size = c_.remaining() + 1;
  if (size > c_.remaining()) {
    c_.fail();
    return Cursor{{}};
  }
  return Cursor{c_.rest().first(size)};
}

// Packed points share octets, the first in the lowest bits.
bool Objects::next_packed(Point& point) noexcept {
  const unsigned bits = row_->packed, per_octet = 8 / bits;
  if (done_ % per_octet == 0) octet_ = c_.u8();
  if (!c_.ok()) return false;
  point.packed = static_cast<std::uint8_t>(octet_ >> done_ % per_octet * bits & ((1u << bits) - 1));
  point.index = header_.start + done_;
  ++done_, --left_;
  return true;
}

}  // namespace gatehouse::proto::dnp3
