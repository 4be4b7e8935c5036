// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/nfs/nfs.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  test::fuzz_session(proto::nfs::protocol, {data, size}, false);
  test::fuzz_session(proto::nfs::protocol, {data, size}, true);
  return 0;
}
