// SPDX-License-Identifier: GPL-3.0-or-later
// A rule as it is written: header words and options with their places. Nothing is understood here yet. The language is
// the reference IDS's ("Rules Format" of its user guide).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::ips::text {

// Counted from 1, of the first character.
struct Place {
  std::uint32_t line = 0, column = 0;
  auto operator<=>(const Place&) const = default;
};

// A piece of a rule's text. Views live as long as the RuleFile they come from.
struct Word {
  std::string_view text;
  Place place;
  bool empty() const noexcept { return text.empty(); }
};

// "content:!\"abc\"" between two semicolons.
struct Option {
  Word name;
  Word value;  // as written behind the colon, without white space at its ends; quotes and escapes still there
  bool has_value = false;
};

enum class Arrow : std::uint8_t { forward, both_ways, transactional };  // ->  <>  =>

struct Rule {
  bool enabled = true;   // false: behind a '#', for enable.conf to wake
  std::string_view raw;  // the whole rule, continuation lines joined
  Place place;
  Word action, protocol;
  Word src, src_ports, dst, dst_ports;
  Arrow arrow = Arrow::forward;
  std::vector<Option> options;

  // The first option of that name, or null.
  const Option* find(std::string_view name) const noexcept {
    for (const Option& o : options)
      if (o.name.text == name) return &o;
    return nullptr;
  }
};

// A rule, or a part of it, that is not taken: which, where and why.
struct Refusal {
  std::string file;
  Place place;
  std::uint32_t sid = 0;  // 0: not known
  std::string keyword;    // empty: the rule's shape
  std::string reason;     // a sentence that says what to do
};

}  // namespace gatehouse::ips::text
