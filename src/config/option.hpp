// SPDX-License-Identifier: GPL-3.0-or-later
// An option is one row: from it come the check of the file, the member of Config, the explanation, the default file,
// the JSON Schema and the reference page.
#pragma once

#include <concepts>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>

#include "config/value.hpp"

namespace gatehouse::config {

enum class Type : std::uint8_t {
  boolean,  // true or false, and nothing else
  integer,
  size,        // bytes, with a unit
  duration,    // with a unit
  choice,      // one of `choices`
  user,        // a user's name
  path,        // relative to the file that says it
  paths,       // a list of paths, each relative to the file that says it
  queues,      // "0" or "0-3"
  names,       // a list of words
  choices,     // a list of `choices`
  interfaces,  // a list of network interfaces
  pairs,       // a list of {a: interface, b: interface}
  choice_map,  // name: one of `choices`
  text_map,    // name: a text or a list of them, as "[a,b]"; names that are left out keep their default
};

struct Bounds {
  std::uint64_t least = 0, most = std::numeric_limits<std::int64_t>::max();
};
// Of durations; in microseconds as Duration is.
constexpr Bounds time_bounds(Duration least, Duration most) {
  return {static_cast<std::uint64_t>(least.us), static_cast<std::uint64_t>(most.us)};
}

enum class Restart : std::uint8_t { needed, not_needed };

struct Option {
  std::string_view key;  // "flow.timeouts.udp.new"
  Type type;
  std::string_view standard;  // the default, as one would write it in the file
  Bounds bounds = {};
  std::span<const std::string_view> choices = {};
  Restart restart = Restart::needed;
  std::string_view about;
  std::string_view example = {};  // a value, as one would write it; empty: the default shows enough
  void (*set)(Config& config, const Value& value);
};

struct Section {
  std::string_view name;
  std::string_view about;
  std::span<const Option> options;
};

// In the order in which they are shown.
std::span<const Section> sections() noexcept;
// All options, in that order.
std::span<const Option* const> all_options();
std::span<const std::string_view> all_keys();
const Option* find_option(std::string_view key) noexcept;

// "a size from 64KiB to 1GiB, such as 256MiB"
std::string expectation(const Option& option);
std::string bounds_text(const Option& option);  // "64KiB to 1GiB"; empty where there are none
std::string_view type_name(Type type) noexcept;

// From a Value to the member it is for.
template <typename Member>
void assign(Member& member, const Value& value) {
  if constexpr (std::is_enum_v<Member>) {
    member = static_cast<Member>(std::get<Choice>(value).index);
  } else if constexpr (std::same_as<Member, bool>) {
    member = std::get<bool>(value);
  } else if constexpr (std::unsigned_integral<Member>) {
    member = static_cast<Member>(std::get<std::uint64_t>(value));
  } else if constexpr (std::same_as<Member, std::map<std::string, std::string>>) {
    for (const auto& [name, text] : std::get<Member>(value)) member[name] = text;
  } else if constexpr (requires { typename Member::mapped_type; }) {
    member.clear();
    for (const auto& [name, choice] : std::get<std::map<std::string, Choice>>(value))
      member[name] = static_cast<typename Member::mapped_type>(choice.index);
  } else {
    member = std::get<Member>(value);
  }
}
// set_member<[](Config& c) -> auto& { return c.log.eve; }>
template <auto Select>
void set_member(Config& config, const Value& value) {
  assign(Select(config), value);
}

}  // namespace gatehouse::config
