// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rdp/message.hpp"

#include <algorithm>

#include "proto/asn1/asn1.hpp"

namespace gatehouse::proto::rdp {
namespace {

constexpr std::size_t kVariablePart = 5;  // X.224, 13.3: references and class; what follows is RDP's

// X.691, 10.9: a length of up to 127 in one octet, of up to 16383 in two.
std::size_t per_length(Cursor& c) noexcept {
  const std::uint8_t first = c.u8();
  return first < 0x80 ? first : static_cast<std::size_t>(first & 0x3f) << 8 | c.u8();
}

// Length octets of the basic encoding, behind a tag of two octets that the library does not read.
std::size_t ber_length(Cursor& c) noexcept {
  const std::uint8_t first = c.u8();
  if (first < 0x80) return first;
  std::size_t length = 0;
  const unsigned octets = first & 0x7f;
  if (octets == 0 || octets > asn1::kMaxLengthOctets) c.fail();
  for (unsigned i = 0; i < octets && c.ok(); ++i) length = length << 8 | c.u8();
  return length;
}

void read_core(Cursor c, ClientCore& core) noexcept {
  core.version = c.le32();
  core.width = c.le16(), core.height = c.le16();
  core.color_depth = c.le16();
  c.skip(2);  // SASSequence
  core.keyboard_layout = c.le32();
  core.build = c.le32();
  core.name = c.take(32);
  core.keyboard_type = c.le32(), core.keyboard_subtype = c.le32(), core.function_keys = c.le32();
  c.skip(64);  // imeFileName
  const auto optional = [&](auto read) {
    const auto value = read();
    if (c.ok()) ++core.present;
    return value;
  };
  core.later_color_depth = optional([&] { return c.le16(); });
  core.product_id = optional([&] { return c.le16(); });
  optional([&] { return c.le32(); });  // serialNumber
  core.high_color_depth = optional([&] { return c.le16(); });
  core.supported_color_depths = optional([&] { return c.le16(); });
  core.capabilities = optional([&] { return c.le16(); });
  core.digital_product_id = optional([&] { return c.take(64); });
}

// 2.2.1.3.4: Client Network Data: channelCount, then CHANNEL_DEF of name[8] and options.
void read_channels(Cursor c, Channels& channels) noexcept {
  const std::uint32_t count = c.le32();
  for (std::uint32_t i = 0; i < count && c.ok(); ++i) {
    const Bytes name = c.take(8);
    c.skip(4);
    if (!c.ok()) return;
    if (channels.count == kMaxChannels) {
      channels.too_many = true;
      return;
    }
    channels.names[channels.count++] = name.first(static_cast<std::size_t>(std::ranges::find(name, 0) - name.begin()));
  }
}

// "Cookie: mstshash=IDENTIFIER CR LF" (2.2.1.1) or "Cookie: msts=TOKEN CR LF"; alone, or before the negotiation.
void read_cookie(Cursor& c, Connection& connection) noexcept {
  constexpr std::string_view word = "Cookie: ", user = "mstshash=", token = "msts=", end = "\r\n";
  std::string_view text = as_text(c.rest());
  if (!text.starts_with(word)) return;
  const std::size_t size = text.find(end);
  if (size == text.npos) return c.fail();
  c.skip(size + end.size());
  text = text.substr(word.size(), size - word.size());
  if (text.starts_with(user)) connection.cookie = as_bytes(text.substr(user.size()));
  if (text.starts_with(token)) connection.routing_token = as_bytes(text.substr(token.size()));
}

}  // namespace

bool read_connection(const tpkt::Unit& unit, Connection& connection) noexcept {
  if (!unit.data.empty() || unit.fixed_and_variable.size() < kVariablePart) return false;
  Cursor c{unit.fixed_and_variable.subspan(kVariablePart)};
  const bool request = unit.type() == tpkt::Type::connection_request;
  if (request) read_cookie(c, connection);
  if (!c.ok()) return false;
  if (c.empty()) return true;
  connection.kind = c.u8();
  connection.flags = c.u8();
  const std::uint16_t length = c.le16();
  connection.value = c.le32();
  const bool known = request ? connection.kind == negotiation::request
                             : connection.kind == negotiation::response || connection.kind == negotiation::failure;
  return c.ok() && known && length == negotiation::size;  // correlation data (2.2.1.1.2) may follow
}

bool is_connect_initial(Bytes data) noexcept {
  return data.size() > 2 && data[0] == 0x7f && data[1] == 0x65;
}
bool is_connect_response(Bytes data) noexcept {
  return data.size() > 2 && data[0] == 0x7f && data[1] == 0x66;
}

bool read_connect_initial(Bytes data, ConnectInitial& connect) noexcept {
  Cursor outer{data};
  outer.skip(2);
  Cursor c = outer.sub(ber_length(outer));
  // T.125, 7: calling and called domain selector, upward flag, target, minimum and maximum parameters, user data.
  (void)asn1::expect(c, asn1::octet_string);
  (void)asn1::expect(c, asn1::octet_string);
  (void)asn1::expect(c, asn1::boolean);
  for (int i = 0; i < 3; ++i) (void)asn1::expect(c, asn1::sequence);
  Cursor user{asn1::expect(c, asn1::octet_string).body};
  // T.124, 8.7: the object key 0.0.20.124.0.1, then ConferenceCreateRequest, in aligned PER: the same octets always but
  // for the lengths; "Duca" is the client's key (2.2.1.3).
  constexpr std::array<std::uint8_t, 7> key{0, 5, 0, 0x14, 0x7c, 0, 1};
  const Bytes seen = user.take(key.size());
  if (!c.ok() || !user.ok() || !std::ranges::equal(seen, key)) return false;
  (void)per_length(user);
  user.skip(8);
  if (as_text(user.take(4)) != "Duca") return false;
  Cursor blocks = user.sub(per_length(user));
  while (!blocks.empty() && blocks.ok()) {
    constexpr std::uint16_t kCore = 0xc001, kNetwork = 0xc003, kHeader = 4;  // 2.2.1.3.1: TS_UD_HEADER
    constexpr std::size_t kLeastCore = 132;  // up to imeFileName, which has no end of its own
    const std::uint16_t type = blocks.le16(), length = blocks.le16();
    if (length < kHeader) return false;
    const Bytes body = blocks.take(length - kHeader);
    if (!blocks.ok()) return false;
    if (type == kCore && body.size() < kLeastCore - kHeader) return false;
    if (type == kCore) read_core(Cursor{body}, connect.core);
    if (type == kNetwork) read_channels(Cursor{body}, connect.channels);
    connect.has_core = connect.has_core || type == kCore;
  }
  return blocks.ok() && user.ok();
}

unsigned ClientCore::bits_per_pixel() const noexcept {
  const auto known = [](unsigned depth) {
    return depth == 4 || depth == 8 || depth == 15 || depth == 16 || depth == 24;
  };
  if (present > 3 && known(high_color_depth)) return high_color_depth;
  constexpr std::uint16_t kFirst = 0xca00;  // RNS_UD_COLOR_4BPP
  constexpr std::array<unsigned, 5> depths{4, 8, 15, 16, 24};
  if (present > 0 && later_color_depth >= kFirst && later_color_depth < kFirst + depths.size())
    return depths[later_color_depth - kFirst];
  return color_depth == kFirst ? 4 : color_depth == kFirst + 1 ? 8 : 0;
}

}  // namespace gatehouse::proto::rdp
