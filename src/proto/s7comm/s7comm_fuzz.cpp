// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/s7comm/s7comm.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  gatehouse::test::fuzz_session(gatehouse::proto::s7comm::protocol, {data, size}, false);
  gatehouse::test::fuzz_session(gatehouse::proto::s7comm::plus_protocol, {data, size}, false);
  return 0;
}
