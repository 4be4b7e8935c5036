// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdint>
#include <cstdlib>

#include "proto/upnp/upnp.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse::proto::upnp;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto described = read_description(text); described && described->friendly_name.size() > size) std::abort();
  if (const auto action = read_action(text); action && action->name.empty()) std::abort();
  return 0;
}
