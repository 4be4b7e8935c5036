// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dcerpc/probe.hpp"

#include "proto/dcerpc/dcerpc.hpp"
#include "proto/dcerpc/pdu.hpp"

namespace gatehouse::proto::dcerpc {
namespace {

// C706, 12.6.3.1: bits that mean something; floating-point formats of the representation; its two reserved octets.
bool is_sound(Bytes bytes, const Header& header) noexcept {
  constexpr std::uint8_t kIeee = 0, kLastFormat = 3;
  if (bytes[5] > kLastFormat || bytes[6] != 0 || bytes[7] != 0) return false;
  // Every implementation that is known sends IEEE numbers.
  if (bytes[5] != kIeee || !header.plausible()) return false;
  if (header.type == 0 || header.type >= static_cast<std::uint8_t>(Type::bind) ||
      header.type == static_cast<std::uint8_t>(Type::response) || header.type == static_cast<std::uint8_t>(Type::fault))
    return true;
  return false;  // types of the connectionless protocol
}

// How short a unit of the type cannot be.
std::size_t least_length(Type type) noexcept {
  switch (type) {
    case Type::request:
    case Type::response:
      return kHeader + 8;
    case Type::fault:
      return kHeader + 12;
    case Type::bind:
    case Type::alter_context:
      return kHeader + 12 + 44;
    case Type::bind_ack:
    case Type::alter_context_response:
      return kHeader + 8 + 2;
    default:
      return kHeader;
  }
}

// A binding's first element has to have a transfer syntax, of which there are few.
bool is_sound_binding(Bytes bytes, const Header& header) noexcept {
  constexpr std::uint16_t kSmallestFragment = 512;  // far below what C706, 12.6.3.1 has them receive
  Numbers n{bytes.subspan(kHeader), header.little()};
  const std::uint16_t sends = n.u16(), receives = n.u16();
  n.c.skip(4);
  const unsigned items = n.c.u8();
  n.c.skip(3);
  n.c.skip(2);
  const unsigned syntaxes = n.c.u8();
  const unsigned reserved = n.c.u8();
  return n.c.ok() && sends >= kSmallestFragment && receives >= kSmallestFragment && items > 0 && syntaxes > 0 &&
         reserved == 0;
}

}  // namespace

Probe probe_unit(Bytes bytes) noexcept {
  constexpr std::string_view kVersion{"\x05"};
  if (bytes.empty()) return Probe::need_more;
  if (!starts_with(bytes, kVersion) || (bytes.size() > 1 && bytes[1] > 1)) return Probe::no;
  if (bytes.size() > 2 && bytes[2] >= kTypes) return Probe::no;
  if (bytes.size() < kHeader) return Probe::need_more;
  Cursor c{bytes};
  const Header header{c};
  if (!is_sound(bytes, header)) return Probe::no;
  const auto type = static_cast<Type>(header.type);
  if (header.length < least_length(type)) return Probe::no;
  if (!is_bind(type)) return Probe::yes;
  if (bytes.size() < kHeader + 16) return Probe::need_more;
  return is_sound_binding(bytes, header) ? Probe::yes : Probe::no;
}

Probe probe(Direction, Bytes bytes, std::uint16_t) {
  return probe_unit(bytes);
}

Probe probe_datagram(Direction, Bytes datagram, std::uint16_t) {
  Cursor c{datagram};
  const DatagramHeader header{c};
  if (!c.ok() || !header.plausible(datagram.size())) return Probe::no;
  // The two octets of the representation that have one value each; an interface and a call that are named.
  if (datagram[5] != 0 || datagram[6] != 0 || header.activity == Uuid{}) return Probe::no;
  return header.interface == Uuid{} ? Probe::no : Probe::yes;
}

}  // namespace gatehouse::proto::dcerpc
