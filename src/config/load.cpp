// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <memory>
#include <unordered_map>

#include "base/bytes.hpp"
#include "config/reader.hpp"
#include "config/schema.hpp"

namespace gatehouse::config {
namespace {

// Of the log's own; protocols bring theirs.
constexpr std::array<std::string_view, 7> kOwnLogTypes{"alert",    "anomaly", "device", "drop",
                                                       "fileinfo", "flow",    "stats"};

// What the file and --set say of each option, before it is read as a value.
struct Said {
  const Node* node = nullptr;
  std::string source;  // "--set", or empty: the file
};

class Loader {
 public:
  Loader(Diagnostics& diagnostics, const Surroundings& around) : diagnostics_(diagnostics), around_(around) {}

  void take_file(const Node& root) {
    if (root.kind == Node::Kind::nothing) return;  // an empty file: all defaults
    if (root.kind != Node::Kind::map) {
      diagnostics_.add(root.mark, {}, "read " + root.describe() + ", expected a map of sections");
      return;
    }
    take_map(root, {});
  }

  void take_override(std::string_view typed) {
    constexpr std::string_view source = "--set";
    const auto equals = typed.find('=');
    const std::string_view key = typed.substr(0, equals);
    if (equals == typed.npos) {
      diagnostics_.add_from(source, {}, "read " + in_quotes(typed) + ", expected KEY=VALUE");
      return;
    }
    const Option* option = find_option(key);
    if (option == nullptr) {
      diagnostics_.add_from(source, key, "unknown option" + suggestion(key, all_keys()));
      return;
    }
    Diagnostics of_value{"value"};
    auto node = read_yaml(typed.substr(equals + 1), of_value);
    if (!of_value.empty()) diagnostics_.add_from(source, key, of_value.text());
    if (!node || !of_value.empty()) return;
    // `--set policy.file=` means the empty text; in a file that would be an oversight.
    if (node->kind == Node::Kind::nothing && trim(typed.substr(equals + 1)).empty()) node->kind = Node::Kind::text;
    override_nodes_.push_back(std::make_unique<Node>(std::move(*node)));
    said_[option] = {override_nodes_.back().get(), std::string(source)};
  }

  Config finish(const std::filesystem::path& folder) {
    Config config = defaults();
    for (const Option* option : all_options()) {
      const auto said = said_.find(option);
      if (said == said_.end()) {
        if (option->type == Type::path) resolve(config, *option, folder);
        continue;
      }
      const Complaints complain{diagnostics_, said->second.source};
      auto value = read_value(*option, *said->second.node, complain);
      if (!value) continue;
      if (auto* path = std::get_if<std::filesystem::path>(&*value); path != nullptr && said->second.source.empty())
        *path = in_folder(folder, *path);
      if (auto* paths = std::get_if<std::vector<std::filesystem::path>>(&*value);
          paths != nullptr && said->second.source.empty())
        for (std::filesystem::path& each : *paths) each = in_folder(folder, each);
      option->set(config, *value);
    }
    check_together(config);
    return config;
  }

 private:
  void take_map(const Node& map, const std::string& path) {
    for (const Node::Entry& entry : map.entries) {
      const std::string key = path.empty() ? entry.key : path + '.' + entry.key;
      if (key == "version") {
        check_version(entry.value);
      } else if (const Option* option = find_option(key)) {
        said_[option] = {&entry.value, {}};
      } else if (is_group(key)) {
        if (entry.value.kind == Node::Kind::map)
          take_map(entry.value, key);
        else if (entry.value.kind != Node::Kind::nothing && entry.value.kind != Node::Kind::refused)
          diagnostics_.add(entry.value.mark, key,
                           "read " + entry.value.describe() + ", expected a map with " + listed_keys(key));
      } else {
        unknown(entry, path, key);
      }
    }
  }
  static bool is_group(std::string_view key) {
    return std::ranges::any_of(all_keys(), [&](std::string_view k) {
      return k.size() > key.size() && k.starts_with(key) && k[key.size()] == '.';
    });
  }
  // The words that may stand in the map at `path`.
  static std::vector<std::string_view> keys_in(std::string_view path) {
    std::vector<std::string_view> keys;
    const std::size_t skip = path.empty() ? 0 : path.size() + 1;
    for (const std::string_view k : all_keys()) {
      if (!path.empty() && !(k.starts_with(path) && k.size() > skip && k[path.size()] == '.')) continue;
      const std::string_view word = k.substr(skip, k.find('.', skip) - skip);
      if (keys.empty() || keys.back() != word) keys.push_back(word);
    }
    return keys;
  }
  static std::string listed_keys(std::string_view path) { return listed(keys_in(path)); }

  void unknown(const Node::Entry& entry, const std::string& path, const std::string& key) {
    std::string hint = suggestion(entry.key, keys_in(path));
    if (hint.empty()) {
      // Perhaps it is right, but in the wrong place.
      const auto elsewhere =
          std::ranges::find_if(all_keys(), [&](std::string_view k) { return k.ends_with('.' + entry.key); });
      if (elsewhere != all_keys().end()) hint = "; did you mean '" + std::string(*elsewhere) + "'?";
    }
    diagnostics_.add(entry.mark, key, "unknown option" + hint);
  }
  void check_version(const Node& node) {
    if (node.kind != Node::Kind::text || node.text != "1")
      diagnostics_.add(node.mark, "version", "read " + node.describe() + ", expected 1");
  }

  static std::filesystem::path in_folder(const std::filesystem::path& folder, const std::filesystem::path& path) {
    return path.empty() || path.is_absolute() ? path : (folder / path).lexically_normal();
  }
  static void resolve(Config& config, const Option& option, const std::filesystem::path& folder) {
    option.set(config, in_folder(folder, std::filesystem::path{option.standard}));
  }

  Mark mark_of(std::string_view key) const {
    const auto said = said_.find(find_option(key));
    return said == said_.end() || !said->second.source.empty() ? Mark{1, 1} : said->second.node->mark;
  }
  // What no row can know by itself.
  void check_together(const Config& config) {
    const auto& memory = config.system.memory;
    if (const auto parts = memory.flows + memory.streams + memory.defrag; parts > memory.total)
      diagnostics_.add(
          mark_of("system.memory.total"), "system.memory.total",
          format_size(memory.total) + " is less than flows, streams and defrag together, " + format_size(parts));
    if (!around_.protocols.empty())
      check_names("protocols.enabled", config.protocols.enabled, around_.protocols, "protocol");
    if (!around_.log_types.empty()) {
      std::vector<std::string_view> types{kOwnLogTypes.begin(), kOwnLogTypes.end()};
      types.insert(types.end(), around_.log_types.begin(), around_.log_types.end());
      check_names("log.types", config.log.types, types, "event type");
    }
  }
  void check_names(std::string_view key, const std::vector<std::string>& names, std::span<const std::string_view> known,
                   std::string_view kind) {
    const auto said = said_.find(find_option(key));
    if (said == said_.end()) return;
    const Complaints complain{diagnostics_, said->second.source};
    for (std::size_t i = 0; i < names.size(); ++i)
      if (std::ranges::find(known, names[i]) == known.end())
        complain(said->second.node->items[i].mark, key,
                 "unknown " + std::string(kind) + ' ' + in_quotes(names[i]) + suggestion(names[i], known));
  }

  Diagnostics& diagnostics_;
  const Surroundings& around_;
  std::unordered_map<const Option*, Said> said_;
  std::vector<std::unique_ptr<Node>> override_nodes_;
};

}  // namespace

Config defaults() {
  static const Config standard = [] {
    Config config;
    Diagnostics none{"the defaults"};
    for (const Option* option : all_options()) {
      auto node = read_yaml(option->standard, none);
      if (const auto value = node ? read_value(*option, *node, Complaints{none, {}}) : std::nullopt)
        option->set(config, *value);
    }
    return config;
  }();
  return standard;
}

Result<Config> load_text(std::string_view text, std::string_view file_name, Overrides overrides,
                         const Surroundings& around) {
  Diagnostics diagnostics{std::string(file_name)};
  const auto root = read_yaml(text, diagnostics);
  Loader loader{diagnostics, around};
  if (root) loader.take_file(*root);
  for (const std::string& typed : overrides) loader.take_override(typed);
  Config config = loader.finish(std::filesystem::path{file_name}.parent_path());
  if (!diagnostics.empty()) return std::unexpected(diagnostics.error());
  return config;
}

Result<Config> load(const std::filesystem::path& path, Overrides overrides, const Surroundings& around) {
  ASSIGN_OR_RETURN(const std::string text, read_file(path.string()), "reading the configuration");
  return load_text(text, path.string(), overrides, around);
}

Result<> ready_to_capture(const Config& config) {
  const Config::Capture& capture = config.capture;
  if (capture.mode == CaptureMode::af_packet && capture.pairs.empty())
    return failure(
        "capture.pairs: none are named; capture.mode af-packet needs at least one, such as [{a: eth0, b: eth1}]",
        ErrorCode::invalid_config);
  if (capture.mode == CaptureMode::tap && capture.interfaces.empty())
    return failure("capture.interfaces: none are named; capture.mode tap needs at least one, such as [eth2]",
                   ErrorCode::invalid_config);
  return {};
}

}  // namespace gatehouse::config
