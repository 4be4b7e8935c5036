// SPDX-License-Identifier: GPL-3.0-or-later
// Base64 as senders write it, which is not always as standards have it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"

namespace gatehouse::ips {

enum class Base64Mode : std::uint8_t {
  rfc4648,  // up to the first byte that is not of the alphabet
  rfc2045,  // what is not of the alphabet is passed over, as in mail
  strict,   // all of it, padded, or nothing
};

// Appends to `out`, up to `most` bytes in it. False: nothing could be decoded.
bool decode_base64(Bytes text, Base64Mode mode, std::vector<std::uint8_t>& out, std::size_t most);

}  // namespace gatehouse::ips
