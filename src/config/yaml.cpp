// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/yaml.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <unordered_map>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/bytes.hpp"
#include "base/utf8.hpp"

namespace gatehouse::config {
namespace {

Mark mark_of(const YAML::Mark& m) {
  if (m.is_null()) return {1, 1};
  return {static_cast<std::uint32_t>(m.line + 1), static_cast<std::uint32_t>(m.column + 1)};
}

// Ends the parse when a limit is reached. yaml-cpp's parser descends by recursion: leaving at our depth bounds it.
struct LimitReached {
  Mark mark;
  std::string text;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(Diagnostics& diagnostics, const YamlLimits& limits) : diagnostics_(diagnostics), limits_(limits) {}

  Node take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (seen_document_) throw LimitReached{mark_of(mark), "a second document begins here; a file holds one"};
    seen_document_ = true;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    leaf(mark, Node::Kind::nothing, {}, false, anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    diagnostics_.add(mark_of(mark), {}, "an alias (*name); each value is written where it stands");
    leaf(mark, Node::Kind::refused, {}, false, YAML::NullAnchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool quoted = tag == "!";
    const bool tagged = !quoted && tag != "?" && !tag.empty();
    if (tagged) refuse_tag(mark, tag);
    const bool null = !quoted && (value == "~" || value == "null");
    leaf(mark, tagged ? Node::Kind::refused : null ? Node::Kind::nothing : Node::Kind::text, value, quoted, anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  // A list or map that is being read. `as_key`: it stands where a key should, and is thrown away.
  struct Open {
    Node node;
    bool expects_value = false;
    std::string key;
    Mark key_mark;
    std::unordered_map<std::string, std::uint32_t> lines;  // of the keys so far
  };

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    diagnostics_.add(mark_of(mark), {}, "the tag " + in_quotes(tag) + "; tags have no meaning here");
  }
  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor)
      diagnostics_.add(mark_of(mark), {}, "an anchor (&name); each value is written where it stands");
  }
  void count(const YAML::Mark& mark) {
    if (++nodes_ > limits_.nodes)
      throw LimitReached{mark_of(mark), "more than " + std::to_string(limits_.nodes) + " values; that is the limit"};
  }

  void leaf(const YAML::Mark& mark, Node::Kind kind, std::string text, bool quoted, YAML::anchor_t anchor) {
    count(mark);
    refuse_anchor(mark, anchor);
    Node node;
    node.kind = kind, node.quoted = quoted, node.mark = mark_of(mark), node.text = std::move(text);
    place(std::move(node));
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    count(mark);
    refuse_anchor(mark, anchor);
    if (tag != "?" && tag != "!" && !tag.empty()) refuse_tag(mark, tag);
    if (open_.size() >= limits_.depth)
      throw LimitReached{mark_of(mark),
                         "nested deeper than " + std::to_string(limits_.depth) + " levels; that is the limit"};
    Open o;
    o.node.kind = kind, o.node.mark = mark_of(mark);
    open_.push_back(std::move(o));
  }
  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    place(std::move(node));
  }

  void place(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::list)
      parent.node.items.push_back(std::move(node));
    else if (parent.expects_value)
      place_value(parent, std::move(node));
    else
      place_key(parent, node);
  }
  void place_key(Open& parent, const Node& node) {
    parent.expects_value = true;
    parent.key_mark = node.mark;
    parent.key = node.text;
    if (node.kind == Node::Kind::text) return;
    if (node.kind != Node::Kind::refused)
      diagnostics_.add(node.mark, {}, "a key that is " + node.describe() + "; expected a word");
    parent.key.clear();
  }
  void place_value(Open& parent, Node node) {
    parent.expects_value = false;
    if (node.kind == Node::Kind::nothing && node.mark.line != parent.key_mark.line) node.mark = parent.key_mark;
    if (parent.key.empty()) return;
    if (parent.key == "<<") {
      diagnostics_.add(parent.key_mark, {}, "a merge key (<<); each value is written where it stands");
      return;
    }
    const auto [earlier, is_new] = parent.lines.emplace(parent.key, parent.key_mark.line);
    if (!is_new) {
      diagnostics_.add(
          parent.key_mark, {},
          "the key " + in_quotes(parent.key) + " stands twice; first on line " + std::to_string(earlier->second));
      return;
    }
    parent.node.entries.push_back({std::move(parent.key), parent.key_mark, std::move(node)});
    parent.key.clear();
  }

  Diagnostics& diagnostics_;
  const YamlLimits& limits_;
  std::vector<Open> open_;
  Node root_;
  std::size_t nodes_ = 0;
  bool seen_document_ = false;
};

// Where a byte stands, counted from 1.
Mark place_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto line_start = before.rfind('\n');
  return {static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1),
          static_cast<std::uint32_t>(line_start == before.npos ? at + 1 : at - line_start)};
}

// False, with a diagnostic, for what is no text that a person would write into an editor.
bool is_plain_text(std::string_view text, Diagnostics& diagnostics) {
  std::size_t line_start = 0;
  while (line_start < text.size()) {
    const std::size_t line_end = std::min(text.find('\n', line_start), text.size());
    const std::string_view line = text.substr(line_start, line_end - line_start);
    if (!is_utf8(as_bytes(line))) {
      diagnostics.add(place_of(text, line_start), {}, "this line is not UTF-8 text");
      return false;
    }
    const auto control = std::ranges::find_if(line, [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return (byte < 0x20 && c != '\t' && c != '\r') || byte == 0x7f;
    });
    if (control != line.end()) {
      const auto at = line_start + static_cast<std::size_t>(control - line.begin());
      diagnostics.add(place_of(text, at), {}, "a control character " + in_quotes({&*control, 1}));
      return false;
    }
    line_start = line_end + 1;
  }
  return true;
}

}  // namespace

const Node* Node::find(std::string_view key) const noexcept {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &found->value;
}

std::string Node::describe() const {
  switch (kind) {
    case Kind::nothing:
      return "nothing";
    case Kind::text:
      return in_quotes(text);
    case Kind::list:
      return "a list";
    case Kind::map:
      return "a map";
    case Kind::refused:
      break;
  }
  return "something refused";
}

std::optional<Node> read_yaml(std::string_view text, Diagnostics& diagnostics, const YamlLimits& limits) {
  if (text.size() > limits.bytes) {
    diagnostics.add({1, 1}, {}, "larger than " + std::to_string(limits.bytes) + " bytes; that is the limit");
    return std::nullopt;
  }
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (!is_plain_text(text, diagnostics)) return std::nullopt;

  TreeBuilder builder{diagnostics, limits};
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(builder)) {
    }
    Node root = builder.take_root();
    if (root.mark == Mark{}) root.mark = {1, 1};  // an empty file
    return root;
  } catch (const LimitReached& limit) {
    diagnostics.add(limit.mark, {}, limit.text);
  } catch (const YAML::Exception& e) {
    diagnostics.add(mark_of(e.mark), {}, "not YAML: " + e.msg);
  }
  return std::nullopt;
}

Result<std::string> read_file(const std::string& path, const YamlLimits& limits) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return system_failure(path);
  // One byte more than allowed, so that the reader of the text sees that it is too large.
  std::string text(limits.bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return system_failure(path);
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

Fields::Fields(const Node& node, std::string path, std::span<const std::string_view> known, Diagnostics& diagnostics)
    : node_(node), path_(std::move(path)), diagnostics_(diagnostics) {
  if (node.kind == Node::Kind::refused) return;
  if (node.kind != Node::Kind::map) {
    diagnostics.add(node.mark, path_, "read " + node.describe() + ", expected a map with " + listed(known));
    return;
  }
  for (const Node::Entry& entry : node.entries)
    if (std::ranges::find(known, entry.key) == known.end())
      diagnostics.add(entry.mark, path_of(entry.key), "unknown key" + suggestion(entry.key, known));
}

const Node* Fields::require(std::string_view key, std::string_view why) const {
  const Node* found = get(key);
  if (found == nullptr && node_.kind == Node::Kind::map)
    diagnostics_.add(node_.mark, path_of(key), "is missing: " + std::string(why));
  return found;
}

}  // namespace gatehouse::config
