// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/quic/google.hpp"

#include "base/cursor.hpp"

namespace gatehouse::proto::quic {
namespace {

constexpr std::uint32_t tag(std::string_view text) noexcept {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(i < text.size() ? text[i] : '\0');
  return value;
}

// Tags are up to four printable characters, filled with zeros.
bool write_tag(std::uint32_t value, BoundedText& out) noexcept {
  bool over = false;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const auto c = static_cast<std::uint8_t>(value >> shift);
    if (c == 0) {
      over = true;
      continue;
    }
    if (over || c < ' ' || c > '~') return false;
    out.put(static_cast<char>(c));
  }
  return value != 0;
}

}  // namespace

// The message's tag, how many entries, two octets of padding; of each entry its tag and where its value ends; values.
bool read_google_message(Bytes bytes, unsigned version_number, GoogleMessage& message, BoundedText& cyu) noexcept {
  constexpr std::size_t kEntry = 8;
  Cursor c{bytes};
  const std::uint32_t kind = c.u32();
  const unsigned entries = c.le16();
  c.skip(2);
  if (!c.ok() || entries == 0 || entries > kMaxTags) return false;
  Cursor list = c.sub(entries * kEntry);
  const Bytes values = c.rest();
  // CYU takes Q045 for Q044, its twin.
  cyu.decimal(version_number == 45 ? 44 : version_number);
  std::size_t begin = 0;
  for (unsigned i = 0; i < entries; ++i) {
    const std::uint32_t name = list.u32();
    const std::size_t end = list.le32();
    if (!list.ok() || end < begin || end > values.size()) return false;
    const Bytes value = values.subspan(begin, end - begin);
    begin = end;
    cyu.put(i == 0 ? ',' : '-');
    if (!write_tag(name, cyu)) return false;
    if (name == tag("SNI")) message.server_name = value;
    if (name == tag("UAID")) message.user_agent = value;
    if (name == tag("ALPN")) message.alpn = value;
    if (name == tag("PUBS")) message.full = true;
  }
  message.client_hello = kind == tag("CHLO");
  return message.client_hello || kind == tag("REJ") || kind == tag("SHLO") || kind == tag("SREJ");
}

}  // namespace gatehouse::proto::quic
