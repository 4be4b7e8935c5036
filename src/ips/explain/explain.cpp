// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/explain/explain.hpp"

#include <algorithm>
#include <array>

#include "ips/explain/phrases.hpp"
#include "ips/explain/teller.hpp"

namespace gatehouse::ips::explain {
namespace {

struct Words {
  std::string_view name, words;
};
template <std::size_t Count>
std::string words_for(const std::array<Words, Count>& table, std::string_view name, std::string otherwise) {
  const auto row = std::ranges::find(table, name, &Words::name);
  return row == table.end() ? otherwise : std::string(row->words);
}

std::string action_words(std::string_view action) {
  constexpr auto words = std::to_array<Words>({{"alert", "Alerts on"},
                                               {"drop", "Drops"},
                                               {"pass", "Lets pass"},
                                               {"reject", "Refuses, and tells the source,"},
                                               {"rejectsrc", "Refuses, and tells the source,"},
                                               {"rejectdst", "Refuses, and tells the destination,"},
                                               {"rejectboth", "Refuses, and tells both sides,"},
                                               {"config", "Sets how to treat"}});
  return words_for(words, action, "Does '" + std::string(action) + "' on");
}

std::string protocol_words(std::string_view protocol) {
  constexpr auto words = std::to_array<Words>({{"ip", "any IP traffic"},
                                               {"pkthdr", "any packet"},
                                               {"tcp", "TCP"},
                                               {"tcp-pkt", "single TCP packets"},
                                               {"tcp-stream", "rebuilt TCP streams"},
                                               {"udp", "UDP"},
                                               {"icmp", "ICMP"},
                                               {"http", "HTTP"},
                                               {"tls", "TLS"},
                                               {"ssh", "SSH"},
                                               {"dns", "DNS"},
                                               {"smb", "SMB"},
                                               {"ftp", "FTP"},
                                               {"smtp", "SMTP"}});
  return words_for(words, protocol, std::string(protocol));
}

std::string end_words(std::string_view addresses, std::string_view ports) {
  std::string text = addresses == "any" ? "any address" : std::string(addresses);
  if (ports == "any" || ports.empty()) return text;
  const bool several = ports.find_first_of("[,:!$") != ports.npos;
  return text + (several ? ", ports " : ", port ") + std::string(ports) + ',';
}

std::string traffic_words(const text::Rule& rule) {
  std::string text = action_words(rule.action.text) + ' ' + protocol_words(rule.protocol.text);
  if (rule.src.empty()) return text + '.';  // "alert udp (…)": a rule without addresses
  const std::string source = end_words(rule.src.text, rule.src_ports.text);
  const std::string destination = end_words(rule.dst.text, rule.dst_ports.text);
  switch (rule.arrow) {
    case text::Arrow::forward:
      text += " from " + source + " to " + destination;
      break;
    case text::Arrow::both_ways:
      text += " between " + source + " and " + destination + " in either direction";
      break;
    case text::Arrow::transactional:
      text += ", requests and responses, that clients at " + source + " exchange with servers at " + destination;
      break;
  }
  if (text.ends_with(',')) text.pop_back();
  return text + '.';
}

void add_lines(std::string& page, std::string_view heading, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  page += "\n\n" + std::string(heading);
  for (const std::string& line : lines) page += "\n  " + line;
}

}  // namespace

Explanation explain(const text::Rule& rule, const Compiled& compiled) {
  Explanation explanation;
  explanation.traffic = traffic_words(rule);
  Teller teller{explanation, compiled.fast_pattern.empty()};
  for (const text::Option& option : rule.options) teller.take(option);
  if (!compiled.fast_pattern.empty())
    explanation.search.push_back("'" + content_text(compiled.fast_pattern) + "' is looked for first.");
  if (!compiled.group.empty()) explanation.search.push_back("It is tried for " + compiled.group + '.');
  return explanation;
}

std::string as_text(const Explanation& explanation) {
  std::string page = explanation.message.empty() ? std::string{} : explanation.message + "\n\n";
  page += explanation.traffic;
  add_lines(page, "All of this must hold:", explanation.conditions);
  add_lines(page, "Then:", explanation.effects);
  add_lines(page, "How it is searched:", explanation.search);
  add_lines(page, "See also:", explanation.references);
  return page;
}

}  // namespace gatehouse::ips::explain
