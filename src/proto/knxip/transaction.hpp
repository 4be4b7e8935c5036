// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/protocol.hpp"
#include "proto/knxip/message.hpp"

namespace gatehouse::proto::knxip {

// An address as people write it: "1/2/3" of a group, "1.1.5" of a device.
class AddressText {
 public:
  AddressText() = default;
  AddressText(std::uint16_t address, bool group) noexcept;
  std::string_view view() const noexcept { return {text_.data(), size_}; }

 private:
  std::array<char, 12> text_{};
  std::size_t size_ = 0;
};

// One frame. Its views live as long as the call that tells of it.
struct KnxTransaction : Transaction {
  Header header;
  bool has_bus = false, has_description = false;
  BusMessage bus;
  Description description;
  AddressText source, destination, device;
  std::array<char, 12> serial{};
};

// Null where the frame has no application data.
const Function* function_of(const KnxTransaction& tx) noexcept;
industrial::Access access_of(const KnxTransaction& tx) noexcept;
std::string_view name_text(const KnxTransaction& tx) noexcept;
std::uint16_t manufacturer_of(const KnxTransaction& tx) noexcept;
void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::knxip
