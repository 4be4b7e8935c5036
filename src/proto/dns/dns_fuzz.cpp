// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte chooses UDP or TCP, the rest is the conversation.
#include "proto/dns/dns.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  gatehouse::test::fuzz_session(gatehouse::proto::dns::protocol, {data + 1, size - 1}, (data[0] & 1) != 0);
  return 0;
}
