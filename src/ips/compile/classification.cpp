// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/classification.hpp"

#include <charconv>

#include "ips/compile/protocol_names.hpp"
#include "ips/text/rule_parser.hpp"

namespace gatehouse::ips::compile {
namespace {

using text::trim;

// In the form of the files, so that the same reader takes both.
constexpr std::string_view kClassifications =
    "config classification: not-suspicious,Not Suspicious Traffic,3\n"
    "config classification: unknown,Unknown Traffic,3\n"
    "config classification: bad-unknown,Potentially Bad Traffic,2\n"
    "config classification: attempted-recon,Attempted Information Leak,2\n"
    "config classification: successful-recon-limited,Information Leak,2\n"
    "config classification: successful-recon-largescale,Large Scale Information Leak,2\n"
    "config classification: attempted-dos,Attempted Denial of Service,2\n"
    "config classification: successful-dos,Denial of Service,2\n"
    "config classification: attempted-user,Attempted User Privilege Gain,1\n"
    "config classification: unsuccessful-user,Unsuccessful User Privilege Gain,1\n"
    "config classification: successful-user,Successful User Privilege Gain,1\n"
    "config classification: attempted-admin,Attempted Administrator Privilege Gain,1\n"
    "config classification: successful-admin,Successful Administrator Privilege Gain,1\n"
    "config classification: rpc-portmap-decode,Decode of an RPC Query,2\n"
    "config classification: shellcode-detect,Executable code was detected,1\n"
    "config classification: string-detect,A suspicious string was detected,3\n"
    "config classification: suspicious-filename-detect,A suspicious filename was detected,2\n"
    "config classification: suspicious-login,An attempted login using a suspicious username was detected,2\n"
    "config classification: system-call-detect,A system call was detected,2\n"
    "config classification: tcp-connection,A TCP connection was detected,4\n"
    "config classification: trojan-activity,A Network Trojan was detected,1\n"
    "config classification: unusual-client-port-connection,A client was using an unusual port,2\n"
    "config classification: network-scan,Detection of a Network Scan,3\n"
    "config classification: denial-of-service,Detection of a Denial of Service Attack,2\n"
    "config classification: non-standard-protocol,Detection of a non-standard protocol or event,2\n"
    "config classification: protocol-command-decode,Generic Protocol Command Decode,3\n"
    "config classification: web-application-activity,access to a potentially vulnerable web application,2\n"
    "config classification: web-application-attack,Web Application Attack,1\n"
    "config classification: misc-activity,Misc activity,3\n"
    "config classification: misc-attack,Misc Attack,2\n"
    "config classification: icmp-event,Generic ICMP event,3\n"
    "config classification: inappropriate-content,Inappropriate Content was Detected,1\n"
    "config classification: policy-violation,Potential Corporate Privacy Violation,1\n"
    "config classification: default-login-attempt,Attempt to login by a default username and password,2\n"
    "config classification: targeted-activity,Targeted Malicious Activity was Detected,1\n"
    "config classification: exploit-kit,Exploit Kit Activity Detected,1\n"
    "config classification: external-ip-check,Device Retrieving External IP Address Detected,2\n"
    "config classification: domain-c2,Domain Observed Used for C2 Detected,1\n"
    "config classification: pup-activity,Possibly Unwanted Program Detected,2\n"
    "config classification: credential-theft,Successful Credential Theft Detected,1\n"
    "config classification: social-engineering,Possible Social Engineering Attempted,2\n"
    "config classification: coin-mining,Crypto Currency Mining Activity Detected,2\n"
    "config classification: command-and-control,Malware Command and Control Activity Detected,1\n";

constexpr std::string_view kReferences =
    "config reference: cve https://cve.mitre.org/cgi-bin/cvename.cgi?name=\n"
    "config reference: nessus https://www.tenable.com/plugins/nessus/\n"
    "config reference: url https://\n"
    "config reference: mcafee https://vil.nai.com/vil/content/v_\n"
    "config reference: bid https://www.securityfocus.com/bid/\n"
    "config reference: bugtraq https://www.securityfocus.com/bid/\n"
    "config reference: md5 https://www.threatexpert.com/report.aspx?md5=\n"
    "config reference: secunia https://www.secunia.com/advisories/\n"
    "config reference: arachnids https://www.whitehats.com/info/IDS\n"
    "config reference: exploitdb https://www.exploit-db.com/exploits/\n"
    "config reference: msft https://technet.microsoft.com/security/bulletin/\n"
    "config reference: et https://doc.emergingthreats.net/\n"
    "config reference: etpro https://doc.emergingthreatspro.com/\n"
    "config reference: telus https://\n"
    "config reference: xforce http://xforce.iss.net/xforce/xfdb/\n"
    "config reference: osvdb http://osvdb.org/show/osvdb/\n"
    "config reference: threatexpert http://www.threatexpert.com/report.aspx?md5=\n"
    "config reference: openpacket https://www.openpacket.org/capture/grab/\n"
    "config reference: securitytracker http://securitytracker.com/id?\n";

// Calls take(row, place) with what stands behind "config <kind>:" on each line that is no comment. It answers with what
// is wrong, or with nothing.
template <typename Take>
std::vector<text::Refusal> each_row(std::string_view text, std::string_view file, std::string_view kind, Take&& take) {
  std::vector<text::Refusal> refusals;
  std::size_t rows = 0;
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    std::string_view row = trim(line);
    if (row.empty() || row.starts_with('#')) continue;
    const auto refuse = [&](std::string reason) {
      const auto column = static_cast<std::uint32_t>(trim(line).data() - line.data()) + 1;
      refusals.push_back({std::string{file}, {number, column}, 0, {}, std::move(reason)});
    };
    if (++rows > kMostConfigRows) {
      refuse("more than " + std::to_string(kMostConfigRows) + " lines: what follows is not read");
      break;
    }
    if (row.starts_with("config")) row = trim(row.substr(6));
    if (!row.starts_with(kind) || !trim(row.substr(kind.size())).starts_with(':')) {
      refuse("the line does not begin with 'config " + std::string{kind} + ":'");
      continue;
    }
    if (std::string reason = take(trim(row.substr(row.find(':') + 1))); !reason.empty()) refuse(std::move(reason));
  }
  return refusals;
}

}  // namespace

std::vector<text::Refusal> read_classifications(std::string_view text, std::string_view file, Surroundings& around) {
  return each_row(text, file, "classification", [&](std::string_view row) -> std::string {
    const std::size_t first = row.find(','), last = row.rfind(',');
    if (first == row.npos || first == last)
      return "three things stand here: name, description, priority, with ',' between";
    const std::string_view name = trim(row.substr(0, first)), digits = trim(row.substr(last + 1));
    unsigned priority = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), priority);
    if (name.empty()) return "the name before the first ',' is missing";
    if (error != std::errc{} || end != digits.data() + digits.size() || priority == 0 || priority > 255)
      return "'" + std::string{digits} + "' is no priority: write a number from 1, the gravest, to 255";
    around.classifications.insert_or_assign(std::string{name},
                                            Classification{std::string{trim(row.substr(first + 1, last - first - 1))},
                                                           static_cast<std::uint8_t>(priority)});
    return {};
  });
}

std::vector<text::Refusal> read_references(std::string_view text, std::string_view file, Surroundings& around) {
  return each_row(text, file, "reference", [&](std::string_view row) -> std::string {
    const std::size_t blank = row.find_first_of(" \t");
    if (row.empty() || blank == row.npos)
      return "two things stand here: the system's name, and the address that its numbers follow";
    around.references.insert_or_assign(in_small_letters(row.substr(0, blank)), std::string{trim(row.substr(blank))});
    return {};
  });
}

void default_classifications(Surroundings& around) {
  (void)read_classifications(kClassifications, "built in", around);
  (void)read_references(kReferences, "built in", around);
}

const Classification& classification_of(const Surroundings& around, std::string_view name) {
  static const Classification unknown{"Unknown Classtype", 3};
  const auto found = around.classifications.find(name);
  return found == around.classifications.end() ? unknown : found->second;
}

}  // namespace gatehouse::ips::compile
