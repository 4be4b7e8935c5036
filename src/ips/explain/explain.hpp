// SPDX-License-Identifier: GPL-3.0-or-later
// What a rule looks for, in words: a sentence for each of its conditions, in the order in which they stand. Made from
// the rule's text alone, so that it can be told of rules that are switched off or refused too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ips/text/rule.hpp"

namespace gatehouse::ips::explain {

// What only the compiled form of a rule knows. Empty: not known.
struct Compiled {
  std::string fast_pattern = {};  // the bytes that are looked for first, as the rule writes them
  std::string group = {};         // whom it is tried for
};

struct Explanation {
  std::string message;                  // the rule's own, without quotes
  std::string traffic;                  // "Alerts on HTTP from $HOME_NET to any address."
  std::vector<std::string> conditions;  // "The request's URI contains 'x', at its end."
  std::vector<std::string> effects;     // "It marks the flow 'x'."
  std::vector<std::string> search;      // what is looked for first, for whom
  std::vector<std::string> references;  // "cve 2021-44228"
};

Explanation explain(const text::Rule& rule, const Compiled& compiled = {});
// As a page of lines, without a newline at its end.
std::string as_text(const Explanation& explanation);

}  // namespace gatehouse::ips::explain
