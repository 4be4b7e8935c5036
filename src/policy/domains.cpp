// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/domains.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace gatehouse::policy {
namespace {

constexpr std::uint64_t kHashStart = 5381;

// Two operations a letter; the product at the end spreads them over the table. Who chooses a name that collides with
// one of ours gains nothing: the length of a search depends on the policy's names alone.
std::uint64_t step(std::uint64_t hash, char c) noexcept {
  return hash * 33 + (static_cast<std::uint8_t>(c) | 0x20u);
}
std::size_t spread(std::uint64_t hash) noexcept {
  return static_cast<std::size_t>((hash * 0x9e3779b97f4a7c15) >> 32);
}

// Names are hashed from their end, so that one pass gives the hashes of all suffixes.
std::uint64_t hash_of(std::string_view name) noexcept {
  std::uint64_t hash = kHashStart;
  for (std::size_t i = name.size(); i-- > 0;) hash = step(hash, name[i]);
  return hash;
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kLongestLabel || label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char c) {
    return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' || c == '_';
  });
}

}  // namespace

std::optional<DomainPattern> DomainPattern::parse(std::string_view text) {
  DomainPattern pattern;
  if (text.starts_with("*.")) {
    pattern.below_only = true;
    text.remove_prefix(2);
  }
  if (text.empty() || text.size() > kLongestName) return std::nullopt;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t dot = std::min(text.find('.', from), text.size());
    if (!is_label(text.substr(from, dot - from))) return std::nullopt;
    from = dot + 1;
  }
  pattern.name.resize(text.size());
  std::ranges::transform(text, pattern.name.begin(), ascii_lower);
  return pattern;
}

// The slot of a name, or the empty one where it would be.
std::size_t DomainTable::slot_of(std::uint64_t hash, std::string_view name) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = spread(hash) & mask;
  while (slots_[slot] != kEmpty && !equals_nocase(names_[slots_[slot]], name)) slot = (slot + 1) & mask;
  return slot;
}

void DomainTable::grow() {
  slots_.assign(std::max<std::size_t>(16, 2 * slots_.size()), kEmpty);
  for (std::uint32_t i = 0; i < names_.size(); ++i) slots_[slot_of(hash_of(names_[i]), names_[i])] = i;
}

std::uint32_t DomainTable::add(std::string_view name) {
  if (2 * (names_.size() + 1) > slots_.size()) grow();
  std::uint32_t& number = slots_[slot_of(hash_of(name), name)];
  if (number == kEmpty) {
    number = static_cast<std::uint32_t>(names_.size());
    names_.emplace_back(name);
  }
  return number;
}

void DomainTable::find(std::string_view name, DomainMatches& into) const noexcept {
  if (name.ends_with('.')) name.remove_suffix(1);
  const bool cut = name.size() > kLongestName;
  if (cut) name.remove_prefix(name.size() - kLongestName);
  if (name.empty() || slots_.empty()) return;
  std::uint64_t hash = kHashStart;
  std::size_t labels = 0;
  const auto look = [&](std::size_t from, bool whole) {
    const std::uint32_t number = slots_[slot_of(hash, name.substr(from))];
    if (number != kEmpty) into.add({number, whole});
  };
  for (std::size_t i = name.size(); i-- > 0;) {
    if (name[i] == '.') {
      if (++labels >= kMostLabels) return;  // dots in a row: no name
      look(i + 1, false);
    }
    hash = step(hash, name[i]);
  }
  if (!cut) look(0, true);
}

DomainSet::DomainSet(std::span<const DomainPattern> patterns, DomainTable& table) {
  for (const DomainPattern& pattern : patterns)
    keys_.push_back(2 * table.add(pattern.name) + (pattern.below_only ? 1 : 0));
  // Of two patterns of one name the wider one is kept.
  std::ranges::sort(keys_);
  const auto repeated = std::ranges::unique(keys_, {}, [](std::uint32_t key) { return key / 2; });
  keys_.erase(repeated.begin(), repeated.end());
}

}  // namespace gatehouse::policy
