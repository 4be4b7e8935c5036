// SPDX-License-Identifier: GPL-3.0-or-later
// dataset and datarep: whether a buffer is in a set, and putting it there.
#include <algorithm>
#include <array>
#include <string>

#include "ips/compile/address_keywords.hpp"
#include "ips/compile/dataset_store.hpp"
#include "ips/compile/keyword.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile {
namespace {

namespace fs = std::filesystem;

struct DatasetOptions {
  DatasetWanted wanted;
  std::string_view context_key;
  std::string_view load, save, state;
};

std::optional<std::size_t> read_size(std::string_view word) {
  struct Unit {
    std::string_view name;
    std::size_t factor;
  };
  constexpr std::array units{Unit{"kb", 1u << 10}, Unit{"mb", 1u << 20}, Unit{"gb", 1u << 30}};
  std::size_t factor = 1;
  for (const Unit& unit : units)
    if (word.size() > 2 && equals_nocase(word.substr(word.size() - 2), unit.name)) {
      factor = unit.factor;
      word.remove_suffix(2);
      break;
    }
  const auto number = read_unsigned(trim(word));
  if (!number || *number == 0 || *number > (std::size_t{1} << 40) / factor) return std::nullopt;
  return static_cast<std::size_t>(*number) * factor;
}

// One "name value" behind the set's name. The error is a sentence.
std::expected<void, std::string> take(DatasetOptions& options, std::string_view name, std::string_view value) {
  DatasetWanted& wanted = options.wanted;
  if (name == "remove_key") {
    if (!value.empty()) return std::unexpected("remove_key has no value");
    wanted.keys.remove_value = true;
    return {};
  }
  if (value.empty()) return std::unexpected("'" + std::string{name} + "' has no value");
  if (name == "type") {
    wanted.type = value_type(value);
    if (!wanted.type) return std::unexpected("the type is string, md5, sha256, ipv4 or ip");
  } else if (name == "load") {
    options.load = value;
  } else if (name == "save") {
    options.save = value;
  } else if (name == "state") {
    options.state = value;
  } else if (name == "memcap") {
    const auto size = read_size(value);
    if (!size) return std::unexpected("memcap is a number of bytes, as '100mb'");
    wanted.memory = *size;
  } else if (name == "hashsize") {
    // A hint for another way to keep them; sets here grow as they need to.
    if (!read_unsigned(value)) return std::unexpected("hashsize is a number");
  } else if (name == "format") {
    if (value == "csv")
      wanted.format = DatasetFormat::csv;
    else if (value == "json")
      wanted.format = DatasetFormat::json;
    else if (value == "ndjson" || value == "jsonline")
      wanted.format = DatasetFormat::ndjson;
    else
      return std::unexpected("the format is csv, json or ndjson");
  } else if (name == "value_key") {
    wanted.keys.value = value;
  } else if (name == "array_key") {
    wanted.keys.array = value;
  } else if (name == "context_key" || name == "enrichment_key") {
    options.context_key = value;
  } else {
    return std::unexpected("'" + std::string{name} + "' is nothing that can be said of a set");
  }
  return {};
}

// Rules come from others: what they may write lies in one folder.
std::expected<fs::path, std::string> path_to_write(const Surroundings& around, std::string_view name) {
  if (around.data_folder.empty())
    return std::unexpected("rules may not write files here: no folder for the data of datasets is configured");
  const fs::path path{name};
  if (path.is_absolute() || std::ranges::find(path, "..") != path.end())
    return std::unexpected("a file that is written is named within the data folder, without '..' and a leading '/'");
  return around.data_folder / path;
}

std::expected<void, std::string> find_files(const Surroundings& around, DatasetOptions& options) {
  if (!options.state.empty() && (!options.load.empty() || !options.save.empty()))
    return std::unexpected("state is load and save in one: leave those out");
  if (!options.load.empty()) options.wanted.load = around.folder / fs::path{options.load};
  const std::string_view written = options.state.empty() ? options.save : options.state;
  if (written.empty()) return {};
  const auto path = path_to_write(around, written);
  if (!path) return std::unexpected(path.error());
  options.wanted.save = *path;
  if (!options.state.empty()) options.wanted.load = *path;
  return {};
}

bool is_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 63 && name.find_first_of(" \t\"/") == name.npos;
}

// The words from `first` on; opens the set. Null after refusing.
std::shared_ptr<StoredDataset> open_set(Builder& builder, const text::Option& option, DatasetOptions& options,
                                        const std::vector<std::string_view>& words, std::size_t first) {
  const auto refuse = [&](std::string reason) {
    builder.refuse(option, std::move(reason));
    return nullptr;
  };
  DatasetStore* store = builder.around().datasets;
  if (store == nullptr) return refuse("datasets are not kept here");
  if (builder.in_payload()) return refuse("a set is asked for a sticky buffer: name one before it");
  if (!is_name(options.wanted.name)) return refuse("the set's name has 1 to 63 characters, without spaces");
  for (std::size_t i = first; i < words.size(); ++i) {
    const auto [name, value] = word_and_rest(words[i]);
    if (auto taken = take(options, name, value); !taken) return refuse(taken.error());
  }
  const bool json = options.wanted.format != DatasetFormat::csv;
  if (json && (options.wanted.keys.value.empty() || options.load.empty()))
    return refuse("a set of JSON needs 'load <file>' and 'value_key <key>'");
  if (!json && (!options.wanted.keys.value.empty() || !options.context_key.empty()))
    return refuse("keys are of JSON: add 'format json' or 'format ndjson'");
  if (auto found = find_files(builder.around(), options); !found) return refuse(found.error());
  auto set = store->open(options.wanted);
  if (!set) return refuse(set.error());
  builder.keep_alive(*set);
  return *set;
}

// ---- dataset

using What = InDataset::What;
constexpr std::array kCommands{
    std::pair{std::string_view{"isset"}, What::is_set},
    std::pair{std::string_view{"isnotset"}, What::is_not_set},
    std::pair{std::string_view{"set"}, What::set_it},
    std::pair{std::string_view{"unset"}, What::unset_it},
};

void dataset(Builder& builder, const text::Option& option) {
  const auto words = words_of(option.value.text);
  const auto command = std::ranges::find(kCommands, words[0], [](const auto& row) { return row.first; });
  if (command == kCommands.end() || words.size() < 2)
    return builder.refuse(option, "write 'dataset:<set|unset|isset|isnotset>,<name>,type <type>' and perhaps files");
  DatasetOptions options;
  options.wanted.name = words[1];
  const auto set = open_set(builder, option, options, words, 2);
  if (!set) return;
  const bool asks = command->second == What::is_set || command->second == What::is_not_set;
  if (!asks && options.wanted.format != DatasetFormat::csv)
    return builder.refuse(option, "a set of JSON can be asked, not changed: use isset or isnotset");
  InDataset step;
  step.set = set.get();
  step.what = command->second;
  if (!options.context_key.empty()) step.context_key = builder.keep(std::string{options.context_key});
  builder.add_step(option, step);
}

// ---- datarep

void datarep(Builder& builder, const text::Option& option) {
  using enum Compare;
  constexpr std::array<std::pair<std::string_view, Compare>, 4> operators{
      {{"<", less}, {">", greater}, {"==", equal}, {"=", equal}}};
  const auto words = words_of(option.value.text);
  if (words.size() < 3)
    return builder.refuse(option, "write 'datarep:<name>,<operator>,<value>,load <file>,type <type>'");
  const auto* compare = std::ranges::find(operators, words[1], [](const auto& row) { return row.first; });
  const auto value = read_unsigned(words[2]);
  if (compare == operators.end() || !value || *value > 65535)
    return builder.refuse(option, "the operator is < > or ==, and the value 0 to 65535");
  DatasetOptions options;
  options.wanted.name = words[0];
  options.wanted.with_reputation = true;
  const auto set = open_set(builder, option, options, words, 3);
  if (!set) return;
  if (options.wanted.format != DatasetFormat::csv)
    return builder.refuse(option, "a list of reputations is written as CSV");
  InDataset step;
  step.set = set.get();
  step.what = What::reputation;
  step.compare = compare->second;
  step.reputation = static_cast<std::uint16_t>(*value);
  builder.add_step(option, step);
}

constexpr std::array kKeywords{
    Keyword{"dataset", Argument::required, &dataset, "whether the buffer is in a set, or putting it there"},
    Keyword{"datarep", Argument::required, &datarep, "the reputation of the buffer in a list"},
};

}  // namespace

std::span<const Keyword> dataset_keywords() noexcept {
  static const std::vector<Keyword> all = [] {
    std::vector<Keyword> rows{kKeywords.begin(), kKeywords.end()};
    const auto more = address_list_keywords();
    rows.insert(rows.end(), more.begin(), more.end());
    return rows;
  }();
  return all;
}

}  // namespace gatehouse::ips::compile
