// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/profinet_dcp/profinet_dcp.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  gatehouse::test::SessionDriver driver{gatehouse::proto::profinet_dcp::protocol, true};
  driver.datagram(gatehouse::Direction::to_server, {data, size});
  return 0;
}
