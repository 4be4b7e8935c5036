// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>

#include "base/bytes.hpp"
#include "config/config.hpp"

// Any text is either a configuration, or an error that says something.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  const std::string_view text = as_text({data, size});
  const auto config = config::load_text(text, "fuzz.yaml");
  if (!config && (config.error().text.empty() || config.error().code != ErrorCode::invalid_config)) std::abort();
  const std::vector<std::string> overrides{std::string(text.substr(0, text.find('\n')))};
  const auto overridden = config::load_text("", "fuzz.yaml", overrides);
  if (!overridden && overridden.error().text.empty()) std::abort();
  return 0;
}
