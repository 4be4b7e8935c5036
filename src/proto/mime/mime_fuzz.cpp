// SPDX-License-Identifier: GPL-3.0-or-later
// One mail, read whole and in pieces: what is told must be the same.
#include <cstdlib>

#include "proto/mime/teller.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  if (size == 0) return 0;
  const std::size_t step = data[0] + 1u;
  const std::string_view mail = as_text(Bytes{data + 1, size - 1});
  if (proto::mime::told(mail, mail.size()) != proto::mime::told(mail, step)) std::abort();
  return 0;
}
