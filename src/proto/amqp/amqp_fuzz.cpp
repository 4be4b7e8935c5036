// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/amqp/amqp.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  const Bytes input{data, size};
  if (!input.empty()) (void)proto::amqp::protocol.detector.probe(Direction::to_server, input, 5672);
  test::fuzz_session(proto::amqp::protocol, input, false);
  return 0;
}
