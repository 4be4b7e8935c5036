// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rtp/rtp.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  gatehouse::test::fuzz_session(gatehouse::proto::rtp::protocol, {data, size}, true);
  gatehouse::test::fuzz_session(gatehouse::proto::rtcp::protocol, {data, size}, true);
  for (const auto* protocol : {&gatehouse::proto::rtp::protocol, &gatehouse::proto::rtcp::protocol})
    (void)protocol->probe_for(true, gatehouse::Direction::to_server, {data, size}, 0);
  return 0;
}
