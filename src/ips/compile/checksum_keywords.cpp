// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "decode/checksum.hpp"
#include "ips/compile/packet_number.hpp"

namespace gatehouse::ips::compile {
namespace {

// What is known of a checksum: nothing, where there is none, or where not all bytes that it sums are here.
enum class Sum : std::uint8_t { unknown, right, wrong };

Sum answer(bool right) noexcept {
  return right ? Sum::right : Sum::wrong;
}

bool was_trusted(const Packet& p) noexcept {
  return p.raw != nullptr && p.raw->checksum_trusted;
}

Sum ipv4_sum(const Packet& p) noexcept {
  if (!p.has_ip || p.src.version != 4 || p.ip_header.size() < 20) return Sum::unknown;
  if (was_trusted(p)) return Sum::right;
  // What was put together from fragments has a header that nobody sent.
  if (p.rebuilt || p.bad_ip_checksum) return answer(!p.bad_ip_checksum);
  decode::InternetChecksum sum;
  sum.add(p.ip_header);
  return answer(sum.verifies());
}

// How many bytes the transport's message has by what IP says; 0: not known.
std::size_t message_size(const Packet& p) noexcept {
  const Bytes ip = p.ip_header;
  const auto half = [&](std::size_t at) { return static_cast<std::size_t>(ip[at] << 8 | ip[at + 1]); };
  if (p.src.version == 4 && ip.size() >= 20) return half(2) > ip.size() ? half(2) - ip.size() : 0;
  if (p.src.version == 6 && ip.size() >= 40) {
    const std::size_t whole = half(4) + 40;
    return whole > ip.size() ? whole - ip.size() : 0;
  }
  return 0;
}

// Over the transport's header and payload, which stand behind each other.
Sum message_sum(const Packet& p, bool pseudo_header) noexcept {
  if (was_trusted(p)) return Sum::right;
  if (p.bad_transport_checksum) return Sum::wrong;
  const std::size_t size = p.transport_header.size() + p.payload.size();
  if (p.fragment || (!p.rebuilt && message_size(p) != size)) return Sum::unknown;
  decode::InternetChecksum sum;
  if (pseudo_header) sum.add_pseudo_header(p.src, p.dst, p.protocol, size);
  const bool follows = p.payload.data() == p.transport_header.data() + p.transport_header.size();
  if (!follows && !p.payload.empty() && p.transport_header.size() % 4 != 0) return Sum::unknown;
  if (follows) {
    sum.add({p.transport_header.data(), size});
  } else {
    sum.add(p.transport_header);
    sum.add(p.payload);
  }
  return answer(sum.verifies());
}

template <std::uint8_t version, std::uint8_t protocol>
Sum transport_sum(const Packet& p) noexcept {
  if (!p.has_ip || !p.has_transport || p.src.version != version || p.protocol != protocol) return Sum::unknown;
  const Bytes h = p.transport_header;
  if (protocol == ip_protocol::udp && (h.size() < 8 || (h[6] == 0 && h[7] == 0))) return Sum::unknown;  // none was sent
  return message_sum(p, protocol != ip_protocol::icmp);
}

template <Sum (*sum)(const Packet&) noexcept>
bool sum_holds(const Check& check, const Scene& scene) noexcept {
  if (scene.packet == nullptr) return false;
  const Sum found = sum(*scene.packet);
  return found != Sum::unknown && static_cast<std::uint64_t>(found) == check.a;
}

template <Sum (*sum)(const Packet&) noexcept>
void checksum(Builder& builder, const text::Option& option) {
  const auto word = without_optional_quotes(option.value.text);
  const bool valid = equals_nocase(word, "valid");
  if (!valid && !equals_nocase(word, "invalid")) return builder.refuse(option, "it is 'valid' or 'invalid'");
  packet_check(builder, option, &sum_holds<sum>).a = static_cast<std::uint64_t>(answer(valid));
}

constexpr std::array kKeywords{
    Keyword{"ipv4-csum", Argument::required, &checksum<&ipv4_sum>, "the checksum of the IPv4 header"},
    Keyword{"tcpv4-csum", Argument::required, &checksum<&transport_sum<4, ip_protocol::tcp>>,
            "the checksum of TCP over IPv4"},
    Keyword{"tcpv6-csum", Argument::required, &checksum<&transport_sum<6, ip_protocol::tcp>>,
            "the checksum of TCP over IPv6"},
    Keyword{"udpv4-csum", Argument::required, &checksum<&transport_sum<4, ip_protocol::udp>>,
            "the checksum of UDP over IPv4"},
    Keyword{"udpv6-csum", Argument::required, &checksum<&transport_sum<6, ip_protocol::udp>>,
            "the checksum of UDP over IPv6"},
    Keyword{"icmpv4-csum", Argument::required, &checksum<&transport_sum<4, ip_protocol::icmp>>, "the checksum of ICMP"},
    Keyword{"icmpv6-csum", Argument::required, &checksum<&transport_sum<6, ip_protocol::icmpv6>>,
            "the checksum of ICMPv6"},
};

}  // namespace

std::span<const Keyword> checksum_keywords() noexcept {
  return kKeywords;
}

}  // namespace gatehouse::ips::compile
