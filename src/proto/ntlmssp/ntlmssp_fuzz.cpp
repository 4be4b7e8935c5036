// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <cstdlib>

#include "proto/ntlmssp/ntlmssp.hpp"
#include "proto/ntlmssp/spnego.hpp"

using namespace gatehouse;
using namespace gatehouse::proto;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes input{data, size};
  const ntlmssp::Token token = ntlmssp::read_token(input);
  Bytes name;
  std::size_t names = 0;
  for (Cursor c{token.service_names}; ntlmssp::next_name(c, name);) names += name.size();
  if (names > size) std::abort();
  for (const Bytes message : {input, token.ntlmssp}) {
    ntlmssp::Message m;
    if (!ntlmssp::read(message, m)) continue;
    std::array<std::byte, 4096> room;
    std::pmr::monotonic_buffer_resource memory{room.data(), room.size()};
    std::pmr::string text{&memory};
    constexpr std::size_t kMost = 256;
    for (const Bytes member : {m.domain, m.user, m.host, m.target})
      ntlmssp::append_text(text, member, m.unicode, kMost);
    if (text.size() > kMost) std::abort();
  }
  return 0;
}
