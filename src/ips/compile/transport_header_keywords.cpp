// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <string>

#include "ips/compile/packet_number.hpp"

namespace gatehouse::ips::compile {
namespace {

using Number = std::optional<std::uint64_t>;

// ---- TCP

Number seq(const Packet& p) noexcept {
  return p.is_tcp() ? Number{p.tcp.seq} : std::nullopt;
}
Number ack(const Packet& p) noexcept {
  return p.is_tcp() ? Number{p.tcp.ack} : std::nullopt;
}
Number window(const Packet& p) noexcept {
  return p.is_tcp() ? Number{p.tcp.window} : std::nullopt;
}

// The value of an option of so many bytes, from the header: a zero that was sent is not the same as none.
Number tcp_option(const Packet& p, std::uint8_t kind, std::size_t bytes) noexcept {
  constexpr std::size_t fixed = 20;
  if (!p.is_tcp() || p.transport_header.size() < fixed) return std::nullopt;
  const Bytes options = p.transport_header.subspan(fixed);
  for (std::size_t at = 0; at < options.size() && options[at] != 0;) {
    if (options[at] == 1) {
      ++at;
      continue;
    }
    if (at + 1 >= options.size()) return std::nullopt;
    const std::size_t length = options[at + 1];
    if (length < 2 || at + length > options.size()) return std::nullopt;
    if (options[at] == kind && length == bytes + 2) {
      std::uint64_t value = 0;
      for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | options[at + 2 + i];
      return value;
    }
    at += length;
  }
  return std::nullopt;
}
Number mss(const Packet& p) noexcept {
  return tcp_option(p, 2, 2);
}
Number window_scale(const Packet& p) noexcept {
  return tcp_option(p, 3, 1);
}

// ---- tcp.flags

enum class Flags : std::uint8_t { exactly, plus, any, unless };

// a: the flags; b: how, and in the second byte the flags that count.
bool flags_hold(const Check& check, const Scene& scene) noexcept {
  if (scene.packet == nullptr || !scene.packet->is_tcp()) return false;
  const std::uint64_t flags = scene.packet->tcp.flags & (check.b >> 8);
  switch (static_cast<Flags>(check.b & 0xff)) {
    case Flags::plus:
      return (flags & check.a) == check.a;
    case Flags::any:
      return (flags & check.a) != 0;
    case Flags::unless:
      return (flags & check.a) != check.a;
    case Flags::exactly:
      break;
  }
  return flags == check.a;
}

std::optional<std::uint8_t> flag(char c) noexcept {
  switch (ascii_lower(c)) {
    case 'f':
      return tcp_flag::fin;
    case 's':
      return tcp_flag::syn;
    case 'r':
      return tcp_flag::rst;
    case 'p':
      return tcp_flag::psh;
    case 'a':
      return tcp_flag::ack;
    case 'u':
      return tcp_flag::urg;
    case 'e':
    case '2':
      return tcp_flag::ece;
    case 'c':
    case '1':
      return tcp_flag::cwr;
    case '0':
      return std::uint8_t{0};
    default:
      return std::nullopt;
  }
}

constexpr std::string_view kFlagNames = "flags are F, S, R, P, A, U, E (or 2), C (or 1), and 0 for none";

void tcp_flags(Builder& builder, const text::Option& option) {
  const auto words = words_of(without_optional_quotes(option.value.text));
  if (words.size() > 2 || words[0].empty())
    return builder.refuse(option, "write 'tcp.flags:<flags>', or with flags to ignore '<flags>,<ignored>'");
  Flags how = Flags::exactly;
  std::uint8_t wanted = 0, counts = 0xff;
  unsigned named = 0;
  for (const char c : words[0]) {
    if (c == '+' || c == '*' || c == '!') {
      if (how != Flags::exactly) return builder.refuse(option, "one of + * ! is enough");
      how = c == '+' ? Flags::plus : c == '*' ? Flags::any : Flags::unless;
      continue;
    }
    const auto bit = flag(c);
    if (!bit) return builder.refuse(option, std::string{kFlagNames});
    wanted |= *bit;
    ++named;
  }
  if (named == 0) return builder.refuse(option, std::string{kFlagNames});
  if (words.size() == 2)
    for (const char c : words[1]) {
      const auto bit = flag(c);
      if (!bit || *bit == 0)
        return builder.refuse(option, "behind the comma stand the flags to ignore: " + std::string{kFlagNames});
      counts &= static_cast<std::uint8_t>(~*bit);
    }
  Check& check = packet_check(builder, option, &flags_hold);
  check.a = wanted;
  check.b = std::uint64_t{counts} << 8 | static_cast<std::uint64_t>(how);
}

// ---- ICMP

bool is_icmp4(const Packet& p) noexcept {
  return p.has_transport && p.protocol == ip_protocol::icmp;
}
bool is_icmp6(const Packet& p) noexcept {
  return p.has_transport && p.protocol == ip_protocol::icmpv6;
}
// Echo, timestamp, information and address mask carry an identifier; of ICMPv6 only echo does.
bool has_id(const Packet& p) noexcept {
  const std::uint8_t type = p.icmp.type;
  if (is_icmp6(p)) return type == 128 || type == 129;
  return is_icmp4(p) && (type == 0 || type == 8 || (type >= 13 && type <= 18));
}

Number icmp_type(const Packet& p) noexcept {
  return is_icmp4(p) || is_icmp6(p) ? Number{p.icmp.type} : std::nullopt;
}
Number icmp_code(const Packet& p) noexcept {
  return is_icmp4(p) || is_icmp6(p) ? Number{p.icmp.code} : std::nullopt;
}
Number icmp_id(const Packet& p) noexcept {
  return has_id(p) ? Number{p.icmp.id} : std::nullopt;
}
Number icmp_seq(const Packet& p) noexcept {
  return has_id(p) ? Number{p.icmp.sequence} : std::nullopt;
}
Number icmpv6_mtu(const Packet& p) noexcept {
  constexpr std::uint8_t packet_too_big = 2;
  const Bytes h = p.transport_header;
  if (!is_icmp6(p) || p.icmp.type != packet_too_big || h.size() < 8) return std::nullopt;
  return std::uint64_t{h[4]} << 24 | std::uint64_t{h[5]} << 16 | std::uint64_t{h[6]} << 8 | h[7];
}

constexpr std::uint64_t kMost32 = 0xffffffff;

constexpr std::array kKeywords{
    Keyword{"tcp.flags", Argument::required, &tcp_flags, "the flags of TCP"},
    Keyword{"tcp.seq", Argument::required, &packet_number_keyword<&seq, kMost32>, "the sequence number"},
    Keyword{"tcp.ack", Argument::required, &packet_number_keyword<&ack, kMost32>, "the acknowledgement number"},
    Keyword{"tcp.window", Argument::required, &packet_number_keyword<&window, 65535>, "the window field"},
    Keyword{"tcp.mss", Argument::required, &packet_number_keyword<&mss, 65535>, "the option of the segment size"},
    Keyword{"tcp.wscale", Argument::required, &packet_number_keyword<&window_scale, 255>,
            "the option of the window's scale"},
    Keyword{"itype", Argument::required, &packet_number_keyword<&icmp_type, 255>, "the type of ICMP or ICMPv6"},
    Keyword{"icode", Argument::required, &packet_number_keyword<&icmp_code, 255>, "the code of ICMP or ICMPv6"},
    Keyword{"icmp_id", Argument::required, &packet_number_keyword<&icmp_id, 65535>,
            "the identifier of an echo and its kin"},
    Keyword{"icmp_seq", Argument::required, &packet_number_keyword<&icmp_seq, 65535>,
            "the sequence number of an echo and its kin"},
    Keyword{"icmpv6.mtu", Argument::required, &packet_number_keyword<&icmpv6_mtu, kMost32>,
            "the MTU of 'packet too big'"},
};

}  // namespace

std::span<const Keyword> transport_header_keywords() noexcept {
  return kKeywords;
}

}  // namespace gatehouse::ips::compile
