// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <map>

#include "base/bytes.hpp"
#include "policy/section_reader.hpp"

namespace gatehouse::policy {
namespace {

using config::Fields;
using config::in_quotes;

constexpr std::size_t kLongestRuleName = 120;
constexpr std::array<std::string_view, 8> kRuleKeys{"name",   "from", "to",       "application",
                                                    "domain", "port", "protocol", "action"};
constexpr std::array<std::string_view, 2> kEndKeys{"zone", "address"};

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

class RuleReader : SectionReader {
 public:
  RuleReader(CompiledPolicy& into, config::Diagnostics& diagnostics) : SectionReader(into, diagnostics) {}

  void read(const Node& node) {
    if (node.kind == Node::Kind::nothing) return;
    if (node.kind != Node::Kind::list) return wrong(node, "rules", "a list of rules");
    if (node.items.size() > kMaxRules)
      return complain(node, "rules", "more than " + std::to_string(kMaxRules) + " rules; that is the limit");
    for (const Node& item : node.items) read_rule(item);
  }

 private:
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

  std::map<std::string, std::uint32_t> names_;  // of rules, with their lines
  std::vector<std::string_view> known_names_;   // of applications, for suggestions
};

}  // namespace

void read_rules(const config::Node& node, CompiledPolicy& into, config::Diagnostics& diagnostics) {
  RuleReader{into, diagnostics}.read(node);
}

}  // namespace gatehouse::policy
