// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/socks/message.hpp"

#include <algorithm>

namespace gatehouse::proto::socks {
namespace {

// Up to a zero, which is taken too. Empty and failed where there is none within kMaxText.
Outcome take_text(Cursor& c, Bytes& text) noexcept {
  const Bytes rest = c.rest();
  const auto end = std::ranges::find(rest.first(std::min(rest.size(), kMaxText + 1)), std::uint8_t{0});
  const auto size = static_cast<std::size_t>(end - rest.begin());
  if (size > kMaxText) return Outcome::malformed;
  if (size == rest.size()) return Outcome::need_more;
  text = c.take(size);
  c.skip(1);
  return Outcome::done;
}

// RFC 1928, 5. Addressing.
Outcome take_address5(Cursor& c, IpAddress& address, Bytes& domain) noexcept {
  constexpr std::uint8_t ipv4 = 1, name = 3, ipv6 = 4;
  const std::uint8_t type = c.u8();
  if (!c.ok()) return Outcome::need_more;
  switch (type) {
    case ipv4:
      if (const Bytes octets = c.take(4); c.ok()) address = IpAddress::v4(octets.data());
      break;
    case ipv6:
      if (const Bytes octets = c.take(16); c.ok()) address = IpAddress::v6(octets.data());
      break;
    case name:
      domain = c.take(c.u8());
      break;
    default:
      return Outcome::malformed;
  }
  return c.ok() ? Outcome::done : Outcome::need_more;
}

}  // namespace

bool is_domain(Bytes name) noexcept {
  return !name.empty() && std::ranges::all_of(as_text(name), [](char c) {
    const char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

// SOCKS 4: "VN CD DSTPORT DSTIP USERID NULL". 4A: an address 0.0.0.x, and behind the user "the domain name, terminated
// with another NULL".
Outcome read_request4(Bytes bytes, Request& request) noexcept {
  Cursor c{bytes};
  request.version = c.u8();
  request.command = c.u8();
  request.port = c.u16();
  const Bytes octets = c.take(4);
  if (!c.ok()) return Outcome::need_more;
  if (request.version != kVersion4 || (request.command != command::connect && request.command != command::bind))
    return Outcome::malformed;
  if (const Outcome user = take_text(c, request.user); user != Outcome::done) return user;
  if (octets[0] == 0 && octets[1] == 0 && octets[2] == 0 && octets[3] != 0) {
    if (const Outcome domain = take_text(c, request.domain); domain != Outcome::done) return domain;
  } else {
    request.address = IpAddress::v4(octets.data());
  }
  request.size = c.position();
  return Outcome::done;
}

// RFC 1928, 4: "VER CMD RSV ATYP DST.ADDR DST.PORT".
Outcome read_request5(Bytes bytes, Request& request) noexcept {
  Cursor c{bytes};
  request.version = c.u8();
  request.command = c.u8();
  const std::uint8_t reserved = c.u8();
  if (!c.ok()) return Outcome::need_more;
  if (request.version != kVersion5 || request.command < command::connect || request.command > command::udp_associate ||
      reserved != 0)
    return Outcome::malformed;
  if (const Outcome where = take_address5(c, request.address, request.domain); where != Outcome::done) return where;
  request.port = c.u16();
  request.size = c.position();
  return c.ok() ? Outcome::done : Outcome::need_more;
}

// "VN is the version of the reply code and should be 0." Then CD, and what a client of CONNECT ignores.
Outcome read_reply4(Bytes bytes, Reply& reply) noexcept {
  Cursor c{bytes};
  const std::uint8_t version = c.u8();
  reply.code = c.u8();
  if (!c.ok()) return Outcome::need_more;
  if (version != 0 || reply.code < reply4::granted || reply.code > reply4::last) return Outcome::malformed;
  c.skip(6);
  reply.granted = reply.code == reply4::granted;
  reply.size = c.position();
  return c.ok() ? Outcome::done : Outcome::need_more;
}

// RFC 1928, 6: "VER REP RSV ATYP BND.ADDR BND.PORT".
Outcome read_reply5(Bytes bytes, Reply& reply) noexcept {
  Cursor c{bytes};
  const std::uint8_t version = c.u8();
  reply.code = c.u8();
  c.skip(1);
  if (!c.ok()) return Outcome::need_more;
  if (version != kVersion5) return Outcome::malformed;
  IpAddress address{};
  Bytes domain;
  if (const Outcome where = take_address5(c, address, domain); where != Outcome::done) return where;
  c.skip(2);
  reply.granted = reply.code == 0;
  reply.size = c.position();
  return c.ok() ? Outcome::done : Outcome::need_more;
}

Outcome read_greeting(Bytes bytes, Greeting& greeting) noexcept {
  Cursor c{bytes};
  const std::uint8_t version = c.u8();
  if (c.ok() && version != kVersion5) return Outcome::malformed;
  greeting.methods = c.take(c.u8());
  greeting.size = c.position();
  if (!c.ok()) return Outcome::need_more;
  return greeting.methods.empty() ? Outcome::malformed : Outcome::done;
}

Outcome read_login(Bytes bytes, Login& login) noexcept {
  Cursor c{bytes};
  const std::uint8_t version = c.u8();
  if (c.ok() && version != 1) return Outcome::malformed;
  login.user = c.take(c.u8());
  login.password = c.take(c.u8());
  login.size = c.position();
  return c.ok() ? Outcome::done : Outcome::need_more;
}

}  // namespace gatehouse::proto::socks
