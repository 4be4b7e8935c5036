// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/imap/imap.hpp"
#include "support/session_driver.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  gatehouse::test::fuzz_session(gatehouse::proto::imap::protocol, {data, size}, false);
  return 0;
}
