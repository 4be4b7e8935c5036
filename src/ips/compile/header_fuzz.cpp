// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>

#include "ips/compile/classification.hpp"
#include "ips/compile/test_case.hpp"

using namespace gatehouse;
using namespace gatehouse::ips;
using namespace gatehouse::ips::compile;

namespace {

void must_say_why(const text::Refusal& refusal) {
  if (refusal.reason.empty() || refusal.place.line == 0 || refusal.place.column == 0) std::abort();
}

}  // namespace

// The first line is the value of $HOME_NET and $HTTP_PORTS, each other one a rule, and a line of the two files of
// configuration. What is taken can match; what is not says why.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = as_text({data, size});
  Surroundings around{proto::all()};
  const auto line = [&] {
    const std::string_view first = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), first.size() + 1));
    return std::string{first};
  };
  around.addresses["HOME_NET"] = around.ports["HTTP_PORTS"] = line();
  default_variables(around);
  for (const auto& refusal : read_classifications(rest, "c", around)) must_say_why(refusal);
  for (const auto& refusal : read_references(rest, "r", around)) must_say_why(refusal);
  while (!rest.empty()) {
    const TestCase rule{line(), around};
    if (!rule.builder || rule.builder->skipped) continue;
    if (rule.builder->refused())
      must_say_why(*rule.builder->refusal());
    else if (rule.builder->src.empty() || rule.builder->dst.empty() || rule.builder->src_ports.empty())
      std::abort();
  }
  return 0;
}
