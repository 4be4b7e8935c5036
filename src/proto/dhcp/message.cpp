// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dhcp/message.hpp"

namespace gatehouse::proto::dhcp {
namespace {

void first(Bytes& member, Bytes value) noexcept {
  if (member.empty()) member = value;
}

// Names may end in a zero: RFC 2132, 2: "Options containing NVT ASCII data SHOULD NOT include a trailing NULL; however,
// the receiver of such options MUST be prepared to delete trailing nulls if they exist."
Bytes without_zeros(Bytes value) noexcept {
  while (!value.empty() && value.back() == 0) value = value.first(value.size() - 1);
  return value;
}

// RFC 4702, 2: flags, two return codes, the name: in ASCII, or, with flag E, as DNS labels, of which the first is the
// host's.
Bytes name_of_fqdn(Bytes value) noexcept {
  constexpr std::uint8_t kEncoded = 4;
  Cursor c{value};
  const std::uint8_t flags = c.u8();
  c.skip(2);
  if ((flags & kEncoded) == 0) return without_zeros(c.take(c.remaining()));
  return c.take(c.u8());
}

}  // namespace

bool Message::parse(Bytes datagram) noexcept {
  Cursor c{datagram};
  header = Header{c};
  if (!c.ok() || !header.plausible()) return false;
  unsigned count = 0;
  if (!options(c, count)) truncated_options = true;
  // RFC 2132, 9.3. Option Overload: 1 the file, 2 the server's name, 3 both hold options.
  if (overload_ & 1) {
    Cursor file{header.boot_file};
    if (!options(file, count)) truncated_options = true;
  }
  if (overload_ & 2) {
    Cursor name{header.server_name};
    if (!options(name, count)) truncated_options = true;
  }
  return true;
}

// Up to the end option. False: there is none, or the option before it says it is longer than what is there.
bool Message::options(Cursor& c, unsigned& count) noexcept {
  while (!c.empty()) {
    const std::uint8_t code = c.u8();
    if (code == option::end) return true;
    if (code == option::pad) continue;
    const Bytes value = c.take(c.u8());
    if (!c.ok()) return false;
    if (++count > kMaxOptions) {
      too_many_options = true;
      return true;
    }
    take(code, value);
  }
  return false;
}

void Message::take(std::uint8_t code, Bytes value) noexcept {
  const auto number = [&](Seconds& seconds) {
    if (value.size() != 4)
      malformed_options = true;
    else if (!seconds.present)
      seconds = {true, Cursor{value}.u32()};
  };
  const auto addresses = [&](Bytes& member) {
    if (value.empty() || value.size() % 4 != 0)
      malformed_options = true;
    else
      first(member, value);
  };
  const auto address = [&](Bytes& member) {
    if (value.size() != 4)
      malformed_options = true;
    else
      first(member, value);
  };
  switch (code) {
    case option::type:
      if (value.size() != 1) {
        malformed_options = true;
      } else if (!has_type) {
        has_type = true;
        type_value = value[0];
        if (type_value <= static_cast<std::uint8_t>(Type::inform)) type = static_cast<Type>(type_value);
      }
      return;
    case option::overload:
      if (value.size() == 1) overload_ = value[0];
      return;
    case option::lease_time:
      return number(lease_time);
    case option::renewal_time:
      return number(renewal_time);
    case option::rebinding_time:
      return number(rebinding_time);
    case option::subnet_mask:
      return address(subnet_mask);
    case option::requested_ip:
      return address(requested_ip);
    case option::server_id:
      return address(server_id);
    case option::router:
      return addresses(routers);
    case option::dns_server:
      return addresses(dns_servers);
    case option::client_id:  // RFC 2132, 9.14: "The code for this option is 61, and its minimum length is 2."
      if (value.empty()) malformed_options = true;
      return first(client_id, value);
    case option::hostname:
      return first(hostname, without_zeros(value));
    case option::domain:
      return first(domain, without_zeros(value));
    case option::parameters:
      return first(parameters, value);
    case option::message:
      return first(text, without_zeros(value));
    case option::vendor_class:
      return first(vendor_class, without_zeros(value));
    case option::user_class:
      return first(user_class, value);
    case option::fqdn:
      return first(fqdn, name_of_fqdn(value));
    case option::mud_url:  // RFC 8520, 10
      return first(mud_url, value);
    default:
      return;
  }
}

}  // namespace gatehouse::proto::dhcp
