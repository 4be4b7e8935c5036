// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>

#include "base/bytes.hpp"
#include "ips/text/rule_file.hpp"

using namespace gatehouse;
using namespace gatehouse::ips::text;

// Any text is rules, comments and refusals that have a place and a reason; a rule's raw text is the same rule again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const RuleFile file = RuleFile::from_text("fuzz.rules", std::string{as_text({data, size})});
  for (const Refusal& refusal : file.refusals())
    if (refusal.reason.empty() || refusal.place.line == 0 || refusal.place.column == 0) std::abort();
  for (const Rule& rule : file.rules()) {
    const auto again = parse_rule(rule.raw);
    if (!again || again->options.size() != rule.options.size() || again->dst_ports.text != rule.dst_ports.text)
      std::abort();
    for (const Option& option : rule.options)
      if (option.name.empty() || option.name.place < rule.place) std::abort();
  }
  return 0;
}
