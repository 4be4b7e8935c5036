// SPDX-License-Identifier: GPL-3.0-or-later
// The policy language: a document of sections.
#include <array>
#include <set>

#include "base/bytes.hpp"
#include "policy/section_reader.hpp"

namespace gatehouse::policy {
namespace {

using config::Fields;
using config::in_quotes;

constexpr std::array<std::string_view, 5> kPolicyKeys{"version", "zones", "rules", "default", "undecided"};
constexpr std::array<std::string_view, 4> kUndecidedKeys{"packets", "bytes", "time", "action"};
constexpr std::array<std::string_view, 2> kPendingActions{"pass", "hold"};  // as WhilePending

class DefaultReader : SectionReader {
 public:
  DefaultReader(CompiledPolicy& into, config::Diagnostics& diagnostics) : SectionReader(into, diagnostics) {}

  void read(const Node& node) {
    if (node.kind != Node::Kind::map) {
      if (const auto kind = action(node, "default")) add_default({}, "default", node.mark.line, *kind);
      return;
    }
    bool has_any = false;
    std::set<std::pair<int, int>> seen;
    for (const Node::Entry& entry : node.entries) {
      const auto pair = zone_pair(entry);
      const auto kind = action(entry.value, "default." + entry.key);
      if (!pair) continue;
      has_any = has_any || (!pair->from && !pair->to);
      if (!seen.insert({pair->from ? *pair->from : -1, pair->to ? *pair->to : -1}).second)
        diagnostics_.add(entry.mark, "default." + entry.key, "this pair of zones stands twice");
      if (kind) add_default(*pair, "default " + entry.key, entry.mark.line, *kind);
    }
    if (!has_any) complain(node, "default", "has no entry 'any', for sessions between other zones");
  }

 private:
  std::optional<DefaultEntry> zone_pair(const Node::Entry& entry) {
    if (entry.key == "any") return DefaultEntry{};
    const auto arrow = entry.key.find("->");
    if (arrow == std::string::npos) {
      diagnostics_.add(entry.mark, "default",
                       "read " + in_quotes(entry.key) + ", expected any, or two zones such as things->outside");
      return std::nullopt;
    }
    DefaultEntry pair;
    bool good = true;
    const auto side = [&](std::string_view name, std::optional<ZoneId>& zone) {
      if (name == "any") return;
      zone = zone_id(name);
      if (zone) return;
      diagnostics_.add(entry.mark, "default." + entry.key, "unknown zone " + in_quotes(name) + zone_hint(name));
      good = false;
    };
    const std::string_view key{entry.key};
    side(trim(key.substr(0, arrow)), pair.from);
    side(trim(key.substr(arrow + 2)), pair.to);
    return good ? std::optional{pair} : std::nullopt;
  }
  void add_default(DefaultEntry pair, std::string name, std::uint32_t line, Kind kind) {
    policy_.defaults.push_back(pair);
    policy_.infos.push_back({std::move(name), line, kind, true});
  }
};

class UndecidedReader : SectionReader {
 public:
  UndecidedReader(CompiledPolicy& into, config::Diagnostics& diagnostics) : SectionReader(into, diagnostics) {}

  void read(const Node& node) {
    const Fields fields{node, "undecided", kUndecidedKeys, diagnostics_};
    Undecided& bounds = policy_.undecided;
    if (const Node* packets = fields.get("packets"))
      if (const auto n =
              number(*packets, "undecided.packets", "a number from 1 to 1000", 1, 1000, config::parse_number))
        bounds.packets = static_cast<std::uint32_t>(*n);
    if (const Node* bytes = fields.get("bytes"))
      if (const auto n = number(*bytes, "undecided.bytes", "a number of bytes from 1 to 16MiB, such as 8192 or 8KiB", 1,
                                16 * config::kMiB, parse_bytes))
        bounds.bytes = *n;
    if (const Node* time = fields.get("time"))
      if (const auto n = number(*time, "undecided.time", "a duration from 10ms to 1h, such as 3s", 10'000,
                                3'600'000'000, parse_time))
        bounds.time = {static_cast<std::int64_t>(*n)};
    if (const Node* what = fields.get("action"))
      if (const auto found = word(*what, "undecided.action", kPendingActions))
        bounds.action = static_cast<WhilePending>(*found);
  }

 private:
  static config::Parsed<std::uint64_t> parse_bytes(std::string_view text) {
    const auto plain = config::parse_number(text);
    return plain ? plain : config::parse_size(text);
  }
  static config::Parsed<std::uint64_t> parse_time(std::string_view text) {
    const auto time = config::parse_duration(text);
    if (!time) return std::unexpected(time.error());
    return static_cast<std::uint64_t>(time->us);
  }
  template <typename Parse>
  std::optional<std::uint64_t> number(const Node& node, std::string_view key, std::string_view expected,
                                      std::uint64_t least, std::uint64_t most, Parse parse) {
    if (!is_text(node)) return wrong(node, key, expected), std::nullopt;
    const auto value = parse(node.text);
    if (value && *value >= least && *value <= most) return *value;
    wrong(node, key, expected, value || value.error().empty() ? std::string{} : "; " + value.error());
    return std::nullopt;
  }
};

class VersionReader : SectionReader {
 public:
  VersionReader(CompiledPolicy& into, config::Diagnostics& diagnostics) : SectionReader(into, diagnostics) {}
  void read(const Node& node) {
    if (!is_text(node) || node.text != "1") wrong(node, "version", "1");
  }
};

}  // namespace

void read_policy(std::string_view text, CompiledPolicy& into, config::Diagnostics& diagnostics) {
  const auto root = config::read_yaml(text, diagnostics, kPolicyLimits);
  if (!root) return;
  const Fields fields{*root, {}, kPolicyKeys, diagnostics};
  if (const auto* version = fields.require("version", "the language's version, 1"))
    VersionReader{into, diagnostics}.read(*version);
  if (const auto* zones = fields.get("zones")) read_zones(*zones, into, diagnostics);
  if (const auto* rules = fields.get("rules")) read_rules(*rules, into, diagnostics);
  if (const auto* standard = fields.require("default", "what becomes of sessions that no rule matches"))
    DefaultReader{into, diagnostics}.read(*standard);
  if (const auto* undecided = fields.get("undecided")) UndecidedReader{into, diagnostics}.read(*undecided);
}

}  // namespace gatehouse::policy
