// SPDX-License-Identifier: GPL-3.0-or-later
// Encapsulation messages, The EtherNet/IP Specification (CIP Volume 2), chapter 2: views into the bytes.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::enip {

inline constexpr std::size_t kHeader = 24;
inline constexpr std::size_t kLongest = kHeader + 65535;

namespace command {
inline constexpr std::uint16_t nop = 0, list_services = 4, list_identity = 0x63, list_interfaces = 0x64,
                               register_session = 0x65, unregister_session = 0x66, send_rr_data = 0x6f,
                               send_unit_data = 0x70, indicate_status = 0x72, cancel = 0x73;
}

// CIP Volume 2, 2-3: encapsulation header. All numbers are little-endian.
struct Header {
  std::uint16_t command{}, length{};
  std::uint32_t session{}, status{};
  std::uint64_t context{};
  std::uint32_t options{};

  Header() = default;
  explicit Header(Cursor& c) noexcept
      : command{c.le16()},
        length{c.le16()},
        session{c.le32()},
        status{c.le32()},
        context{c.le64()},
        options{c.le32()} {}
};

namespace item {
inline constexpr std::uint16_t null_address = 0, identity = 0x0c, connected_address = 0xa1, connected_data = 0xb1,
                               unconnected_data = 0xb2, services = 0x100, socket_to_target = 0x8000,
                               socket_to_originator = 0x8001, sequenced_address = 0x8002;
}

// CIP Volume 2, 2-6: the items of the common packet format.
class Items {
 public:
  explicit Items(Bytes bytes) noexcept : c_(bytes), left_(c_.le16()) {}
  // False behind the last, and where one is cut off: then ok() is false.
  bool next(std::uint16_t& type, Bytes& data) noexcept {
    if (left_ == 0 || !c_.ok()) return false;
    --left_;
    type = c_.le16();
    data = c_.take(c_.le16());
    return c_.ok();
  }
  bool ok() const noexcept { return c_.ok(); }

 private:
  Cursor c_;
  unsigned left_;
};

// CIP Volume 2, 2-4.2.3: what a device says of itself; also the attributes of the identity object (CIP Volume 1, 5-2).
struct Identity {
  bool present = false;
  std::uint16_t protocol_version = 0, vendor = 0, device_type = 0, product_code = 0, status = 0;
  std::uint8_t major = 0, minor = 0, state = 0;
  std::uint32_t serial = 0;
  Bytes product_name{};
};
Identity read_identity_item(Bytes data) noexcept;
Identity read_identity_attributes(Bytes data) noexcept;

// What a message's command does not have is absent.
struct Message {
  Header header;
  bool invalid = false;  // it does not hold what its command says
  bool has_register = false, has_services = false, has_sequence = false;
  std::uint16_t version = 0, register_options = 0;       // RegisterSession
  std::uint16_t services_version = 0, capabilities = 0;  // ListServices
  Bytes service_name{};
  Identity identity;
  std::uint16_t sequence = 0;  // of connected data
  Bytes cip{};                 // the CIP message of SendRRData and SendUnitData
};

// `whole`: header and as much as it says, or less where only the beginning was kept.
Message read_message(Bytes whole) noexcept;

}  // namespace gatehouse::proto::enip
