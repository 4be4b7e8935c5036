// SPDX-License-Identifier: GPL-3.0-or-later
// YAML, read strictly: a tree of texts, lists and maps in which each node knows its place. Nothing is guessed from the
// look of a word (`no` is a text until an option says otherwise); what makes files surprising is refused: duplicate
// keys, anchors, aliases, merge keys, tags, several documents.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/diagnostic.hpp"

namespace gatehouse::config {

struct YamlLimits {
  std::size_t bytes = 1u << 20;
  std::size_t depth = 12;
  std::size_t nodes = 100'000;
};

struct Node {
  enum class Kind : unsigned char {
    nothing,  // `key:` with no value, or null
    text,
    list,
    map,
    refused,  // something was said about it already: readers pass over it
  };
  struct Entry;

  Kind kind = Kind::nothing;
  bool quoted = false;  // a text in quotes or as a block
  Mark mark;
  std::string text;
  std::vector<Node> items;
  std::vector<Entry> entries;  // in the order of the file

  const Node* find(std::string_view key) const noexcept;
  // "the text 'x'", "a list", "a map", "nothing": for messages.
  std::string describe() const;
};

struct Node::Entry {
  std::string key;
  Mark mark;
  Node value;
};

// Nothing if the text could not be read at all; `diagnostics` says why. Smaller mistakes leave refused nodes behind.
std::optional<Node> read_yaml(std::string_view text, Diagnostics& diagnostics, const YamlLimits& limits = {});
// The whole file, up to limits.bytes.
Result<std::string> read_file(const std::string& path, const YamlLimits& limits = {});

// The entries of a map by the names that may stand there. What is not asked for by the end is unknown.
class Fields {
 public:
  // `path` is the map's own dotted key. A node that is no map is reported, and then has no entries.
  Fields(const Node& node, std::string path, std::span<const std::string_view> known, Diagnostics& diagnostics);

  // Null where it is absent.
  const Node* get(std::string_view key) const noexcept {
    return node_.kind == Node::Kind::map ? node_.find(key) : nullptr;
  }
  // Reports it where it is absent: "`key` is missing: <why>".
  const Node* require(std::string_view key, std::string_view why) const;
  std::string path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + '.' + std::string(key);
  }

 private:
  const Node& node_;
  std::string path_;
  Diagnostics& diagnostics_;
};

}  // namespace gatehouse::config
