// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/packet_builder.hpp"

#include <algorithm>
#include <cstdlib>

namespace gatehouse::test {
namespace {

void put16(Frame& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}
void put32(Frame& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}
void set16(Frame& out, std::size_t at, std::size_t value) {
  out[at] = static_cast<std::uint8_t>(value >> 8);
  out[at + 1] = static_cast<std::uint8_t>(value);
}
void append(Frame& out, Bytes bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

std::size_t get16(const Frame& bytes, std::size_t at) {
  return static_cast<std::size_t>(bytes[at] << 8 | bytes[at + 1]);
}

void pad(Frame& bytes, std::size_t multiple) {
  while (bytes.size() % multiple != 0) bytes.push_back(0);
}

IpAddress address(std::string_view text) {
  const auto parsed = IpAddress::parse(text);
  if (!parsed) std::abort();  // a test's typing error
  return *parsed;
}

// RFC 1071, byte by byte: slow, and written apart from the decoder's so that one proves the other.
std::uint16_t checksum(const Frame& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? std::uint32_t{bytes[i]} << 8 : bytes[i];
  while (sum > 0xffff) sum = (sum >> 16) + (sum & 0xffff);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

struct PacketBuilder::Pseudo {
  IpAddress src, dst;

  std::uint16_t checksum_of(const Frame& segment, std::uint8_t protocol) const {
    Frame all;
    append(all, src.view());
    append(all, dst.view());
    put32(all, static_cast<std::uint32_t>(segment.size()));
    put32(all, protocol);
    append(all, segment);
    return checksum(all);
  }
};

PacketBuilder& PacketBuilder::add(Layer layer) {
  layers_.push_back(std::move(layer));
  return *this;
}

PacketBuilder& PacketBuilder::ethernet(const EthernetSpec& spec) {
  return add({.ether_type = 0x6558, .wrap = [spec](const Frame& inner, const Layer* next, const Pseudo*) {
                Frame out;
                append(out, spec.dst);
                append(out, spec.src);
                put16(out, spec.type.value_or(next != nullptr ? next->ether_type : 0));
                append(out, inner);
                return out;
              }});
}

PacketBuilder& PacketBuilder::vlan(std::uint16_t id, std::uint16_t tag_type) {
  return add({.ether_type = tag_type, .wrap = [id](const Frame& inner, const Layer* next, const Pseudo*) {
                Frame out;
                put16(out, id);
                put16(out, next != nullptr ? next->ether_type : 0);
                append(out, inner);
                return out;
              }});
}

namespace {
std::uint16_t ppp_protocol(std::uint16_t ether_type) {
  return ether_type == 0x0800 ? 0x0021 : ether_type == 0x86dd ? 0x0057 : 0xc021;
}
}  // namespace

PacketBuilder& PacketBuilder::pppoe_session(std::uint16_t session) {
  return add({.ether_type = 0x8864, .wrap = [session](const Frame& inner, const Layer* next, const Pseudo*) {
                Frame out{0x11, 0};
                put16(out, session);
                put16(out, inner.size() + 2);
                put16(out, ppp_protocol(next != nullptr ? next->ether_type : std::uint16_t{0}));
                append(out, inner);
                return out;
              }});
}

PacketBuilder& PacketBuilder::ppp(bool with_address) {
  return add({.ether_type = 0x880b, .wrap = [with_address](const Frame& inner, const Layer* next, const Pseudo*) {
                Frame out;
                if (with_address) put16(out, 0xff03);
                put16(out, ppp_protocol(next != nullptr ? next->ether_type : std::uint16_t{0}));
                append(out, inner);
                return out;
              }});
}

PacketBuilder& PacketBuilder::mpls(std::uint32_t label, bool bottom) {
  return add({.ether_type = 0x8847, .wrap = [label, bottom](const Frame& inner, const Layer*, const Pseudo*) {
                Frame out;
                put32(out, label << 12 | (bottom ? 0x100u : 0u) | 64);
                append(out, inner);
                return out;
              }});
}

PacketBuilder& PacketBuilder::linux_sll() {
  return add({.wrap = [](const Frame& inner, const Layer* next, const Pseudo*) {
    Frame out{0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0};
    put16(out, next != nullptr ? next->ether_type : 0);
    append(out, inner);
    return out;
  }});
}

PacketBuilder& PacketBuilder::linux_sll2() {
  return add({.wrap = [](const Frame& inner, const Layer* next, const Pseudo*) {
    Frame out;
    put16(out, next != nullptr ? next->ether_type : 0);
    append(out, Frame{0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0});
    append(out, inner);
    return out;
  }});
}

PacketBuilder& PacketBuilder::null_loopback() {
  return add({.wrap = [](const Frame& inner, const Layer* next, const Pseudo*) {
    const bool v6 = next != nullptr && next->ether_type == 0x86dd;
    Frame out{static_cast<std::uint8_t>(v6 ? 30 : 2), 0, 0, 0};
    append(out, inner);
    return out;
  }});
}

PacketBuilder& PacketBuilder::chdlc() {
  return add({.wrap = [](const Frame& inner, const Layer* next, const Pseudo*) {
    Frame out{0x0f, 0};
    put16(out, next != nullptr ? next->ether_type : 0);
    append(out, inner);
    return out;
  }});
}

PacketBuilder& PacketBuilder::ipv4(std::string_view src, std::string_view dst, const Ipv4Spec& spec) {
  const IpAddress from = address(src), to = address(dst);
  return add({.ether_type = 0x0800,
              .ip_protocol = ip_protocol::ipip,
              .wrap =
                  [=](const Frame& inner, const Layer* next, const Pseudo*) {
                    Frame options = spec.options;
                    pad(options, 4);
                    const std::size_t words = 5 + options.size() / 4;
                    Frame out{static_cast<std::uint8_t>(spec.version.value_or(4) << 4 |
                                                        spec.header_words.value_or(static_cast<std::uint8_t>(words))),
                              0};
                    put16(out, spec.total_length.value_or(static_cast<std::uint16_t>(words * 4 + inner.size())));
                    put16(out, spec.id);
                    put16(out, (spec.more_fragments ? 0x2000u : 0u) | spec.offset / 8u);
                    out.push_back(spec.ttl);
                    out.push_back(spec.protocol.value_or(next != nullptr ? next->ip_protocol : std::uint8_t{253}));
                    put16(out, 0);
                    append(out, from.view());
                    append(out, to.view());
                    append(out, options);
                    set16(out, 10, spec.checksum.value_or(checksum(out)));
                    append(out, inner);
                    return out;
                  },
              .src = from,
              .dst = to});
}

PacketBuilder& PacketBuilder::ipv6(std::string_view src, std::string_view dst, const Ipv6Spec& spec) {
  const IpAddress from = address(src), to = address(dst);
  return add({.ether_type = 0x86dd,
              .ip_protocol = ip_protocol::ipv6,
              .wrap =
                  [=](const Frame& inner, const Layer* next, const Pseudo*) {
                    Frame out{static_cast<std::uint8_t>(spec.version.value_or(6) << 4), 0, 0, 0};
                    put16(out, spec.payload_length.value_or(static_cast<std::uint16_t>(inner.size())));
                    out.push_back(spec.next_header.value_or(next != nullptr ? next->ip_protocol : std::uint8_t{59}));
                    out.push_back(spec.hop_limit);
                    append(out, from.view());
                    append(out, to.view());
                    append(out, inner);
                    return out;
                  },
              .src = from,
              .dst = to});
}

PacketBuilder& PacketBuilder::extension(std::uint8_t kind, const Frame& body) {
  return add({.ip_protocol = kind, .wrap = [kind, body](const Frame& inner, const Layer* next, const Pseudo*) {
                Frame out{next != nullptr ? next->ip_protocol : std::uint8_t{59}, 0};
                append(out, body);
                pad(out, 8);
                const bool authentication = kind == 51;  // counts in words, minus two
                out[1] = static_cast<std::uint8_t>(authentication ? out.size() / 4 - 2 : out.size() / 8 - 1);
                append(out, inner);
                return out;
              }});
}

PacketBuilder& PacketBuilder::ipv6_fragment(std::uint32_t id, std::uint16_t offset, bool more,
                                            std::optional<std::uint8_t> protocol) {
  return add({.ip_protocol = 44, .wrap = [=](const Frame& inner, const Layer* next, const Pseudo*) {
                Frame out{protocol.value_or(next != nullptr ? next->ip_protocol : std::uint8_t{59}), 0};
                put16(out, static_cast<std::size_t>(offset | (more ? 1 : 0)));
                put32(out, id);
                append(out, inner);
                return out;
              }});
}

PacketBuilder& PacketBuilder::tcp(std::uint16_t src_port, std::uint16_t dst_port, const TcpSpec& spec) {
  return add({.ip_protocol = ip_protocol::tcp, .wrap = [=](const Frame& inner, const Layer*, const Pseudo* network) {
                Frame options = spec.options;
                pad(options, 4);
                Frame out;
                put16(out, src_port);
                put16(out, dst_port);
                put32(out, spec.seq);
                put32(out, spec.ack);
                const auto words = static_cast<std::uint8_t>(5 + options.size() / 4);
                out.push_back(static_cast<std::uint8_t>(spec.header_words.value_or(words) << 4));
                out.push_back(spec.flags);
                put16(out, spec.window);
                put16(out, 0);
                put16(out, spec.urgent);
                append(out, options);
                append(out, inner);
                if (network != nullptr) set16(out, 16, network->checksum_of(out, ip_protocol::tcp));
                if (spec.checksum) set16(out, 16, *spec.checksum);
                return out;
              }});
}

PacketBuilder& PacketBuilder::udp(std::uint16_t src_port, std::uint16_t dst_port, const UdpSpec& spec) {
  return add({.ip_protocol = ip_protocol::udp, .wrap = [=](const Frame& inner, const Layer*, const Pseudo* network) {
                Frame out;
                put16(out, src_port);
                put16(out, dst_port);
                put16(out, spec.length.value_or(static_cast<std::uint16_t>(8 + inner.size())));
                put16(out, 0);
                append(out, inner);
                if (network != nullptr) {
                  const std::uint16_t sum = network->checksum_of(out, ip_protocol::udp);
                  set16(out, 6, sum == 0 ? 0xffff : sum);  // RFC 768: zero would mean none
                }
                if (spec.checksum) set16(out, 6, *spec.checksum);
                return out;
              }});
}

PacketBuilder& PacketBuilder::sctp(std::uint16_t src_port, std::uint16_t dst_port) {
  return add({.ip_protocol = ip_protocol::sctp, .wrap = [=](const Frame& inner, const Layer*, const Pseudo*) {
                Frame out;
                put16(out, src_port);
                put16(out, dst_port);
                put32(out, 1);  // verification tag
                put32(out, 0);  // CRC32c, which nobody here looks at
                append(out, inner);
                return out;
              }});
}

PacketBuilder& PacketBuilder::icmpv4(const IcmpSpec& spec) {
  return add({.ip_protocol = ip_protocol::icmp, .wrap = [spec](const Frame& inner, const Layer*, const Pseudo*) {
                Frame out{spec.type, spec.code, 0, 0};
                put32(out, spec.rest);
                append(out, inner);
                set16(out, 2, spec.checksum.value_or(checksum(out)));
                return out;
              }});
}

PacketBuilder& PacketBuilder::icmpv6(const IcmpSpec& spec) {
  return add(
      {.ip_protocol = ip_protocol::icmpv6, .wrap = [spec](const Frame& inner, const Layer*, const Pseudo* network) {
         Frame out{spec.type, spec.code, 0, 0};
         put32(out, spec.rest);
         append(out, inner);
         if (network != nullptr) set16(out, 2, network->checksum_of(out, ip_protocol::icmpv6));
         if (spec.checksum) set16(out, 2, *spec.checksum);
         return out;
       }});
}

PacketBuilder& PacketBuilder::gre(const GreSpec& spec) {
  return add({.ip_protocol = ip_protocol::gre, .wrap = [spec](const Frame& inner, const Layer* next, const Pseudo*) {
                Frame out;
                put16(out, spec.flags);
                put16(out, spec.type.value_or(next != nullptr ? next->ether_type : 0));
                append(out, spec.fields);
                append(out, inner);
                return out;
              }});
}

PacketBuilder& PacketBuilder::vxlan(std::uint32_t network_id) {
  return add({.wrap = [network_id](const Frame& inner, const Layer*, const Pseudo*) {
    Frame out{0x08, 0, 0, 0};
    put32(out, network_id << 8);
    append(out, inner);
    return out;
  }});
}

PacketBuilder& PacketBuilder::geneve(std::optional<std::uint16_t> type, const Frame& options) {
  return add({.wrap = [type, options](const Frame& inner, const Layer* next, const Pseudo*) {
    Frame out{static_cast<std::uint8_t>(options.size() / 4), 0};
    put16(out, type.value_or(next != nullptr ? next->ether_type : 0));
    put32(out, 0x100);
    append(out, options);
    append(out, inner);
    return out;
  }});
}

PacketBuilder& PacketBuilder::raw(const Frame& bytes, std::uint16_t ether_type, std::uint8_t protocol) {
  return add({.ether_type = ether_type,
              .ip_protocol = protocol,
              .wrap = [bytes](const Frame& inner, const Layer*, const Pseudo*) { return join({bytes, inner}); }});
}

PacketBuilder& PacketBuilder::payload(std::string_view text) {
  return raw(bytes_of(text));
}

Frame PacketBuilder::build() const {
  Frame inner;
  for (std::size_t i = layers_.size(); i-- > 0;) {
    std::optional<Pseudo> network;
    for (std::size_t outside = i; outside-- > 0 && !network;)
      if (layers_[outside].src) network = Pseudo{*layers_[outside].src, *layers_[outside].dst};
    const Layer* next = i + 1 < layers_.size() ? &layers_[i + 1] : nullptr;
    inner = layers_[i].wrap(inner, next, network ? &*network : nullptr);
  }
  return inner;
}

RawPacket as_raw(const Frame& frame, LinkType link, Timestamp time) {
  RawPacket raw;
  raw.data = frame;
  raw.time = time;
  raw.number = 1;
  raw.wire_length = static_cast<std::uint32_t>(frame.size());
  raw.link = link;
  return raw;
}

namespace {

Frame ipv4_fragment_of(const Frame& frame, std::size_t ip, std::size_t offset, std::size_t size, std::uint32_t id) {
  const std::size_t header = (frame[ip] & 15u) * 4, data = ip + header;
  const bool more = data + offset + size < frame.size();
  Frame out(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(data));
  append(out, Bytes{frame}.subspan(data + offset, std::min(size, frame.size() - data - offset)));
  set16(out, ip + 2, out.size() - ip);
  set16(out, ip + 4, id);
  set16(out, ip + 6, (more ? 0x2000u : 0u) | offset / 8);
  set16(out, ip + 10, 0);
  const auto begin = out.begin() + static_cast<std::ptrdiff_t>(ip);
  set16(out, ip + 10, checksum(Frame(begin, begin + static_cast<std::ptrdiff_t>(header))));
  return out;
}

Frame ipv6_fragment_of(const Frame& frame, std::size_t ip, std::size_t offset, std::size_t size, std::uint32_t id) {
  const std::size_t data = ip + 40;
  const bool more = data + offset + size < frame.size();
  Frame out(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(data));
  append(out, Frame{frame[ip + 6], 0});
  put16(out, offset | (more ? 1 : 0));
  put32(out, id);
  append(out, Bytes{frame}.subspan(data + offset, std::min(size, frame.size() - data - offset)));
  set16(out, ip + 4, out.size() - data);
  out[ip + 6] = 44;
  return out;
}

}  // namespace

std::vector<Frame> fragments_of(const Frame& frame, std::size_t size, std::uint32_t id) {
  std::size_t type_at = 12;
  while (get16(frame, type_at) == 0x8100 || get16(frame, type_at) == 0x88a8) type_at += 4;
  const std::size_t ip = type_at + 2;
  const bool v4 = get16(frame, type_at) == 0x0800;
  const std::size_t header = v4 ? (frame[ip] & 15u) * 4 : 40;
  std::vector<Frame> out;
  for (std::size_t offset = 0; ip + header + offset < frame.size(); offset += size)
    out.push_back(v4 ? ipv4_fragment_of(frame, ip, offset, size, id) : ipv6_fragment_of(frame, ip, offset, size, id));
  return out;
}

Frame bytes_of(std::string_view text) {
  const Bytes bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

Frame join(std::initializer_list<Frame> parts) {
  Frame out;
  for (const Frame& part : parts) append(out, part);
  return out;
}

}  // namespace gatehouse::test
