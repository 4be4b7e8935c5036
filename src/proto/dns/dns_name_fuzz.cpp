// SPDX-License-Identifier: GPL-3.0-or-later
// Names at every offset: what is found must be written as found, within the limits.
#include <array>
#include <cstdlib>

#include "proto/dns/name.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse::proto::dns;
  const gatehouse::Bytes message{data, size};
  for (std::size_t offset = 0; offset <= size && offset < 64; ++offset) {
    Name name;
    std::size_t next = 0;
    if (!find_name(message, offset, size, name, next)) continue;
    std::array<char, kMaxNameText> buffer;
    if (next < offset || next > size || name_text(message, name, buffer).size() != name.length) std::abort();
  }
  return 0;
}
