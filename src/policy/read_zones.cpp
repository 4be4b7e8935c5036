// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <map>

#include "base/bytes.hpp"
#include "policy/section_reader.hpp"

namespace gatehouse::policy {
namespace {

using config::Fields;
using config::in_quotes;

constexpr std::size_t kLongestZoneName = 32;
constexpr std::array<std::string_view, 2> kZoneKeys{"interfaces", "networks"};

class ZoneReader : SectionReader {
 public:
  ZoneReader(CompiledPolicy& into, config::Diagnostics& diagnostics) : SectionReader(into, diagnostics) {}

  void read(const Node& node) {
    if (node.kind == Node::Kind::nothing) return;
    if (node.kind != Node::Kind::map) return wrong(node, "zones", "a map of names to {interfaces: […], networks: […]}");
    if (node.entries.size() > kMaxZones)
      return complain(node, "zones", "more than " + std::to_string(kMaxZones) + " zones; that is the limit");
    for (const Node::Entry& entry : node.entries) read_zone(entry);
    check_networks();
  }

 private:
  void read_zone(const Node::Entry& entry) {
    const std::string key = "zones." + entry.key;
    if (!is_zone_name(entry.key))
      diagnostics_.add(
          entry.mark, "zones",
          in_quotes(entry.key) + (entry.key == "any" ? " is built in and means every zone"
                                                     : " is no name of a zone: letters, digits, - and _, at most 32"));
    Zone zone{entry.key, {}, {}, entry.mark};
    const Fields fields{entry.value, key, kZoneKeys, diagnostics_};
    if (const Node* interfaces = fields.get("interfaces"))
      each(*interfaces, key + ".interfaces", "an interface, such as eth1", [&](const Node& item) {
        if (!config::is_interface_name(item.text))
          wrong(item, key + ".interfaces", "an interface, such as eth1");
        else
          zone.interfaces.push_back(item.text);
      });
    if (const Node* networks = fields.get("networks")) zone.networks = prefixes(*networks, key + ".networks");
    if (entry.value.kind == Node::Kind::map && fields.get("interfaces") == nullptr && fields.get("networks") == nullptr)
      complain(entry.value, key, "a zone needs interfaces or networks");
    policy_.zone_names.push_back(entry.key);
    policy_.declared_zones.push_back(std::move(zone));
  }
  static bool is_zone_name(std::string_view name) {
    return !name.empty() && name != "any" && name.size() <= kLongestZoneName && std::ranges::all_of(name, [](char c) {
      return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' || c == '_';
    }) && name.find("->") == name.npos;
  }
  // A network is in one zone only.
  void check_networks() {
    std::map<std::pair<IpAddress, std::uint8_t>, const Zone*> seen;
    for (const Zone& zone : policy_.declared_zones)
      for (const IpPrefix& network : zone.networks) {
        const auto [earlier, is_new] = seen.try_emplace({network.address, network.length}, &zone);
        if (!is_new)
          diagnostics_.add(zone.mark, "zones." + zone.name + ".networks",
                           in_quotes(to_string(network.address) + '/' + std::to_string(network.length)) +
                               " stands twice; first in zone " + earlier->second->name);
      }
  }
};

}  // namespace

void read_zones(const config::Node& node, CompiledPolicy& into, config::Diagnostics& diagnostics) {
  ZoneReader{into, diagnostics}.read(node);
}

}  // namespace gatehouse::policy
