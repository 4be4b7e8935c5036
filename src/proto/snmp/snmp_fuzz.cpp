// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/snmp/snmp.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const gatehouse::Bytes input{data, size};
  (void)gatehouse::proto::snmp::protocol.detector.probe(gatehouse::Direction::to_server, input, 161);
  gatehouse::test::fuzz_session(gatehouse::proto::snmp::protocol, input, true);
  return 0;
}
