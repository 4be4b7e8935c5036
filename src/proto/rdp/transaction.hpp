// SPDX-License-Identifier: GPL-3.0-or-later
// Each message is a transaction. It lives as long as the call that parses its bytes, so that it may hold views.
#pragma once

#include <string_view>

#include "model/protocol.hpp"
#include "proto/rdp/message.hpp"

namespace gatehouse::proto::rdp {

enum class Kind : std::uint8_t { initial_request, initial_response, connect_request, connect_response };

// UTF-16 that ends with a null, as UTF-8.
template <std::size_t units>
class Text {
 public:
  void assign(Bytes utf16) noexcept;
  std::string_view view() const noexcept { return {room_.data(), size_}; }

 private:
  std::array<char, 3 * units> room_;
  std::size_t size_ = 0;
};

struct RdpTransaction : Transaction {
  Kind kind{};
  Connection connection;   // of the initial ones
  ConnectInitial connect;  // of connect_request
  Text<16> client_name;
  Text<32> product_id;
};

template <std::size_t units>
void Text<units>::assign(Bytes utf16) noexcept {
  size_ = 0;
  Cursor c{utf16.first(utf16.size() - utf16.size() % 2)};
  const auto put = [&](unsigned octet) { room_[size_++] = static_cast<char>(octet); };
  for (std::size_t i = 0; i < units && !c.empty(); ++i) {
    std::uint32_t unit = c.le16();
    if (unit == 0) return;
    if (unit >= 0xd800 && unit < 0xe000) {  // a pair makes one character of four octets, for which two units have room
      const std::uint32_t low = c.empty() ? 0 : c.le16();
      if (unit >= 0xdc00 || low < 0xdc00 || low >= 0xe000 || ++i == units) return;
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
      put(0xf0 | unit >> 18), put(0x80 | (unit >> 12 & 0x3f)), put(0x80 | (unit >> 6 & 0x3f)),
          put(0x80 | (unit & 0x3f));
    } else if (unit < 0x80) {
      put(unit);
    } else if (unit < 0x800) {
      put(0xc0 | unit >> 6), put(0x80 | (unit & 0x3f));
    } else {
      put(0xe0 | unit >> 12), put(0x80 | (unit >> 6 & 0x3f)), put(0x80 | (unit & 0x3f));
    }
  }
}

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::rdp
