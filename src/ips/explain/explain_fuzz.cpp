// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <string>

#include "base/bytes.hpp"
#include "ips/explain/explain.hpp"
#include "ips/text/rule_file.hpp"

// Every rule that can be read can be told, on a page that says at least which traffic it is for.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  const auto rule = ips::text::parse_rule(as_text({data, size}));
  if (!rule) return 0;
  if (ips::explain::explain(*rule).traffic.empty()) std::abort();
  const std::string pattern{as_text({data, size}).substr(0, 9)};
  const auto page = ips::explain::as_text(ips::explain::explain(*rule, {.fast_pattern = pattern, .group = "x"}));
  if (page.find("It is tried for x.") == page.npos) std::abort();
  return 0;
}
