// SPDX-License-Identifier: GPL-3.0-or-later
// The Internet checksum (RFC 1071): the one's complement sum of 16-bit words. It may be summed in wider words and in
// the machine's own byte order, as long as the sum is folded at the end.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "base/bytes.hpp"
#include "base/ip.hpp"

namespace gatehouse::decode {

class InternetChecksum {
 public:
  // Pieces of odd length may only come last.
  void add(Bytes bytes) noexcept {
    const std::uint8_t* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t first = 0, second = 0;
    for (; left >= 16; at += 16, left -= 16) {
      first += word(at) + word(at + 4);
      second += word(at + 8) + word(at + 12);
    }
    for (; left >= 4; at += 4, left -= 4) first += word(at);
    if (left > 0) {
      std::uint8_t rest[4] = {};
      for (std::size_t i = 0; i < left; ++i) rest[i] = at[i];
      second += word(rest);
    }
    sum_ += first + second;
  }
  void add_number(std::uint32_t value) noexcept {
    const std::uint8_t wire[4] = {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
                                  static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
    sum_ += word(wire);
  }
  // RFC 9293, 3.1, and RFC 8200, 8.1: addresses, length and protocol.
  void add_pseudo_header(const IpAddress& src, const IpAddress& dst, std::uint8_t protocol,
                         std::size_t length) noexcept {
    add(src.view());
    add(dst.view());
    add_number(static_cast<std::uint32_t>(length));
    add_number(protocol);
  }

  // Over bytes that contain their checksum: whether it is right.
  bool verifies() const noexcept { return folded() == 0xffff; }
  // Over bytes whose checksum field is zero: what belongs there, as a number.
  std::uint16_t value() const noexcept {
    const auto wire = static_cast<std::uint16_t>(~folded());
    return std::endian::native == std::endian::little ? static_cast<std::uint16_t>(wire << 8 | wire >> 8) : wire;
  }

 private:
  static std::uint64_t word(const std::uint8_t* at) noexcept {
    std::uint32_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  std::uint16_t folded() const noexcept {
    std::uint64_t sum = (sum_ >> 32) + (sum_ & 0xffffffff);
    sum = (sum >> 32) + (sum & 0xffffffff);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    return static_cast<std::uint16_t>(sum);
  }

  std::uint64_t sum_ = 0;
};

}  // namespace gatehouse::decode
