// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ip.hpp"
#include "model/protocol.hpp"
#include "proto/profinet_dcp/message.hpp"

namespace gatehouse::proto::profinet_dcp {

// One frame. Its views live as long as the call that tells of it.
struct DcpTransaction : Transaction {
  Message message;
  Bytes station_name{}, station_type{};
  bool has_device = false, has_address = false, has_result = false;
  std::uint16_t vendor = 0, device = 0;
  IpAddress address{}, mask{}, gateway{};
  std::array<char, kIpText> address_text{};
  std::size_t address_size = 0;
  std::uint8_t result = 0;
};

industrial::Access access_of(const Message& m) noexcept;
std::string_view vendor_name(std::uint16_t vendor) noexcept;

}  // namespace gatehouse::proto::profinet_dcp
