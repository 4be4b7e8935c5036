// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/netbios/message.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace gatehouse::proto::netbios {
namespace {

constexpr std::size_t kEncoded = 32;
constexpr std::uint16_t kInternet = 1;

// RFC 1002, 4.2.1.3. Resource record: of a name its addresses, of a status answer the names and the unit's address.
bool read_record(Cursor& c, NameMessage& out) noexcept {
  const Name name = read_name(c);
  if (out.name.size == 0) out.name = name;
  const std::uint16_t type = c.u16();
  if (out.type == 0) out.type = type;
  if (c.u16() != kInternet) return false;
  c.skip(4);  // how long it is good
  Cursor data = c.sub(c.u16());
  if (!c.ok()) return false;
  if (type == kNameRecord)
    while (!data.empty() && out.address_count < kMaxAddresses) {
      data.skip(2);  // flags of the name
      const Bytes a = data.take(4);
      if (a.empty()) return false;
      auto& text = out.addresses[out.address_count];
      const auto written = fmt::format_to_n(text.data(), text.size(), "{}.{}.{}.{}", a[0], a[1], a[2], a[3]);
      out.address_sizes[out.address_count++] = static_cast<std::uint8_t>(written.size);
    }
  if (type == kStatusRecord) {
    for (unsigned left = data.u8(); left > 0 && data.ok(); --left) {
      const Bytes octets = data.take(16);
      data.skip(2);
      if (data.ok() && out.name_count < kMaxNames) out.names[out.name_count++] = make_name(octets);
    }
    const Bytes unit = data.take(6);
    if (!unit.empty()) {
      fmt::format_to_n(out.unit.data(), out.unit.size(), "{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", unit[0], unit[1],
                       unit[2], unit[3], unit[4], unit[5]);
      out.has_unit = std::ranges::any_of(unit, [](std::uint8_t b) { return b != 0; });
    }
  }
  return true;
}

Bytes until_null(Bytes text) noexcept {
  return text.first(static_cast<std::size_t>(std::ranges::find(text, 0) - text.begin()));
}

}  // namespace

Name make_name(Bytes octets) noexcept {
  Name name;
  name.kind = octets.back();
  for (const std::uint8_t octet : octets.first(name.text.size()))
    if (octet != 0) name.text[name.size++] = static_cast<char>(octet);
  while (name.size > 0 && name.text[name.size - 1u] == ' ') --name.size;
  return name;
}

Name read_name(Cursor& c) noexcept {
  constexpr std::uint8_t kPointer = 0xc0;
  constexpr std::size_t kMostLabels = 8;
  const std::uint8_t length = c.u8();
  if ((length & kPointer) == kPointer) {
    c.skip(1);
    return {};
  }
  const Bytes letters = c.take(kEncoded);
  if (length != kEncoded || letters.empty() ||
      !std::ranges::all_of(letters, [](std::uint8_t l) { return l >= 'A' && l <= 'P'; })) {
    c.fail();
    return {};
  }
  std::array<std::uint8_t, kEncoded / 2> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i)
    octets[i] = static_cast<std::uint8_t>((letters[2 * i] - 'A') << 4 | (letters[2 * i + 1] - 'A'));
  for (std::size_t i = 0; c.ok(); ++i) {
    const std::uint8_t label = c.u8();
    if (label == 0) break;
    if (label > 63 || i >= kMostLabels) c.fail();
    c.skip(label);
  }
  return c.ok() ? make_name(octets) : Name{};
}

bool read(Bytes message, NameMessage& out) noexcept {
  Cursor c{message};
  out.id = c.u16();
  out.flags = c.u16();
  const unsigned questions = c.u16(), answers = c.u16(), authorities = c.u16(), additionals = c.u16();
  if (!c.ok() || questions > 1 || answers > 1 || authorities > 1 || additionals > 1) return false;
  if (questions == 1) {
    out.name = read_name(c);
    out.type = c.u16();
    if (c.u16() != kInternet) return false;
  }
  for (unsigned i = 0; i < answers + authorities + additionals && c.ok(); ++i)
    if (!read_record(c, out)) return false;
  return c.ok() && (out.type == kNameRecord || out.type == kStatusRecord);
}

bool read(Bytes message, DatagramMessage& out) noexcept {
  constexpr std::uint8_t kDirectUnique = 0x10, kBroadcast = 0x12;
  constexpr std::size_t kHeader = 14;
  Cursor c{message};
  out.type = c.u8();
  const std::uint8_t flags = c.u8();
  c.skip(2 + 4 + 2);  // identifier, the sender's address and port
  const std::size_t length = c.u16();
  const std::uint16_t offset = c.u16();
  constexpr std::uint8_t kReserved = 0xf0, kMore = 0x01;
  if (!c.ok() || out.type < kDirectUnique || out.type > kBroadcast || (flags & kReserved) != 0) return false;
  if (offset != 0 || length > message.size() - kHeader || (length != message.size() - kHeader && (flags & kMore) == 0))
    return false;
  out.source = read_name(c);
  out.destination = read_name(c);
  out.data = c.rest();
  return c.ok();
}

bool read_mailslot(Bytes data, std::string_view& slot, Bytes& content) noexcept {
  constexpr std::uint8_t kTransaction = 0x25;
  Cursor c{data};
  if (as_text(c.take(4)) != "\xffSMB" || c.u8() != kTransaction) return false;
  c.skip(27);  // the rest of the header
  const unsigned words = c.u8();
  c.skip(2 + 2 + 2 + 2 + 1 + 1 + 2 + 4 + 2 + 2 + 2);  // totals, largest, flags, timeout, reserved, parameters
  const std::size_t length = c.le16(), offset = c.le16();
  const unsigned setup = c.u8();
  c.skip(1);
  c.skip(std::size_t{setup} * 2);
  c.skip(2);  // count of bytes
  if (!c.ok() || words != 14 + setup || offset > data.size() || length > data.size() - offset) return false;
  slot = as_text(until_null(c.rest()));
  content = data.subspan(offset, length);
  return true;
}

bool read(Bytes content, Announcement& out) noexcept {
  // MS-BRWS 2.2.1 to 2.2.3 and 2.2.6: what announces has one layout.
  constexpr std::uint8_t kHost = 1, kDomain = 12, kLocalMaster = 15;
  Cursor c{content};
  out.operation = c.u8();
  if (out.operation != kHost && out.operation != kDomain && out.operation != kLocalMaster) return c.ok();
  c.skip(1 + 4);  // count, period
  out.host = until_null(c.take(16));
  out.major = c.u8();
  out.minor = c.u8();
  out.roles = c.le32();
  c.skip(1 + 1 + 2);  // version of the browser, signature
  out.comment = until_null(c.rest());
  out.of_host = out.operation != kDomain;
  return c.ok();
}

}  // namespace gatehouse::proto::netbios
