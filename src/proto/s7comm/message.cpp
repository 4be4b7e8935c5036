// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/s7comm/message.hpp"

namespace gatehouse::proto::s7comm {
namespace {

constexpr std::uint8_t kCpuGroup = 4, kReadList = 1;

// Which block is loaded, which service is called.
Bytes read_name(Cursor c, std::uint8_t function) noexcept {
  switch (function) {
    case code::request_download:
    case code::start_upload:
      c.skip(7);  // status, and the number of the upload
      break;
    case code::control:
      c.skip(7);
      c.skip(c.u16());  // the service's parameters
      break;
    case code::stop:
      c.skip(5);
      break;
    default:
      return {};
  }
  return c.take(c.u8());
}

// Parameters of user data: 0x000112, their length, who asks, type and group, subfunction, number.
void read_userdata(Cursor c, Message& m) noexcept {
  c.skip(5);
  const std::uint8_t type = c.u8();
  m.direction = type >> 4;
  m.group = type & 0x0f;
  m.subfunction = c.u8();
  if (m.group != kCpuGroup || m.subfunction != kReadList) return;
  Cursor data{m.data};
  data.skip(2);  // return code, form of the length
  const std::uint16_t length = data.u16();
  Cursor list = data.sub(length);
  m.list = list.u16();
  m.list_index = list.u16();
  m.has_list = list.ok();
  if (list.empty()) return;
  m.record_size = list.u16();
  list.skip(2);
  m.records = list.rest();
}

}  // namespace

Items::Items(Bytes parameters) noexcept : c_(parameters), left_(0) {
  c_.skip(1);
  left_ = c_.u8();
}

bool Items::next(Item& item) noexcept {
  constexpr std::uint8_t kSpecification = 0x12;
  if (left_ == 0 || !c_.ok()) return false;
  --left_;
  if (c_.u8() != kSpecification) c_.fail();
  const std::uint8_t length = c_.u8();
  Cursor inner = c_.sub(length);
  item = {};
  item.syntax = inner.u8();
  if (item.syntax == kAnyPointer) {
    item.element = inner.u8();
    item.count = inner.u16();
    item.db = inner.u16();
    item.area = inner.u8();
    item.bit_address = inner.u24();
    if (!inner.ok()) c_.fail();
  }
  // Each item but the last begins at an even place.
  if (length % 2 != 0 && left_ > 0) c_.skip(1);
  return c_.ok();
}

bool read_message(Bytes bytes, Message& m) noexcept {
  Cursor c{bytes};
  m = {};
  if (c.u8() != kClassic) return false;
  m.kind = c.u8();
  c.skip(2);
  m.reference = c.u16();
  const std::uint16_t parameters = c.u16(), data = c.u16();
  if (m.kind == kind::acknowledge || m.kind == kind::answer) {
    m.error_class = c.u8();
    m.error_code = c.u8();
  } else if (m.kind != kind::job && m.kind != kind::userdata) {
    return false;
  }
  m.parameters = c.take(parameters);
  m.data = c.take(data);
  if (!c.ok()) return false;
  Cursor inner{m.parameters};
  if (m.kind == kind::userdata) {
    read_userdata(inner, m);
    return m.parameters.size() >= 8;
  }
  if (m.parameters.empty()) return m.kind != kind::job;
  m.has_function = true;
  m.function = inner.u8();
  if (m.kind == kind::job) m.name = read_name(inner, m.function);
  return true;
}

}  // namespace gatehouse::proto::s7comm
