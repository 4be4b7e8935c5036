// SPDX-License-Identifier: GPL-3.0-or-later
// Domain patterns: "example.org" means that name and all below it, "*.example.org" only those below it. All names of a
// policy stand in one table, so that a session's name is looked up once for all rules.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::policy {

inline constexpr std::size_t kLongestName = 253;  // RFC 1035, 2.3.4, as text
inline constexpr std::size_t kLongestLabel = 63;
inline constexpr std::size_t kMostLabels = kLongestName / 2 + 1;

struct DomainPattern {
  std::string name;         // in lower case, without "*."
  bool below_only = false;  // "*.": the name itself is not meant

  static std::optional<DomainPattern> parse(std::string_view text);
  std::string text() const { return (below_only ? "*." : "") + name; }
};

// Names of the table that a session's names are, or are below.
class DomainMatches {
 public:
  struct Match {
    std::uint32_t name;
    bool whole;  // is that name, not below it
  };
  void add(Match match) noexcept { found_[count_++] = match; }
  std::span<const Match> all() const noexcept { return {found_.data(), count_}; }

 private:
  std::size_t count_ = 0;
  std::array<Match, 2 * kMostLabels> found_;  // of two names
};

class DomainTable {
 public:
  // The number of a name, for DomainSet.
  std::uint32_t add(std::string_view name);
  // Without regard to letter case and to a dot at the end. One pass over the name, from its end: each dot on the way
  // ends a name that may be in the table. Of a name that is longer than names can be, the end counts.
  void find(std::string_view name, DomainMatches& into) const noexcept;

 private:
  static constexpr std::uint32_t kEmpty = 0xffffffff;
  std::size_t slot_of(std::uint64_t hash, std::string_view name) const noexcept;
  void grow();

  std::vector<std::string> names_;
  std::vector<std::uint32_t> slots_;  // open addressing, a power of two, at most half full
};

// The patterns of one rule, by the table's numbers.
class DomainSet {
 public:
  DomainSet() = default;
  DomainSet(std::span<const DomainPattern> patterns, DomainTable& table);

  bool has_any_of(const DomainMatches& matches) const noexcept {
    for (const DomainMatches::Match match : matches.all()) {
      const auto found = std::ranges::lower_bound(keys_, 2 * match.name);
      if (found != keys_.end() && *found / 2 == match.name && !(match.whole && *found % 2 != 0)) return true;
    }
    return false;
  }

 private:
  std::vector<std::uint32_t>
      keys_;  // sorted: the name's number, times two, plus one where the name itself is not meant
};

}  // namespace gatehouse::policy
