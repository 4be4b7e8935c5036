// SPDX-License-Identifier: GPL-3.0-or-later
// What the readers of the policy's sections have in common: messages, lists of one or more, zones and networks by name.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "config/value.hpp"
#include "config/yaml.hpp"
#include "policy/compiled.hpp"

namespace gatehouse::policy {

using Words = std::span<const std::string_view>;

class SectionReader {
 protected:
  using Node = config::Node;

  SectionReader(CompiledPolicy& into, config::Diagnostics& diagnostics) : policy_(into), diagnostics_(diagnostics) {}

  void wrong(const Node& node, std::string_view key, std::string_view expected, std::string hint = {}) {
    if (node.kind == Node::Kind::refused) return;
    diagnostics_.add(node.mark, key, "read " + node.describe() + ", expected " + std::string(expected) + hint);
  }
  void complain(const Node& node, std::string_view key, std::string text) {
    diagnostics_.add(node.mark, key, std::move(text));
  }
  static bool is_text(const Node& node) { return node.kind == Node::Kind::text; }

  // Calls use(item) for a lone value, or for each of a list.
  template <typename Use>
  void each(const Node& node, const std::string& key, std::string_view expected, Use use) {
    if (is_text(node)) return use(node);
    if (node.kind != Node::Kind::list) return wrong(node, key, expected);
    if (node.items.empty()) return wrong(node, key, expected, ": the list is empty");
    if (node.items.size() > kMaxListEntries)
      return complain(node, key, "more than " + std::to_string(kMaxListEntries) + " entries; that is the limit");
    for (const Node& item : node.items) {
      if (is_text(item))
        use(item);
      else
        wrong(item, key, expected);
    }
  }

  // One of some words; nothing, with a message, if it is none.
  std::optional<std::size_t> word(const Node& node, std::string_view key, Words words) {
    if (is_text(node)) {
      const auto found = std::ranges::find(words, node.text);
      if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
      wrong(node, key, config::listed(words), config::suggestion(node.text, words));
      return std::nullopt;
    }
    wrong(node, key, config::listed(words));
    return std::nullopt;
  }
  std::optional<Kind> action(const Node& node, std::string_view key);

  // Addresses and networks, one or more.
  std::vector<IpPrefix> prefixes(const Node& node, const std::string& key);
  std::optional<ZoneId> zone_id(std::string_view name) const;
  std::string zone_hint(std::string_view typed) const;

  CompiledPolicy& policy_;
  config::Diagnostics& diagnostics_;
};

// One function for each section; mistakes go to `diagnostics`.
void read_zones(const config::Node& node, CompiledPolicy& into, config::Diagnostics& diagnostics);
void read_rules(const config::Node& node, CompiledPolicy& into, config::Diagnostics& diagnostics);

}  // namespace gatehouse::policy
