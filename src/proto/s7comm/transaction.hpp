// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/protocol.hpp"
#include "proto/s7comm/message.hpp"
#include "proto/tpkt/session.hpp"

namespace gatehouse::proto::s7comm {

// One message. Its views live as long as the call that tells of it.
struct S7Transaction : Transaction {
  Message message;
  tpkt::Selectors selectors;
  std::array<char, 16> firmware{};  // "V3.2.6"
  std::size_t firmware_size = 0;

  void learn_firmware() noexcept;
};

// What a list of the system status says of the device: lists 0x11 (module identification: order number and versions)
// and 0x1c (component identification), a record for each index.
Bytes list_text(const Message& message, std::uint8_t list, std::uint16_t index) noexcept;
inline constexpr std::uint8_t kModules = 0x11, kComponents = 0x1c;
inline constexpr std::uint16_t kOrderNumber = 1, kFirmware = 7;  // of kModules
inline constexpr std::uint16_t kStationName = 1, kModuleName = 2, kPlant = 3, kSerial = 5, kModuleType = 7;

void write_device(const S7Transaction& tx, JsonWriter& json) noexcept;

}  // namespace gatehouse::proto::s7comm
