// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::coap {

enum class Type : std::uint8_t { confirmable, non_confirmable, acknowledgement, reset };  // RFC 7252, 3

// RFC 7252, 12.1: "c.dd", a class of three bits and a detail of five.
constexpr std::uint8_t code(unsigned class_, unsigned detail) noexcept {
  return static_cast<std::uint8_t>(class_ << 5 | detail);
}
inline constexpr std::uint8_t kEmpty = code(0, 0), kGet = code(0, 1), kPost = code(0, 2), kPut = code(0, 3),
                              kDelete = code(0, 4), kFetch = code(0, 5), kPatch = code(0, 6), kIpatch = code(0, 7),
                              kCsm = code(7, 1);
constexpr unsigned class_of(std::uint8_t code) noexcept {
  return code >> 5;
}
inline constexpr unsigned kRequests = 0, kSuccesses = 2, kSignals = 7;  // classes

namespace option {  // RFC 7252, 12.2, and the registry that it founded
inline constexpr std::uint32_t uri_host = 3, observe = 6, uri_port = 7, location_path = 8, uri_path = 11,
                               content_format = 12, uri_query = 15, accept = 17, block2 = 23, block1 = 27,
                               proxy_uri = 35;
}

struct Option {
  std::uint32_t number = 0;
  Bytes value;

  // RFC 7252, 3.2: an unsigned integer in as many bytes as it needs. At most four are read.
  std::uint32_t number_value() const noexcept;
  // RFC 7252, 5.4.6: bit 0 of the number.
  bool critical() const noexcept { return (number & 1) != 0; }
};

// RFC 7252, 3.1. Option Format: each number is the one before and a delta, to the end or to the payload marker.
class Options {
 public:
  explicit Options(Bytes bytes) noexcept : cursor_(bytes) {}
  // False at the end, and at a fault.
  bool next(Option& option) noexcept;
  bool faulty() const noexcept { return faulty_; }
  // Once next() was false.
  Bytes payload() const noexcept { return payload_; }

 private:
  bool extended(std::uint32_t& nibble) noexcept;

  Cursor cursor_;
  std::uint32_t number_ = 0;
  bool faulty_ = false;
  Bytes payload_;
};

// RFC 8323, 3.2: how long a message in a stream is; 0 where that is not known yet.
struct Frame {
  std::uint64_t size = 0;   // of all
  std::size_t code_at = 0;  // what stands behind the lengths
  std::uint8_t token_size = 0;

  explicit Frame(Bytes bytes) noexcept;
};
inline constexpr std::size_t kMaxToken = 8;

// RFC 7252, 3. Message Format.
struct Message {
  bool datagram = false;  // has a type and a number, which a stream does not need
  Type type = Type::confirmable;
  std::uint8_t code = kEmpty;
  std::uint16_t message_id = 0;
  Bytes token, options, payload;  // `options` up to the end of the message

  // False where it is none: RFC 7252's "message format error".
  [[nodiscard]] bool read_datagram(Bytes datagram) noexcept;
  [[nodiscard]] bool read_frame(const Frame& frame, Bytes bytes) noexcept;

  bool is_request() const noexcept { return class_of(code) == kRequests && code != kEmpty; }
  bool is_signal() const noexcept { return class_of(code) == kSignals; }
  bool is_response() const noexcept { return class_of(code) >= kSuccesses && !is_signal(); }

  // The first option of that number, or none.
  bool find(std::uint32_t number, Option& found) const noexcept;

 private:
  bool read_rest(Cursor& c, std::size_t token_size) noexcept;
};

// What the registry of options says.
enum class Registration : std::uint8_t { unknown, wrong_length, sound };
Registration look_up(const Option& option) noexcept;
bool is_registered_code(std::uint8_t code) noexcept;

}  // namespace gatehouse::proto::coap
