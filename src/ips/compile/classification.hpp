// SPDX-License-Identifier: GPL-3.0-or-later
// classification.config and reference.config: what class types and kinds of references mean.
#pragma once

#include <string_view>
#include <vector>

#include "ips/compile/surroundings.hpp"
#include "ips/text/rule.hpp"

namespace gatehouse::ips::compile {

inline constexpr std::size_t kMostConfigRows = 10'000;  // of one file; what is beyond is refused

// "config classification: trojan-activity,A Network Trojan was detected,1", one a line. Adds to around.classifications;
// rows that stand there already are replaced. `file` is for the refusals, which take nothing from the other lines.
std::vector<text::Refusal> read_classifications(std::string_view text, std::string_view file, Surroundings& around);

// "config reference: cve https://cve.mitre.org/cgi-bin/cvename.cgi?name=", into around.references. The names of systems
// are kept in small letters.
std::vector<text::Refusal> read_references(std::string_view text, std::string_view file, Surroundings& around);

// The rows that rule sets in circulation count on, so that a file of rules alone has its priorities and addresses.
void default_classifications(Surroundings& around);

// A name that is in no file has the lowest of the usual priorities.
const Classification& classification_of(const Surroundings& around, std::string_view name);

}  // namespace gatehouse::ips::compile
