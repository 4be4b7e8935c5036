// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/select/threshold_config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "base/bytes.hpp"
#include "ips/select/list_text.hpp"

namespace gatehouse::ips::select {
namespace {

template <typename Value>
struct NamedValue {
  std::string_view name;
  Value value;
};
constexpr auto kTypes = std::to_array<NamedValue<ThresholdKind>>({{"limit", ThresholdKind::limit},
                                                                  {"threshold", ThresholdKind::threshold},
                                                                  {"both", ThresholdKind::both},
                                                                  {"backoff", ThresholdKind::backoff}});
constexpr auto kTracks = std::to_array<NamedValue<Track>>({{"by_src", Track::by_src},
                                                           {"by_dst", Track::by_dst},
                                                           {"by_both", Track::by_both},
                                                           {"by_rule", Track::by_rule},
                                                           {"by_flow", Track::by_flow}});
constexpr auto kSuppressTracks = std::to_array<NamedValue<Track>>(
    {{"by_src", Track::by_src}, {"by_dst", Track::by_dst}, {"by_either", Track::by_both}});
constexpr auto kActions = std::to_array<NamedValue<RuleAction>>({{"alert", RuleAction::alert},
                                                                 {"drop", RuleAction::drop},
                                                                 {"pass", RuleAction::pass},
                                                                 {"reject", RuleAction::reject}});

constexpr std::array<std::string_view, 7> kThresholdKeys{"gen_id", "sig_id",  "type",      "track",
                                                         "count",  "seconds", "multiplier"};
constexpr std::array<std::string_view, 4> kSuppressKeys{"gen_id", "sig_id", "track", "ip"};
constexpr std::array<std::string_view, 7> kRateKeys{"gen_id",  "sig_id",     "track",  "count",
                                                    "seconds", "new_action", "timeout"};

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

std::size_t end_of_entry(std::string_view list) {
  int depth = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    depth += list[i] == '[' ? 1 : list[i] == ']' ? -1 : 0;
    if (list[i] == ',' && depth <= 0) return i;
  }
  return list.size();
}

// "gen_id 1, sig_id 2, …" with the offset of each entry in the line.
struct Entry {
  std::string_view key, value;
  std::size_t offset = 0;
};
std::vector<Entry> entries_of(std::string_view line, std::size_t from) {
  std::vector<Entry> entries;
  while (from < line.size()) {
    const std::string_view rest = line.substr(from);
    const auto end = end_of_entry(rest);
    const std::string_view entry = trim(rest.substr(0, end));
    const auto space = std::min(entry.find_first_of(" \t\n"), entry.size());
    const std::size_t at = entry.empty() ? from : static_cast<std::size_t>(entry.data() - line.data());
    entries.push_back({entry.substr(0, space), trim(entry.substr(space)), at});
    from += end + 1;
  }
  return entries;
}

// The entries of one line by key; the first mistake stands.
class EntryReader {
 public:
  EntryReader(std::vector<Entry> entries, std::span<const std::string_view> known, std::string_view verb)
      : entries_(std::move(entries)), verb_(verb) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      if (std::ranges::find(known, entry.key) == known.end())
        complain(entry.offset, '\'' + std::string(entry.key) + "' is not known to " + std::string(verb) +
                                   "; it takes " + listed(known));
      if (std::ranges::find(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(i), entry.key,
                            &Entry::key) != entries_.begin() + static_cast<std::ptrdiff_t>(i))
        complain(entry.offset, std::string(entry.key) + " stands twice; leave one of them out");
    }
  }

  const Entry* find(std::string_view key) const {
    const auto found = std::ranges::find(entries_, key, &Entry::key);
    return found == entries_.end() ? nullptr : &*found;
  }
  const Entry* require(std::string_view key) {
    const Entry* entry = find(key);
    if (entry == nullptr) complain(0, std::string(verb_) + " needs " + std::string(key));
    return entry;
  }
  std::uint32_t number(std::string_view key, std::uint32_t least = 0) {
    const Entry* entry = require(key);
    if (entry == nullptr) return 0;
    std::uint32_t value = 0;
    const char* last = entry->value.data() + entry->value.size();
    const auto [end, error] = std::from_chars(entry->value.data(), last, value);
    if (error != std::errc{} || end != last || value < least)
      complain(entry->offset, std::string(key) + " is '" + std::string(entry->value) + "'; a number from " +
                                  std::to_string(least) + " to " +
                                  std::to_string(std::numeric_limits<std::uint32_t>::max()) + " is expected");
    return value;
  }
  template <typename Value, std::size_t Count>
  Value choice(std::string_view key, const std::array<NamedValue<Value>, Count>& choices) {
    const Entry* entry = require(key);
    if (entry == nullptr) return choices[0].value;
    const auto found = std::ranges::find(choices, entry->value, &NamedValue<Value>::name);
    if (found != choices.end()) return found->value;
    std::vector<std::string_view> names;
    for (const auto& row : choices) names.push_back(row.name);
    complain(entry->offset,
             std::string(key) + " is '" + std::string(entry->value) + "'; expected one of " + listed(names));
    return choices[0].value;
  }
  void complain(std::size_t offset, std::string reason) {
    if (!mistake_) mistake_ = Mistake{offset, std::move(reason)};
  }
  const std::optional<Mistake>& mistake() const noexcept { return mistake_; }

 private:
  std::vector<Entry> entries_;
  std::string_view verb_;
  std::optional<Mistake> mistake_;
};

}  // namespace

class ThresholdReader {
 public:
  ThresholdReader(ThresholdConfig& into, const AddressVariables& variables) : into_(into), variables_(variables) {}

  // `text` with lines joined by '\n' in place of the backslash, so that places can still be told.
  void read_line(std::string_view text, std::uint32_t number) {
    const auto begin = text.find_first_not_of(" \t\n");
    if (begin == text.npos || text[begin] == '#') return;
    const auto end = std::min(text.find_first_of(" \t\n", begin), text.size());
    const std::string_view verb = text.substr(begin, end - begin);
    std::optional<Mistake> mistake;
    if (verb == "threshold" || verb == "event_filter")
      mistake = read_threshold(verb, text, end, number);
    else if (verb == "suppress")
      mistake = read_suppression(verb, text, end, number);
    else if (verb == "rate_filter")
      mistake = read_rate_filter(verb, text, end, number);
    else
      mistake = Mistake{begin, '\'' + std::string(verb) +
                                   "' is not known; a line begins with threshold, event_filter, "
                                   "suppress or rate_filter"};
    if (mistake) complain(text, number, *mistake);
  }

 private:
  std::optional<Mistake> read_threshold(std::string_view verb, std::string_view text, std::size_t from,
                                        std::uint32_t number) {
    EntryReader entries{entries_of(text, from), kThresholdKeys, verb};
    ThresholdConfig::ThresholdRow row;
    read_rule(entries, row, number);
    row.threshold.kind = entries.choice("type", kTypes);
    row.threshold.track = entries.choice("track", kTracks);
    row.threshold.count = entries.number("count", 1);
    const bool backs_off = row.threshold.kind == ThresholdKind::backoff;
    if (backs_off) row.threshold.multiplier = entries.number("multiplier", 2);
    if (!backs_off || entries.find("seconds") != nullptr) row.threshold.seconds = entries.number("seconds", 1);
    if (!entries.mistake()) into_.thresholds_.push_back(row);
    return entries.mistake();
  }
  std::optional<Mistake> read_rate_filter(std::string_view verb, std::string_view text, std::size_t from,
                                          std::uint32_t number) {
    EntryReader entries{entries_of(text, from), kRateKeys, verb};
    ThresholdConfig::ThresholdRow row;
    read_rule(entries, row, number);
    row.threshold.kind = ThresholdKind::rate_filter;
    row.threshold.track = entries.choice("track", kTracks);
    row.threshold.count = entries.number("count", 1);
    row.threshold.seconds = entries.number("seconds", 1);
    row.threshold.new_action = entries.choice("new_action", kActions);
    row.threshold.timeout = entries.number("timeout");
    if (!entries.mistake()) into_.thresholds_.push_back(row);
    return entries.mistake();
  }
  std::optional<Mistake> read_suppression(std::string_view verb, std::string_view text, std::size_t from,
                                          std::uint32_t number) {
    EntryReader entries{entries_of(text, from), kSuppressKeys, verb};
    ThresholdConfig::SuppressionRow row;
    read_rule(entries, row, number);
    row.suppression.always = entries.find("track") == nullptr && entries.find("ip") == nullptr;
    if (!row.suppression.always) {
      row.suppression.track = entries.choice("track", kSuppressTracks);
      if (const Entry* ip = entries.require("ip")) {
        auto set = read_addresses(ip->value, variables_);
        if (set)
          row.suppression.addresses = std::move(*set);
        else
          entries.complain(ip->offset, set.error());
      }
    }
    if (entries.mistake()) return entries.mistake();
    if (row.suppression.always || row.suppression.track != Track::by_both) {
      into_.suppressions_.push_back(std::move(row));
      return std::nullopt;
    }
    for (const Track side : {Track::by_src, Track::by_dst}) {
      row.suppression.track = side;
      into_.suppressions_.push_back(row);
    }
    return std::nullopt;
  }

  static void read_rule(EntryReader& entries, ThresholdConfig::Of& row, std::uint32_t number) {
    row.gid = entries.number("gen_id");
    row.sid = entries.number("sig_id");
    row.place = {number, 1};
    if (row.gid == 0 && row.sid != 0)
      entries.complain(entries.find("gen_id") != nullptr ? entries.find("gen_id")->offset : 0,
                       "gen_id 0 stands for all rules and goes with sig_id 0 only; write gen_id 1 for one rule");
  }

  void complain(std::string_view text, std::uint32_t number, const Mistake& mistake) {
    const std::string_view before = text.substr(0, mistake.offset);
    const auto line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    const text::Place place{number + static_cast<std::uint32_t>(std::ranges::count(before, '\n')),
                            static_cast<std::uint32_t>(mistake.offset - line_begin) + 1};
    into_.mistakes_.push_back({.file = into_.name_, .place = place, .sid = 0, .keyword = {}, .reason = mistake.reason});
  }

  ThresholdConfig& into_;
  const AddressVariables& variables_;
};

ThresholdConfig ThresholdConfig::from_text(std::string name, std::string_view text, const AddressVariables& variables) {
  ThresholdConfig config;
  config.name_ = std::move(name);
  ThresholdReader reader{config, variables};
  std::string joined;
  std::uint32_t number = 0, begin = 0;
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (line.ends_with('\r') || line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    if (joined.empty()) begin = number;
    // A comment ends with its line, whatever its last character.
    const bool goes_on = line.ends_with('\\') && !(joined.empty() && trim(line).starts_with('#'));
    if (goes_on) line.remove_suffix(1);
    joined += line;
    if (goes_on && !text.empty()) {
      joined += '\n';
      continue;
    }
    reader.read_line(joined, begin);
    joined.clear();
  }
  return config;
}

Result<ThresholdConfig> ThresholdConfig::read(const std::filesystem::path& path, const AddressVariables& variables) {
  ASSIGN_OR_RETURN(const std::string text, read_list(path), "thresholds");
  return from_text(path.string(), text, variables);
}

std::vector<Threshold> ThresholdConfig::thresholds_for(std::uint32_t gid, std::uint32_t sid, bool has_own) const {
  std::vector<Threshold> own, general;
  for (const ThresholdRow& row : thresholds_)
    if (row.names(gid, sid)) (row.is_general() ? general : own).push_back(row.threshold);
  if (!own.empty()) return own;
  return has_own ? std::vector<Threshold>{} : general;
}

std::vector<Suppression> ThresholdConfig::suppressions_for(std::uint32_t gid, std::uint32_t sid) const {
  std::vector<Suppression> found;
  for (const SuppressionRow& row : suppressions_)
    if (row.names(gid, sid)) found.push_back(row.suppression);
  return found;
}

}  // namespace gatehouse::ips::select
