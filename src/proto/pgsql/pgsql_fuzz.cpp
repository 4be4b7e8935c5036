// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/pgsql/pgsql.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  const Bytes input{data, size};
  for (const Direction direction : {Direction::to_server, Direction::to_client})
    if (!input.empty()) (void)proto::pgsql::protocol.detector.probe(direction, input, 5432);
  test::fuzz_session(proto::pgsql::protocol, input, false);
  return 0;
}
