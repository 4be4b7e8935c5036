// SPDX-License-Identifier: GPL-3.0-or-later
// A set of domain patterns: "example.org" means that name and all below it, "*.example.org" only those below it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::policy {

inline constexpr std::size_t kLongestName = 253;  // RFC 1035, 2.3.4, as text
inline constexpr std::size_t kLongestLabel = 63;

struct DomainPattern {
  std::string name;         // in lower case, without "*."
  bool below_only = false;  // "*.": the name itself is not meant

  // An error says what is wrong with it.
  static std::optional<DomainPattern> parse(std::string_view text);
  std::string text() const { return (below_only ? "*." : "") + name; }
};

class DomainSet {
 public:
  DomainSet() = default;
  explicit DomainSet(std::span<const DomainPattern> patterns);

  // Without regard to letter case and to a dot at the end. One pass over the name, from its end: each dot on the way
  // ends a name that may be in the table.
  const DomainPattern* find(std::string_view name) const noexcept;
  bool contains(std::string_view name) const noexcept { return find(name) != nullptr; }
  std::span<const DomainPattern> patterns() const noexcept { return patterns_; }

 private:
  static constexpr std::uint32_t kEmpty = 0xffffffff;
  const DomainPattern* at(std::uint64_t hash, std::string_view suffix, bool whole) const noexcept;

  std::vector<DomainPattern> patterns_;
  std::vector<std::uint32_t> table_;  // open addressing, a power of two, at most half full
};

}  // namespace gatehouse::policy
