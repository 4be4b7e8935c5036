// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <netdb.h>
#include <string>

#include "ips/compile/packet_number.hpp"

namespace gatehouse::ips::compile {
namespace {

using Number = std::optional<std::uint64_t>;
constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40;

bool is_ipv4(const Packet& p) noexcept {
  return p.has_ip && p.src.version == 4 && p.ip_header.size() >= kIpv4Header;
}
std::uint16_t half_word(Bytes bytes, std::size_t at) noexcept {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

Number ttl(const Packet& p) noexcept {
  return p.has_ip ? Number{p.ttl} : std::nullopt;
}
Number ip_id(const Packet& p) noexcept {
  return is_ipv4(p) ? Number{half_word(p.ip_header, 4)} : std::nullopt;
}
Number tos(const Packet& p) noexcept {
  return is_ipv4(p) ? Number{p.ip_header[1]} : std::nullopt;
}
Number protocol(const Packet& p) noexcept {
  return p.has_ip ? Number{p.protocol} : std::nullopt;
}

// The fragment header of IPv6: its offset and flags, as they stand in its second half word.
Number ipv6_fragment(const Packet& p) noexcept {
  constexpr std::uint8_t hop_by_hop = 0, routing = 43, fragment = 44, destination = 60;
  const Bytes header = p.ip_header;
  if (!p.has_ip || p.src.version != 6 || header.size() < kIpv6Header) return std::nullopt;
  std::uint8_t kind = header[6];
  for (std::size_t at = kIpv6Header; at + 8 <= header.size();) {
    if (kind == fragment) return half_word(header, at + 2);
    if (kind != hop_by_hop && kind != routing && kind != destination) break;
    kind = header[at];
    at += (std::size_t{header[at + 1]} + 1) * 8;
  }
  return std::nullopt;
}

Number fragment_offset(const Packet& p) noexcept {
  if (is_ipv4(p)) return half_word(p.ip_header, 6) & 0x1fff;
  const Number word = ipv6_fragment(p);
  return word ? Number{*word >> 3} : std::nullopt;
}

// ---- ip_proto

Number protocol_number(std::string_view word) {
  if (const auto number = read_unsigned(word)) return *number <= 255 ? Number{*number} : std::nullopt;
  protoent entry{}, *found = nullptr;
  std::array<char, 2048> space{};
  const std::string name{word};
  std::string lower = name;
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  for (const std::string& spelt : {name, lower})
    if (getprotobyname_r(spelt.c_str(), &entry, space.data(), space.size(), &found) == 0 && found != nullptr)
      return static_cast<std::uint64_t>(found->p_proto);
  return std::nullopt;
}

void ip_proto(Builder& builder, const text::Option& option) {
  std::string_view word = without_optional_quotes(option.value.text);
  NumberTest test;
  if (word.starts_with('!')) test.compare = Compare::not_equal;
  if (word.starts_with('<')) test.compare = Compare::less;
  if (word.starts_with('>')) test.compare = Compare::greater;
  if (test.compare != Compare::equal) word = trim(word.substr(1));
  const Number number = protocol_number(word);
  if (!number)
    return builder.refuse(option, "'" + std::string{word} +
                                      "' is no IP protocol: write its number, 0 to 255, or its name in /etc/protocols");
  test.a = *number;
  packet_check(builder, option, &packet_number_holds<&protocol>).number = test;
}

// ---- tos

void tos_keyword(Builder& builder, const text::Option& option) {
  // The language's own hexadecimal: "x10".
  std::string value{without_optional_quotes(option.value.text)};
  if (const auto x = value.find_first_of("xX"); x != value.npos && (x == 0 || value[x - 1] != '0'))
    value.insert(x, "0");
  const ReadNumber read = read_number_test(value, 255);
  if (!read.ok) return builder.refuse(option, read.reason);
  packet_check(builder, option, &packet_number_holds<&tos>).number = read.test;
}

// ---- fragbits

enum class Bits : std::uint8_t { exactly, plus, any, unless };

constexpr bool holds(Bits how, std::uint64_t bits, std::uint64_t wanted) noexcept {
  switch (how) {
    case Bits::plus:
      return (bits & wanted) == wanted;
    case Bits::any:
      return (bits & wanted) != 0;
    case Bits::unless:
      return (bits & wanted) != wanted;
    case Bits::exactly:
      break;
  }
  return bits == wanted;
}

constexpr std::uint64_t kReserved = 4, kDontFragment = 2, kMoreFragments = 1;

Number fragment_bits(const Packet& p) noexcept {
  if (is_ipv4(p)) return p.ip_header[6] >> 5;
  const Number word = ipv6_fragment(p);
  return word ? Number{*word & kMoreFragments} : std::nullopt;
}

bool fragbits_hold(const Check& check, const Scene& scene) noexcept {
  const Number bits = scene.packet != nullptr ? fragment_bits(*scene.packet) : std::nullopt;
  return bits && holds(static_cast<Bits>(check.b), *bits, check.a);
}

void fragbits(Builder& builder, const text::Option& option) {
  Bits how = Bits::exactly;
  std::uint64_t wanted = 0;
  for (const char c : without_optional_quotes(option.value.text)) switch (c) {
      case 'M':
        wanted |= kMoreFragments;
        break;
      case 'D':
        wanted |= kDontFragment;
        break;
      case 'R':
        wanted |= kReserved;
        break;
      case '+':
        how = Bits::plus;
        break;
      case '*':
        how = Bits::any;
        break;
      case '!':
        how = Bits::unless;
        break;
      case ' ':
        break;
      default:
        return builder.refuse(option, "the bits are M, D and R, with one of + * ! before them");
    }
  if (wanted == 0) return builder.refuse(option, "no bit is named: write M, D or R");
  Check& check = packet_check(builder, option, &fragbits_hold);
  check.a = wanted;
  check.b = static_cast<std::uint64_t>(how);
}

// ---- ipopts

struct IpOption {
  std::string_view name;
  int kind;  // as it stands in the header; -1: whichever
};
constexpr std::array kIpOptions{
    IpOption{"rr", 7},     IpOption{"eol", 0},    IpOption{"nop", 1},    IpOption{"ts", 68},     IpOption{"sec", 130},
    IpOption{"esec", 133}, IpOption{"lsrr", 131}, IpOption{"ssrr", 137}, IpOption{"satid", 136}, IpOption{"any", -1},
};

bool ipopts_hold(const Check& check, const Scene& scene) noexcept {
  if (scene.packet == nullptr || !is_ipv4(*scene.packet)) return false;
  const Bytes options = scene.packet->ip_header.subspan(kIpv4Header);
  if (static_cast<std::int64_t>(check.a) < 0) return !options.empty();
  for (std::size_t at = 0; at < options.size();) {
    const std::uint8_t kind = options[at];
    if (kind == check.a) return true;
    if (kind == 0) return false;
    const std::size_t length = kind == 1 ? 1 : at + 1 < options.size() ? options[at + 1] : 0u;
    if (length == 0 || (kind != 1 && length < 2)) return false;
    at += length;
  }
  return false;
}

void ipopts(Builder& builder, const text::Option& option) {
  const auto word = without_optional_quotes(option.value.text);
  const auto found = std::ranges::find_if(kIpOptions, [&](const IpOption& o) { return equals_nocase(o.name, word); });
  if (found == kIpOptions.end())
    return builder.refuse(option, "the options of IP are rr, eol, nop, ts, sec, esec, lsrr, ssrr, satid and any");
  packet_check(builder, option, &ipopts_hold).a = static_cast<std::uint64_t>(std::int64_t{found->kind});
}

// ---- the rest

bool same_ends(const Check&, const Scene& scene) noexcept {
  return scene.packet != nullptr && scene.packet->has_ip && scene.packet->src == scene.packet->dst;
}

void sameip(Builder& builder, const text::Option& option) {
  packet_check(builder, option, &same_ends);
}

void l3_proto(Builder& builder, const text::Option& option) {
  const auto word = without_optional_quotes(option.value.text);
  const bool v4 = equals_nocase(word, "ipv4") || equals_nocase(word, "ip4");
  const bool v6 = equals_nocase(word, "ipv6") || equals_nocase(word, "ip6");
  if (!v4 && !v6) return builder.refuse(option, "it is ipv4 or ipv6");
  const std::uint8_t version = v4 ? 4 : 6;
  if (builder.signature.ip_version != 0 && builder.signature.ip_version != version)
    return builder.refuse(option, "the rule is for the other version of IP already");
  builder.signature.ip_version = version;
  builder.signature.packet_only = true;
}

constexpr std::array kKeywords{
    Keyword{"ttl", Argument::required, &packet_number_keyword<&ttl, 255>, "time to live, or hop limit"},
    Keyword{"id", Argument::required, &packet_number_keyword<&ip_id, 65535>, "the identification of IPv4"},
    Keyword{"ip_proto", Argument::required, &ip_proto, "the protocol within IP"},
    Keyword{"ipopts", Argument::required, &ipopts, "an option of IPv4"},
    Keyword{"fragbits", Argument::required, &fragbits, "the bits of fragmentation"},
    Keyword{"fragoffset", Argument::required, &packet_number_keyword<&fragment_offset, 8191>,
            "the fragment's offset, as the header has it"},
    Keyword{"sameip", Argument::none, &sameip, "source and destination are the same"},
    Keyword{"tos", Argument::required, &tos_keyword, "type of service"},
    Keyword{"l3_proto", Argument::required, &l3_proto, "the version of IP"},
};

}  // namespace

std::span<const Keyword> ip_header_keywords() noexcept {
  return kKeywords;
}

}  // namespace gatehouse::ips::compile
