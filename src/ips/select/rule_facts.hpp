// SPDX-License-Identifier: GPL-3.0-or-later
// What the lists ask of a rule, read once from its options.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ips/text/rule.hpp"

namespace gatehouse::ips::select {

struct RuleFacts {
  std::uint32_t gid = 1, sid = 0, rev = 0;  // sid 0: the rule does not say one
  std::string_view text;                    // from its action to its closing bracket
  std::string_view file;
  std::vector<std::pair<std::string_view, std::string_view>> metadata;  // "affected_product" -> "Any"
  std::vector<std::string> cves;                                        // "2021-44228"
  bool helper = false;                                                  // it never alerts: noalert

  static RuleFacts of(const text::Rule& rule, std::string_view file);
};

// "CVE-2021-44228", "cve_2021_44228" or "2021-44228" as "2021-44228"; all that stand in the text.
std::vector<std::string> cves_in(std::string_view text);

// The flowbits of a rule that have such an operation ("set", "isset", …); "a|b" names two.
struct Flowbit {
  std::string_view operation, name;
};
std::vector<Flowbit> flowbits_of(const text::Rule& rule);

}  // namespace gatehouse::ips::select
