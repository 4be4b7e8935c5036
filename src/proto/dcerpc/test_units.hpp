// SPDX-License-Identifier: GPL-3.0-or-later
// Units of DCE/RPC for the tests of this room and of those that carry them.
#pragma once

#include <string>

#include "support/session_driver.hpp"

namespace gatehouse::proto::dcerpc::test_units {

inline std::string le16(unsigned n) {
  return {static_cast<char>(n), static_cast<char>(n >> 8)};
}
inline std::string le32(unsigned n) {
  return le16(n & 0xffff) + le16(n >> 16);
}

// C706, 12.6.3.1, little endian.
inline std::string unit(unsigned type, unsigned flags, unsigned call_id, const std::string& body,
                        const std::string& verifier = {}, unsigned auth_length = 0) {
  std::string out = {'\x05', '\0', static_cast<char>(type), static_cast<char>(flags), '\x10', '\0', '\0', '\0'};
  out += le16(static_cast<unsigned>(16 + body.size() + verifier.size())) + le16(auth_length) + le32(call_id);
  return out + body + verifier;
}

// The identifier of the service control manager's interface (MS-SCMR 1.9), and NDR's, as they travel.
inline const std::string kSvcctl = test::from_hex("81 bb 7a 36 44 98 f1 35 ad 32 98 f0 38 00 10 03");
inline const std::string kMapper = test::from_hex("08 83 af e1 1f 5d c9 11 91 a4 08 00 2b 14 a0 fa");
inline const std::string kNdr = test::from_hex("04 5d 88 8a eb 1c c9 11 9f e8 08 00 2b 10 48 60") + le32(2);

inline std::string bind(unsigned call_id, unsigned context = 0, const std::string& interface = kSvcctl,
                        unsigned version = 2, unsigned flags = 3) {
  return unit(11, flags, call_id,
              le16(4280) + le16(4280) + le32(0) + std::string("\x01\0\0\0", 4) + le16(context) +
                  std::string("\x01\0", 2) + interface + le32(version) + kNdr);
}
inline std::string bind_ack(unsigned call_id, unsigned result = 0, unsigned reason = 0) {
  return unit(12, 3, call_id,
              le16(4280) + le16(4280) + le32(1) + le16(4) + std::string("135\0", 4) + le16(0) +
                  std::string("\x01\0\0\0", 4) + le16(result) + le16(reason) + kNdr);
}
inline std::string request(unsigned call_id, unsigned opnum, const std::string& stub, unsigned flags = 3,
                           unsigned context = 0) {
  return unit(0, flags, call_id, le32(static_cast<unsigned>(stub.size())) + le16(context) + le16(opnum) + stub);
}
inline std::string response(unsigned call_id, const std::string& stub, unsigned flags = 3) {
  return unit(2, flags, call_id, le32(static_cast<unsigned>(stub.size())) + le16(0) + le16(0) + stub);
}

}  // namespace gatehouse::proto::dcerpc::test_units
