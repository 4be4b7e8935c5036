// SPDX-License-Identifier: GPL-3.0-or-later
// Reputation lists: scores of addresses and networks in categories. Built when rules are loaded, then never changed.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.hpp"

namespace gatehouse::ips {

class IpReputation {
 public:
  static constexpr std::uint8_t kLargestCategory = 60, kLargestScore = 127;
  static constexpr std::size_t kMostEntries = 16'000'000;

  // Lines of "<number>,<short name>,<description>", '#' begins a comment. The error is a sentence with the line.
  std::expected<void, std::string> add_categories(std::string_view text);
  // Lines of "<address or network>,<category's number>,<score>". Lines that are not are skipped and counted in
  // `skipped`; of an entry that comes twice the last stands.
  std::expected<void, std::string> add_list(std::string_view text);
  // Once all is added.
  void finish();

  // The number of a category by its short name.
  std::optional<std::uint8_t> category(std::string_view name) const noexcept;
  // The score of the most particular entry that holds the address; nullopt: the address is not in that category.
  std::optional<std::uint8_t> score(const IpAddress& address, std::uint8_t category) const noexcept;
  std::size_t size() const noexcept { return entries_; }
  std::size_t skipped() const noexcept { return skipped_; }

 private:
  struct Entry {
    IpAddress network;
    std::uint8_t category = 0, score = 0;
  };
  // Networks of one prefix length, sorted by network and category.
  struct Length {
    std::uint8_t length = 0;
    std::vector<Entry> entries;
  };
  std::vector<Length> lengths_[2];  // IPv4, IPv6; the longest first
  std::map<std::string, std::uint8_t, std::less<>> categories_;
  std::size_t entries_ = 0, skipped_ = 0;
};

}  // namespace gatehouse::ips
