// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/lists.hpp"

#include "ips/compile/list_items.hpp"
#include "ips/text/rule_parser.hpp"

namespace gatehouse::ips::compile {

using text::trim;

// A list is what its items hold together, without what those behind a '!' hold; with nothing but the latter it is all
// the rest of the world.
template <typename Set>
class ListReader {
 public:
  using Kind = ListKind<Set>;
  using List = ReadList<Set>;
  using Answer = std::expected<List, ListProblem>;

  ListReader(HeaderCache::Known<Set>& known, const Surroundings& around) : known_(known), around_(around) {}

  HeaderCache::Outcome<Set> read_whole(std::string_view text, unsigned depth = 0) {
    if (const auto found = known_.find(std::string{text}); found != known_.end()) return &found->second;
    Answer read = items(text, depth);
    if (!read) return std::unexpected(std::move(read).error());
    return &known_.emplace(text, std::move(*read)).first->second;
  }

 private:
  static std::unexpected<ListProblem> problem(std::size_t offset, std::string reason) {
    return std::unexpected(ListProblem{std::move(reason), offset});
  }

  // "a, !b, [c, d]"
  Answer items(std::string_view text, unsigned depth) {
    if (depth == HeaderCache::kDeepest)
      return problem(0, "lists and variables stand " + std::to_string(depth) +
                            " deep within each other, or a variable names itself: write them flat");
    typename Kind::Ranges held, taken;
    bool all = false, none = false, negated = false, positive = false;
    for (std::size_t at = 0; at <= text.size();) {
      const auto end = item_end(text, at);
      if (!end) return problem(end.error(), "the brackets of this list do not pair: correct them");
      std::string_view item = trim(text.substr(at, *end - at));
      const std::size_t offset = item.empty() ? at : static_cast<std::size_t>(item.data() - text.data());
      const bool inverted = item.starts_with('!');
      if (inverted) item = trim(item.substr(1));
      if (item.empty()) return problem(offset, "an item of the list is missing here");
      Answer part = one(item, depth);
      if (!part) {
        part.error().offset += static_cast<std::size_t>(item.data() - text.data());
        return part;
      }
      negated |= inverted || part->negated;
      positive |= !inverted;
      if (part->set.is_any()) (inverted ? none : all) = true;
      Kind::append(inverted ? taken : held, part->set);
      at = *end + 1;
    }
    const Set base = all || !positive ? Set::any() : Set{std::move(held)};
    List list{none ? Set{} : base.without(Set{std::move(taken)}), negated};
    if (list.set.empty())
      return problem(0, "'" + shown(text) + "' leaves " + std::string{Kind::kNothing} + ": the rule could never match");
    return list;
  }

  Answer one(std::string_view item, unsigned depth) {
    if (item.starts_with('[')) {
      if (!item.ends_with(']')) return problem(0, "a list ends with its ']': put a ',' behind it");
      Answer inner = items(item.substr(1, item.size() - 2), depth + 1);
      if (!inner) ++inner.error().offset;
      return inner;
    }
    if (item.starts_with('$')) return variable(item.substr(1), depth);
    if (item == "any") return List{Set::any(), false};
    auto set = Kind::read(item);
    if (!set) return problem(0, "'" + shown(item) + "' " + std::move(set).error());
    return List{std::move(*set), false};
  }

  Answer variable(std::string_view name, unsigned depth) {
    const auto& all = Kind::variables(around_);
    const auto value = all.find(name);
    if (value == all.end()) return problem(0, "the variable $" + std::string{name} + " has no value: configure one");
    auto read = read_whole(value->second, depth + 1);
    if (!read) return problem(0, "in $" + std::string{name} + ": " + std::move(read).error().reason);
    return **read;
  }

  // Where the item that begins at `at` ends: at a ',' outside of brackets, or with the text.
  static std::expected<std::size_t, std::size_t> item_end(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    for (; at < text.size(); ++at) {
      if (text[at] == '[') ++depth;
      if (text[at] == ']' && depth-- == 0) return std::unexpected(at);
      if (text[at] == ',' && depth == 0) break;
    }
    if (depth != 0) return std::unexpected(std::size_t{0});
    return at;
  }

  static std::string shown(std::string_view text) {
    constexpr std::size_t kShown = 60;
    return text.size() <= kShown ? std::string{text} : std::string{text.substr(0, kShown)} + "…";
  }

  HeaderCache::Known<Set>& known_;
  const Surroundings& around_;
};

HeaderCache::Outcome<AddressSet> HeaderCache::addresses(std::string_view text, const Surroundings& around) {
  return ListReader<AddressSet>{addresses_, around}.read_whole(text);
}

HeaderCache::Outcome<PortSet> HeaderCache::ports(std::string_view text, const Surroundings& around) {
  return ListReader<PortSet>{ports_, around}.read_whole(text);
}

void default_variables(Surroundings& around) {
  static constexpr std::string_view kHomes[] = {
      "HTTP_SERVERS", "SMTP_SERVERS", "SQL_SERVERS",   "DNS_SERVERS",   "AIM_SERVERS", "TELNET_SERVERS", "DC_SERVERS",
      "DNP3_SERVER",  "DNP3_CLIENT",  "MODBUS_CLIENT", "MODBUS_SERVER", "ENIP_CLIENT", "ENIP_SERVER"};
  static constexpr std::pair<std::string_view, std::string_view> kPorts[] = {
      {"HTTP_PORTS", "80"},     {"SHELLCODE_PORTS", "!80"},
      {"ORACLE_PORTS", "1521"}, {"SSH_PORTS", "22"},
      {"DNP3_PORTS", "20000"},  {"MODBUS_PORTS", "502"},
      {"FTP_PORTS", "21"},      {"FILE_DATA_PORTS", "[$HTTP_PORTS,110,143]"},
      {"GENEVE_PORTS", "6081"}, {"VXLAN_PORTS", "4789"},
      {"TEREDO_PORTS", "3544"}};
  around.addresses.emplace("HOME_NET", "any");
  around.addresses.emplace("EXTERNAL_NET", "any");
  for (const std::string_view name : kHomes) around.addresses.emplace(name, "$HOME_NET");
  for (const auto& [name, value] : kPorts) around.ports.emplace(name, value);
}

}  // namespace gatehouse::ips::compile
