// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/enip/message.hpp"

namespace gatehouse::proto::enip {
namespace {

void attributes(Cursor& c, Identity& identity) noexcept {
  identity.vendor = c.le16();
  identity.device_type = c.le16();
  identity.product_code = c.le16();
  identity.major = c.u8();
  identity.minor = c.u8();
  identity.status = c.le16();
  identity.serial = c.le32();
  identity.product_name = c.take(c.u8());
}

void read_list(Bytes body, Message& m) noexcept {
  constexpr std::size_t kServiceName = 16;  // filled up with zeros
  Items items{body};
  std::uint16_t type = 0;
  for (Bytes data; items.next(type, data);) {
    if (type == item::identity && !m.identity.present) {
      m.identity = read_identity_item(data);
    } else if (type == item::services && !m.has_services) {
      Cursor c{data};
      m.services_version = c.le16();
      m.capabilities = c.le16();
      m.service_name = c.take(kServiceName);
      const std::string_view name = as_text(m.service_name);
      m.service_name = m.service_name.first(std::min(name.find('\0'), name.size()));
      m.has_services = c.ok();
    }
  }
  m.invalid = !items.ok();
}

// CIP Volume 2, 2-4.7 and 2-4.8: interface handle, timeout, items.
void read_data(Bytes body, Message& m) noexcept {
  Cursor c{body};
  c.skip(6);
  Items items{c.rest()};
  std::uint16_t type = 0;
  for (Bytes data; items.next(type, data);) {
    Cursor inner{data};
    if (type == item::connected_data) {
      m.has_sequence = true;
      m.sequence = inner.le16();
    } else if (type != item::unconnected_data) {
      continue;
    }
    m.cip = inner.rest();
    if (!inner.ok()) m.invalid = true;
  }
  if (!c.ok() || !items.ok()) m.invalid = true;
}

}  // namespace

Identity read_identity_item(Bytes data) noexcept {
  Cursor c{data};
  Identity identity;
  identity.protocol_version = c.le16();
  c.skip(16);  // socket address
  attributes(c, identity);
  identity.state = c.u8();
  identity.present = c.ok();
  return identity;
}

Identity read_identity_attributes(Bytes data) noexcept {
  Cursor c{data};
  Identity identity;
  attributes(c, identity);
  identity.present = c.ok();
  return identity;
}

Message read_message(Bytes whole) noexcept {
  Cursor c{whole};
  Message m;
  m.header = Header{c};
  const Bytes body = c.rest();
  switch (m.header.command) {
    case command::register_session:
      m.version = c.le16();
      m.register_options = c.le16();
      m.has_register = c.ok();
      // A refusal may leave them away.
      m.invalid = !c.ok() && m.header.status == 0;
      break;
    case command::list_services:
    case command::list_identity:
    case command::list_interfaces:
      if (!body.empty()) read_list(body, m);
      break;
    case command::send_rr_data:
    case command::send_unit_data:
      if (!body.empty() || m.header.status == 0) read_data(body, m);
      break;
    default:
      break;
  }
  return m;
}

}  // namespace gatehouse::proto::enip
