// SPDX-License-Identifier: GPL-3.0-or-later
// A request and its response. The request's beginning is kept while the response is awaited.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>

#include "model/protocol.hpp"
#include "proto/enip/cip.hpp"
#include "proto/enip/message.hpp"

namespace gatehouse::proto::enip {

inline constexpr std::size_t kKept = 1024;  // an unconnected message is 504 bytes at most

namespace event {
inline constexpr std::uint8_t too_many_transactions = 0, invalid_pdu = 1;
}

struct EnipTransaction : Transaction {
  bool has_request = false, has_response = false;
  Message request, response;  // views: of the request into `kept`, once keep() was called
  EnipTransaction* next = nullptr;

  // What the response says of the device, by ListIdentity or as attributes of the identity object.
  Identity identity;
  std::array<char, 12> revision{}, serial{};  // "20.11", "00c0ffee"
  std::size_t revision_size = 0;

  // So that the request outlives the bytes it was read from.
  void keep(Bytes whole) noexcept {
    const std::size_t size = std::min(whole.size(), kKept);
    std::memcpy(kept.data(), whole.data(), size);
    request = read_message({kept.data(), size});
  }
  void learn_identity() noexcept;

  std::array<std::uint8_t, kKept> kept;
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::enip
