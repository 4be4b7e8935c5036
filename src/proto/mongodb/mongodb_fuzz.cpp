// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mongodb/mongodb.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  const Bytes input{data, size};
  for (const Direction direction : {Direction::to_server, Direction::to_client})
    if (!input.empty()) (void)proto::mongodb::protocol.detector.probe(direction, input, 27017);
  test::fuzz_session(proto::mongodb::protocol, input, false);
  return 0;
}
