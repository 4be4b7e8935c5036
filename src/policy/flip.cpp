// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/flip.hpp"

#include <deque>

#include "policy/words.hpp"

namespace gatehouse::policy {
namespace {

// An application that no policy names.
const ProtocolSpec& another_application() {
  static const ProtocolSpec spec = [] {
    ProtocolSpec s;
    s.name = "another";
    return s;
  }();
  return spec;
}
constexpr std::string_view kAnotherDomain = "another.invalid";  // RFC 6761, 6.4: nobody's

// Proposes changed sessions and has each judged; what counts is the policy's own answer.
class Search {
 public:
  Search(const Policy& policy, const CompiledPolicy& compiled, const Facts& facts, const Decision& decision)
      : policy_(policy), compiled_(compiled), facts_(facts), decision_(decision), words_(compiled) {}

  Flip run() {
    for (std::uint32_t i = 0; i < compiled_.rules.size(); ++i)
      if (is_refusal(compiled_.rules[i].action) != is_refusal(decision_.kind)) fit(i);
    if (decision_.rule < compiled_.rules.size()) leave(compiled_.rules[decision_.rule]);
    for (std::uint32_t i = 0; i < compiled_.defaults.size(); ++i) fall_to(compiled_.defaults[i]);
    if (!best_.found)
      best_.sentence = "No change of this session alone would flip it: " + words_.rule(decision_.rule) + " decides";
    return std::move(best_);
  }

 private:
  struct Proposal {
    Facts facts;
    std::vector<std::string> changes;
  };
  Proposal same() const { return {facts_, {}}; }

  void consider(Proposal&& p) {
    if (p.changes.empty() || (best_.found && p.changes.size() >= best_.changes.size())) return;
    const Decision then = policy_.judge(p.facts);
    if (then.kind == Kind::pending || is_refusal(then.kind) == is_refusal(decision_.kind)) return;
    best_.found = true;
    best_.decision = then;
    best_.changes = std::move(p.changes);
    best_.sentence = is_refusal(then.kind) ? "It would be refused if " : "It would be allowed if ";
    for (const std::string& change : best_.changes)
      best_.sentence += (&change == &best_.changes.front() ? "" : " and ") + change;
    best_.sentence += ": " + words_.rule(then.rule);
  }

  // The session as this rule would match it.
  void fit(std::uint32_t index) {
    const Rule& rule = compiled_.rules[index];
    const RuleLists& lists = compiled_.lists[index];
    Proposal p = same();
    if (rule.has(Rule::has_application) && rule.applications.judge(p.facts) != Truth::yes) fit_application(lists, p);
    if (rule.has(Rule::has_domain) && !has_domain(rule, p.facts)) fit_domain(lists, p);
    if (rule.has(Rule::has_protocol) && !rule.means_protocol(p.facts)) fit_protocol(rule, p);
    if (rule.has(Rule::has_port) && !rule.means_port(p.facts) && !rule.ports.empty())
      set_port(p, rule.ports.front().first);
    fit_zone(rule.from, p.facts.from, "it came from ", p);
    fit_zone(rule.to, p.facts.to, "it went to ", p);
    if (rule.has(Rule::has_client) && !rule.means_client(p.facts))
      set_address(p, p.facts.client, lists.clients, "the client");
    if (rule.has(Rule::has_server) && !rule.means_server(p.facts))
      set_address(p, p.facts.server, lists.servers, "the server");
    consider(std::move(p));
  }
  // The session as the deciding rule would not match it, one condition at a time.
  void leave(const Rule& rule) {
    if (rule.has(Rule::has_application)) {
      Proposal p = same();
      set_spoken(p, another_application(), "another");
      consider(std::move(p));
    }
    if (rule.has(Rule::has_domain)) {
      Proposal p = same();
      set_domain(p, kAnotherDomain, "another");
      consider(std::move(p));
    }
    if (rule.has(Rule::has_port))
      for (const PortRange& range : rule.ports)
        for (const int port : {range.last + 1, range.first - 1}) {
          if (port < 0 || port > 65535) continue;
          Proposal p = same();
          set_port(p, static_cast<std::uint16_t>(port));
          consider(std::move(p));
        }
    if (rule.has(Rule::has_protocol))
      for (const std::uint8_t protocol : {ip_protocol::tcp, ip_protocol::udp, ip_protocol::icmp}) {
        Proposal p = same();
        if (rule.protocols.test(protocol)) continue;
        set_protocol(p, protocol);
        consider(std::move(p));
      }
    for (ZoneId zone = 1; zone <= compiled_.zone_names.size(); ++zone) {
      Proposal from = same(), to = same();
      set_zone(from, from.facts.from, zone, "it came from ");
      consider(std::move(from));
      set_zone(to, to.facts.to, zone, "it went to ");
      consider(std::move(to));
    }
  }
  void fall_to(const DefaultEntry& entry) {
    Proposal p = same();
    if (entry.from) set_zone(p, p.facts.from, *entry.from, "it came from ");
    if (entry.to) set_zone(p, p.facts.to, *entry.to, "it went to ");
    consider(std::move(p));
  }

  bool has_domain(const Rule& rule, const Facts& facts) const {
    SeenDomains seen{compiled_.domains, facts};
    return rule.judge_domain(facts, seen) == Truth::yes;
  }
  static void fit_application(const RuleLists& lists, Proposal& p) {
    if (lists.applications.empty()) {
      if (!lists.unknown_application) return;
      set_name(p, 0);
      p.changes.push_back("nobody could name its application");
    } else if (const ApplicationName& name = lists.applications.front(); name.protocol != nullptr) {
      set_spoken(p, *name.protocol, name.text);
    } else {
      set_name(p, name.long_tail);
      p.changes.push_back("application were " + std::string(name.text));
    }
  }
  static void set_name(Proposal& p, AppName name) {
    p.facts.spoken = nullptr, p.facts.master = 0, p.facts.application = name;
    p.facts.spoken_state = Knowledge::never;
    p.facts.names_state = name != 0 ? Knowledge::known : Knowledge::never;
  }
  static void set_spoken(Proposal& p, const ProtocolSpec& protocol, std::string_view name) {
    p.facts.spoken = &protocol, p.facts.master = 0, p.facts.application = 0;
    p.facts.spoken_state = Knowledge::known, p.facts.names_state = Knowledge::never;
    p.changes.push_back("application were " + std::string(name));
  }
  void fit_domain(const RuleLists& lists, Proposal& p) {
    if (lists.domains.empty()) return;
    const DomainPattern& pattern = lists.domains.front();
    names_.push_back((pattern.below_only ? "www." : "") + pattern.name);
    set_domain(p, names_.back(), names_.back());
  }
  static void set_domain(Proposal& p, std::string_view domain, std::string_view name) {
    p.facts.domain = domain, p.facts.asked = {};
    p.facts.domain_state = Knowledge::known, p.facts.asked_state = Knowledge::never;
    p.changes.push_back("domain were " + std::string(name));
  }
  static void fit_protocol(const Rule& rule, Proposal& p) {
    for (unsigned i = 0; i < 256; ++i)
      if (rule.protocols.test(i)) return set_protocol(p, static_cast<std::uint8_t>(i));
  }
  static void set_protocol(Proposal& p, std::uint8_t protocol) {
    if (p.facts.protocol == protocol) return;
    p.facts.protocol = protocol;
    p.facts.has_ports = protocol == ip_protocol::tcp || protocol == ip_protocol::udp || protocol == ip_protocol::sctp;
    p.changes.push_back("protocol were " + protocol_name(protocol));
  }
  static void set_port(Proposal& p, std::uint16_t port) {
    if (!p.facts.has_ports) set_protocol(p, ip_protocol::tcp);
    p.facts.has_ports = true;
    p.facts.server_port = port;
    p.changes.push_back("port were " + std::to_string(port));
  }
  void fit_zone(ZoneMask mask, ZoneId& zone, std::string_view words, Proposal& p) const {
    if ((mask >> compiled_.known_zone(zone) & 1) != 0) return;
    for (ZoneId id = 1; id <= compiled_.zone_names.size(); ++id)
      if ((mask >> id & 1) != 0) return set_zone(p, zone, id, words);
  }
  void set_zone(Proposal& p, ZoneId& zone, ZoneId to, std::string_view words) const {
    if (zone == to) return;
    zone = to;
    p.changes.push_back(std::string(words) + std::string(compiled_.zone_name(to)));
  }
  static void set_address(Proposal& p, IpAddress& address, std::span<const IpPrefix> prefixes, std::string_view whose) {
    if (prefixes.empty()) return;
    address = prefixes.front().address;
    p.changes.push_back(std::string(whose) + " were " + to_string(address));
  }

  const Policy& policy_;
  const CompiledPolicy& compiled_;
  const Facts& facts_;
  const Decision& decision_;
  Words words_;
  std::deque<std::string> names_;  // that proposals point to
  Flip best_;
};

}  // namespace

Flip nearest_flip(const Policy& policy, const CompiledPolicy& compiled, const Facts& facts, const Decision& decision) {
  return Search{policy, compiled, facts, decision}.run();
}

}  // namespace gatehouse::policy
