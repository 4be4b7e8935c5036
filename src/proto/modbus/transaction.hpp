// SPDX-License-Identifier: GPL-3.0-or-later
// A request and its response. The request is kept while the response is awaited.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>

#include "model/protocol.hpp"
#include "proto/modbus/message.hpp"

namespace gatehouse::proto::modbus {

inline constexpr std::size_t kKept = kBeforeUnit + kLongest;  // of a request: the longest that the standard knows

namespace event {
inline constexpr std::uint8_t unsolicited_response = 0, invalid_function_code = 1, invalid_length = 2,
                              invalid_value = 3, invalid_exception_code = 4, value_mismatch = 5, flooded = 6,
                              invalid_protocol_id = 7;
}

struct ModbusTransaction : Transaction {
  bool has_request = false, has_response = false;
  Message request, response;  // views: of the request into `kept`, once keep() was called
  ModbusTransaction* next = nullptr;

  // So that the request outlives the bytes it was read from.
  void keep(Bytes whole) noexcept {
    const std::size_t size = std::min(whole.size(), kKept);
    std::memcpy(kept.data(), whole.data(), size);
    const std::uint8_t faults = request.faults;
    request = read_message(Direction::to_server, {kept.data(), size});
    request.faults = faults;
  }

  std::array<std::uint8_t, kKept> kept;
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::modbus
