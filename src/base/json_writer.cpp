// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json_writer.hpp"

#include <array>
#include <cstring>

#include "base/utf8.hpp"

namespace gatehouse {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// 0: as it is; 'u': \u00HH; 'n', 't', '"', …: a short escape; 'x': not ASCII.
constexpr std::array<char, 256> kEscape = [] {
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = 'u';
  table['\b'] = 'b', table['\f'] = 'f', table['\n'] = 'n', table['\r'] = 'r', table['\t'] = 't';
  table['"'] = '"', table['\\'] = '\\', table[0x7f] = 'u';
  for (std::size_t c = 0x80; c < 0x100; ++c) table[c] = 'x';
  return table;
}();

}  // namespace

void JsonWriter::raw(std::string_view text) noexcept {
  if (text.size() > static_cast<std::size_t>(end_ - at_)) {
    overflowed_ = true;
    return;
  }
  if (!text.empty()) std::memcpy(at_, text.data(), text.size());
  at_ += text.size();
  comma_ = true;
}

void JsonWriter::string(std::string_view text) noexcept {
  put('"');
  std::size_t plain = 0;
  while (plain < text.size() && kEscape[static_cast<std::uint8_t>(text[plain])] == 0) ++plain;
  raw(text.substr(0, plain));
  if (plain < text.size()) {
    text.remove_prefix(plain);
    escaped(text, is_utf8(as_bytes(text)));
  }
  put('"');
  comma_ = true;
}

void JsonWriter::escaped(std::string_view text, bool utf8) noexcept {
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    const char how = kEscape[byte];
    if (how == 0 || (how == 'x' && utf8)) {
      put(c);
    } else if (how == 'x') {
      put('\\'), put('\\'), put('x'), put(kHex[byte >> 4]), put(kHex[byte & 15]);
    } else if (how == 'u') {
      raw("\\u00"), put(kHex[byte >> 4]), put(kHex[byte & 15]);
    } else {
      put('\\'), put(how);
    }
  }
}

void JsonWriter::key_from_wire(std::string_view key) noexcept {
  separate();
  string(key);
  put(':');
}

void JsonWriter::member_hex(std::string_view key, Bytes bytes, std::string_view separator) noexcept {
  name(key);
  put('"');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) raw(separator);
    put(kHex[bytes[i] >> 4]), put(kHex[bytes[i] & 15]);
  }
  put('"');
  comma_ = true;
}

void JsonWriter::member_base64(std::string_view key, Bytes bytes) noexcept {
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  name(key);
  put('"');
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t group = std::uint32_t{bytes[i]} << 16 | (left > 1 ? std::uint32_t{bytes[i + 1]} << 8 : 0) |
                                (left > 2 ? std::uint32_t{bytes[i + 2]} : 0);
    put(alphabet[group >> 18]), put(alphabet[group >> 12 & 63]);
    put(left > 1 ? alphabet[group >> 6 & 63] : '='), put(left > 2 ? alphabet[group & 63] : '=');
  }
  put('"');
  comma_ = true;
}

void JsonWriter::number(double value) noexcept {
  const auto [end, error] = std::to_chars(at_, end_, value);
  if (error == std::errc{})
    at_ = end;
  else
    overflowed_ = true;
  comma_ = true;
}

}  // namespace gatehouse
