// SPDX-License-Identifier: GPL-3.0-or-later
// The application layer: one fragment, its objects and their points, read where they stand as often as they are asked
// for; nothing of them is kept.
#pragma once

#include <array>
#include <cstdint>

#include "base/cursor.hpp"
#include "proto/dnp3/objects.hpp"

namespace gatehouse::proto::dnp3 {

namespace code {
inline constexpr std::uint8_t confirm = 0, read = 1, immediate_freeze = 7, freeze_at_time_no_ack = 12,
                              first_response = 128, response = 129, unsolicited_response = 130,
                              authenticate_response = 131;
}

// IEEE 1815, 4.2.2: control, function and, of responses, internal indications.
struct ApplicationHeader {
  std::uint8_t control{}, function{};
  std::uint16_t indications{};  // the first octet in the high bits

  ApplicationHeader() = default;
  explicit ApplicationHeader(Cursor& c) noexcept
      : control{c.u8()}, function{c.u8()}, indications{is_response() ? c.u16() : std::uint16_t{0}} {}

  bool is_response() const noexcept { return function >= code::first_response; }
  bool first() const noexcept { return (control & 0x80) != 0; }
  bool final() const noexcept { return (control & 0x40) != 0; }
  bool confirm() const noexcept { return (control & 0x20) != 0; }
  bool unsolicited() const noexcept { return (control & 0x10) != 0; }
  std::uint8_t sequence() const noexcept { return control & 0x0f; }
};

// IEEE 1815, 4.2.2.7: object headers.
struct ObjectHeader {
  std::uint8_t group{}, variation{}, qualifier{};
  std::uint32_t start{}, stop{}, count{};

  std::uint8_t prefix_code() const noexcept { return qualifier >> 4 & 7; }
  std::uint8_t range_code() const noexcept { return qualifier & 0x0f; }
  std::size_t prefix_size() const noexcept {
    constexpr std::array<std::uint8_t, 8> kSizes{0, 1, 2, 4, 1, 2, 4, 0};
    return kSizes[prefix_code()];
  }
  bool prefix_is_index() const noexcept { return prefix_code() >= 1 && prefix_code() <= 3; }
  bool prefix_is_size() const noexcept { return prefix_code() >= 4 && prefix_code() <= 6; }
};

struct Point {
  std::uint32_t prefix = 0, index = 0;
  Bytes bytes{};            // of the point, where it is not packed
  std::uint8_t packed = 0;  // its bits, where it is
};

// Walks the objects of a fragment and, in between, the points of each.
class Objects {
 public:
  // `function`: whether the objects of this message have data behind their headers.
  Objects(std::uint8_t function, Bytes objects) noexcept;

  // The next object; the rest of the one before is passed by. False at the end, and where nothing more can be read.
  bool next(ObjectHeader& header) noexcept;
  // The next point of that object.
  bool next_point(Point& point) noexcept;

  const ObjectRow* row() const noexcept { return row_; }
  // What could not be read: an object that is not in the library, or one that is cut off.
  bool unknown() const noexcept { return unknown_; }
  bool complete() const noexcept { return c_.ok() && !unknown_; }

 private:
  void read_range(ObjectHeader& header) noexcept;
  std::uint32_t little(std::size_t size) noexcept;
  bool next_packed(Point& point) noexcept;
  Cursor point_bytes(std::uint32_t prefix) noexcept;

  Cursor c_;
  bool has_data_;
  bool unknown_ = false;
  bool named_ = false;  // the object's points have no values
  ObjectHeader header_{};
  const ObjectRow* row_ = nullptr;
  std::uint32_t left_ = 0;  // points of this object that were not asked for yet
  std::uint32_t done_ = 0;
  std::uint8_t octet_ = 0;  // of packed points
};

// Calls `visit(part, value)` for each part of a point in order; false where the point is shorter than they are.
template <typename Visit>
bool visit_parts(const ObjectRow& row, Cursor& c, Visit&& visit) noexcept {
  std::array<std::uint64_t, kMostParts> numbers{};
  std::size_t i = 0;
  for (const Part& part : row.parts) {
    const PartValue value = read_part(part, c, numbers);
    if (!c.ok()) return false;
    numbers[i++] = value.number;
    visit(part, value);
  }
  return true;
}

}  // namespace gatehouse::proto::dnp3
