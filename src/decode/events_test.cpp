// SPDX-License-Identifier: GPL-3.0-or-later
// Every malformation by the field's name: bytes, and the events they earn.
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "decode/decoder.hpp"
#include "support/packet_builder.hpp"

namespace gatehouse::decode {
namespace {

using namespace gatehouse::test;
using Builder = PacketBuilder;

constexpr auto kA = "192.0.2.1", kB = "198.51.100.2";
constexpr auto kA6 = "2001:db8::1", kB6 = "2001:db8:1::2";

enum Soundness : std::uint8_t { kTolerable, kInvalid };

struct Case {
  const char* about;
  const char* events;  // of all the frame's packets, in order, with blanks between; without "decoder."
  Soundness soundness;
  Frame frame;
  LinkType link = LinkType::ethernet;
};

Builder eth() {
  return Builder().ethernet();
}
Builder ip4(const Ipv4Spec& spec = {}) {
  return eth().ipv4(kA, kB, spec);
}
Builder ip6(const Ipv6Spec& spec = {}) {
  return eth().ipv6(kA6, kB6, spec);
}
Frame typed(std::uint16_t type, const Frame& bytes) {
  return eth().raw(bytes, type).build();
}
Frame over4(std::uint8_t protocol, const Frame& bytes) {
  return ip4().raw(bytes, 0, protocol).build();
}
Frame over6(std::uint8_t protocol, const Frame& bytes) {
  return ip6().raw(bytes, 0, protocol).build();
}
Frame udp4(std::uint16_t port, const Frame& bytes) {
  return ip4().udp(1000, port).raw(bytes).build();
}
Frame options4(const Frame& options) {
  return ip4({.options = options}).udp(1, 2).build();
}
Frame options_tcp(const Frame& options) {
  return ip4().tcp(1, 2, {.options = options}).build();
}
Frame extended(std::uint8_t kind, const Frame& body) {
  return ip6().extension(kind, body).udp(1, 2).build();
}
Frame zeros(std::size_t n) {
  return Frame(n, 0);
}
Frame arp_packet(std::initializer_list<std::uint8_t> head, std::size_t size = 28) {
  Frame arp{head};
  arp.resize(size);
  return typed(0x0806, arp);
}

Frame vlans(unsigned layers) {
  Builder b = eth();
  for (unsigned i = 0; i < layers; ++i) b.vlan(static_cast<std::uint16_t>(10 + i));
  return b.ipv4(kA, kB).udp(1, 2).build();
}

Frame nested(unsigned tunnels) {
  Builder b = eth().ipv4(kA, kB);
  for (unsigned i = 0; i < tunnels; ++i) b.ipv4(kA, kB);
  return b.udp(1, 2).build();
}

Frame destination_headers(unsigned count) {
  Builder b = ip6();
  for (unsigned i = 0; i < count; ++i) b.extension(60, {0x05, 2, 0, 0});
  return b.udp(1, 2).build();
}

std::vector<Case> link_cases() {
  return {
      {"Ethernet cut short", "ethernet.pkt_too_small", kInvalid, zeros(13)},
      {"an EtherType nobody knows", "ethernet.unknown_ethertype", kTolerable, typed(0x88cc, zeros(46))},
      {"VLAN tag cut short", "vlan.header_too_small", kInvalid, typed(0x8100, zeros(3))},
      {"VLAN with unknown type", "vlan.unknown_type", kTolerable, eth().vlan(5).raw(zeros(46), 0x88cc).build()},
      {"three VLAN tags", "", kTolerable, vlans(3)},
      {"four VLAN tags", "vlan.too_many_layers", kTolerable, vlans(4)},
      {"802.1ah cut short", "ieee8021ah.header_too_small", kInvalid, typed(0x88e7, zeros(17))},
      {"VNTag cut short", "vntag.header_too_small", kInvalid, typed(0x8926, zeros(5))},
      {"VNTag with unknown type", "vntag.unknown_type", kTolerable, typed(0x8926, {0, 0, 0, 0, 0x88, 0xcc})},
      {"Fabric Path cut short", "dce.pkt_too_small", kInvalid, typed(0x8903, zeros(1))},
      {"NULL cut short", "ltnull.pkt_too_small", kInvalid, zeros(3), LinkType::null_loopback},
      {"NULL with AppleTalk", "ltnull.unsupported_type", kTolerable, {16, 0, 0, 0}, LinkType::null_loopback},
      {"Linux cooked cut short", "sll.pkt_too_small", kInvalid, zeros(15), LinkType::linux_sll},
      {"Linux cooked v2 cut short", "sll2.pkt_too_small", kInvalid, zeros(19), LinkType::linux_sll2},
      {"Cisco HDLC cut short", "chdlc.pkt_too_small", kInvalid, zeros(3), LinkType::chdlc},
      {"raw IP of version 5", "ipraw.invalid_ip_version", kInvalid, {0x55, 0}, LinkType::raw_ip},
      {"a link type that is not known", "unsupported_link_type", kInvalid, zeros(60), LinkType::unsupported},
      {"PPP cut short", "ppp.pkt_too_small", kInvalid, {0xff}, LinkType::ppp},
      {"PPP with IPv4 cut short", "ppp.ip4_pkt_too_small", kInvalid, {0xff, 3, 0, 0x21, 0x45}, LinkType::ppp},
      {"PPP with IPv6 cut short", "ppp.ip6_pkt_too_small", kInvalid, {0xff, 3, 0, 0x57, 0x60}, LinkType::ppp},
      {"PPP with VJ cut short", "ppp.vju_pkt_too_small", kInvalid, {0xff, 3, 0, 0x2f, 0x45}, LinkType::ppp},
      {"PPP's link control", "ppp.unsup_proto", kTolerable, {0xff, 3, 0xc0, 0x21, 1}, LinkType::ppp},
      {"PPP with what is not assigned", "ppp.wrong_type", kInvalid, {0xff, 3, 0x7f, 0xfe, 1}, LinkType::ppp},
      {"PPPoE session cut short", "pppoe.pkt_too_small", kInvalid, typed(0x8864, zeros(7))},
      {"PPPoE discovery cut short", "pppoe.pkt_too_small", kInvalid, typed(0x8863, zeros(5))},
      {"PPPoE discovery of unknown code", "pppoe.wrong_code", kInvalid, typed(0x8863, {0x11, 0xbb, 0, 0, 0, 0})},
      {"PPPoE tags beyond the end", "pppoe.malformed_tags", kInvalid, typed(0x8863, {0x11, 9, 0, 0, 0, 8, 1, 1, 0, 0})},
      {"a PPPoE tag beyond the tags", "pppoe.malformed_tags", kInvalid,
       typed(0x8863, {0x11, 9, 0, 0, 0, 4, 1, 1, 0, 9})},
      {"MPLS cut short", "mpls.header_too_small", kInvalid, typed(0x8847, zeros(3))},
      {"MPLS with nothing in it", "mpls.pkt_too_small", kInvalid, eth().mpls(21).raw(zeros(3)).build()},
      {"MPLS router alert at the bottom", "mpls.bad_label_router_alert", kTolerable,
       eth().mpls(1).raw(zeros(4)).build()},
      {"MPLS implicit null", "mpls.bad_label_implicit_null", kTolerable, eth().mpls(3).raw(zeros(4)).build()},
      {"MPLS reserved label", "mpls.bad_label_reserved", kTolerable, eth().mpls(9).raw(zeros(4)).build()},
      {"MPLS with an unknown load", "mpls.unknown_payload_type", kInvalid, eth().mpls(21).raw({0x90, 0, 0, 0}).build()},
      {"NSH cut short", "nsh.header_too_small", kInvalid, typed(0x894f, zeros(7))},
      {"NSH of version 1", "nsh.unsupported_version", kTolerable, typed(0x894f, {0x40, 2, 2, 1, 0, 0, 0, 0, 0})},
      {"NSH with nothing behind it", "nsh.bad_header_length", kInvalid, typed(0x894f, {0, 2, 2, 1, 0, 0, 0, 0})},
      {"NSH type 1 of the wrong length", "nsh.bad_header_length", kInvalid, typed(0x894f, {0, 2, 1, 1, 0, 0, 0, 0, 0})},
      {"NSH reserved type", "nsh.reserved_type", kTolerable, typed(0x894f, {0, 2, 0, 1, 0, 0, 0, 0, 0})},
      {"NSH unassigned type", "nsh.unsupported_type", kTolerable, typed(0x894f, {0, 2, 3, 1, 0, 0, 0, 0, 0})},
      {"NSH with NSH", "nsh.unknown_payload", kTolerable, typed(0x894f, {0, 2, 2, 4, 0, 0, 0, 0, 0})},
      {"ARP", "", kTolerable, arp_packet({0, 1, 8, 0, 6, 4, 0, 1})},
      {"ARP cut short", "arp.pkt_too_small", kInvalid, arp_packet({}, 7)},
      {"ARP without its addresses", "arp.invalid_pkt", kInvalid, arp_packet({0, 1, 8, 0, 6, 4, 0, 1}, 27)},
      {"ARP for another hardware", "arp.unsupported_hardware", kInvalid, arp_packet({0, 32, 8, 0, 6, 4, 0, 1})},
      {"ARP for another protocol", "arp.unsupported_protocol", kInvalid, arp_packet({0, 1, 0x86, 0xdd, 6, 4, 0, 1})},
      {"ARP hardware size", "arp.invalid_hardware_size", kInvalid, arp_packet({0, 1, 8, 0, 7, 4, 0, 1})},
      {"ARP protocol size", "arp.invalid_protocol_size", kInvalid, arp_packet({0, 1, 8, 0, 6, 5, 0, 1})},
      {"ARP operation", "arp.unsupported_opcode", kInvalid, arp_packet({0, 1, 8, 0, 6, 4, 0, 5})},
  };
}

std::vector<Case> ipv4_cases() {
  return {
      {"header cut short", "ipv4.pkt_too_small", kInvalid, typed(0x0800, zeros(19))},
      {"version 5", "ipv4.wrong_ip_version", kInvalid, ip4({.version = 5}).udp(1, 2).build()},
      {"header of 16 bytes", "ipv4.hlen_too_small", kInvalid, ip4({.header_words = 4}).udp(1, 2).build()},
      {"length below the header's", "ipv4.iplen_smaller_than_hlen", kInvalid,
       ip4({.total_length = 19}).udp(1, 2).build()},
      {"length zero, no super-packet", "ipv4.iplen_smaller_than_hlen", kInvalid,
       ip4({.total_length = 0}).udp(1, 2).build()},
      {"length beyond the frame", "ipv4.trunc_pkt", kInvalid, ip4({.total_length = 29}).udp(1, 2).build()},
      {"ICMPv6 over IPv4", "ipv4.icmpv6", kInvalid, over4(58, zeros(8))},
      {"unknown option", "ipv4.opt_invalid", kTolerable, options4({0x9e, 8, 0, 0, 0, 0, 0, 0})},
      {"option of length 1", "ipv4.opt_invalid_len", kInvalid, options4({7, 1, 0, 0, 0, 0, 0, 0})},
      {"option beyond the header", "ipv4.opt_invalid_len", kInvalid, options4({7, 9, 4, 0, 0, 0, 0, 0})},
      {"router alert of length 3", "ipv4.opt_invalid_len", kInvalid, options4({148, 3, 0, 1, 1, 1, 1, 0})},
      {"record route's pointer", "ipv4.opt_malformed", kInvalid, options4({7, 7, 5, 0, 0, 0, 0, 0})},
      {"timestamp's pointer", "ipv4.opt_malformed", kInvalid, options4({68, 8, 4, 0, 0, 0, 0, 0})},
      {"commercial security's tag", "ipv4.opt_malformed", kInvalid,
       options4({134, 12, 0, 0, 0, 1, 9, 6, 0, 0, 0, 0, 1, 1, 1, 0})},
      {"a sound timestamp and a sound route", "", kTolerable,
       options4({68, 8, 5, 0, 0, 0, 0, 0, 7, 7, 4, 0, 0, 0, 0, 0})},
      {"options of four bytes", "ipv4.opt_pad_required", kTolerable, options4({148, 4, 0, 0})},
      {"an option twice", "ipv4.opt_duplicate", kTolerable, options4({148, 4, 0, 0, 148, 4, 0, 0})},
      {"no end of list", "ipv4.opt_eol_required", kTolerable, options4({148, 4, 0, 0, 1, 1, 1, 148})},
      {"fragment beyond 64 KiB", "ipv4.frag_pkt_too_large", kInvalid, ip4({.offset = 65528}).raw(zeros(8)).build()},
      {"fragment without bytes", "ipv4.frag_ignored", kInvalid, ip4({.more_fragments = true}).build()},
      {"tunnels in tunnels", "", kTolerable, nested(4)},
      {"too many tunnels in tunnels", "too_many_layers", kInvalid, nested(5)},
  };
}

std::vector<Case> ipv6_cases() {
  constexpr std::uint8_t hop = 0, routing = 43, fragment = 44, ah = 51, none = 59, dst = 60;
  const Frame alert{0x05, 2, 0, 0};
  return {
      {"header cut short", "ipv6.pkt_too_small", kInvalid, typed(0x86dd, zeros(39))},
      {"version 4", "ipv6.wrong_ip_version", kInvalid, ip6({.version = 4}).udp(1, 2).build()},
      {"length beyond the frame", "ipv6.trunc_pkt", kInvalid, ip6({.payload_length = 9}).udp(1, 2).build()},
      {"extension header beyond the end", "ipv6.trunc_exthdr", kInvalid, over6(hop, {17, 9, 0, 0, 0, 0, 0, 0})},
      {"nothing behind an extension header", "ipv6.trunc_exthdr", kInvalid, over6(routing, {17, 0, 2, 0, 0, 0, 0, 0})},
      {"hop-by-hop twice", "ipv6.exthdr_dupl_hh", kTolerable,
       ip6().extension(hop, alert).extension(hop, alert).udp(1, 2).build()},
      {"routing twice", "ipv6.exthdr_dupl_rh", kTolerable,
       ip6().extension(routing, {2, 0}).extension(routing, {2, 0}).udp(1, 2).build()},
      {"destination twice", "", kTolerable, destination_headers(2)},
      {"destination three times", "ipv6.exthdr_dupl_dh", kTolerable, destination_headers(3)},
      {"authentication twice", "ipv6.exthdr_dupl_ah", kTolerable,
       ip6().extension(ah, zeros(10)).extension(ah, zeros(10)).udp(1, 2).build()},
      {"authentication's reserved field", "ipv6.exthdr_ah_res_not_null", kTolerable,
       ip6().extension(ah, join({{1, 0}, zeros(8)})).udp(1, 2).build()},
      {"fragment header twice", "ipv6.exthdr_useless_fh ipv6.exthdr_dupl_fh", kTolerable,
       ip6().ipv6_fragment(1, 0, false).ipv6_fragment(2, 0, false).udp(1, 2).build()},
      {"fragment header for nothing", "ipv6.exthdr_useless_fh", kTolerable,
       ip6().ipv6_fragment(1, 0, false).udp(1, 2).build()},
      {"fragment header's reserved field", "ipv6.fh_non_zero_reserved_field ipv6.exthdr_useless_fh", kTolerable,
       ip6().raw({17, 1, 0, 0, 0, 0, 0, 1}, 0, fragment).udp(1, 2).build()},
      {"fragment of odd length", "ipv6.frag_invalid_length", kInvalid,
       ip6().ipv6_fragment(1, 0, true, 17).raw(zeros(15)).build()},
      {"fragment beyond 64 KiB", "ipv6.frag_pkt_too_large", kInvalid,
       ip6().ipv6_fragment(1, 65528, false, 17).raw(zeros(8)).build()},
      {"fragment without bytes", "ipv6.frag_ignored", kInvalid, ip6().ipv6_fragment(1, 8, false, 17).build()},
      {"option beyond its header", "ipv6.exthdr_invalid_optlen", kInvalid, extended(hop, {0x05, 5, 0, 0, 0, 0})},
      {"option without its value", "ipv6.exthdr_invalid_optlen", kInvalid, extended(hop, {0x05, 1, 0, 0, 0, 0})},
      {"unknown hop-by-hop option", "ipv6.hopopts_unknown_opt", kTolerable, extended(hop, {0x1e, 4, 0, 0, 0, 0})},
      {"unknown destination option", "ipv6.dstopts_unknown_opt", kTolerable, extended(dst, {0x1e, 4, 0, 0, 0, 0})},
      {"hop-by-hop with padding only", "ipv6.hopopts_only_padding", kTolerable, extended(hop, {1, 4, 0, 0, 0, 0})},
      {"destination with padding only", "ipv6.dstopts_only_padding", kTolerable, extended(dst, {1, 4, 0, 0, 0, 0})},
      {"padding of length zero", "ipv6.zero_len_padn", kTolerable, extended(hop, {0x05, 2, 0, 0, 1, 0})},
      {"routing type 0", "ipv6.rh_type_0", kTolerable, extended(routing, {0, 0})},
      {"none", "", kTolerable, over6(none, {})},
      {"data behind none", "ipv6.data_after_none_header", kTolerable, over6(none, zeros(1))},
      {"unknown next header", "ipv6.unknown_next_header", kTolerable, over6(200, zeros(8))},
      {"ICMPv4 over IPv6", "ipv6.icmpv4", kTolerable, over6(1, zeros(8))},
      {"IPv4 within, cut short", "ipv6.ipv4_in_ipv6_too_small", kInvalid, over6(4, zeros(19))},
      {"IPv4 within, of version 6", "ipv6.ipv4_in_ipv6_wrong_version", kInvalid,
       ip6().ipv4(kA, kB, {.version = 6}).udp(1, 2).build()},
      {"IPv6 within, cut short", "ipv6.ipv6_in_ipv6_too_small", kInvalid, over6(41, zeros(39))},
      {"IPv6 within, of version 4", "ipv6.ipv6_in_ipv6_wrong_version", kInvalid,
       ip6().ipv6(kA6, kB6, {.version = 4}).udp(1, 2).build()},
      {"mobility, HIP and shim6 are stepped over", "", kTolerable,
       ip6().extension(135, {}).extension(139, {}).extension(140, {}).udp(1, 2).build()},
  };
}

std::vector<Case> transport_cases() {
  const Frame quoted4 = Builder().ipv4(kB, kA).udp(1, 2).build(), quoted6 = Builder().ipv6(kB6, kA6).udp(1, 2).build();
  return {
      {"TCP cut short", "tcp.pkt_too_small", kInvalid, over4(6, zeros(19))},
      {"TCP header beyond the packet", "tcp.hlen_too_small", kInvalid, ip4().tcp(1, 2, {.header_words = 6}).build()},
      {"TCP header of 16 bytes", "tcp.invalid_optlen", kInvalid, ip4().tcp(1, 2, {.header_words = 4}).build()},
      {"TCP option of length 1", "tcp.opt_invalid_len", kTolerable, options_tcp({2, 1, 0, 0})},
      {"TCP option beyond the header", "tcp.opt_invalid_len", kTolerable, options_tcp({2, 8, 0, 0})},
      {"TCP window scale of length 4", "tcp.opt_invalid_len", kTolerable, options_tcp({3, 4, 7, 0})},
      {"TCP SACK of half a block", "tcp.opt_invalid_len", kTolerable,
       options_tcp({5, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1})},
      {"TCP fast open with an odd cookie", "tcp.opt_invalid_len", kTolerable, options_tcp({34, 7, 1, 1, 1, 1, 1, 1})},
      {"TCP option twice", "tcp.opt_duplicate", kTolerable, options_tcp({2, 4, 5, 180, 2, 4, 5, 180})},
      {"UDP cut short", "udp.hlen_too_small", kInvalid, over4(17, zeros(7))},
      {"UDP beyond the packet", "udp.pkt_too_small", kInvalid, ip4().udp(1, 2, {.length = 9}).build()},
      {"UDP length below its header", "udp.len_invalid", kInvalid, ip4().udp(1, 2, {.length = 7}).build()},
      {"SCTP cut short", "sctp.pkt_too_small", kInvalid, over4(132, zeros(11))},
      {"ESP cut short", "esp.pkt_too_small", kInvalid, over4(50, zeros(7))},
      {"IGMP cut short", "igmp.pkt_too_small", kInvalid, over4(2, zeros(7))},
      {"ICMP cut short", "icmpv4.pkt_too_small", kInvalid, over4(1, zeros(7))},
      {"ICMP unknown type", "icmpv4.unknown_type", kTolerable, ip4().icmpv4({.type = 99}).build()},
      {"ICMP unknown code", "icmpv4.unknown_code", kTolerable, ip4().icmpv4({.code = 1}).build()},
      {"ICMP quote", "", kTolerable, ip4().icmpv4({.type = 3}).raw(quoted4).build()},
      {"ICMP quote cut short", "icmpv4.ipv4_trunc_pkt", kInvalid, ip4().icmpv4({.type = 3}).raw(zeros(19)).build()},
      {"ICMP quote of IPv6", "icmpv4.ipv4_unknown_ver", kInvalid, ip4().icmpv4({.type = 3}).raw(quoted6).build()},
      {"ICMPv6 cut short", "icmpv6.pkt_too_small", kInvalid, over6(58, zeros(7))},
      {"ICMPv6 reserved type", "icmpv6.unknown_type", kTolerable, ip6().icmpv6({.type = 127}).build()},
      {"ICMPv6 unassigned type", "icmpv6.unassigned_type", kTolerable, ip6().icmpv6({.type = 50}).build()},
      {"ICMPv6 experiment", "icmpv6.experimentation_type", kTolerable, ip6().icmpv6({.type = 100}).build()},
      {"ICMPv6 unknown code", "icmpv6.unknown_code", kTolerable, ip6().icmpv6({.type = 128, .code = 1}).build()},
      {"ICMPv6 quote", "", kTolerable, ip6().icmpv6({.type = 1}).raw(quoted6).build()},
      {"ICMPv6 quote cut short", "icmpv6.ipv6_trunc_pkt", kInvalid, ip6().icmpv6({.type = 1}).raw(zeros(39)).build()},
      {"ICMPv6 quote of IPv4", "icmpv6.ipv6_unknown_version", kInvalid,
       ip6().icmpv6({.type = 1}).raw(join({quoted4, zeros(20)})).build()},
      {"listener query from afar", "icmpv6.mld_message_with_invalid_hl", kTolerable,
       ip6().icmpv6({.type = 130}).raw(zeros(16)).build()},
      {"listener query from here", "", kTolerable, ip6({.hop_limit = 1}).icmpv6({.type = 130}).raw(zeros(16)).build()},
  };
}

std::vector<Case> tunnel_cases() {
  const auto v1 = [](std::uint16_t flags, std::uint16_t type, const Frame& fields) {
    return ip4().gre({.flags = static_cast<std::uint16_t>(flags | 1), .type = type, .fields = fields}).build();
  };
  const auto v0 = [](std::uint16_t flags, const Frame& fields) {
    return ip4().gre({.flags = flags, .type = 0x0800, .fields = fields}).build();
  };
  const Frame frame = eth().ipv4(kA, kB).udp(1, 2).build();
  const Frame mirrored = ip4()
                             .gre({.flags = 0x1000, .type = 0x88be, .fields = zeros(4)})
                             .raw({0x10, 23, 0, 0, 0, 0, 0, 0})
                             .raw(frame)
                             .build();
  Builder tagged =
      eth().vlan(1).vlan(2).vlan(3).ipv4(kA, kB).gre({.flags = 0x1000, .type = 0x88be, .fields = zeros(4)});
  return {
      {"GRE cut short", "gre.pkt_too_small", kInvalid, over4(47, zeros(3))},
      {"GRE of version 2", "gre.wrong_version", kInvalid, over4(47, {0, 2, 8, 0})},
      {"GRE recursion", "gre.version0_recur", kInvalid, v0(0x0100, {})},
      {"GRE flags", "gre.version0_flags", kInvalid, v0(0x0008, {})},
      {"GRE fields beyond the end", "gre.version0_hdr_too_big", kInvalid, v0(0x2000, {})},
      {"GRE routes beyond the end", "gre.version0_malformed_sre_hdr", kInvalid, v0(0x4000, {0, 0, 0, 0, 8, 0, 0, 9})},
      {"PPTP checksum", "gre.version1_chksum", kInvalid, v1(0x8000, 0x880b, zeros(8))},
      {"PPTP routing", "gre.version1_route", kInvalid, v1(0x4000, 0x880b, zeros(8))},
      {"PPTP strict source route", "gre.version1_ssr", kInvalid, v1(0x0800, 0x880b, zeros(8))},
      {"PPTP recursion", "gre.version1_recur", kInvalid, v1(0x0100, 0x880b, zeros(8))},
      {"PPTP flags", "gre.version1_flags", kInvalid, v1(0x0008, 0x880b, zeros(8))},
      {"PPTP without PPP", "gre.version1_wrong_protocol", kInvalid, v1(0x2000, 0x0800, zeros(8))},
      {"PPTP without key", "gre.version1_no_key", kInvalid, v1(0, 0x880b, zeros(8))},
      {"PPTP beyond the end", "gre.version1_hdr_too_big", kInvalid, v1(0x3080, 0x880b, zeros(8))},
      {"ERSPAN II", "", kTolerable, mirrored},
      {"ERSPAN II cut short", "erspan.header_too_small", kInvalid,
       ip4().gre({.flags = 0x1000, .type = 0x88be, .fields = zeros(4)}).raw(zeros(7)).build()},
      {"ERSPAN of version 2", "erspan.unsupported_version", kTolerable,
       ip4()
           .gre({.flags = 0x1000, .type = 0x88be, .fields = zeros(4)})
           .raw({0x20, 0, 0, 0, 0, 0, 0, 0})
           .raw(frame)
           .build()},
      {"ERSPAN II with a fourth tag", "erspan.too_many_vlan_layers", kTolerable,
       tagged.raw({0x10, 23, 0, 0, 0, 0, 0, 0}).raw(frame).build()},
      {"VXLAN with an unknown load", "vxlan.unknown_payload_type", kTolerable,
       udp4(4789, join({{8, 0, 0, 0, 0, 0, 1, 0}, zeros(12), {0x88, 0xcc}, zeros(46)}))},
      {"Geneve with an unknown load", "geneve.unknown_payload_type", kTolerable,
       udp4(6081, {0, 0, 0x88, 0xcc, 0, 0, 1, 0})},
  };
}

// Events that no single frame earns, or that are not the decoder's to give.
const std::set<PacketEvent> kNotByOneFrame{
    PacketEvent::ipv4_frag_overlap,               // defrag_test
    PacketEvent::ipv6_frag_overlap,               // defrag_test
    PacketEvent::afpacket_trunc_pkt,              // the capture source's
    PacketEvent::ipv4_opt_unknown,                // the field says opt_invalid of an option that it does not know
    PacketEvent::ipv6_exthdr_dupl_eh,             // behind ESP nothing can be read
    PacketEvent::gre_version1_malformed_sre_hdr,  // version 1 has no routes: version1_route
};

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (auto&& part : {link_cases(), ipv4_cases(), ipv6_cases(), transport_cases(), tunnel_cases()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::string names(std::span<const Packet> packets) {
  constexpr std::size_t prefix = sizeof("decoder.") - 1;
  std::string text;
  for (const Packet& packet : packets)
    for (const PacketEvent event : packet.events) {
      if (!text.empty()) text += ' ';
      text += to_text(event).substr(prefix);
    }
  return text;
}

TEST(Events, EachMalformationHasItsName) {
  for (const Case& c : all_cases()) {
    Decoder decoder;
    const RawPacket raw = as_raw(c.frame, c.link);
    const auto packets = decoder.decode(raw);
    EXPECT_EQ(names(packets), c.events) << c.about;
    bool invalid = false;
    for (const Packet& packet : packets) invalid |= packet.invalid;
    EXPECT_EQ(invalid, c.soundness == kInvalid) << c.about;
  }
}

TEST(Events, NoNameIsLeftOut) {
  std::set<PacketEvent> seen = kNotByOneFrame;
  for (const Case& c : all_cases()) {
    Decoder decoder;
    const RawPacket raw = as_raw(c.frame, c.link);
    for (const Packet& packet : decoder.decode(raw)) seen.insert(packet.events.begin(), packet.events.end());
  }
  for (std::size_t i = 0; i < kPacketEventNames.size(); ++i) {
    const auto event = static_cast<PacketEvent>(i);
    if (!is_stream_event(event)) {
      EXPECT_TRUE(seen.contains(event)) << to_text(event);
    }
  }
}

// Cut at every byte a frame is an honest one that was captured short: no read beyond its end, whatever it says. The
// sanitizers look on; each prefix has memory of its own.
TEST(Events, EveryPrefixIsSurvived) {
  for (const Case& c : all_cases())
    for (std::size_t length = 0; length <= c.frame.size(); ++length) {
      Decoder decoder({.defrag_memory = 1 << 14, .defrag_trackers = 4});
      const Frame prefix(c.frame.begin(), c.frame.begin() + static_cast<std::ptrdiff_t>(length));
      const RawPacket raw = as_raw(prefix, c.link);
      EXPECT_GE(decoder.decode(raw).size(), 1u);
    }
}

}  // namespace
}  // namespace gatehouse::decode
