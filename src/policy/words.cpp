// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/words.hpp"

#include <filesystem>

namespace gatehouse::policy {
namespace {

constexpr std::size_t kMostListed = 6;  // of a long list; the rest is counted

class List {
 public:
  void add(std::string_view word) {
    if (++count_ > kMostListed) return;
    if (count_ > 1) text_ += ", ";
    text_ += word;
  }
  std::string take() && {
    if (count_ > kMostListed) text_ += " and " + std::to_string(count_ - kMostListed) + " more";
    return std::move(text_);
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

std::string prefix_text(const IpPrefix& prefix) {
  const bool lone = prefix.length == prefix.address.size() * 8;
  return to_string(prefix.address) + (lone ? "" : '/' + std::to_string(prefix.length));
}
std::string prefixes_text(std::span<const IpPrefix> prefixes) {
  List list;
  for (const IpPrefix& prefix : prefixes) list.add(prefix_text(prefix));
  return std::move(list).take();
}
std::string ports_text(std::span<const PortRange> ports) {
  List list;
  for (const PortRange& range : ports)
    list.add(range.first == range.last ? std::to_string(range.first)
                                       : std::to_string(range.first) + '-' + std::to_string(range.last));
  return std::move(list).take();
}
std::string protocols_text(const std::bitset<256>& protocols) {
  List list;
  for (unsigned p = 0; p < 256; ++p)
    if (protocols.test(p)) list.add(protocol_name(static_cast<std::uint8_t>(p)));
  return std::move(list).take();
}
std::string applications_text(const RuleLists& lists) {
  List list;
  for (const ApplicationName& name : lists.applications) list.add(name.text);
  if (lists.unknown_application) list.add("unknown");
  return std::move(list).take();
}
std::string domains_text(std::span<const DomainPattern> domains) {
  List list;
  for (const DomainPattern& domain : domains) list.add(domain.text());
  return std::move(list).take();
}

}  // namespace

std::string protocol_name(std::uint8_t protocol) {
  switch (protocol) {
    case ip_protocol::tcp:
      return "tcp";
    case ip_protocol::udp:
      return "udp";
    case ip_protocol::icmp:
      return "icmp";
    case ip_protocol::icmpv6:
      return "icmpv6";
    case ip_protocol::sctp:
      return "sctp";
    default:
      return std::to_string(protocol);
  }
}

std::string Words::place(const RuleInfo& info) const {
  return std::filesystem::path{policy_.file_name}.filename().string() + ':' + std::to_string(info.line);
}

std::string Words::rule(std::uint32_t index) const {
  const RuleInfo& info = policy_.infos[index];
  if (info.is_default) return info.name + " (" + place(info) + ")";
  return "rule " + std::to_string(index + 1) + " '" + info.name + "' (" + place(info) + ")";
}

std::string Words::zones(ZoneMask mask) const {
  List list;
  for (std::size_t id = 1; id <= policy_.zone_names.size(); ++id)
    if ((mask >> id & 1) != 0) list.add(policy_.zone_names[id - 1]);
  return std::move(list).take();
}

std::string Words::application(const Facts& facts) const {
  std::string text{facts.spoken != nullptr ? facts.spoken->name : std::string_view{}};
  for (const AppName id : {facts.master, facts.application}) {
    const std::string_view name = policy_.applications->name(id);
    if (id == 0 || name.empty() || (facts.spoken != nullptr && equals_nocase(name, facts.spoken->ndpi_name))) continue;
    if (!text.empty()) text += '.';
    text += name;
  }
  if (!text.empty()) return text;
  const bool final = facts.spoken_state != Knowledge::unknown_yet && facts.names_state != Knowledge::unknown_yet;
  return final ? "unknown" : "not known yet";
}

std::string Words::domain(const Facts& facts) const {
  if (!facts.domain.empty()) return config::printable(facts.domain);
  if (!facts.asked.empty()) return config::printable(facts.asked);
  const bool final = facts.domain_state != Knowledge::unknown_yet && facts.asked_state != Knowledge::unknown_yet;
  return final ? "none" : "not known yet";
}

RuleAnswer Words::answer(std::uint32_t index, const Facts& facts) const {
  const Rule& rule = policy_.rules[index];
  const RuleLists& lists = policy_.lists[index];
  RuleAnswer answer{index, Truth::yes, {}};
  const auto add = [&](std::string_view condition, std::string wanted, std::string seen, Truth truth) {
    answer.truth = both(answer.truth, truth);
    answer.conditions.push_back({condition, std::move(wanted), std::move(seen), truth});
  };
  const auto zone = [&](std::string_view name, ZoneMask mask, ZoneId id) {
    id = policy_.known_zone(id);
    if (mask != ~ZoneMask{0})
      add(name, zones(mask), id == kNoZone ? "no zone" : std::string(policy_.zone_name(id)),
          truth((mask >> id & 1) != 0));
  };
  zone("from", rule.from, facts.from);
  zone("to", rule.to, facts.to);
  if (rule.has(Rule::has_client))
    add("client address", prefixes_text(lists.clients), to_string(facts.client), truth(rule.means_client(facts)));
  if (rule.has(Rule::has_server))
    add("server address", prefixes_text(lists.servers), to_string(facts.server), truth(rule.means_server(facts)));
  if (rule.has(Rule::has_protocol))
    add("protocol", protocols_text(rule.protocols), protocol_name(facts.protocol), truth(rule.means_protocol(facts)));
  if (rule.has(Rule::has_port))
    add("port", ports_text(rule.ports), facts.has_ports ? std::to_string(facts.server_port) : "none",
        truth(rule.means_port(facts)));
  if (rule.has(Rule::has_application))
    add("application", applications_text(lists), application(facts), rule.applications.judge(facts));
  if (rule.has(Rule::has_domain)) {
    // The name that matches, where one does.
    Facts shown = facts;
    DomainMatches by_domain;
    policy_.domains.find(facts.domain, by_domain);
    SeenDomains seen{policy_.domains, facts};
    const Truth holds = rule.judge_domain(facts, seen);
    if (holds == Truth::yes && !rule.domains.has_any_of(by_domain)) shown.domain = {};
    add("domain", domains_text(lists.domains), domain(shown), holds);
  }
  return answer;
}

std::string Words::reasons(const RuleAnswer& answer) const {
  if (answer.conditions.empty()) return "it matches every session";
  std::string text;
  for (const ConditionAnswer& condition : answer.conditions) {
    if (!text.empty()) text += ", ";
    (((text += condition.condition) += ' ') += condition.seen) +=
        (condition.wanted.find(", ") == std::string::npos ? " is " : " is one of ") + condition.wanted;
  }
  return text;
}

}  // namespace gatehouse::policy
