// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/iec104/iec104.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  gatehouse::test::fuzz_session(gatehouse::proto::iec104::protocol, {data, size}, false);
  return 0;
}
