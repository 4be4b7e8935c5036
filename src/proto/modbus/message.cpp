// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/modbus/message.hpp"

#include <algorithm>

#include "proto/modbus/functions.hpp"

namespace gatehouse::proto::modbus {
namespace {

// MODBUS Application Protocol V1.1b3, 6: the most that one message may touch.
constexpr std::uint16_t kMostBitsRead = 2000, kMostRegistersRead = 125, kMostBitsWritten = 1968,
                        kMostRegistersWritten = 123, kMostRegistersWrittenWhileReading = 121;
constexpr std::uint16_t kCoilOn = 0xff00;

bool is_bits(std::uint8_t function) noexcept {
  return function == code::read_coils || function == code::read_discrete_inputs ||
         function == code::write_single_coil || function == code::write_multiple_coils;
}
std::size_t size_of_values(std::uint8_t function, std::uint16_t count) noexcept {
  return is_bits(function) ? (count + 7u) / 8u : count * 2u;
}

class Reader {
 public:
  Reader(Message& message, Cursor& c) noexcept : m_(message), c_(c) {}

  void request() noexcept {
    switch (m_.function()) {
      case code::read_coils:
      case code::read_discrete_inputs:
        return range(m_.read, kMostBitsRead);
      case code::read_holding_registers:
      case code::read_input_registers:
        return range(m_.read, kMostRegistersRead);
      case code::write_single_coil:
      case code::write_single_register:
        return single();
      case code::write_multiple_coils:
        return written(kMostBitsWritten);
      case code::write_multiple_registers:
        return written(kMostRegistersWritten);
      case code::mask_write_register:  // 6.16: address, AND mask, OR mask
        m_.write = {true, c_.u16(), 1, c_.take(4)};
        return;
      case code::read_write_multiple_registers:  // 6.17
        range(m_.read, kMostRegistersRead);
        return written(kMostRegistersWrittenWhileReading);
      case code::read_fifo_queue:  // 6.18
        m_.read = {true, c_.u16(), 1, {}};
        return;
      default:
        either();
    }
  }

  void response() noexcept {
    switch (m_.function()) {
      case code::read_coils:
      case code::read_discrete_inputs:
      case code::read_holding_registers:
      case code::read_input_registers:
      case code::read_write_multiple_registers:
        return values();
      case code::write_single_coil:
      case code::write_single_register:
        return single();
      case code::write_multiple_coils:
        return range(m_.write, kMostBitsWritten);
      case code::write_multiple_registers:
        return range(m_.write, kMostRegistersWritten);
      case code::mask_write_register:
        m_.write = {true, c_.u16(), 1, c_.take(4)};
        return;
      default:
        either();
    }
  }

  // 7. MODBUS Exception Responses.
  void exception() noexcept {
    constexpr std::uint8_t kLast = 11;
    m_.exception = c_.u8();
    if (m_.exception == 0 || m_.exception > kLast || m_.exception == 9) m_.faults |= fault::exception_code;
  }

 private:
  void range(Range& range, std::uint16_t most) noexcept {
    range.present = true;
    range.address = c_.u16();
    range.count = c_.u16();
    if (range.count == 0 || range.count > most) m_.faults |= fault::data_value;
  }

  // 6.5, 6.6: address and value, alike in both directions.
  void single() noexcept {
    m_.write = {true, c_.u16(), 1, c_.take(2)};
    if (m_.function() != code::write_single_coil || m_.write.values.size() < 2) return;
    const unsigned value = m_.write.values[0] << 8 | m_.write.values[1];
    if (value != 0 && value != kCoilOn) m_.faults |= fault::data_value;
  }

  void written(std::uint16_t most) noexcept {
    range(m_.write, most);
    const std::uint8_t size = c_.u8();
    m_.write.values = c_.take(size);
    if (size != size_of_values(m_.function(), m_.write.count)) m_.faults |= fault::data_value;
  }

  void values() noexcept {
    const std::uint8_t size = c_.u8();
    m_.read = {true, 0, 0, c_.take(size)};
    if (size == 0) m_.faults |= fault::data_value;
  }

  // Functions whose both directions begin alike, and those of which nothing is read.
  void either() noexcept {
    if (m_.function() == code::diagnostics) {  // 6.8
      m_.has_subfunction = true;
      m_.subfunction = c_.u16();
    } else if (m_.function() == code::encapsulated_interface) {  // 6.19
      m_.has_mei = true;
      m_.mei = c_.u8();
    }
    m_.data = c_.take(c_.remaining());
  }

  Message& m_;
  Cursor& c_;
};

}  // namespace

Message read_message(Direction direction, Bytes whole) noexcept {
  Cursor c{whole};
  Message m;
  m.header = Header{c};
  m.raw_function = c.u8();
  if (m.header.protocol != 0) m.faults |= fault::protocol_id;
  if (m.header.length > kLongest && m.function() != code::umas) m.faults |= fault::data_length;
  const bool request = direction == Direction::to_server;
  if (m.function() == 0 || (request && m.is_exception())) {
    m.faults |= fault::function_code;
    m.data = c.take(c.remaining());
    return m;
  }
  Reader reader{m, c};
  if (m.is_exception())
    reader.exception();
  else if (request)
    reader.request();
  else
    reader.response();
  if (!c.ok() || !c.empty()) m.faults |= fault::data_length;
  return m;
}

bool agrees(const Message& request, const Message& response) noexcept {
  if (response.is_exception()) return true;
  if (response.write.present) {
    if (!request.write.present || request.write.address != response.write.address ||
        request.write.count != response.write.count)
      return false;
    // What a single write answers with is its echo; of several the count is enough.
    return response.write.values.empty() || std::ranges::equal(request.write.values, response.write.values);
  }
  if (!response.read.present || !request.read.present) return true;
  return response.read.values.size() == size_of_values(request.function(), request.read.count);
}

DeviceObjects::DeviceObjects(const Message& response) noexcept : c_(response.data) {
  if (!response.has_mei || response.mei != kMeiDeviceId) return;
  c_.skip(4);  // what was asked for, conformity, whether more follows, and from which object on
  left_ = c_.u8();
}

}  // namespace gatehouse::proto::modbus
