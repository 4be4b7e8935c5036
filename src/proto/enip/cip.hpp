// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of the Common Industrial Protocol, CIP Volume 1: services with the path to what they are for.
#pragma once

#include <array>
#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::enip {

namespace service {
inline constexpr std::uint8_t get_attributes_all = 1, multiple = 0x0a, execute_pccc = 0x4b, unconnected_send = 0x52;
}
namespace object_class {
inline constexpr std::uint32_t identity = 1, connection_manager = 6;
}

enum class SegmentKind : std::uint8_t { object_class, instance, member, connection_point, attribute, symbol, other };

struct Segment {
  SegmentKind kind{};
  std::uint32_t value = 0;
  Bytes symbol{};
};

// CIP Volume 1, C-1.4: the segments of a padded path.
class Path {
 public:
  explicit Path(Bytes path) noexcept : c_(path) {}
  // False at the end, and before what cannot be read: then ok() is false.
  bool next(Segment& segment) noexcept;
  bool ok() const noexcept { return c_.ok(); }

 private:
  void logical(std::uint8_t type, Segment& segment) noexcept;
  void port(std::uint8_t type) noexcept;
  Cursor c_;
};

inline constexpr std::uint32_t kNone = 0xffffffff;

// One message; what a request or response does not have is empty.
struct Cip {
  std::uint8_t service = 0;  // without the response's bit
  bool response = false;
  std::uint8_t status = 0;
  Bytes extended{};  // further words of the status, as sent
  Bytes path{};
  Bytes data{};

  // The last of that kind in the path; kNone where there is none.
  std::uint32_t find(SegmentKind kind) const noexcept;
  bool for_connection_manager() const noexcept {
    return find(SegmentKind::object_class) == object_class::connection_manager;
  }
};
// CIP Volume 1, 2-4: message router request and response. False where it is cut off.
bool read_cip(Bytes bytes, Cip& cip) noexcept;

// A message, and those that it carries: of a multiple service packet each, of an unconnected send the one.
class CipMessages {
 public:
  explicit CipMessages(Bytes outermost) noexcept { push({outermost, 1, 0, false}); }
  bool next(Cip& cip) noexcept;
  // Something was cut off, or nested deeper than it is read.
  bool incomplete() const noexcept { return incomplete_; }

 private:
  static constexpr std::size_t kDeepest = 3;
  static constexpr unsigned kMost = 64;  // messages in all
  struct Level {
    Bytes bytes{};
    unsigned count = 0, done = 0;
    bool offsets = false;  // a list of `count` offsets stands before the messages
  };
  void push(const Level& level) noexcept;
  void step_inside(const Cip& cip) noexcept;

  std::array<Level, kDeepest> levels_{};
  std::size_t depth_ = 0;
  unsigned total_ = 0;
  bool incomplete_ = false;
};

}  // namespace gatehouse::proto::enip
