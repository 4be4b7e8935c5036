// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utf8.hpp"

namespace gatehouse {

bool is_utf8(Bytes bytes) noexcept {
  for (std::size_t i = 0; i < bytes.size();) {
    const std::uint8_t lead = bytes[i++];
    if (lead < 0x80) continue;
    // RFC 3629, 4: the second byte's range depends on the lead byte, the others are 80-BF.
    std::size_t tail = 0;
    std::uint8_t low = 0x80, high = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf)
      tail = 1;
    else if (lead >= 0xe0 && lead <= 0xef)
      tail = 2, low = lead == 0xe0 ? 0xa0 : 0x80, high = lead == 0xed ? 0x9f : 0xbf;
    else if (lead >= 0xf0 && lead <= 0xf4)
      tail = 3, low = lead == 0xf0 ? 0x90 : 0x80, high = lead == 0xf4 ? 0x8f : 0xbf;
    else
      return false;
    for (; tail > 0; --tail, low = 0x80, high = 0xbf)
      if (i >= bytes.size() || bytes[i] < low || bytes[i++] > high) return false;
  }
  return true;
}

}  // namespace gatehouse
