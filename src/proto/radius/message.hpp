// SPDX-License-Identifier: GPL-3.0-or-later
// One RADIUS packet as views into its datagram (RFC 2865, 3 and 5).
#pragma once

#include <cstdint>
#include <optional>

#include "base/cursor.hpp"
#include "model/direction.hpp"

namespace gatehouse::proto::radius {

inline constexpr std::size_t kHeader = 20;
inline constexpr std::size_t kLongest = 4096;

namespace attribute {
inline constexpr std::uint8_t user_name = 1, user_password = 2, chap_password = 3, nas_ip_address = 4, service_type = 6,
                              framed_ip_address = 8, reply_message = 18, vendor_specific = 26, called_station_id = 30,
                              calling_station_id = 31, nas_identifier = 32, acct_status_type = 40, acct_session_id = 44,
                              nas_port_type = 61, eap_message = 79, message_authenticator = 80, nas_ipv6_address = 95;
}

struct Attribute {
  std::uint8_t type = 0;
  Bytes value;
};
// 5: type, length of all three, value. False at the end, and from what is no attribute on.
class Attributes {
 public:
  explicit Attributes(Bytes list) noexcept : cursor_(list) {}
  bool next(Attribute& attribute) noexcept;

 private:
  Cursor cursor_;
};

struct Message {
  std::uint8_t code = 0, identifier = 0;
  Bytes authenticator;
  Bytes attributes;

  // The first attribute of this type; empty where there is none.
  Bytes find(std::uint8_t type) const noexcept;
  bool has(std::uint8_t type) const noexcept;
  std::optional<std::uint32_t> number(std::uint8_t type) const noexcept;
};

// RFC 3748, 4: what the first EAP-Message attribute (RFC 3579, 3.1) begins with.
struct Eap {
  std::optional<std::uint8_t> type;
  Bytes identity;  // of a response of type 1
};
Eap eap_of(const Message& message) noexcept;

// Whether all attributes are whole, and have the sizes that their types ask for. Octets behind the length that the
// header tells are padding (RFC 2865, 3) and let be.
bool read(Bytes datagram, Message& message) noexcept;

bool is_code(std::uint8_t code) noexcept;
bool is_request(std::uint8_t code) noexcept;

}  // namespace gatehouse::proto::radius
