// SPDX-License-Identifier: GPL-3.0-or-later
// flowbits and flowint: what is remembered of one flow. Tests come before a match, changes behind it.
#include <algorithm>
#include <array>
#include <string>

#include "ips/compile/state_families.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile {
namespace {

// ---- flowbits. a: the bit; of alternatives, `data` has them all.

using Bits = std::vector<NameId>;

template <typename Holds>
bool any_of(const Check& check, Holds&& holds) noexcept {
  if (check.data != nullptr) return std::ranges::any_of(*static_cast<const Bits*>(check.data), holds);
  return holds(static_cast<NameId>(check.a));
}

bool bit_is_set(const Check& check, const Scene& scene) noexcept {
  return scene.memory != nullptr && any_of(check, [&](NameId bit) { return scene.memory->has_bit(bit); });
}
// A packet without a flow has no bits.
bool bit_is_not_set(const Check& check, const Scene& scene) noexcept {
  if (scene.flow == nullptr) return false;
  return any_of(check, [&](NameId bit) { return scene.memory == nullptr || !scene.memory->has_bit(bit); });
}

void set_bit(const Effect& effect, const Scene& scene) noexcept {
  if (scene.memory != nullptr) scene.memory->set_bit(static_cast<NameId>(effect.a), true);
}
void unset_bit(const Effect& effect, const Scene& scene) noexcept {
  if (scene.memory != nullptr) scene.memory->set_bit(static_cast<NameId>(effect.a), false);
}
void toggle_bit(const Effect& effect, const Scene& scene) noexcept {
  if (scene.memory != nullptr) scene.memory->toggle_bit(static_cast<NameId>(effect.a));
}

struct BitCommand {
  std::string_view name;
  decltype(Check::holds) check;
  decltype(Effect::apply) effect;
};
constexpr std::array kBitCommands{
    BitCommand{"isset", &bit_is_set, nullptr},  BitCommand{"isnotset", &bit_is_not_set, nullptr},
    BitCommand{"set", nullptr, &set_bit},       BitCommand{"unset", nullptr, &unset_bit},
    BitCommand{"toggle", nullptr, &toggle_bit},
};

void flowbits(Builder& builder, const text::Option& option) {
  const auto words = words_of(option.value.text);
  if (words[0] == "noalert") {
    if (words.size() > 1) return builder.refuse(option, "noalert has no name behind it");
    builder.signature.no_alert = true;
    return;
  }
  const auto command = std::ranges::find(kBitCommands, words[0], &BitCommand::name);
  if (command == kBitCommands.end())
    return builder.refuse(option,
                          "'" + std::string{words[0]} + "' is none of set, unset, toggle, isset, isnotset and noalert");
  if (words.size() != 2) return builder.refuse(option, "write 'flowbits:<command>,<name>'");
  Bits bits;
  for (const std::string_view name : words_of(words[1], '|')) {
    const auto number = number_of(builder, option, "flowbit", name);
    if (!number) return;
    bits.push_back(*number);
  }
  if (command->effect != nullptr) {
    if (bits.size() > 1)
      return builder.refuse(option, "alternatives can be asked for, but not set: write an option for each");
    return add_state_effect(builder, option, command->effect, bits[0]);
  }
  const NameId first = bits[0];
  std::shared_ptr<const Bits> kept;
  if (bits.size() > 1) builder.keep_alive(kept = std::make_shared<const Bits>(std::move(bits)));
  add_state_check(builder, option, command->check, first, 0, kept.get());
}

// ---- flowint. a: the counter; b: the operand, a number or, with the highest bit, another counter.

constexpr std::uint64_t kIsCounter = 1ull << 63;

std::uint32_t operand(std::uint64_t b, const FlowMemory& memory) noexcept {
  return (b & kIsCounter) != 0 ? memory.counter(static_cast<NameId>(b)) : static_cast<std::uint32_t>(b);
}

bool counter_is_set(const Check& check, const Scene& scene) noexcept {
  return scene.memory != nullptr && scene.memory->has_counter(static_cast<NameId>(check.a));
}
bool counter_is_not_set(const Check& check, const Scene& scene) noexcept {
  return scene.flow != nullptr && !counter_is_set(check, scene);
}

// Of a counter that nobody has set nothing is true.
template <typename Compares>
bool counter_compares(const Check& check, const Scene& scene) noexcept {
  if (!counter_is_set(check, scene)) return false;
  return Compares{}(scene.memory->counter(static_cast<NameId>(check.a)), operand(check.b, *scene.memory));
}

// The arithmetic of 32 bits, which wraps.
template <int sign>
void change_counter(const Effect& effect, const Scene& scene) noexcept {
  if (scene.memory == nullptr) return;
  const auto counter = static_cast<NameId>(effect.a);
  const std::uint32_t value = operand(effect.b, *scene.memory), before = sign == 0 ? 0 : scene.memory->counter(counter);
  scene.memory->set_counter(counter, sign < 0 ? before - value : before + value);
}

struct CounterCommand {
  std::string_view name;
  decltype(Check::holds) check;
  decltype(Effect::apply) effect;
  bool has_operand = true;
};
constexpr std::array kCounterCommands{
    CounterCommand{"isset", &counter_is_set, nullptr, false},
    CounterCommand{"notset", &counter_is_not_set, nullptr, false},
    CounterCommand{"isnotset", &counter_is_not_set, nullptr, false},
    CounterCommand{"<", &counter_compares<std::less<>>, nullptr},
    CounterCommand{"<=", &counter_compares<std::less_equal<>>, nullptr},
    CounterCommand{"==", &counter_compares<std::equal_to<>>, nullptr},
    CounterCommand{"!=", &counter_compares<std::not_equal_to<>>, nullptr},
    CounterCommand{">=", &counter_compares<std::greater_equal<>>, nullptr},
    CounterCommand{">", &counter_compares<std::greater<>>, nullptr},
    CounterCommand{"=", nullptr, &change_counter<0>},
    CounterCommand{"+", nullptr, &change_counter<1>},
    CounterCommand{"-", nullptr, &change_counter<-1>},
};

void flowint(Builder& builder, const text::Option& option) {
  const auto words = words_of(option.value.text);
  const auto command =
      words.size() < 2 ? kCounterCommands.end() : std::ranges::find(kCounterCommands, words[1], &CounterCommand::name);
  if (command == kCounterCommands.end())
    return builder.refuse(
        option, "write 'flowint:<name>,<+ - = > < >= <= == !=>,<number or name>', or 'flowint:<name>,<isset|notset>'");
  if (words.size() != (command->has_operand ? 3u : 2u))
    return builder.refuse(option, command->has_operand ? "a number or the name of another counter is missing"
                                                       : "there is nothing to compare with");
  const auto counter = number_of(builder, option, "flowint", words[0]);
  if (!counter) return;
  std::uint64_t value = 0;
  if (command->has_operand) {
    if (const auto number = read_unsigned(words[2])) {
      if (*number > 0xffffffff) return builder.refuse(option, "a counter holds 0 to 4294967295");
      value = *number;
    } else {
      const auto other = number_of(builder, option, "flowint", words[2]);
      if (!other) return;
      value = kIsCounter | *other;
    }
  }
  if (command->check != nullptr) return add_state_check(builder, option, command->check, *counter, value);
  add_state_effect(builder, option, command->effect, *counter, value);
}

constexpr std::array kKeywords{
    Keyword{"flowbits", Argument::required, &flowbits, "bits of the flow"},
    Keyword{"flowint", Argument::required, &flowint, "counters of the flow"},
};

}  // namespace

std::span<const Keyword> flow_state_keywords() noexcept {
  return kKeywords;
}

}  // namespace gatehouse::ips::compile
