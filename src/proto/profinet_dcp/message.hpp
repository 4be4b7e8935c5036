// SPDX-License-Identifier: GPL-3.0-or-later
// IEC 61158-6-10, 4.3: DCP frames and their blocks, views into the bytes.
#pragma once

#include <array>
#include <cstdint>

#include "base/cursor.hpp"
#include "proto/industrial/access.hpp"

namespace gatehouse::proto::profinet_dcp {

// 4.2.2.2: of all frames of this EtherType, those that are DCP.
inline constexpr std::uint16_t kHello = 0xfefc, kGetSet = 0xfefd, kIdentifyRequest = 0xfefe, kIdentifyAnswer = 0xfeff;

namespace service {
inline constexpr std::uint8_t get = 3, set = 4, identify = 5, hello = 6;
}
inline constexpr std::array kServices{
    NamedNumber{service::get, "get"},
    NamedNumber{service::set, "set"},
    NamedNumber{service::identify, "identify"},
    NamedNumber{service::hello, "hello"},
};

namespace service_type {
inline constexpr std::uint8_t request = 0, response = 1, unsupported = 5;
}
inline constexpr std::array kServiceTypes{
    NamedNumber{service_type::request, "request"},
    NamedNumber{service_type::response, "response"},
    NamedNumber{service_type::unsupported, "unsupported"},
};

// 4.3.1.4: options and suboptions, 256 times the former plus the latter.
namespace option {
inline constexpr std::uint16_t ip_parameters = 0x0102, full_ip_suite = 0x0103, station_type = 0x0201,
                               station_name = 0x0202, device_id = 0x0203, signal = 0x0503, response = 0x0504,
                               factory_reset = 0x0505, reset_to_factory = 0x0506;
}
inline constexpr std::array kOptions{
    NamedNumber{0x0101, "mac_address"},
    NamedNumber{0x0102, "ip_parameters"},
    NamedNumber{0x0103, "full_ip_suite"},
    NamedNumber{0x0201, "station_type"},
    NamedNumber{0x0202, "station_name"},
    NamedNumber{0x0203, "device_id"},
    NamedNumber{0x0204, "device_role"},
    NamedNumber{0x0205, "device_options"},
    NamedNumber{0x0206, "alias_name"},
    NamedNumber{0x0207, "device_instance"},
    NamedNumber{0x0208, "oem_device_id"},
    NamedNumber{0x0209, "standard_gateway"},
    NamedNumber{0x0501, "start"},
    NamedNumber{0x0502, "stop"},
    NamedNumber{0x0503, "signal"},
    NamedNumber{0x0504, "response"},
    NamedNumber{0x0505, "factory_reset"},
    NamedNumber{0x0506, "reset_to_factory"},
    NamedNumber{0x0601, "device_initiative"},
    NamedNumber{0xffff, "all"},
};

struct Message {
  std::uint16_t frame_id{};
  std::uint8_t service{}, type{};
  std::uint32_t transaction{};
  Bytes blocks{};

  Message() = default;
  explicit Message(Cursor& c) noexcept;
  bool is_dcp() const noexcept { return frame_id >= kHello && frame_id <= kIdentifyAnswer; }
  // The sender speaks of itself.
  bool describes_sender() const noexcept {
    return service == service::hello || (type == service_type::response && service != service::set);
  }
};

struct Block {
  std::uint16_t option = 0;
  std::uint16_t info = 0;  // how the value is set, or came to be
  Bytes value{};
};

class Blocks {
 public:
  explicit Blocks(const Message& m) noexcept;
  bool next(Block& block) noexcept;
  bool ok() const noexcept { return c_.ok(); }

 private:
  Cursor c_;
  bool options_only_;  // a get request names them without values
  bool has_info_;
};

}  // namespace gatehouse::proto::profinet_dcp
