// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ldap/ldap.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const gatehouse::Bytes input{data, size};
  (void)gatehouse::proto::ldap::probe(gatehouse::Direction::to_server, input, 389);
  gatehouse::test::fuzz_session(gatehouse::proto::ldap::protocol, input, false);
  gatehouse::test::fuzz_session(gatehouse::proto::ldap::protocol, input, true);
  return 0;
}
