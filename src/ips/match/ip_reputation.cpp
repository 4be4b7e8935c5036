// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/ip_reputation.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace gatehouse::ips {
namespace {

// Calls line(number, text) for each line that says something; stops at its first error.
template <typename Line>
std::expected<void, std::string> each_line(std::string_view text, Line&& take) {
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    ++number;
    if (line.empty() || line.front() == '#') continue;
    if (auto outcome = take(line); !outcome)
      return std::unexpected("line " + std::to_string(number) + ": " + outcome.error());
  }
  return {};
}

std::string_view next_field(std::string_view& line) {
  const auto comma = line.find(',');
  const std::string_view field = trim(line.substr(0, comma));
  line.remove_prefix(comma == line.npos ? line.size() : comma + 1);
  return field;
}

std::optional<std::uint8_t> number_up_to(std::string_view text, std::uint8_t most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty() || value > most) return std::nullopt;
  return static_cast<std::uint8_t>(value);
}

IpAddress network_of(IpAddress address, std::uint8_t length) noexcept {
  for (std::size_t i = 0; i < address.bytes.size(); ++i) {
    const int bits = std::clamp(int{length} - static_cast<int>(i) * 8, 0, 8);
    address.bytes[i] &= static_cast<std::uint8_t>(0xff00 >> bits);
  }
  return address;
}

}  // namespace

std::expected<void, std::string> IpReputation::add_categories(std::string_view text) {
  return each_line(text, [this](std::string_view line) -> std::expected<void, std::string> {
    const auto number = number_up_to(next_field(line), kLargestCategory);
    const std::string_view name = next_field(line);
    if (!number || *number == 0)
      return std::unexpected("a category begins with its number, 1 to " + std::to_string(kLargestCategory));
    if (name.empty()) return std::unexpected("the category has no short name: write '<number>,<name>,<description>'");
    categories_.insert_or_assign(std::string{name}, *number);
    return {};
  });
}

std::expected<void, std::string> IpReputation::add_list(std::string_view text) {
  return each_line(text, [this](std::string_view line) -> std::expected<void, std::string> {
    const auto prefix = IpPrefix::parse(next_field(line));
    const auto number = number_up_to(next_field(line), kLargestCategory);
    const auto score = number_up_to(next_field(line), kLargestScore);
    if (!prefix || !number || *number == 0 || !score) {
      ++skipped_;
      return {};
    }
    if (entries_ == kMostEntries)
      return std::unexpected("more than " + std::to_string(kMostEntries) + " entries; split the lists or shorten them");
    auto& lengths = lengths_[prefix->address.version == 6];
    auto found = std::ranges::find(lengths, prefix->length, &Length::length);
    if (found == lengths.end()) found = lengths.insert(lengths.end(), {prefix->length, {}});
    found->entries.push_back({network_of(prefix->address, prefix->length), *number, *score});
    ++entries_;
    return {};
  });
}

void IpReputation::finish() {
  const auto key = [](const Entry& e) { return std::tie(e.network, e.category); };
  for (auto& lengths : lengths_) {
    std::ranges::sort(lengths, std::greater<>{}, &Length::length);
    for (Length& l : lengths) {
      std::ranges::reverse(l.entries);  // so that of those that are alike the last comes first, and stays
      std::ranges::stable_sort(l.entries, {}, key);
      const auto again = std::ranges::unique(l.entries, {}, key);
      entries_ -= again.size();
      l.entries.erase(again.begin(), again.end());
      l.entries.shrink_to_fit();
    }
  }
}

std::optional<std::uint8_t> IpReputation::category(std::string_view name) const noexcept {
  const auto found = categories_.find(name);
  return found == categories_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<std::uint8_t> IpReputation::score(const IpAddress& address, std::uint8_t category) const noexcept {
  if (address.version == 0) return std::nullopt;
  for (const Length& l : lengths_[address.version == 6]) {
    const IpAddress network = network_of(address, l.length);
    const auto found = std::ranges::lower_bound(l.entries, std::tie(network, category), {},
                                                [](const Entry& e) { return std::tie(e.network, e.category); });
    if (found != l.entries.end() && found->network == network && found->category == category) return found->score;
  }
  return std::nullopt;
}

}  // namespace gatehouse::ips
