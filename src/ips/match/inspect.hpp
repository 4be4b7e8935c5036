// SPDX-License-Identifier: GPL-3.0-or-later
// Asks the steps of one chain of one buffer. Steps that are relative to a match try the matches that follow, as the
// reference does; the work of one call is bounded.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "ips/match/regex.hpp"
#include "ips/match/scene.hpp"
#include "ips/match/step.hpp"

namespace gatehouse::ips {

struct BufferView {
  Bytes bytes;
  std::uint64_t offset = 0;  // of the first byte in the whole buffer: of streams of which a window is kept
  bool complete = true;      // nothing will come behind: `endswith` and sizes can be told
};

// A worker's working memory for inspection. `variables` live through all chains of one signature.
struct InspectSpace {
  static constexpr std::uint32_t kMostSteps =
      3000;  // searches of one call (the reference's inspection-recursion-limit)
  static constexpr std::size_t kLargestDecoded = 64u << 10;
  Variables variables{};
  RegexSpace regex;
  std::vector<std::uint8_t> decoded;  // of base64_decode
  // What contents with `replace` would write, should the signature match as a whole: at `offset` of the payload that
  // was inspected. Collected over the chains of one signature; start_signature() forgets it.
  struct Replacement {
    std::size_t offset = 0;
    Bytes bytes;
  };
  std::array<Replacement, 16> replacements{};
  std::uint8_t replacement_count = 0;
  // What named groups of expressions caught, in the same way: views of the bytes that were inspected.
  struct Captured {
    const Capture* what = nullptr;
    Bytes bytes;
  };
  std::array<Captured, 16> captured{};
  std::uint8_t captured_count = 0;
  // What datasets say of what was found in them, under the rule's own key; what entropies were, by buffer.
  struct Context {
    std::string_view key, json;
  };
  std::array<Context, 8> contexts{};
  std::uint8_t context_count = 0;
  struct Entropy {
    std::string_view buffer;
    double value = 0;
  };
  std::array<Entropy, 4> entropies{};
  std::uint8_t entropy_count = 0;
  std::string_view buffer;  // the name of the buffer that is inspected
  std::uint64_t limit_hits = 0;

  InspectSpace() { decoded.reserve(kLargestDecoded); }
  void start_signature() noexcept {
    variables.fill(0);
    replacement_count = captured_count = context_count = entropy_count = 0;
  }
};

bool inspect(std::span<const Step> steps, const BufferView& buffer, InspectSpace& space, const Scene& scene) noexcept;

}  // namespace gatehouse::ips
