// SPDX-License-Identifier: GPL-3.0-or-later
// threshold and detection_filter.
#include <algorithm>
#include <array>
#include <expected>
#include <initializer_list>
#include <map>
#include <string>

#include "ips/compile/state_families.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile {
namespace {

template <typename T>
using Read = std::expected<T, std::string>;
// "type limit, track by_src, count 1, seconds 60", by the first word of each.
using Settings = std::map<std::string_view, std::string_view>;

template <typename Row, std::size_t n>
auto value_named(const std::array<Row, n>& rows, std::string_view name) {
  const auto row = std::ranges::find(rows, name, [](const Row& r) { return r.first; });
  return row == rows.end() ? std::nullopt : std::optional{row->second};
}

constexpr std::array kKinds{
    std::pair{std::string_view{"threshold"}, ThresholdKind::threshold},
    std::pair{std::string_view{"limit"}, ThresholdKind::limit},
    std::pair{std::string_view{"both"}, ThresholdKind::both},
    std::pair{std::string_view{"backoff"}, ThresholdKind::backoff},
};
constexpr std::array kTracks{
    std::pair{std::string_view{"by_src"}, Track::by_src},   std::pair{std::string_view{"by_dst"}, Track::by_dst},
    std::pair{std::string_view{"by_both"}, Track::by_both}, std::pair{std::string_view{"by_rule"}, Track::by_rule},
    std::pair{std::string_view{"by_flow"}, Track::by_flow},
};
Read<std::string_view> setting(const Settings& settings, std::string_view name) {
  const auto found = settings.find(name);
  if (found == settings.end()) return std::unexpected("'" + std::string{name} + "' is missing");
  return found->second;
}

Read<std::uint32_t> number(const Settings& settings, std::string_view name, std::uint32_t least) {
  const auto word = setting(settings, name);
  if (!word) return std::unexpected(word.error());
  const auto value = read_unsigned(*word);
  if (!value || *value < least || *value > 0xffffffff)
    return std::unexpected("'" + std::string{name} + "' is a number from " + std::to_string(least) + " to 4294967295");
  return static_cast<std::uint32_t>(*value);
}

Read<Track> track(const Settings& settings) {
  const auto word = setting(settings, "track");
  if (!word) return std::unexpected(word.error());
  const auto value = value_named(kTracks, *word);
  if (!value) return std::unexpected("matches are tracked by_src, by_dst, by_both, by_rule or by_flow");
  return *value;
}

// What all have: whose matches are counted, and how many.
Read<Threshold> counted(const Settings& settings, ThresholdKind kind) {
  Threshold threshold;
  threshold.kind = kind;
  const auto by = track(settings);
  if (!by) return std::unexpected(by.error());
  const auto count = number(settings, "count", 1);
  if (!count) return std::unexpected(count.error());
  threshold.track = *by;
  threshold.count = *count;
  return threshold;
}

Read<Threshold> counted_in_time(const Settings& settings, ThresholdKind kind) {
  auto threshold = counted(settings, kind);
  if (!threshold) return threshold;
  const auto seconds = number(settings, "seconds", 1);
  if (!seconds) return std::unexpected(seconds.error());
  threshold->seconds = *seconds;
  return threshold;
}

Read<Settings> read_settings(std::string_view text, std::initializer_list<std::string_view> known) {
  Settings settings;
  for (const std::string_view word : words_of(text)) {
    const auto [name, value] = word_and_rest(word);
    if (std::ranges::find(known, name) == known.end())
      return std::unexpected("'" + std::string{name} + "' is nothing that can be set here");
    if (!settings.emplace(name, value).second) return std::unexpected("'" + std::string{name} + "' is said twice");
  }
  return settings;
}

Read<Threshold> read_threshold(const Settings& settings) {
  const auto word = setting(settings, "type");
  if (!word) return std::unexpected(word.error());
  const auto kind = value_named(kKinds, *word);
  if (!kind) return std::unexpected("the type is threshold, limit, both or backoff");
  if (*kind != ThresholdKind::backoff) {
    if (settings.contains("multiplier")) return std::unexpected("only type backoff has a multiplier");
    return counted_in_time(settings, *kind);
  }
  if (settings.contains("seconds"))
    return std::unexpected("type backoff counts without time: it has a multiplier, and no seconds");
  auto threshold = counted(settings, *kind);
  if (!threshold) return threshold;
  const auto multiplier = number(settings, "multiplier", 1);
  if (!multiplier) return std::unexpected(multiplier.error());
  threshold->multiplier = *multiplier;
  return threshold;
}

Read<Threshold> read_detection_filter(const Settings& settings) {
  return counted_in_time(settings, ThresholdKind::detection_filter);
}

void add(Builder& builder, const text::Option& option, const Read<Threshold>& threshold) {
  if (!threshold) return builder.refuse(option, threshold.error());
  const auto is_filter = [](const Threshold& t) { return t.kind == ThresholdKind::detection_filter; };
  const bool mixed = std::ranges::any_of(builder.thresholds,
                                         [&](const Threshold& t) { return is_filter(t) != is_filter(*threshold); });
  if (mixed) return builder.refuse(option, "a rule has a threshold or a detection_filter, not both");
  builder.thresholds.push_back(*threshold);
}

void threshold_keyword(Builder& builder, const text::Option& option) {
  const auto settings = read_settings(option.value.text, {"type", "track", "count", "seconds", "multiplier"});
  if (!settings) return builder.refuse(option, settings.error());
  add(builder, option, read_threshold(*settings));
}

void detection_filter(Builder& builder, const text::Option& option) {
  const auto settings = read_settings(option.value.text, {"track", "count", "seconds"});
  if (!settings) return builder.refuse(option, settings.error());
  add(builder, option, read_detection_filter(*settings));
}

constexpr std::array kKeywords{
    Keyword{"threshold", Argument::required, &threshold_keyword, "how often a match is told"},
    Keyword{"detection_filter", Argument::required, &detection_filter, "how often it must match before it counts"},
};

}  // namespace

std::span<const Keyword> count_keywords() noexcept {
  return kKeywords;
}

}  // namespace gatehouse::ips::compile
