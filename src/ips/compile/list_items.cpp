// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/list_items.hpp"

#include <bit>
#include <charconv>
#include <optional>

#include "ips/text/rule_parser.hpp"

namespace gatehouse::ips::compile {
namespace {

using text::trim;

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Of "24" or, for IPv4, "255.255.255.0".
std::optional<unsigned> prefix_length(std::string_view text, std::uint8_t version) {
  const unsigned most = version == 4 ? 32 : 128;
  if (const auto length = number_of<unsigned>(text)) return *length <= most ? length : std::nullopt;
  const auto mask = version == 4 ? IpAddress::parse(text) : std::nullopt;
  if (!mask || mask->version != 4) return std::nullopt;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) bits = bits << 8 | mask->bytes[i];
  const auto ones = static_cast<unsigned>(std::countl_one(bits));
  if (std::popcount(bits) != static_cast<int>(ones)) return std::nullopt;
  return ones;
}

AddressRange range_of(const IpAddress& address, unsigned length) noexcept {
  AddressRange range{address, address};
  for (std::size_t i = 0; i < address.size(); ++i) {
    const unsigned kept = length > i * 8 ? std::min<unsigned>(8, length - static_cast<unsigned>(i) * 8) : 0;
    const auto host = static_cast<std::uint8_t>(0xffu >> kept);
    range.first.bytes[i] &= static_cast<std::uint8_t>(~host);
    range.last.bytes[i] |= host;
  }
  return range;
}

}  // namespace

std::expected<AddressSet, std::string> ListKind<AddressSet>::read(std::string_view text) {
  const std::size_t slash = text.find('/'), dash = text.find('-');
  const auto first = IpAddress::parse(trim(text.substr(0, std::min(slash, dash))));
  if (!first)
    return std::unexpected(
        "is no address: write 192.0.2.1, 192.0.2.0/24, 192.0.2.1-192.0.2.9, a list in [ ] or a $VARIABLE");
  if (dash != text.npos) {
    const auto last = IpAddress::parse(trim(text.substr(dash + 1)));
    if (!last || last->version != first->version || is_before(*last, *first))
      return std::unexpected(
          "is no range: behind the '-' stands the last address, of the same version and not before the first");
    return AddressSet{{{*first, *last}}};
  }
  if (slash == text.npos) return AddressSet{{{*first, *first}}};
  const auto length = prefix_length(trim(text.substr(slash + 1)), first->version);
  if (!length) return std::unexpected("has no sound prefix length: up to 32 for IPv4, up to 128 for IPv6");
  return AddressSet{{range_of(*first, *length)}};
}

std::expected<PortSet, std::string> ListKind<PortSet>::read(std::string_view text) {
  const auto wrong = [] { return std::unexpected("is no port: write 80, 80:90, 1024:, a list in [ ] or a $VARIABLE"); };
  const std::size_t colon = text.find(':');
  const std::string_view low = trim(text.substr(0, colon));
  const std::string_view high = colon == text.npos ? low : trim(text.substr(colon + 1));
  if (low.empty() && high.empty()) return wrong();
  const auto first = low.empty() ? std::uint16_t{0} : number_of<std::uint16_t>(low);
  const auto last = high.empty() ? std::uint16_t{65535} : number_of<std::uint16_t>(high);
  if (!first || !last) return wrong();
  if (*first > *last) return std::unexpected("ends before it begins: exchange the two ports");
  return PortSet{{{*first, *last}}};
}

}  // namespace gatehouse::ips::compile
