// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rdp/rdp.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const gatehouse::Bytes input{data, size};
  (void)gatehouse::proto::rdp::probe(gatehouse::Direction::to_server, input, 3389);
  (void)gatehouse::proto::rdp::probe_datagram(gatehouse::Direction::to_client, input, 3389);
  gatehouse::test::fuzz_session(gatehouse::proto::rdp::protocol, input, false);
  return 0;
}
