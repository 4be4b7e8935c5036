// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/domains.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace gatehouse::policy {
namespace {

constexpr std::uint64_t kHashStart = 0xcbf29ce484222325, kHashFactor = 0x100000001b3;  // FNV-1a

std::uint64_t step(std::uint64_t hash, char c) noexcept {
  return (hash ^ static_cast<std::uint8_t>(ascii_lower(c))) * kHashFactor;
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

DomainSet::DomainSet(std::span<const DomainPattern> patterns) : patterns_(patterns.begin(), patterns.end()) {
  // Of two patterns of one name the wider one is kept.
  std::ranges::sort(patterns_, {},
                    [](const DomainPattern& p) { return std::pair{std::string_view{p.name}, p.below_only}; });
  const auto repeated = std::ranges::unique(patterns_, {}, &DomainPattern::name);
  patterns_.erase(repeated.begin(), repeated.end());
  if (patterns_.empty()) return;
  std::size_t size = 4;
  while (size < 2 * patterns_.size()) size *= 2;
  table_.assign(size, kEmpty);
  for (std::uint32_t i = 0; i < patterns_.size(); ++i) {
    std::size_t slot = hash_of(patterns_[i].name) & (size - 1);
    while (table_[slot] != kEmpty) slot = (slot + 1) & (size - 1);
    table_[slot] = i;
  }
}

const DomainPattern* DomainSet::at(std::uint64_t hash, std::string_view suffix, bool whole) const noexcept {
  const std::size_t mask = table_.size() - 1;
  for (std::size_t slot = hash & mask; table_[slot] != kEmpty; slot = (slot + 1) & mask) {
    const DomainPattern& pattern = patterns_[table_[slot]];
    if (equals_nocase(pattern.name, suffix)) return whole && pattern.below_only ? nullptr : &pattern;
  }
  return nullptr;
}

const DomainPattern* DomainSet::find(std::string_view name) const noexcept {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty() || table_.empty()) return nullptr;
  std::uint64_t hash = kHashStart;
  for (std::size_t i = name.size(); i-- > 0;) {
    if (name[i] == '.')
      if (const DomainPattern* found = at(hash, name.substr(i + 1), false)) return found;
    hash = step(hash, name[i]);
  }
  return at(hash, name, true);
}

}  // namespace gatehouse::policy
