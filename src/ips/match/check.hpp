// SPDX-License-Identifier: GPL-3.0-or-later
// What a signature asks beside the bytes of a buffer, and what it does once it has matched. Each is a function with a
// few numbers, made by the keyword that was written; adding a keyword adds a function in that keyword's file.
#pragma once

#include <cstdint>
#include <string_view>

#include "ips/match/scene.hpp"
#include "ips/match/step.hpp"

namespace gatehouse::ips {

// When a check can be answered.
enum class Moment : std::uint8_t {
  packet,       // by the packet's headers and its flow
  transaction,  // by the transaction, from a stage on
  file,         // by the file, from a point of its life on
};

struct Check {
  bool (*holds)(const Check&, const Scene&) noexcept = nullptr;
  Moment moment = Moment::packet;
  // moment transaction: from which stage of which direction on. File: 0 at its opening, 1 at its end.
  std::uint8_t stage = 0;
  std::uint8_t direction = 2;  // 0, 1, or 2: either
  NumberTest number;           // most ask for a number
  std::uint64_t a = 0, b = 0;
  const void* data = nullptr;  // owned by the Ruleset
  std::string_view keyword;    // for people
};

// Done when all else has matched; in the order written.
struct Effect {
  void (*apply)(const Effect&, const Scene&) noexcept = nullptr;
  std::uint64_t a = 0, b = 0;
  const void* data = nullptr;
  std::string_view keyword;
};

}  // namespace gatehouse::ips
