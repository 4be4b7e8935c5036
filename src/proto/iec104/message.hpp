// SPDX-License-Identifier: GPL-3.0-or-later
// Frames and the application data in them: views into the bytes.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::iec104 {

inline constexpr std::uint8_t kStart = 0x68;
inline constexpr std::size_t kPrefix = 2;  // start and length, which counts what follows
inline constexpr std::uint8_t kShortest = 4, kLongest = 253;

enum class Format : std::uint8_t { information, supervisory, unnumbered };

// IEC 60870-5-104, 5: application protocol control information.
struct Frame {
  std::uint8_t start{}, length{};
  std::uint16_t first{}, second{};  // the control field, little-endian

  Frame() = default;
  explicit Frame(Cursor& c) noexcept : start{c.u8()}, length{c.u8()}, first{c.le16()}, second{c.le16()} {}

  Format format() const noexcept {
    return (first & 1) == 0 ? Format::information : (first & 2) == 0 ? Format::supervisory : Format::unnumbered;
  }
  std::uint16_t send_number() const noexcept { return first >> 1; }
  std::uint8_t control() const noexcept { return static_cast<std::uint8_t>(first); }
  bool plausible() const noexcept;
};

inline constexpr std::size_t kIdentifier = 6;  // what stands before the objects

// IEC 60870-5-101, 7.2, with the field sizes of -104: the data unit identifier.
struct Asdu {
  std::uint8_t type{}, qualifier{}, cause_octet{}, originator{};
  std::uint16_t common_address{};
  Bytes objects{};

  Asdu() = default;
  explicit Asdu(Cursor& c) noexcept
      : type{c.u8()},
        qualifier{c.u8()},
        cause_octet{c.u8()},
        originator{c.u8()},
        common_address{c.le16()},
        objects{c.take(c.remaining())} {}

  // One address and then elements in sequence, or each element with its own.
  bool in_sequence() const noexcept { return (qualifier & 0x80) != 0; }
  std::uint8_t count() const noexcept { return qualifier & 0x7f; }
  std::uint8_t cause() const noexcept { return cause_octet & 0x3f; }
  bool negative() const noexcept { return (cause_octet & 0x40) != 0; }
  bool test() const noexcept { return (cause_octet & 0x80) != 0; }
  // Objects of `size` octets are as many as type and count say.
  bool fits(std::size_t size) const noexcept;
};

// The addresses of the objects and their elements.
class Objects {
 public:
  explicit Objects(const Asdu& asdu) noexcept;
  bool next(std::uint32_t& address, Bytes& element) noexcept;

 private:
  std::uint32_t read_address() noexcept;
  Cursor c_;
  std::uint8_t left_;
  bool in_sequence_;
  std::uint8_t size_;
  std::uint32_t address_ = 0;
};

}  // namespace gatehouse::proto::iec104
