// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <string>

#include "ips/compile/ends.hpp"
#include "ips/compile/state_families.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile {

std::optional<NameId> number_of(Builder& builder, const text::Option& option, std::string_view kind,
                                std::string_view name) {
  if (name.empty() || name.find_first_of(" \t\"") != name.npos) {
    builder.refuse(option, "a name has no spaces and no quotes, and is not empty");
    return std::nullopt;
  }
  const NameId number = Names::number(std::string{kind} + ":" + std::string{name});
  if (number == Names::kMost) {
    builder.refuse(option, "more than " + std::to_string(Names::kMost) + " names of bits and counters; use fewer");
    return std::nullopt;
  }
  return number;
}

namespace {

// ---- tag

enum class Metric : std::uint8_t { packets, bytes, seconds };
enum class Scope : std::uint8_t { session, source, destination };
constexpr std::uint32_t kStandardPackets = 256;

struct Tag {
  Scope scope = Scope::session;
  Metric metric = Metric::packets;
};

constexpr std::uint64_t packed(Tag tag) noexcept {
  return static_cast<std::uint64_t>(tag.scope) << 8 | static_cast<std::uint64_t>(tag.metric);
}
constexpr Tag unpacked(std::uint64_t b) noexcept {
  return {static_cast<Scope>(b >> 8), static_cast<Metric>(b & 0xff)};
}

bool runs(const FlowMemory& memory, Timestamp now) noexcept {
  return memory.tag_packets != 0 || memory.tag_bytes != 0 || memory.tag_until > now;
}

// a: how many; b: the tag. A tag of the same signature that still runs stays as it is.
void apply_tag(const Effect& effect, const Scene& scene) noexcept {
  if (scene.signature == nullptr) return;
  const Tag tag = unpacked(effect.b);
  const auto packets = tag.metric == Metric::packets ? static_cast<std::uint32_t>(effect.a) : 0u;
  const std::uint64_t bytes = tag.metric == Metric::bytes ? effect.a : 0;
  const Timestamp until =
      tag.metric == Metric::seconds ? scene.now + seconds(static_cast<std::int64_t>(effect.a)) : Timestamp{};
  const Signature& s = *scene.signature;
  if (tag.scope != Scope::session) {
    const Ends ends = ends_of(scene);
    const IpAddress& host = tag.scope == Scope::source ? ends.src : ends.dst;
    if (scene.shared != nullptr && host.version != 0) scene.shared->tag(host, {s.sid, s.gid, packets, bytes, until});
    return;
  }
  FlowMemory* memory = scene.memory;
  if (memory == nullptr || (runs(*memory, scene.now) && memory->tag_sid == s.sid && memory->tag_gid == s.gid)) return;
  memory->tag_packets = packets;
  memory->tag_bytes = bytes;
  memory->tag_until = until;
  memory->tag_sid = s.sid;
  memory->tag_gid = s.gid;
}

std::optional<Metric> metric_named(std::string_view word) noexcept {
  if (word == "packets") return Metric::packets;
  if (word == "bytes") return Metric::bytes;
  if (word == "seconds") return Metric::seconds;
  return std::nullopt;
}

void tag_keyword(Builder& builder, const text::Option& option) {
  const auto words = words_of(option.value.text);
  const bool host = words[0] == "host";
  if (!host && words[0] != "session") return builder.refuse(option, "a tag is of the session or of a host");
  Tag tag{host ? Scope::destination : Scope::session, Metric::packets};
  std::uint64_t count = kStandardPackets;
  std::size_t at = 1;
  if (at + 1 < words.size() && read_unsigned(words[at])) {
    count = *read_unsigned(words[at]);
    const auto metric = metric_named(words[at + 1]);
    if (!metric) return builder.refuse(option, "behind the number stands packets, bytes or seconds");
    tag.metric = *metric;
    at += 2;
  }
  if (at < words.size()) {
    if (!host)
      return builder.refuse(option,
                            "only a host has a direction: write 'tag:session,<number>,<packets|bytes|seconds>'");
    if (words[at] != "src" && words[at] != "dst") return builder.refuse(option, "the host is src or dst");
    if (words[at] == "src") tag.scope = Scope::source;
    ++at;
  }
  if (at != words.size())
    return builder.refuse(option, "write 'tag:<session|host>,<number>,<packets|bytes|seconds>,<src|dst>'");
  if (count == 0 || count > 0xffffffff) return builder.refuse(option, "the number is 1 to 4294967295");
  add_state_effect(builder, option, &apply_tag, count, packed(tag));
}

// ---- bypass

void apply_bypass(const Effect&, const Scene& scene) noexcept {
  if (scene.memory != nullptr) scene.memory->passed = true;
}

void bypass(Builder& builder, const text::Option& option) {
  add_state_effect(builder, option, &apply_bypass);
}

// ---- what has no meaning here

void no_marks(Builder& builder, const text::Option& option) {
  builder.refuse(option, "packets cannot be marked for netfilter here: take the keyword out of the rule");
}
void no_variables(Builder& builder, const text::Option& option) {
  builder.refuse(option, "variables that a pcre captures are not kept: use flowbits or flowint");
}

constexpr std::array kKeywords{
    Keyword{"tag", Argument::required, &tag_keyword, "log what follows of the session or the host"},
    Keyword{"bypass", Argument::none, &bypass, "ask no signature of this flow any more"},
    Keyword{"nfq_set_mark", Argument::required, &no_marks, "refused: there are no marks"},
    Keyword{"flowvar", Argument::required, &no_variables, "refused: there are no string variables"},
    Keyword{"pktvar", Argument::required, &no_variables, "refused: there are no string variables"},
};

}  // namespace

std::span<const Keyword> state_keywords() noexcept {
  static const std::vector<Keyword> all = [] {
    std::vector<Keyword> rows{kKeywords.begin(), kKeywords.end()};
    for (const auto family : {flow_state_keywords(), host_state_keywords(), count_keywords()})
      rows.insert(rows.end(), family.begin(), family.end());
    return rows;
  }();
  return all;
}

}  // namespace gatehouse::ips::compile
