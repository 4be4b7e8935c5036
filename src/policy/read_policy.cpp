// SPDX-License-Identifier: GPL-3.0-or-later
// From text to rules: the policy language.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/bytes.hpp"
#include "config/value.hpp"
#include "config/yaml.hpp"
#include "policy/compiled.hpp"

namespace gatehouse::policy {
namespace {

using config::Diagnostics;
using config::Fields;
using config::in_quotes;
using config::Node;
using Words = std::span<const std::string_view>;

constexpr std::size_t kLongestRuleName = 120;
constexpr std::size_t kLongestZoneName = 32;

constexpr std::array<std::string_view, 5> kPolicyKeys{"version", "zones", "rules", "default", "undecided"};
constexpr std::array<std::string_view, 2> kZoneKeys{"interfaces", "networks"};
constexpr std::array<std::string_view, 8> kRuleKeys{"name",   "from", "to",       "application",
                                                    "domain", "port", "protocol", "action"};
constexpr std::array<std::string_view, 2> kEndKeys{"zone", "address"};
constexpr std::array<std::string_view, 4> kUndecidedKeys{"packets", "bytes", "time", "action"};
constexpr std::array<std::string_view, 3> kActions{"allow", "drop", "reject"};
constexpr std::array<std::string_view, 2> kPendingActions{"pass", "hold"};

struct NamedProtocol {
  std::string_view name;
  std::uint8_t number;
};
constexpr std::array kProtocols{NamedProtocol{"tcp", ip_protocol::tcp}, NamedProtocol{"udp", ip_protocol::udp},
                                NamedProtocol{"icmp", ip_protocol::icmp}, NamedProtocol{"icmpv6", ip_protocol::icmpv6},
                                NamedProtocol{"sctp", ip_protocol::sctp}};
constexpr std::array<std::string_view, 5> kProtocolNames{"tcp", "udp", "icmp", "icmpv6", "sctp"};

bool has_ports(std::uint8_t protocol) {
  return protocol == ip_protocol::tcp || protocol == ip_protocol::udp || protocol == ip_protocol::sctp;
}

class Reader {
 public:
  Reader(CompiledPolicy& into, Diagnostics& diagnostics) : policy_(into), diagnostics_(diagnostics) {}

  void read(const Node& root) {
    const Fields fields{root, {}, kPolicyKeys, diagnostics_};
    if (const Node* version = fields.require("version", "the language's version, 1"))
      if (version->kind != Node::Kind::text || version->text != "1") wrong(*version, "version", "1");
    if (const Node* zones = fields.get("zones")) read_zones(*zones);
    if (const Node* rules = fields.get("rules")) read_rules(*rules);
    if (const Node* standard = fields.require("default", "what becomes of sessions that no rule matches"))
      read_default(*standard);
    if (const Node* undecided = fields.get("undecided")) read_undecided(*undecided);
  }

 private:
  // ---- messages

  void wrong(const Node& node, std::string_view key, std::string_view expected, std::string hint = {}) {
    if (node.kind == Node::Kind::refused) return;
    diagnostics_.add(node.mark, key, "read " + node.describe() + ", expected " + std::string(expected) + hint);
  }
  void complain(const Node& node, std::string_view key, std::string text) {
    diagnostics_.add(node.mark, key, std::move(text));
  }
  static bool is_text(const Node& node) { return node.kind == Node::Kind::text; }

  // Calls use(item) for a lone value, or for each of a list.
  template <typename Use>
  void each(const Node& node, const std::string& key, std::string_view expected, Use use) {
    if (is_text(node)) return use(node);
    if (node.kind != Node::Kind::list) return wrong(node, key, expected);
    if (node.items.empty()) return wrong(node, key, expected, ": the list is empty");
    if (node.items.size() > kMaxListEntries)
      return complain(node, key, "more than " + std::to_string(kMaxListEntries) + " entries; that is the limit");
    for (const Node& item : node.items) {
      if (is_text(item))
        use(item);
      else
        wrong(item, key, expected);
    }
  }

  // One of some words; nothing, with a message, if it is none.
  std::optional<std::size_t> word(const Node& node, std::string_view key, Words words) {
    if (is_text(node)) {
      const auto found = std::ranges::find(words, node.text);
      if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
      wrong(node, key, config::listed(words), config::suggestion(node.text, words));
      return std::nullopt;
    }
    wrong(node, key, config::listed(words));
    return std::nullopt;
  }
  std::optional<Kind> action(const Node& node, std::string_view key) {
    const auto found = word(node, key, kActions);
    return found ? std::optional{static_cast<Kind>(*found)} : std::nullopt;
  }

  // ---- zones

  void read_zones(const Node& node) {
    if (node.kind == Node::Kind::nothing) return;
    if (node.kind != Node::Kind::map) return wrong(node, "zones", "a map of names to {interfaces: […], networks: […]}");
    if (node.entries.size() > kMaxZones)
      return complain(node, "zones", "more than " + std::to_string(kMaxZones) + " zones; that is the limit");
    for (const Node::Entry& entry : node.entries) read_zone(entry);
    check_networks();
  }
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
  std::vector<IpPrefix> prefixes(const Node& node, const std::string& key) {
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
  static IpPrefix network_of(IpPrefix prefix) {
    for (std::size_t bit = prefix.length; bit < prefix.address.size() * 8; ++bit)
      prefix.address.bytes[bit / 8] = static_cast<std::uint8_t>(prefix.address.bytes[bit / 8] & ~(0x80u >> bit % 8));
    return prefix;
  }
  std::optional<ZoneId> zone_id(std::string_view name) const {
    const auto found = std::ranges::find(policy_.zone_names, name);
    if (found == policy_.zone_names.end()) return std::nullopt;
    return static_cast<ZoneId>(found - policy_.zone_names.begin() + 1);
  }
  std::string zone_hint(std::string_view typed) const {
    std::vector<std::string_view> names{policy_.zone_names.begin(), policy_.zone_names.end()};
    names.push_back("any");
    return config::suggestion(typed, names);
  }

  // ---- rules

  void read_rules(const Node& node) {
    if (node.kind == Node::Kind::nothing) return;
    if (node.kind != Node::Kind::list) return wrong(node, "rules", "a list of rules");
    if (node.items.size() > kMaxRules)
      return complain(node, "rules", "more than " + std::to_string(kMaxRules) + " rules; that is the limit");
    for (const Node& item : node.items) read_rule(item);
  }
  void read_rule(const Node& node) {
    const std::string number = "rules[" + std::to_string(policy_.rules.size() + 1) + "]";
    const Fields fields{node, number, kRuleKeys, diagnostics_};
    Rule rule;
    RuleLists lists;
    RuleInfo info;
    info.line = node.mark.line;
    if (const Node* name = fields.require("name", "reports and logs name the rule that decides"))
      info.name = rule_name(*name, number);
    if (const Node* from = fields.get("from"))
      read_end(*from, number + ".from", rule.from, rule, lists, Rule::has_client);
    if (const Node* to = fields.get("to")) read_end(*to, number + ".to", rule.to, rule, lists, Rule::has_server);
    if (const Node* application = fields.get("application"))
      read_applications(*application, number + ".application", rule, lists);
    if (const Node* domain = fields.get("domain")) read_domains(*domain, number + ".domain", rule, lists);
    if (const Node* protocol = fields.get("protocol")) read_protocols(*protocol, number + ".protocol", rule);
    if (const Node* port = fields.get("port")) read_ports(*port, number + ".port", rule);
    if (const Node* what = fields.require("action", "allow, drop or reject"))
      rule.action = action(*what, number + ".action").value_or(Kind::drop);
    info.action = rule.action;
    policy_.rules.push_back(std::move(rule));
    policy_.lists.push_back(std::move(lists));
    policy_.infos.push_back(std::move(info));
  }
  std::string rule_name(const Node& node, const std::string& number) {
    const std::string key = number + ".name";
    if (!is_text(node) || trim(node.text).empty() || node.text.size() > kLongestRuleName ||
        node.text.find('\n') != std::string::npos) {
      wrong(node, key, "a name of one line, at most " + std::to_string(kLongestRuleName) + " characters");
      return {};
    }
    if (const auto [earlier, is_new] = names_.try_emplace(node.text, node.mark.line); !is_new)
      complain(node, key,
               in_quotes(node.text) + " is the name of two rules; first on line " + std::to_string(earlier->second));
    return node.text;
  }

  void read_end(const Node& node, const std::string& key, ZoneMask& zones, Rule& rule, RuleLists& lists,
                Rule::Condition condition) {
    const Node* named = &node;
    if (node.kind == Node::Kind::map) {
      const Fields fields{node, key, kEndKeys, diagnostics_};
      named = fields.get("zone");
      if (const Node* address = fields.get("address"))
        read_addresses(*address, key + ".address", rule, lists, condition);
      if (node.entries.empty()) complain(node, key, "is empty; leave it out to mean any");
    }
    if (named == nullptr) return;
    ZoneMask mask = 0;
    each(*named, key, "a zone's name, any, or {zone: …, address: […]}", [&](const Node& item) {
      if (item.text == "any")
        mask = ~ZoneMask{0};
      else if (const auto id = zone_id(item.text))
        mask |= ZoneMask{1} << *id;
      else
        complain(item, key, "unknown zone " + in_quotes(item.text) + zone_hint(item.text));
    });
    zones = mask;
  }
  void read_addresses(const Node& node, const std::string& key, Rule& rule, RuleLists& lists,
                      Rule::Condition condition) {
    std::vector<IpPrefix> found = prefixes(node, key);
    rule.conditions |= condition;
    const bool client = condition == Rule::has_client;
    (client ? rule.clients : rule.servers) = std::make_unique<const NetworkSet>(found);
    (client ? lists.clients : lists.servers) = std::move(found);
  }

  void read_applications(const Node& node, const std::string& key, Rule& rule, RuleLists& lists) {
    rule.conditions |= Rule::has_application;
    each(node, key, "an application's name, such as tls", [&](const Node& item) {
      if (equals_nocase(item.text, "unknown")) {
        rule.applications.add_unknown();
        lists.unknown_application = true;
      } else if (const auto name = policy_.applications->find(item.text)) {
        rule.applications.add(*name);
        lists.applications.push_back(*name);
      } else {
        if (known_names_.empty()) known_names_ = policy_.applications->all_names();
        complain(item, key,
                 "unknown application " + in_quotes(item.text) + config::suggestion(item.text, known_names_));
      }
    });
  }
  void read_domains(const Node& node, const std::string& key, Rule& rule, RuleLists& lists) {
    constexpr std::string_view expected =
        "a domain, such as example.org (with all below it) or *.example.org (only those below it)";
    rule.conditions |= Rule::has_domain;
    each(node, key, expected, [&](const Node& item) {
      auto pattern = DomainPattern::parse(item.text);
      if (!pattern) return wrong(item, key, expected);
      lists.domains.push_back(std::move(*pattern));
    });
    rule.domains = DomainSet{lists.domains, policy_.domains};
  }
  void read_protocols(const Node& node, const std::string& key, Rule& rule) {
    constexpr std::string_view expected = "tcp, udp, icmp, icmpv6, sctp or a number from 0 to 255";
    rule.conditions |= Rule::has_protocol;
    each(node, key, expected, [&](const Node& item) {
      const auto named =
          std::ranges::find_if(kProtocols, [&](const NamedProtocol& p) { return equals_nocase(p.name, item.text); });
      if (named != kProtocols.end()) {
        rule.protocols.set(named->number);
        return;
      }
      const auto number = config::parse_number(item.text);
      if (number && *number <= 255)
        rule.protocols.set(*number);
      else
        wrong(item, key, expected, config::suggestion(item.text, kProtocolNames));
    });
  }
  void read_ports(const Node& node, const std::string& key, Rule& rule) {
    constexpr std::string_view expected = "a port from 0 to 65535, or a range such as 8000-8080";
    rule.conditions |= Rule::has_port;
    each(node, key, expected, [&](const Node& item) {
      const auto range = config::parse_queues(item.text);  // the same form: a number of 16 bits, or two
      if (!range) return wrong(item, key, expected);
      rule.ports.push_back({range->first, range->last});
    });
    join(rule.ports);
    if (!rule.has(Rule::has_protocol)) return;
    bool any = rule.protocols.none();  // there was a message already
    for (unsigned p = 0; p < 256; ++p) any = any || (rule.protocols.test(p) && has_ports(static_cast<std::uint8_t>(p)));
    if (!any) complain(node, key, "a port, but none of the rule's protocols has ports; tcp, udp and sctp have");
  }
  static void join(std::vector<PortRange>& ports) {
    std::ranges::sort(ports, {}, &PortRange::first);
    std::vector<PortRange> joined;
    for (const PortRange& range : ports) {
      if (!joined.empty() && range.first <= joined.back().last)
        joined.back().last = std::max(joined.back().last, range.last);
      else
        joined.push_back(range);
    }
    ports = std::move(joined);
  }

  // ---- default and undecided

  void read_default(const Node& node) {
    if (node.kind != Node::Kind::map) {
      if (const auto kind = action(node, "default")) add_default({}, "default", node.mark.line, *kind);
      return;
    }
    bool has_any = false;
    std::set<std::pair<int, int>> seen;
    for (const Node::Entry& entry : node.entries) {
      const auto pair = zone_pair(entry);
      const auto kind = action(entry.value, "default." + entry.key);
      if (!pair) continue;
      has_any = has_any || (!pair->from && !pair->to);
      if (!seen.insert({pair->from ? *pair->from : -1, pair->to ? *pair->to : -1}).second)
        diagnostics_.add(entry.mark, "default." + entry.key, "this pair of zones stands twice");
      if (kind) add_default(*pair, "default " + entry.key, entry.mark.line, *kind);
    }
    if (!has_any) complain(node, "default", "has no entry 'any', for sessions between other zones");
  }
  std::optional<DefaultEntry> zone_pair(const Node::Entry& entry) {
    if (entry.key == "any") return DefaultEntry{};
    const auto arrow = entry.key.find("->");
    if (arrow == std::string::npos) {
      diagnostics_.add(entry.mark, "default",
                       "read " + in_quotes(entry.key) + ", expected any, or two zones such as things->outside");
      return std::nullopt;
    }
    DefaultEntry pair;
    bool good = true;
    const auto side = [&](std::string_view name, std::optional<ZoneId>& zone) {
      if (name == "any") return;
      zone = zone_id(name);
      if (zone) return;
      diagnostics_.add(entry.mark, "default." + entry.key, "unknown zone " + in_quotes(name) + zone_hint(name));
      good = false;
    };
    const std::string_view key{entry.key};
    side(trim(key.substr(0, arrow)), pair.from);
    side(trim(key.substr(arrow + 2)), pair.to);
    return good ? std::optional{pair} : std::nullopt;
  }
  void add_default(DefaultEntry pair, std::string name, std::uint32_t line, Kind kind) {
    policy_.defaults.push_back(pair);
    defaults_.push_back({std::move(name), line, kind, true});
  }

  void read_undecided(const Node& node) {
    const Fields fields{node, "undecided", kUndecidedKeys, diagnostics_};
    Undecided& bounds = policy_.undecided;
    if (const Node* packets = fields.get("packets"))
      if (const auto n =
              number(*packets, "undecided.packets", "a number from 1 to 1000", 1, 1000, config::parse_number))
        bounds.packets = static_cast<std::uint32_t>(*n);
    if (const Node* bytes = fields.get("bytes"))
      if (const auto n = number(*bytes, "undecided.bytes", "a number of bytes from 1 to 16MiB, such as 8192 or 8KiB", 1,
                                16 * config::kMiB, parse_bytes))
        bounds.bytes = *n;
    if (const Node* time = fields.get("time"))
      if (const auto n = number(*time, "undecided.time", "a duration from 10ms to 1h, such as 3s", 10'000,
                                3'600'000'000, parse_time))
        bounds.time = {static_cast<std::int64_t>(*n)};
    if (const Node* what = fields.get("action"))
      if (const auto found = word(*what, "undecided.action", kPendingActions))
        bounds.action = static_cast<WhilePending>(*found);
  }
  static config::Parsed<std::uint64_t> parse_bytes(std::string_view text) {
    const auto plain = config::parse_number(text);
    return plain ? plain : config::parse_size(text);
  }
  static config::Parsed<std::uint64_t> parse_time(std::string_view text) {
    const auto time = config::parse_duration(text);
    if (!time) return std::unexpected(time.error());
    return static_cast<std::uint64_t>(time->us);
  }
  template <typename Parse>
  std::optional<std::uint64_t> number(const Node& node, std::string_view key, std::string_view expected,
                                      std::uint64_t least, std::uint64_t most, Parse parse) {
    if (!is_text(node)) return wrong(node, key, expected), std::nullopt;
    const auto value = parse(node.text);
    if (value && *value >= least && *value <= most) return *value;
    wrong(node, key, expected, value || value.error().empty() ? std::string{} : "; " + value.error());
    return std::nullopt;
  }

  CompiledPolicy& policy_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::uint32_t> names_;
  std::vector<std::string_view> known_names_;

 public:
  std::vector<RuleInfo> defaults_;  // wait here until all rules are read
};

}  // namespace

void read_policy(std::string_view text, CompiledPolicy& into, Diagnostics& diagnostics) {
  const auto root = config::read_yaml(text, diagnostics, kPolicyLimits);
  if (!root) return;
  Reader reader{into, diagnostics};
  reader.read(*root);
  into.infos.insert(into.infos.end(), std::make_move_iterator(reader.defaults_.begin()),
                    std::make_move_iterator(reader.defaults_.end()));
}

}  // namespace gatehouse::policy
