// SPDX-License-Identifier: GPL-3.0-or-later
#include "decode/layers.hpp"
#include "decode/wire.hpp"

namespace gatehouse::decode {
namespace {

constexpr std::size_t kPppoeHeader = 6, kTagHeader = 4, kIpv4Header = 20, kIpv6Header = 40;

// Protocols that PPP is known to carry and that we do not look into: compressed headers, other network layers, and the
// control protocols that set a link up.
constexpr std::array<std::uint16_t, 28> kNotLookedInto{
    0x0023, 0x0025, 0x0027, 0x0029, 0x002b, 0x002d, 0x0031, 0x0033, 0x0035, 0x0205, 0x0231, 0x4001, 0x8021, 0x8023,
    0x8025, 0x8027, 0x8029, 0x802b, 0x8031, 0x8033, 0x8035, 0x8057, 0x8281, 0xc021, 0xc023, 0xc025, 0xc223, 0x8281};

void ppp_ipv4(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (bytes.size() < kIpv4Header) return refuse(packet, PacketEvent::ppp_ip4_pkt_too_small);
  ipv4(context, packet, bytes);
}

void ppp_ipv6(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (bytes.size() < kIpv6Header) return refuse(packet, PacketEvent::ppp_ip6_pkt_too_small);
  ipv6(context, packet, bytes);
}

// RFC 1144: an uncompressed packet of Van Jacobson's scheme, with a connection number where the protocol stood.
void ppp_vj_uncompressed(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (bytes.size() < kIpv4Header) return refuse(packet, PacketEvent::ppp_vju_pkt_too_small);
  if (bytes[0] >> 4 == 4) ipv4(context, packet, bytes);
}

struct ProtocolRow {
  std::uint16_t protocol;
  DecodeFn decode;
};
constexpr std::array kProtocols{ProtocolRow{0x0021, ppp_ipv4}, ProtocolRow{0x0057, ppp_ipv6},
                                ProtocolRow{0x002f, ppp_vj_uncompressed}, ProtocolRow{0x0281, mpls},
                                ProtocolRow{0x0283, mpls}};

void ppp_payload(Context& context, Packet& packet, Bytes bytes, PacketEvent too_small) noexcept {
  if (bytes.empty()) return refuse(packet, too_small);
  // RFC 1661, 6.5: the protocol may be compressed to one byte, which is then odd.
  const std::size_t width = bytes[0] & 1 ? 1 : 2;
  if (bytes.size() < width) return refuse(packet, too_small);
  const std::uint16_t protocol = width == 1 ? bytes[0] : be16(bytes.data());
  bytes = bytes.subspan(width);
  for (const ProtocolRow& row : kProtocols)
    if (row.protocol == protocol) return row.decode(context, packet, bytes);
  for (const std::uint16_t known : kNotLookedInto)
    if (known == protocol) return note(packet, PacketEvent::ppp_unsup_proto);
  refuse(packet, PacketEvent::ppp_wrong_type);
}

}  // namespace

void ppp(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.ppp;
  if (!context.enter(packet)) return;
  if (bytes.size() < 2) return refuse(packet, PacketEvent::ppp_pkt_too_small);
  // RFC 1662, 3.1: address and control, which a link may agree to leave out.
  if (bytes[0] == 0xff && bytes[1] == 0x03) bytes = bytes.subspan(2);
  ppp_payload(context, packet, bytes, PacketEvent::ppp_pkt_too_small);
}

// RFC 2516, 4: version and type, code, session, length.
void pppoe_session(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.pppoe;
  if (!context.enter(packet)) return;
  if (bytes.size() < kPppoeHeader + 2) return refuse(packet, PacketEvent::pppoe_pkt_too_small);
  const std::size_t length = be16(bytes.data() + 4);
  const Bytes rest = bytes.subspan(kPppoeHeader);
  if (length == 0) return;
  ppp_payload(context, packet, rest.first(std::min(length, rest.size())), PacketEvent::pppoe_pkt_too_small);
}

void pppoe_discovery(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.pppoe;
  if (!context.enter(packet)) return;
  if (bytes.size() < kPppoeHeader) return refuse(packet, PacketEvent::pppoe_pkt_too_small);
  constexpr std::uint8_t codes[] = {0x09, 0x07, 0x19, 0x65, 0xa7};  // PADI, PADO, PADR, PADS, PADT
  bool known = false;
  for (const std::uint8_t code : codes) known |= bytes[1] == code;
  if (!known) return refuse(packet, PacketEvent::pppoe_wrong_code);

  const std::size_t length = be16(bytes.data() + 4);
  Bytes tags = bytes.subspan(kPppoeHeader);
  if (length > tags.size()) return refuse(packet, PacketEvent::pppoe_malformed_tags);
  packet.payload = tags = tags.first(length);
  while (!tags.empty()) {
    if (tags.size() < kTagHeader || tags.size() - kTagHeader < be16(tags.data() + 2))
      return refuse(packet, PacketEvent::pppoe_malformed_tags);
    if (be16(tags.data()) == 0) return;  // End-Of-List
    tags = tags.subspan(kTagHeader + be16(tags.data() + 2));
  }
}

}  // namespace gatehouse::decode
