// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/knxip/knxip.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // The first bit decides between a stream and datagrams.
  gatehouse::test::fuzz_session(gatehouse::proto::knxip::protocol, {data + 1, size - 1}, (data[0] & 1) != 0);
  return 0;
}
