// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/coap/message.hpp"

#include <array>

namespace gatehouse::proto::coap {
namespace {

constexpr std::uint8_t kPayloadMarker = 0xff;

struct OptionRow {
  std::uint32_t number;
  std::uint16_t least, most;
};
// RFC 7252, 5.10; 7641 (Observe), 7959 (blocks), 8613 (OSCORE), 8768, 9175, 9177, 9668, 7967; OCF's two.
constexpr std::array kOptions{
    OptionRow{1, 0, 8},    OptionRow{3, 1, 255},   OptionRow{4, 1, 8},    OptionRow{5, 0, 0},    OptionRow{6, 0, 3},
    OptionRow{7, 0, 2},    OptionRow{8, 0, 255},   OptionRow{9, 0, 255},  OptionRow{11, 0, 255}, OptionRow{12, 0, 2},
    OptionRow{14, 0, 4},   OptionRow{15, 0, 255},  OptionRow{16, 1, 1},   OptionRow{17, 0, 2},   OptionRow{19, 0, 3},
    OptionRow{20, 0, 255}, OptionRow{21, 0, 0},    OptionRow{23, 0, 3},   OptionRow{27, 0, 3},   OptionRow{28, 0, 4},
    OptionRow{31, 0, 3},   OptionRow{35, 1, 1034}, OptionRow{39, 1, 255}, OptionRow{60, 0, 4},   OptionRow{252, 1, 40},
    OptionRow{258, 0, 1},  OptionRow{292, 0, 8},   OptionRow{2049, 2, 2}, OptionRow{2053, 2, 2},
};

}  // namespace

std::uint32_t Option::number_value() const noexcept {
  std::uint32_t result = 0;
  for (const std::uint8_t byte : value.first(value.size() < 4 ? value.size() : 4)) result = result << 8 | byte;
  return result;
}

// RFC 7252, 3.1: 13 is followed by a byte and means 13 and more, 14 by two and means 269 and more; 15 is reserved.
bool Options::extended(std::uint32_t& nibble) noexcept {
  if (nibble == 13)
    nibble = 13u + cursor_.u8();
  else if (nibble == 14)
    nibble = 269u + cursor_.u16();
  else if (nibble == 15)
    return false;
  return cursor_.ok();
}

bool Options::next(Option& option) noexcept {
  if (faulty_ || cursor_.empty()) return false;
  const std::uint8_t head = cursor_.u8();
  if (head == kPayloadMarker) {
    payload_ = cursor_.rest();
    // RFC 7252, 3: "The presence of a marker followed by a zero-length payload MUST be processed as a message format
    // error."
    faulty_ = payload_.empty();
    cursor_.skip(payload_.size());
    return false;
  }
  std::uint32_t delta = head >> 4, length = head & 15;
  constexpr std::uint32_t kLastNumber = 65535;
  if (!extended(delta) || !extended(length) || number_ + delta > kLastNumber) {
    faulty_ = true;
    return false;
  }
  number_ += delta;
  option = {number_, cursor_.take(length)};
  faulty_ = !cursor_.ok();
  return !faulty_;
}

// RFC 8323, 3.2: Len counts options and payload with the marker; 13 to 15 are followed by 1, 2 and 4 bytes of it.
Frame::Frame(Bytes bytes) noexcept {
  Cursor c{bytes};
  const std::uint8_t head = c.u8();
  std::uint64_t length = head >> 4;
  if (length == 13)
    length = 13u + c.u8();
  else if (length == 14)
    length = 269u + c.u16();
  else if (length == 15)
    length = 65805ull + c.u32();
  if (!c.ok()) return;
  token_size = head & 15;
  code_at = c.position();
  size = code_at + 1 + token_size + length;
}

bool Message::read_rest(Cursor& c, std::size_t token_size) noexcept {
  token = c.take(token_size);
  if (!c.ok() || token_size > kMaxToken) return false;
  options = c.rest();
  Options walk{options};
  for (Option option; walk.next(option);) continue;
  payload = walk.payload();
  return !walk.faulty();
}

bool Message::read_datagram(Bytes bytes) noexcept {
  constexpr std::uint8_t kVersion = 1;
  datagram = true;
  Cursor c{bytes};
  const std::uint8_t head = c.u8();
  type = static_cast<Type>(head >> 4 & 3);
  code = c.u8();
  message_id = c.u16();
  if (!c.ok() || head >> 6 != kVersion) return false;
  // 4.1: "An Empty message ... The Token Length field MUST be set to 0 and bytes of data MUST NOT be present after the
  // Message ID field."
  if (code == kEmpty) return (head & 15) == 0 && c.empty();
  return read_rest(c, head & 15);
}

bool Message::read_frame(const Frame& frame, Bytes bytes) noexcept {
  Cursor c{bytes.first(static_cast<std::size_t>(frame.size))};
  c.skip(frame.code_at);
  code = c.u8();
  return read_rest(c, frame.token_size);
}

bool Message::find(std::uint32_t number, Option& found) const noexcept {
  Options walk{options};
  while (walk.next(found))
    if (found.number == number) return true;
  return false;
}

Registration look_up(const Option& option) noexcept {
  const std::size_t size = option.value.size();
  for (const OptionRow& row : kOptions)
    if (row.number == option.number)
      return size >= row.least && size <= row.most ? Registration::sound : Registration::wrong_length;
  return Registration::unknown;
}

// RFC 7252, 12.1, with 7959, 8132, 8516, 8323 and 9177.
bool is_registered_code(std::uint8_t code) noexcept {
  const unsigned detail = code & 31;
  switch (class_of(code)) {
    case 0:
      return detail <= 7;
    case 2:
      return (detail >= 1 && detail <= 5) || detail == 31;
    case 4:
      return detail <= 6 || detail == 8 || detail == 9 || detail == 12 || detail == 13 || detail == 15 ||
             detail == 22 || detail == 29;
    case 5:
      return detail <= 5 || detail == 8;
    case kSignals:
      return detail >= 1 && detail <= 5;
    default:
      return false;
  }
}

}  // namespace gatehouse::proto::coap
