// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/modbus/probe.hpp"

#include "proto/modbus/functions.hpp"
#include "proto/modbus/message.hpp"

namespace gatehouse::proto::modbus {
namespace {

constexpr std::uint16_t kPort = 502;

// Six bytes of header are no magic: a message is known by a function whose lengths and counts all agree. At the
// standard's port the header alone is believed, where the message is whole.
bool is_characteristic(Direction direction, const Message& m) noexcept {
  if (m.is_exception()) return find_function(m.function()) != nullptr && m.function() != code::umas;
  if (m.read.present || m.write.present) return m.function() != code::read_fifo_queue;
  if (m.has_subfunction) return m.subfunction <= 21 && m.data.size() >= 2 && m.header.length <= 64;
  if (!m.has_mei || m.mei != kMeiDeviceId) return false;
  if (direction == Direction::to_server) return m.data.size() == 2 && m.data[0] >= 1 && m.data[0] <= 4;
  std::uint8_t id = 0;
  Bytes value;
  DeviceObjects objects{m};
  return objects.next(id, value);
}

// As far as it is there, what follows a message is another one.
bool next_begins(Bytes bytes) noexcept {
  return bytes.size() < kBeforeUnit || (bytes[2] == 0 && bytes[3] == 0 && bytes[4] <= kLongestOfAny >> 8);
}

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port) {
  Cursor c{bytes};
  c.skip(2);
  const std::size_t known = bytes.size();
  if ((known > 2 && bytes[2] != 0) || (known > 3 && bytes[3] != 0) || (known > 4 && bytes[4] > kLongestOfAny >> 8))
    return Probe::no;
  if (known <= kHeader) return Probe::need_more;
  Cursor whole{bytes};
  const Header header{whole};
  const std::uint8_t function = bytes[kHeader] & 0x7f;
  const std::size_t size = kBeforeUnit + header.length;
  // There what is wrong with a message is told as an event, not by silence.
  if (server_port == kPort) {
    if (header.length < 2 || header.length > (function == code::umas ? kLongestOfAny : kLongest)) return Probe::no;
    return known < size ? Probe::need_more : known == size || next_begins(bytes.subspan(size)) ? Probe::yes : Probe::no;
  }
  if (header.length < 2 || header.length > kLongest || find_function(function) == nullptr) return Probe::no;
  if (known < size) return Probe::need_more;
  const Message message = read_message(direction, bytes.first(size));
  return message.faults == 0 && is_characteristic(direction, message) ? Probe::yes : Probe::no;
}

// A datagram is one message.
Probe probe_datagram(Direction direction, Bytes bytes, std::uint16_t server_port) {
  if (bytes.size() <= kHeader || (bytes[4] << 8 | bytes[5]) + kBeforeUnit != bytes.size()) return Probe::no;
  return probe(direction, bytes, server_port);
}

}  // namespace gatehouse::proto::modbus
