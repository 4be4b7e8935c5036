// SPDX-License-Identifier: GPL-3.0-or-later
// From a transport unit through session and presentation to the MMS message in it: views into the bytes.
#pragma once

#include <array>
#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::mms {

// ISO 9506-2, 7.1: the choices of MMSpdu, by their number.
enum class Pdu : std::uint8_t {
  confirmed_request = 0,
  confirmed_response = 1,
  confirmed_error = 2,
  unconfirmed = 3,
  reject = 4,
  cancel_request = 5,
  cancel_response = 6,
  cancel_error = 7,
  initiate_request = 8,
  initiate_response = 9,
  initiate_error = 10,
  conclude_request = 11,
  conclude_response = 12,
  conclude_error = 13,
};
inline constexpr std::uint8_t kLastPdu = 13;

namespace service {
inline constexpr std::uint32_t identify = 2, read = 4, write = 5;
}

// What a message does not have is empty or zero.
struct Message {
  Pdu pdu{};
  bool has_invoke_id = false, has_service = false;
  std::uint32_t invoke_id = 0;
  std::uint32_t service = 0;  // of confirmed messages; of unconfirmed ones 0 is a report
  Bytes body{};               // of the service
};

// What was found in a unit.
enum class Found : std::uint8_t {
  message,  // `message` is read
  nothing,  // sound, but no MMS message: a release, an abort, another presentation context
  malformed,
};
Found read_unit(Bytes unit, Message& message) noexcept;

// Whether a connect's user data names ISO 9506 as what will be spoken.
bool names_mms(Bytes unit) noexcept;
// ISO 8327-1, 8.2: session units with which a conversation begins.
bool is_connect(Bytes unit) noexcept;

// Domain and item of each variable, and names of files, in the order in which they stand.
class Names {
 public:
  explicit Names(Bytes body) noexcept { push(body); }
  bool next(Bytes& domain, Bytes& item) noexcept;

 private:
  static constexpr std::size_t kDeepest = 8;
  static constexpr unsigned kMostValues = 512;  // looked at in all
  void push(Bytes bytes) noexcept {
    if (depth_ < kDeepest) levels_[depth_++] = Cursor{bytes};
  }
  std::array<Cursor, kDeepest> levels_{Cursor{{}}, Cursor{{}}, Cursor{{}}, Cursor{{}},
                                       Cursor{{}}, Cursor{{}}, Cursor{{}}, Cursor{{}}};
  std::size_t depth_ = 0;
  unsigned looked_ = 0;
};

// ISO 9506-2, 10.5.3: an identify response's vendor, model and revision (0, 1, 2).
Bytes identity_part(const Message& message, std::uint8_t part) noexcept;

}  // namespace gatehouse::proto::mms
