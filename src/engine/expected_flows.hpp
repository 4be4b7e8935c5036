// SPDX-License-Identifier: GPL-3.0-or-later
// Flows that sessions have arranged (FTP's data, TFTP's answers, the media of a call), until they come. One table for
// all workers: the arranged flow may hash to another worker than the one that arranged it. Nobody waits for anybody: a
// slot that is being written is not read, and an arrangement that finds no slot is lost, which its caller tells.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/ip.hpp"
#include "base/time.hpp"
#include "model/protocol.hpp"

namespace gatehouse::engine {

// The place that is connected to, and who may connect. Both are hosts of the arranging flow.
struct ExpectedPlace {
  IpAddress listener, caller;
  std::uint16_t port = 0;
  std::uint8_t transport = 0;  // IP protocol number

  bool operator==(const ExpectedPlace&) const = default;
};

struct ExpectedFlow {
  const ProtocolSpec* protocol = nullptr;
  bool listener_is_server = false;  // of the arranging flow
  std::uint16_t introduction_size = 0;
  std::array<char, kLongestIntroduction> introduction{};

  std::string_view text() const noexcept { return {introduction.data(), introduction_size}; }
};

class ExpectedFlows {
 public:
  static constexpr std::size_t kSlots = 1024;     // a power of two
  static constexpr unsigned kTries = 8;           // slots that one place may stand in
  static constexpr Duration kLife = seconds(60);  // of an arrangement: clients connect at once

  ExpectedFlows();
  ~ExpectedFlows();

  // False: all its slots are taken by arrangements that are still alive.
  bool add(const ExpectedPlace& place, const ExpectedFlow& flow, Timestamp now) noexcept;
  // The arrangement for a flow that begins now; it stays until its life is over.
  bool find(const ExpectedPlace& place, Timestamp now, ExpectedFlow& flow) const noexcept;

 private:
  struct Slot;
  std::unique_ptr<Slot[]> slots_;
  std::atomic<std::int64_t> last_end_{0};  // when the last arrangement's life ends: before that one must look
};

}  // namespace gatehouse::engine
