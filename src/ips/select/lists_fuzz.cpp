// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <cstdlib>

#include "base/bytes.hpp"
#include "ips/select/lists.hpp"
#include "ips/select/threshold_config.hpp"

// Any text is lines that can be used and lines that are told about, with a place within the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  using namespace gatehouse::ips;
  if (size > 4096) return 0;  // expressions are the operator's own: how long they take is not what is tried here
  const std::string_view text = as_text({data, size});
  const auto list = select::MatcherList::from_text("l", text);
  const auto changes = select::ModifyList::from_text("m", text);
  const auto thresholds = select::ThresholdConfig::from_text("t", text, {{"A", "[$B,!192.0.2.1]"}, {"B", "$A"}});
  for (const auto* mistakes : {&list.mistakes(), &changes.mistakes(), &thresholds.mistakes()})
    for (const text::Refusal& mistake : *mistakes)
      if (mistake.reason.empty() || mistake.place.line == 0 || mistake.place.column > size + 1) std::abort();
  return 0;
}
