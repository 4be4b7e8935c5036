// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/radius/radius.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const gatehouse::Bytes input{data, size};
  (void)gatehouse::proto::radius::probe(gatehouse::Direction::to_server, input, 1812);
  gatehouse::test::fuzz_session(gatehouse::proto::radius::protocol, input, true);
  return 0;
}
