// SPDX-License-Identifier: GPL-3.0-or-later
// One message is one transaction; its views live as long as the parse call that tells of it.
#pragma once

#include <array>
#include <string_view>

#include "model/protocol.hpp"
#include "proto/coap/lwm2m.hpp"
#include "proto/coap/message.hpp"

namespace gatehouse::proto::coap {

inline constexpr std::size_t kLongestPath = 1024;                      // as text, and as much for the query
inline constexpr std::size_t kLongestFramed = std::size_t{64} * 1024;  // message in a stream that is read

namespace event {
inline constexpr std::uint8_t malformed_message = 0, unknown_critical_option = 1, invalid_option_length = 2,
                              uri_too_long = 3, message_too_long = 4, unknown_code = 5, count = 6;
}

// Options of one number joined to text, as they stand in a URI (RFC 7252, 6.5).
class UriText {
 public:
  // False where it does not fit; what fits is kept.
  bool add(char separator, Bytes segment) noexcept;
  std::string_view text() const noexcept { return {room_.data(), size_}; }

 private:
  bool put(char c) noexcept;
  std::array<char, kLongestPath> room_;
  std::size_t size_ = 0;
};

struct CoapTransaction : Transaction {
  Message message;
  Lwm2m lwm2m;
  Lwm2mDevice device;
  UriText path, query, location;
};
inline const CoapTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const CoapTransaction&>(tx);
}

// RFC 7959, 2.2: a block's number, whether more follow, and the size as a power.
struct Block {
  std::uint32_t number;
  bool more;
  std::uint32_t size;
};
Block block_of(const Option& option) noexcept;

std::span<const FieldSpec> fields() noexcept;
void log(const Transaction& tx, JsonWriter& json);
Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);
Probe probe_datagram(Direction direction, Bytes datagram, std::uint16_t server_port);

}  // namespace gatehouse::proto::coap
