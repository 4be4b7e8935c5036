// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tls/tls.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  gatehouse::test::fuzz_session(gatehouse::proto::tls::protocol, {data, size}, false);
  (void)gatehouse::proto::tls::probe(gatehouse::Direction::to_server, {data, size}, 443);
  (void)gatehouse::proto::tls::probe(gatehouse::Direction::to_client, {data, size}, 443);
  return 0;
}
