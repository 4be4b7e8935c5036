// SPDX-License-Identifier: GPL-3.0-or-later
// The netlink messages of a queue: reading the kernel's packets, writing verdicts.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "model/verdict.hpp"

namespace gatehouse::capture {

struct QueuedPacket {
  std::uint32_t id = 0;
  Bytes payload;                  // from the IP header on
  std::uint32_t full_length = 0;  // more than the payload where the kernel cut it
  std::uint32_t in_interface = 0, out_interface = 0;  // kernel indices; 0: not told
  bool super_packet = false;
  bool checksum_trusted = false;
};

// Reads one message. False: it is not a packet (an error, an acknowledgement), or is damaged.
bool read_queued_packet(Bytes message, QueuedPacket& packet) noexcept;

// Writes verdicts for packets in the order they came, one message for each run of equal ones: the kernel decides all
// packets up to a number at once, and those before are decided already.
class VerdictWriter {
 public:
  explicit VerdictWriter(std::uint16_t queue) noexcept : queue_(queue) {}
  void add(std::uint32_t id, bool accept) noexcept;
  // The messages, one behind the other. Valid until the next add().
  std::span<const char> finish() noexcept;
  // At most so many between two calls of finish().
  static constexpr std::size_t kMost = 64;

 private:
  void put_run() noexcept;

  static constexpr std::size_t kMessage = 32;  // header 16, family 4, attribute 4 + 8
  std::uint16_t queue_;
  std::uint32_t last_ = 0;
  unsigned run_ = 0;
  bool accept_ = false;
  bool finished_ = true;
  std::size_t size_ = 0;
  alignas(8) std::array<char, kMost * kMessage> buffer_{};
};

}  // namespace gatehouse::capture
