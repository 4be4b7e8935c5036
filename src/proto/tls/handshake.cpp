// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tls/handshake.hpp"

namespace gatehouse::proto::tls {

void write_version(std::uint16_t version, BoundedText& out) noexcept {
  switch (version) {
    case 0:
      return out.put("UNDETERMINED");
    case version::ssl2:
      return out.put("SSLv2");
    case version::ssl3:
      return out.put("SSLv3");
    case version::tls10:
      return out.put("TLSv1");
    case version::tls11:
      return out.put("TLS 1.1");
    case version::tls12:
      return out.put("TLS 1.2");
    case version::tls13:
      return out.put("TLS 1.3");
    default:
      break;
  }
  if (version >> 8 == 0x7f) {
    out.put("TLS 1.3 draft-");
    out.decimal(version & 0xffu);
  } else {
    out.put("0x");
    out.hex16(version);
  }
}

}  // namespace gatehouse::proto::tls
