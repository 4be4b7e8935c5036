// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rpc/rpc.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  for (const ProtocolSpec* protocol : {&proto::rpc::portmap, &proto::rpc::mount})
    for (const bool datagrams : {false, true}) test::fuzz_session(*protocol, {data, size}, datagrams);
  return 0;
}
