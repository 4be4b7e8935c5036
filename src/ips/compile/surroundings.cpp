// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/surroundings.hpp"

#include <algorithm>
#include <deque>
#include <mutex>
#include <unordered_map>

namespace gatehouse::ips::compile {

struct Names::State {
  std::mutex mutex;
  std::deque<std::string> names;
  std::unordered_map<std::string_view, NameId> numbers;
};

Names::State& Names::state() {
  static State state;
  return state;
}

NameId Names::number(std::string_view name) {
  State& s = state();
  const std::scoped_lock lock{s.mutex};
  if (const auto known = s.numbers.find(name); known != s.numbers.end()) return known->second;
  if (s.names.size() == kMost) return kMost;
  const auto number = static_cast<NameId>(s.names.size());
  s.numbers.emplace(s.names.emplace_back(name), number);
  return number;
}

std::string_view Names::name(NameId number) {
  State& s = state();
  const std::scoped_lock lock{s.mutex};
  return number < s.names.size() ? std::string_view{s.names[number]} : std::string_view{};
}

std::vector<std::string_view> Names::all() {
  State& s = state();
  const std::scoped_lock lock{s.mutex};
  return {s.names.begin(), s.names.end()};
}

Surroundings::Surroundings(std::span<const ProtocolSpec* const> all) : protocols(all) {
  for (const ProtocolSpec* protocol : all)
    for (const FieldSpec& field : protocol->fields) fields_.emplace(field.name, std::pair{protocol, &field});
}

const ProtocolSpec* Surroundings::protocol(std::string_view name) const noexcept {
  const auto found = std::ranges::find(protocols, name, &ProtocolSpec::name);
  return found == protocols.end() ? nullptr : *found;
}

bool Surroundings::has_several_values(std::string_view name) const noexcept {
  const auto [first, last] = fields_.equal_range(name);
  return std::any_of(first, last, [](const auto& row) { return row.second.second->type == FieldType::list; });
}

const FieldSpec* Surroundings::field(std::string_view name) const noexcept {
  const auto found = fields_.find(name);
  return found == fields_.end() ? nullptr : found->second.second;
}

std::vector<const ProtocolSpec*> Surroundings::protocols_with(std::string_view name) const {
  std::vector<const ProtocolSpec*> found;
  const auto [first, last] = fields_.equal_range(name);
  for (auto row = first; row != last; ++row)
    if (std::ranges::find(found, row->second.first) == found.end()) found.push_back(row->second.first);
  return found;
}

}  // namespace gatehouse::ips::compile
