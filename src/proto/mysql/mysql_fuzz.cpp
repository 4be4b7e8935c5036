// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mysql/mysql.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  const Bytes input{data, size};
  for (const Direction direction : {Direction::to_server, Direction::to_client})
    if (!input.empty()) (void)proto::mysql::protocol.detector.probe(direction, input, 3306);
  test::fuzz_session(proto::mysql::protocol, input, false);
  return 0;
}
