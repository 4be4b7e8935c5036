// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/protocol.hpp"
#include "proto/bacnet/message.hpp"

namespace gatehouse::proto::bacnet {

// One datagram. Its views live as long as the call that tells of it.
struct BacnetTransaction : Transaction {
  Message message;
  // What an answer or an announcement says of the sending device.
  Bytes object_name{}, model{}, vendor_name{}, firmware{}, software{}, serial{};
  bool has_device = false, has_vendor = false;
  std::uint32_t device = 0, vendor = 0;  // instance of the device object; number of the maker

  // False: a text did not fit and was left out.
  bool learn_device() noexcept;

 private:
  // ASHRAE 135, 20.2.9: a character string as UTF-8; other character sets are written anew into `texts`.
  Bytes utf8(const Tag& tag) noexcept;
  void put(unsigned code_point) noexcept;

  std::array<std::uint8_t, 512> texts;
  std::size_t used = 0;
  bool all_fitted = true;
};

industrial::Access access_of(const Message& m) noexcept;
void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::bacnet
