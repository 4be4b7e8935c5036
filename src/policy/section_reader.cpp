// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/section_reader.hpp"

#include <array>

namespace gatehouse::policy {

using config::in_quotes;

namespace {

constexpr std::array<std::string_view, 3> kActions{"allow", "drop", "reject"};  // as Kind

// With the bits behind its length cleared.
IpPrefix network_of(IpPrefix prefix) {
  for (std::size_t bit = prefix.length; bit < prefix.address.size() * 8; ++bit)
    prefix.address.bytes[bit / 8] = static_cast<std::uint8_t>(prefix.address.bytes[bit / 8] & ~(0x80u >> bit % 8));
  return prefix;
}

}  // namespace

std::optional<Kind> SectionReader::action(const Node& node, std::string_view key) {
  const auto found = word(node, key, kActions);
  return found ? std::optional{static_cast<Kind>(*found)} : std::nullopt;
}

std::vector<IpPrefix> SectionReader::prefixes(const Node& node, const std::string& key) {
  constexpr std::string_view expected = "an address or a network, such as 192.0.2.0/24 or \"2001:db8::/32\"";
  std::vector<IpPrefix> found;
  each(node, key, expected, [&](const Node& item) {
    const auto prefix = IpPrefix::parse(item.text);
    if (!prefix) return wrong(item, key, expected);
    const IpPrefix whole = network_of(*prefix);
    if (whole.address != prefix->address)
      return complain(item, key,
                      in_quotes(item.text) + " has bits set behind its length; did you mean '" +
                          to_string(whole.address) + '/' + std::to_string(whole.length) + "'?");
    found.push_back(*prefix);
  });
  return found;
}
std::optional<ZoneId> SectionReader::zone_id(std::string_view name) const {
  const auto found = std::ranges::find(policy_.zone_names, name);
  if (found == policy_.zone_names.end()) return std::nullopt;
  return static_cast<ZoneId>(found - policy_.zone_names.begin() + 1);
}
std::string SectionReader::zone_hint(std::string_view typed) const {
  std::vector<std::string_view> names{policy_.zone_names.begin(), policy_.zone_names.end()};
  names.push_back("any");
  return config::suggestion(typed, names);
}

}  // namespace gatehouse::policy
