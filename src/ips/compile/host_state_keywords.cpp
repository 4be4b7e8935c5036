// SPDX-License-Identifier: GPL-3.0-or-later
// xbits and hostbits: what is remembered of an address, of two, or of a transaction. Bits of an address are the same,
// whichever of the two keywords names them.
#include <algorithm>
#include <array>
#include <string>

#include "ips/compile/ends.hpp"
#include "ips/compile/state_families.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile {
namespace {

enum class Of : std::uint8_t { source, destination, each, pair, transaction };
constexpr std::uint64_t kXbitSeconds = 30, kHostbitSeconds = 300;  // how long a bit stands, unless the rule says so

// a: the bit; b: of what, and for how many seconds it is set.
constexpr std::uint64_t packed(Of of, std::uint64_t expire) noexcept {
  return static_cast<std::uint64_t>(of) << 32 | expire;
}
constexpr Of of(std::uint64_t b) noexcept {
  return static_cast<Of>(b >> 32);
}
Timestamp until(std::uint64_t b, const Scene& scene) noexcept {
  return scene.now + seconds(static_cast<std::int64_t>(b & 0xffffffff));
}

bool has(NameId bit, Of what, const Scene& scene) noexcept {
  if (what == Of::transaction)
    return scene.memory != nullptr && scene.tx != nullptr && scene.memory->has_bit(scene.tx->id, bit);
  if (scene.shared == nullptr) return false;
  const Ends ends = ends_of(scene);
  if (ends.src.version == 0) return false;
  const auto& [src, dst] = ends;
  switch (what) {
    case Of::source:
      return scene.shared->has_bit(bit, src, nullptr, scene.now);
    case Of::destination:
      return scene.shared->has_bit(bit, dst, nullptr, scene.now);
    case Of::pair:
      return scene.shared->has_bit(bit, src, &dst, scene.now);
    case Of::each:
    case Of::transaction:
      break;
  }
  return scene.shared->has_bit(bit, src, nullptr, scene.now) && scene.shared->has_bit(bit, dst, nullptr, scene.now);
}

void put(const IpAddress& a, const IpAddress* b, NameId bit, bool value, const Effect& effect,
         const Scene& scene) noexcept {
  if (value)
    scene.shared->set_bit(bit, a, b, until(effect.b, scene));
  else
    scene.shared->unset_bit(bit, a, b);
}

void set(Of what, bool value, const Effect& effect, const Scene& scene) noexcept {
  const auto bit = static_cast<NameId>(effect.a);
  if (what == Of::transaction) {
    if (scene.memory != nullptr && scene.tx != nullptr) scene.memory->set_bit(scene.tx->id, bit, value);
    return;
  }
  const Ends ends = ends_of(scene);
  if (scene.shared == nullptr || ends.src.version == 0) return;
  if (what == Of::pair) return put(ends.src, &ends.dst, bit, value, effect, scene);
  if (what != Of::destination) put(ends.src, nullptr, bit, value, effect, scene);
  if (what != Of::source) put(ends.dst, nullptr, bit, value, effect, scene);
}

bool is_set(const Check& check, const Scene& scene) noexcept {
  return has(static_cast<NameId>(check.a), of(check.b), scene);
}
bool is_not_set(const Check& check, const Scene& scene) noexcept {
  const auto bit = static_cast<NameId>(check.a);
  if (of(check.b) != Of::each) return !has(bit, of(check.b), scene);
  return !has(bit, Of::source, scene) && !has(bit, Of::destination, scene);
}
void set_it(const Effect& effect, const Scene& scene) noexcept {
  set(of(effect.b), true, effect, scene);
}
void unset_it(const Effect& effect, const Scene& scene) noexcept {
  set(of(effect.b), false, effect, scene);
}
void toggle_it(const Effect& effect, const Scene& scene) noexcept {
  const auto bit = static_cast<NameId>(effect.a);
  const Of what = of(effect.b);
  if (what != Of::each) return set(what, !has(bit, what, scene), effect, scene);
  const bool src = has(bit, Of::source, scene), dst = has(bit, Of::destination, scene);
  set(Of::source, !src, effect, scene);
  set(Of::destination, !dst, effect, scene);
}

struct Command {
  std::string_view name;
  decltype(Check::holds) check;
  decltype(Effect::apply) effect;
};
constexpr std::array kCommands{
    Command{"isset", &is_set, nullptr},   Command{"isnotset", &is_not_set, nullptr}, Command{"set", nullptr, &set_it},
    Command{"unset", nullptr, &unset_it}, Command{"toggle", nullptr, &toggle_it},
};

const Command* command_named(Builder& builder, const text::Option& option, std::string_view word) {
  const auto found = std::ranges::find(kCommands, word, &Command::name);
  if (found != kCommands.end()) return found;
  builder.refuse(option, "'" + std::string{word} + "' is none of set, unset, toggle, isset and isnotset");
  return nullptr;
}

std::string_view kind_of(Of what) noexcept {
  if (what == Of::pair) return "pairbit";
  return what == Of::transaction ? "txbit" : "hostbit";
}

void add(Builder& builder, const text::Option& option, const Command& command, std::string_view name, Of what,
         std::uint64_t expire) {
  const auto bit = number_of(builder, option, kind_of(what), name);
  if (!bit) return;
  // A bit of a transaction can be asked where there is one.
  const auto moment = what == Of::transaction ? Moment::transaction : Moment::packet;
  if (command.effect != nullptr) return add_state_effect(builder, option, command.effect, *bit, packed(what, expire));
  add_state_check(builder, option, command.check, *bit, packed(what, expire));
  builder.checks.back().moment = moment;
}

std::optional<std::uint64_t> seconds_of(Builder& builder, const text::Option& option, std::string_view word) {
  const auto number = read_unsigned(word);
  if (number && *number > 0 && *number <= 0xffffffff) return number;
  builder.refuse(option, "a bit expires after 1 to 4294967295 seconds");
  return std::nullopt;
}

void xbits(Builder& builder, const text::Option& option) {
  const auto words = words_of(option.value.text);
  if (words[0] == "noalert" && words.size() == 1) {
    builder.signature.no_alert = true;
    return;
  }
  const Command* command = command_named(builder, option, words[0]);
  if (command == nullptr) return;
  if (words.size() < 3 || words.size() > 4)
    return builder.refuse(
        option, "write 'xbits:<command>,<name>,track <ip_src|ip_dst|ip_pair|tx>' and perhaps ',expire <seconds>'");
  const auto [track, whom] = word_and_rest(words[2]);
  std::optional<Of> what;
  if (whom == "ip_src") what = Of::source;
  if (whom == "ip_dst") what = Of::destination;
  if (whom == "ip_pair") what = Of::pair;
  if (whom == "tx") what = Of::transaction;
  if (track != "track" || !what)
    return builder.refuse(option, "behind the name stands track ip_src, ip_dst, ip_pair or tx");
  std::uint64_t expire = kXbitSeconds;
  if (words.size() == 4) {
    const auto [word, number] = word_and_rest(words[3]);
    if (word != "expire") return builder.refuse(option, "'" + std::string{words[3]} + "' is not 'expire <seconds>'");
    if (*what == Of::transaction)
      return builder.refuse(option, "a bit of a transaction lives as long as the transaction: leave expire out");
    const auto given = seconds_of(builder, option, number);
    if (!given) return;
    expire = *given;
  }
  add(builder, option, *command, words[1], *what, expire);
}

void hostbits(Builder& builder, const text::Option& option) {
  const auto words = words_of(option.value.text);
  if (words[0] == "noalert" && words.size() == 1) {
    builder.signature.no_alert = true;
    return;
  }
  const Command* command = command_named(builder, option, words[0]);
  if (command == nullptr) return;
  if (words.size() < 2 || words.size() > 4)
    return builder.refuse(option, "write 'hostbits:<command>,<name>' and perhaps ',<src|dst|both>,<seconds>'");
  Of what = Of::source;
  std::uint64_t expire = kHostbitSeconds;
  if (words.size() > 2) {
    if (words[2] != "src" && words[2] != "dst" && words[2] != "both")
      return builder.refuse(option, "the host is src, dst or both");
    if (words[2] == "dst") what = Of::destination;
    if (words[2] == "both") what = Of::each;
  }
  if (words.size() > 3) {
    const auto given = seconds_of(builder, option, words[3]);
    if (!given) return;
    expire = *given;
  }
  add(builder, option, *command, words[1], what, expire);
}

constexpr std::array kKeywords{
    Keyword{"xbits", Argument::required, &xbits, "bits of an address, a pair of them, or a transaction"},
    Keyword{"hostbits", Argument::required, &hostbits, "bits of an address"},
};

}  // namespace

std::span<const Keyword> host_state_keywords() noexcept {
  return kKeywords;
}

}  // namespace gatehouse::ips::compile
