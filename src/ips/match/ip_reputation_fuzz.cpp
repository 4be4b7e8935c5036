// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/ip_reputation.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  const std::string_view text = as_text({data, size});
  ips::IpReputation lists;
  (void)lists.add_categories(text);
  (void)lists.add_list(text);
  lists.finish();
  const IpAddress addresses[] = {*IpAddress::parse("192.0.2.1"), *IpAddress::parse("2001:db8::1")};
  for (const IpAddress& address : addresses)
    if (const auto score = lists.score(address, 1); score && *score > ips::IpReputation::kLargestScore)
      __builtin_trap();
  return 0;
}
