// SPDX-License-Identifier: GPL-3.0-or-later
// Lists of addresses as threshold.config has them.
#include <algorithm>

#include "base/bytes.hpp"
#include "ips/select/threshold_config.hpp"

namespace gatehouse::ips::select {
namespace {

constexpr int kDeepest = 16;  // lists within lists and variables within variables

using Answer = std::expected<AddressSet, std::string>;

std::unexpected<std::string> wrong(std::string_view text, std::string_view why) {
  return std::unexpected('\'' + std::string(text) + "' " + std::string(why));
}

AddressRange range_of(const IpPrefix& prefix) {
  AddressRange range{prefix.address, prefix.address};
  for (std::size_t bit = prefix.length; bit < range.first.size() * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80u >> bit % 8);
    range.first.bytes[bit / 8] = static_cast<std::uint8_t>(range.first.bytes[bit / 8] & ~mask);
    range.last.bytes[bit / 8] = static_cast<std::uint8_t>(range.last.bytes[bit / 8] | mask);
  }
  return range;
}

// The comma that ends the first entry, outside of inner lists; npos: the entry is the last.
std::size_t end_of_entry(std::string_view list) {
  int depth = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    depth += list[i] == '[' ? 1 : list[i] == ']' ? -1 : 0;
    if (list[i] == ',' && depth == 0) return i;
  }
  return list.npos;
}

class AddressReader {
 public:
  explicit AddressReader(const AddressVariables& variables) : variables_(variables) {}

  Answer read(std::string_view text, int depth = 0) const {
    text = trim(text);
    if (depth > kDeepest) return wrong(text, "goes too deep; a variable may name itself");
    if (text.starts_with('!')) return without(AddressSet::any(), text.substr(1), depth);
    if (text.starts_with('[')) {
      if (!text.ends_with(']')) return wrong(text, "has no closing ']'");
      return read_list(text.substr(1, text.size() - 2), depth);
    }
    if (text.starts_with('$')) {
      const auto known = variables_.find(text.substr(1));
      if (known == variables_.end()) return wrong(text, "is no variable of ips.variables.addresses; define it there");
      return read(known->second, depth + 1);
    }
    if (text == "any") return AddressSet::any();
    return read_one(text);
  }

 private:
  // "a, b, !c": what is named, less what is excluded; everything less that, if all of it is excluded.
  Answer read_list(std::string_view list, int depth) const {
    AddressSet named;
    std::vector<std::string_view> excluded;
    bool any_named = false;
    while (true) {
      const auto end = end_of_entry(list);
      const std::string_view entry = trim(list.substr(0, end));
      if (entry.starts_with('!')) {
        excluded.push_back(entry.substr(1));
      } else {
        const auto set = read(entry, depth + 1);
        if (!set) return set;
        named = named.with(*set);
        any_named = true;
      }
      if (end == list.npos) break;
      list.remove_prefix(end + 1);
    }
    Answer result = any_named ? named : AddressSet::any();
    for (const std::string_view entry : excluded)
      if (result) result = without(*result, entry, depth);
    return result;
  }
  Answer without(const AddressSet& from, std::string_view text, int depth) const {
    auto set = read(text, depth + 1);
    if (!set) return set;
    return from.without(*set);
  }
  static Answer read_one(std::string_view text) {
    if (const auto dash = text.find('-'); dash != text.npos) {
      const auto first = IpAddress::parse(trim(text.substr(0, dash))),
                 last = IpAddress::parse(trim(text.substr(dash + 1)));
      if (!first || !last || first->version != last->version || *last < *first)
        return wrong(text, "is no range; write it as 192.0.2.1-192.0.2.9");
      return AddressSet{{{*first, *last}}};
    }
    const auto prefix = IpPrefix::parse(text);
    if (!prefix) return wrong(text, "is no address; write 192.0.2.1, 192.0.2.0/24, [a, b, !c], $VARIABLE or any");
    return AddressSet{{range_of(*prefix)}};
  }

  const AddressVariables& variables_;
};

}  // namespace

std::expected<AddressSet, std::string> read_addresses(std::string_view text, const AddressVariables& variables) {
  return AddressReader{variables}.read(text);
}

}  // namespace gatehouse::ips::select
