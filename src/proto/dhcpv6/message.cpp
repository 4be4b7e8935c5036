// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dhcpv6/message.hpp"

namespace gatehouse::proto::dhcpv6 {
namespace {

void first(Bytes& member, Bytes value) noexcept {
  if (member.empty()) member = value;
}

bool is_relay(std::uint8_t type) noexcept {
  return type == static_cast<std::uint8_t>(Type::relay_forward) || type == static_cast<std::uint8_t>(Type::relay_reply);
}

}  // namespace

bool Duid::plausible() const noexcept {
  Cursor c{whole};
  const std::uint16_t type = c.u16();
  constexpr std::size_t uuid = 16;
  switch (type) {
    case 1:  // DUID-LLT: hardware type, time, address
      return whole.size() >= 8 + 2 && whole.size() <= kLongestDuid;
    case 2:  // DUID-EN: enterprise, identifier
      return whole.size() >= 6 + 1 && whole.size() <= kLongestDuid;
    case 3:  // DUID-LL: hardware type, address
      return whole.size() >= 4 + 2 && whole.size() <= kLongestDuid;
    case 4:  // DUID-UUID, RFC 6355
      return whole.size() == 2 + uuid;
    default:
      return false;
  }
}

Bytes Duid::hardware() const noexcept {
  Cursor c{whole};
  const std::uint16_t type = c.u16();
  if (type != 1 && type != 3) return {};
  c.skip(type == 1 ? 6 : 2);
  return c.take(c.remaining());
}

bool Message::parse(Bytes datagram) noexcept {
  // RFC 8415, 9. Relay agents wrap the message, and each other.
  for (;;) {
    Cursor c{datagram};
    type = c.u8();
    if (type < 1 || type > static_cast<std::uint8_t>(Type::relay_reply)) return false;
    if (!is_relay(type)) {
      id = c.u24();
      if (!c.ok()) return false;
      options(c, 0);
      return true;
    }
    if (relays == kMaxRelays) {
      too_many_relays = true;
      return true;
    }
    const std::uint8_t hops = c.u8();
    const Bytes link = c.take(16), peer = c.take(16);
    if (!c.ok()) return false;
    if (relays++ == 0) relay_hops = hops, relay_link = link, relay_peer = peer;
    relayed_ = {};
    options(c, 0);
    if (relayed_.empty()) return relays > 1 || !malformed_options;
    datagram = relayed_;
  }
}

// RFC 8415, 21.1. Format of DHCP Options: code, length, value.
void Message::options(Cursor c, unsigned nesting) noexcept {
  while (c.ok() && !c.empty()) {
    const std::uint16_t code = c.u16();
    const Bytes value = c.take(c.u16());
    if (!c.ok()) {
      malformed_options = true;
      return;
    }
    if (++options_ > kMaxOptions) {
      too_many_options = true;
      return;
    }
    take(code, value, nesting);
  }
}

// An identity association: `fixed` bytes, then options of its own.
void Message::identity(Cursor c, std::size_t fixed, unsigned nesting) noexcept {
  c.skip(fixed);
  if (!c.ok() || nesting + 1 > kMaxNesting) {
    malformed_options = true;
    return;
  }
  options(c, nesting + 1);
}

void Message::take(std::uint16_t code, Bytes value, unsigned nesting) noexcept {
  Cursor c{value};
  switch (code) {
    case option::client_id:
      return first(client.whole, value);
    case option::server_id:
      return first(server.whole, value);
    case option::ia_na:  // 21.4: IAID, T1, T2
    case option::ia_pd:  // 21.21
      return identity(c, 12, nesting);
    case option::ia_ta:  // 21.5: IAID
      return identity(c, 4, nesting);
    case option::ia_address: {  // 21.6: address, preferred and valid lifetimes
      const Bytes address = c.take(16);
      c.skip(4);
      const std::uint32_t valid = c.u32();
      if (c.ok() && address_count < kMaxAddresses) addresses[address_count++] = address;
      if (c.ok() && !has_lifetime) has_lifetime = true, valid_lifetime = valid;
      return identity(Cursor{value}, 24, nesting);
    }
    case option::ia_prefix: {  // 21.22: lifetimes, length, prefix
      c.skip(8);
      const std::uint8_t length = c.u8();
      const Bytes address = c.take(16);
      if (c.ok() && length <= 128 && prefix_count < kMaxAddresses) prefixes[prefix_count++] = {address, length};
      return identity(Cursor{value}, 25, nesting);
    }
    case option::requested:  // 21.7: codes of two bytes
      if (value.size() % 2 != 0) malformed_options = true;
      return first(requested, value);
    case option::elapsed:  // 21.9
      if (value.size() != 2) malformed_options = true;
      has_elapsed = true;
      return;
    case option::relay_message:
      return first(relayed_, value);
    case option::status: {  // 21.13
      const std::uint16_t said = c.u16();
      if (!c.ok()) malformed_options = true;
      if (c.ok() && !has_status) has_status = true, status = said, status_text = c.rest();
      return;
    }
    case option::vendor_class: {  // 21.16: enterprise, then strings with their lengths
      const std::uint32_t number = c.u32();
      const Bytes text = c.empty() ? Bytes{} : c.take(c.u16());
      if (!c.ok()) malformed_options = true;
      if (c.ok() && !has_enterprise) has_enterprise = true, enterprise = number, vendor_class = text;
      return;
    }
    case option::interface_id:
      return first(interface_id, value);
    case option::dns_servers:  // RFC 3646, 3
      if (value.size() % 16 != 0) malformed_options = true;
      return first(dns_servers, value);
    case option::fqdn:  // RFC 4704, 4: flags, then labels
      c.skip(1);
      if (!c.ok()) malformed_options = true;
      return first(fqdn, c.rest());
    case option::mud_url:  // RFC 8520, 10
      return first(mud_url, value);
    default:
      return;
  }
}

}  // namespace gatehouse::proto::dhcpv6
