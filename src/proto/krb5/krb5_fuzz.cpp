// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/krb5/krb5.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const gatehouse::Bytes input{data, size};
  (void)gatehouse::proto::krb5::probe(gatehouse::Direction::to_server, input, 88);
  gatehouse::test::fuzz_session(gatehouse::proto::krb5::protocol, input, false);
  gatehouse::test::fuzz_session(gatehouse::proto::krb5::protocol, input, true);
  return 0;
}
