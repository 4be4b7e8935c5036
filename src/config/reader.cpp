// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/reader.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/bytes.hpp"

namespace gatehouse::config {
namespace {

constexpr std::size_t kMaxListed = 256;  // entries of a list in the configuration

class ValueReader {
 public:
  ValueReader(const Option& option, const Complaints& complain) : option_(option), complain_(complain) {}

  std::optional<Value> read(const Node& node) {
    switch (option_.type) {
      case Type::boolean:
        return boolean(node);
      case Type::integer:
        return bounded(node, parse_number);
      case Type::size:
        return bounded(node, parse_size);
      case Type::duration:
        return duration(node);
      case Type::choice:
        return choice(node);
      case Type::user:
        return user(node);
      case Type::path:
        return path(node);
      case Type::paths:
        return paths(node);
      case Type::queues:
        return parsed(node, parse_queues);
      case Type::names:
        return names(node);
      case Type::choices:
        return choices(node);
      case Type::interfaces:
        return interfaces(node);
      case Type::pairs:
        return pairs(node);
      case Type::choice_map:
        return choice_map(node);
      case Type::text_map:
        return text_map(node);
    }
    return std::nullopt;
  }

 private:
  std::nullopt_t wrong(const Node& node, std::string_view hint = {}) { return wrong(node, expectation(option_), hint); }
  std::nullopt_t wrong(const Node& node, std::string_view expected, std::string_view hint) {
    if (node.kind == Node::Kind::refused) return std::nullopt;
    std::string text = "read " + node.describe() + ", expected " + std::string(expected);
    if (!hint.empty()) (text += "; ") += hint;
    complain_(node.mark, option_.key, std::move(text));
    return std::nullopt;
  }
  static bool is_text(const Node& node) { return node.kind == Node::Kind::text; }

  template <typename Parse>
  std::optional<Value> parsed(const Node& node, Parse parse) {
    if (!is_text(node)) return wrong(node);
    auto value = parse(node.text);
    if (!value) return wrong(node, value.error());
    return Value{*value};
  }
  template <typename Parse>
  std::optional<Value> bounded(const Node& node, Parse parse) {
    if (!is_text(node)) return wrong(node);
    const auto value = parse(node.text);
    if (!value) return wrong(node, value.error());
    if (*value < option_.bounds.least || *value > option_.bounds.most) return wrong(node);
    return Value{*value};
  }
  std::optional<Value> duration(const Node& node) {
    if (!is_text(node)) return wrong(node);
    const auto value = parse_duration(node.text);
    if (!value) return wrong(node, value.error());
    const auto us = static_cast<std::uint64_t>(value->us);
    if (us < option_.bounds.least || us > option_.bounds.most) return wrong(node);
    return Value{*value};
  }
  std::optional<Value> boolean(const Node& node) {
    if (is_text(node) && !node.quoted) {
      if (node.text == "true") return Value{true};
      if (node.text == "false") return Value{false};
      for (const std::string_view yes : {"yes", "on", "y"})
        if (equals_nocase(node.text, yes)) return wrong(node, "write true");
      for (const std::string_view no : {"no", "off", "n"})
        if (equals_nocase(node.text, no)) return wrong(node, "write false");
    }
    return wrong(node);
  }
  std::optional<Choice> choice_of(const Node& node) {
    if (is_text(node)) {
      const auto found = std::ranges::find(option_.choices, node.text);
      if (found != option_.choices.end()) return Choice{static_cast<std::size_t>(found - option_.choices.begin())};
      const std::string_view near = closest(node.text, option_.choices);
      return wrong(node, listed(option_.choices),
                   near.empty() ? std::string{} : "did you mean '" + std::string(near) + "'?");
    }
    return wrong(node, listed(option_.choices), {});
  }
  std::optional<Value> choice(const Node& node) {
    if (const auto found = choice_of(node)) return Value{*found};
    return std::nullopt;
  }
  std::optional<Value> user(const Node& node) {
    if (!is_text(node) || !is_user_name(node.text)) return wrong(node);
    return Value{node.text};
  }
  std::optional<Value> path(const Node& node) {
    if (!is_text(node)) return wrong(node, node.kind == Node::Kind::nothing ? "an empty text is written \"\"" : "");
    return Value{std::filesystem::path{node.text}};
  }

  // Lists: each entry that is wrong is reported, and a word that stands twice.
  template <typename Each>
  bool each_of(const Node& node, Each each) {
    if (node.kind != Node::Kind::list) return wrong(node), false;
    if (node.items.size() > kMaxListed) {
      complain_(node.mark, option_.key, "more than " + std::to_string(kMaxListed) + " entries; that is the limit");
      return false;
    }
    bool good = true;
    for (const Node& item : node.items) good = each(item) && good;
    return good;
  }
  bool is_new(const Node& node, const std::string& word, std::set<std::string>& seen) {
    if (seen.insert(word).second) return true;
    complain_(node.mark, option_.key, in_quotes(word) + " stands twice");
    return false;
  }
  std::optional<Value> names(const Node& node) {
    std::vector<std::string> words;
    std::set<std::string> seen;
    const bool good = each_of(node, [&](const Node& item) {
      if (!is_text(item) || item.text.empty()) return wrong(item, "a word", {}), false;
      words.push_back(item.text);
      return is_new(item, item.text, seen);
    });
    return good ? std::optional<Value>{words} : std::nullopt;
  }
  std::optional<Value> choices(const Node& node) {
    std::vector<std::string> words;
    std::set<std::string> seen;
    const bool good = each_of(node, [&](const Node& item) {
      if (!choice_of(item)) return false;
      words.push_back(item.text);
      return is_new(item, item.text, seen);
    });
    return good ? std::optional<Value>{words} : std::nullopt;
  }
  bool interface(const Node& node, std::set<std::string>& seen) {
    if (!is_text(node) || !is_interface_name(node.text))
      return wrong(node, "the name of an interface, such as eth0", {}), false;
    return is_new(node, node.text, seen);
  }
  std::optional<Value> interfaces(const Node& node) {
    std::vector<std::string> found;
    std::set<std::string> seen;
    const bool good = each_of(node, [&](const Node& item) {
      found.push_back(item.text);
      return interface(item, seen);
    });
    return good ? std::optional<Value>{found} : std::nullopt;
  }
  std::optional<Value> pairs(const Node& node) {
    std::vector<InterfacePair> found;
    std::set<std::string> seen;
    const bool good = each_of(node, [&](const Node& item) { return pair(item, seen, found); });
    return good ? std::optional<Value>{found} : std::nullopt;
  }
  bool pair(const Node& node, std::set<std::string>& seen, std::vector<InterfacePair>& found) {
    constexpr std::array<std::string_view, 2> keys{"a", "b"};
    if (node.kind != Node::Kind::map) return wrong(node, "a pair, such as {a: eth0, b: eth1}", {}), false;
    bool good = true;
    for (const Node::Entry& entry : node.entries)
      if (std::ranges::find(keys, entry.key) == keys.end()) {
        complain_(entry.mark, option_.key, "unknown key " + in_quotes(entry.key) + " in a pair; expected a and b");
        good = false;
      }
    for (const std::string_view key : keys) {
      const Node* side = node.find(key);
      if (side == nullptr) complain_(node.mark, option_.key, "side " + std::string(key) + " of the pair is missing");
      good = side != nullptr && interface(*side, seen) && good;
    }
    if (good) found.push_back({node.find("a")->text, node.find("b")->text});
    return good;
  }
  std::optional<Value> choice_map(const Node& node) {
    if (node.kind != Node::Kind::map) return wrong(node);
    std::map<std::string, Choice> found;
    bool good = true;
    for (const Node::Entry& entry : node.entries) {
      const auto choice = choice_of(entry.value);
      good = choice.has_value() && good;
      if (choice) found[entry.key] = *choice;
    }
    return good ? std::optional<Value>{found} : std::nullopt;
  }

  std::optional<Value> paths(const Node& node) {
    const auto words = names(node);
    if (!words) return std::nullopt;
    std::vector<std::filesystem::path> found;
    for (const std::string& word : std::get<std::vector<std::string>>(*words)) found.emplace_back(word);
    return Value{std::move(found)};
  }
  std::optional<Value> text_map(const Node& node) {
    if (node.kind != Node::Kind::map) return wrong(node);
    std::map<std::string, std::string> found;
    bool good = true;
    for (const Node::Entry& entry : node.entries) {
      auto text = text_or_list(entry.value);
      good = text.has_value() && good;
      if (text) found[entry.key] = std::move(*text);
    }
    return good ? std::optional<Value>{found} : std::nullopt;
  }
  // "a", or "[a,b]" of a list.
  std::optional<std::string> text_or_list(const Node& node) {
    constexpr std::string_view expected = "a text or a list of them";
    if (is_text(node) && !node.text.empty()) return node.text;
    if (node.kind != Node::Kind::list || node.items.empty()) return wrong(node, expected, {});
    std::string text;
    bool good = true;
    for (const Node& item : node.items) {
      if (!is_text(item) || item.text.empty()) good = false, wrong(item, expected, {});
      (text += text.empty() ? '[' : ',') += item.text;
    }
    return good ? std::optional{text + ']'} : std::nullopt;
  }

  const Option& option_;
  const Complaints& complain_;
};

}  // namespace

std::optional<Value> read_value(const Option& option, const Node& node, const Complaints& complain) {
  return ValueReader{option, complain}.read(node);
}

}  // namespace gatehouse::config
