// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/protocol_match.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "ips/compile/protocol_names.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/text/rule_parser.hpp"

namespace gatehouse::ips::compile {
namespace {

using text::Option;
using text::trim;

// ---- app-layer-protocol

enum class Mode : std::uint8_t { direction, to_server, to_client, either, final, original };
constexpr std::array kModes{std::pair{std::string_view{"direction"}, Mode::direction},
                            std::pair{std::string_view{"to_server"}, Mode::to_server},
                            std::pair{std::string_view{"to_client"}, Mode::to_client},
                            std::pair{std::string_view{"either"}, Mode::either},
                            std::pair{std::string_view{"final"}, Mode::final},
                            std::pair{std::string_view{"original"}, Mode::original}};

struct Spoken {
  std::vector<const ProtocolSpec*> any;
  bool failed = false, unknown = false;
  bool negated = false;
  Mode mode = Mode::direction;
};

// One answer of identification: a protocol, or that it failed, or none yet.
bool is_spoken(const Spoken& asked, const ProtocolSpec* protocol, bool failed) noexcept {
  if (protocol != nullptr) return std::ranges::find(asked.any, protocol) != asked.any.end();
  return failed ? asked.failed : asked.unknown;
}

// What is not known yet is no answer: `!http` waits for one, and "the flow does not speak HTTP" is never a guess.
bool holds_for(const Spoken& asked, const ProtocolSpec* protocol, bool failed) noexcept {
  if (asked.negated && protocol == nullptr && !failed) return false;
  return is_spoken(asked, protocol, failed) != asked.negated;
}

bool holds_for_either(const Spoken& asked, const flow::AppLayer& app) noexcept {
  const auto [a, b] = app.by_direction;
  if (asked.negated && a == nullptr && b == nullptr && !app.failed) return false;
  return (is_spoken(asked, a, app.failed) || is_spoken(asked, b, app.failed)) != asked.negated;
}

bool speaks(const Check& check, const Scene& scene) noexcept {
  if (scene.flow == nullptr) return false;
  const Spoken& asked = *static_cast<const Spoken*>(check.data);
  const flow::AppLayer& app = scene.flow->app;
  switch (asked.mode) {
    case Mode::direction:
      return holds_for(asked, app.by_direction[index(scene.direction)], app.failed);
    case Mode::to_server:
      return holds_for(asked, app.by_direction[index(Direction::to_server)], app.failed);
    case Mode::to_client:
      return holds_for(asked, app.by_direction[index(Direction::to_client)], app.failed);
    case Mode::either:
      return holds_for_either(asked, app);
    case Mode::final:
      return holds_for(asked, app.protocol, app.failed);
    case Mode::original:
      return holds_for(asked, app.original, false);
  }
  return false;
}

// "tls|http": false after refusing.
bool read_names(Builder& builder, const Option& option, std::string_view names, bool exact, Spoken& into) {
  while (true) {
    const std::size_t bar = names.find('|');
    const std::string_view name = trim(names.substr(0, bar));
    if (name == "failed") {
      into.failed = true;
    } else if (name == "unknown") {
      into.unknown = true;
    } else {
      const auto named = protocols_named(builder.around(), name);
      if (named.empty()) {
        builder.refuse(option,
                       "there is no protocol '" + std::string{name} + "'; 'failed' and 'unknown' may stand here too");
        return false;
      }
      into.any.insert(into.any.end(), named.begin(), exact ? named.begin() + 1 : named.end());
    }
    if (bar == names.npos) return true;
    names.remove_prefix(bar + 1);
  }
}

// What stands behind the first comma: at most one mode, and perhaps `exact`.
bool read_qualifiers(Builder& builder, const Option& option, std::string_view words, bool& exact, Spoken& into) {
  bool seen = false;
  while (!words.empty()) {
    words.remove_prefix(1);
    const std::size_t comma = std::min(words.find(','), words.size());
    const std::string_view word = trim(words.substr(0, comma));
    words.remove_prefix(comma);
    const auto mode = std::ranges::find(kModes, word, &decltype(kModes)::value_type::first);
    if (word == "exact" && !exact) {
      exact = true;
    } else if (mode != kModes.end() && !seen) {
      into.mode = mode->second;
      seen = true;
    } else {
      builder.refuse(option, "'" + std::string{word} +
                                 "' cannot stand here: one of direction, to_server, to_client, either, "
                                 "final, original, and 'exact'");
      return false;
    }
  }
  return true;
}

// ---- app-layer-state

// The state by its name in each protocol that the rule is for.
struct States {
  struct One {
    const ProtocolSpec* protocol;
    std::uint8_t direction, stage;
  };
  std::vector<One> any;
  Compare compare = Compare::equal;
};

bool is_in_state(const Check& check, const Scene& scene) noexcept {
  if (scene.tx == nullptr) return false;
  const States& asked = *static_cast<const States*>(check.data);
  for (const States::One& one : asked.any) {
    if (one.protocol != scene.tx->protocol) continue;
    const std::uint8_t stage = scene.tx->stage[one.direction];
    if (asked.compare == Compare::less) return stage < one.stage;
    if (asked.compare == Compare::greater) return stage > one.stage;
    return stage == one.stage;
  }
  return false;
}

void add_states(States& states, const ProtocolSpec* protocol, std::string_view name) {
  for (std::uint8_t direction = 0; direction < 2; ++direction) {
    const auto& stages = protocol->stages[direction];
    const auto row = std::ranges::find(stages, name);
    if (row == stages.end()) continue;
    states.any.push_back({protocol, direction, static_cast<std::uint8_t>(row - stages.begin())});
    return;
  }
}

}  // namespace

void read_app_protocol(Builder& builder, const Option& option) {
  if (!builder.app_protocols.empty())
    return builder.refuse(option, "the rule is for " + std::string{builder.app_protocols.front()->name} +
                                      " already: name a transport in the header, such as 'tcp', or take this away");
  std::string_view value = option.value.text;
  auto spoken = std::make_shared<Spoken>();
  spoken->negated = value.starts_with('!');
  if (spoken->negated) value.remove_prefix(1);
  const std::size_t comma = std::min(value.find(','), value.size());
  bool exact = false;
  if (!read_qualifiers(builder, option, value.substr(comma), exact, *spoken)) return;
  if (!read_names(builder, option, trim(value.substr(0, comma)), exact, *spoken)) return;
  if (spoken->negated && spoken->unknown)
    return builder.refuse(option, "'unknown' cannot be negated: name the protocols, or 'failed'");
  Check check;
  check.holds = &speaks;
  check.data = spoken.get();
  check.keyword = "app-layer-protocol";
  builder.keep_alive(std::move(spoken));
  builder.add_check(check);
}

void read_app_state(Builder& builder, const Option& option) {
  std::string_view name = option.value.text;
  auto states = std::make_shared<States>();
  if (name.starts_with('<')) states->compare = Compare::less;
  if (name.starts_with('>')) states->compare = Compare::greater;
  if (states->compare != Compare::equal) name = trim(name.substr(1));
  if (builder.app_protocols.empty())
    return builder.refuse(option, "states are of a protocol: name it in the header, such as 'tls'");
  for (const ProtocolSpec* protocol : builder.app_protocols) add_states(*states, protocol, name);
  if (states->any.empty())
    return builder.refuse(
        option, std::string{builder.app_protocols.front()->name} + " has no state '" + std::string{name} + "'");
  Check check;
  check.holds = &is_in_state;
  check.moment = Moment::transaction;
  check.direction = states->any.front().direction;
  // "<" is asked from the beginning on, the others once the state is reached.
  check.stage = states->compare == Compare::less ? std::uint8_t{0} : states->any.front().stage;
  check.data = states.get();
  check.keyword = "app-layer-state";
  builder.keep_alive(std::move(states));
  builder.add_check(check);
}

}  // namespace gatehouse::ips::compile
