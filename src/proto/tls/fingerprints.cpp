// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tls/fingerprints.hpp"

#include <algorithm>

#include "proto/fingerprint/digest.hpp"

namespace gatehouse::proto::tls {
namespace {

constexpr std::size_t kJa4Part = 12;

// Numbers joined by a character, GREASE left out.
class Joined {
 public:
  explicit Joined(BoundedText& out) noexcept : out_(out) {}
  void add(std::uint16_t value) noexcept {
    if (is_grease(value)) return;
    if (!first_) out_.put('-');
    out_.decimal(value);
    first_ = false;
  }
  void add(const U16List& list) noexcept {
    for (std::size_t i = 0; i < list.size() && !out_.overflowed(); ++i) add(list[i]);
  }

 private:
  BoundedText& out_;
  bool first_ = true;
};

template <typename Visit>
void for_each_extension(Bytes extensions, Visit&& visit) noexcept {
  Cursor c{extensions};
  for (std::size_t count = 0; !c.empty() && count < kMaxExtensions; ++count) {
    const Extension one = read_extension(c);
    if (c.ok()) visit(one.type);
  }
}

void write_extensions(Bytes extensions, BoundedText& out) noexcept {
  Joined joined{out};
  for_each_extension(extensions, [&](std::uint16_t type) { joined.add(type); });
}

// A list of numbers to sort, without GREASE.
struct Numbers {
  std::array<std::uint16_t, kMaxJa4List> values;
  std::size_t size = 0;
  bool too_many = false;

  void add(std::uint16_t value) noexcept {
    if (is_grease(value)) return;
    if (size < values.size())
      values[size++] = value;
    else
      too_many = true;
  }
  void add(const U16List& list) noexcept {
    for (std::size_t i = 0; i < list.size() && !too_many; ++i) add(list[i]);
  }
  void sort() noexcept { std::sort(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(size)); }
  void write(BoundedText& out) const noexcept {
    for (std::size_t i = 0; i < size; ++i) {
      if (i > 0) out.put(',');
      out.hex16(values[i]);
    }
  }
};

std::string_view ja4_version(const ClientHello& hello) noexcept {
  std::uint16_t best = hello.has_supported_versions ? std::uint16_t{0} : hello.legacy_version;
  for (std::size_t i = 0; i < hello.supported_versions.size(); ++i)
    if (!is_grease(hello.supported_versions[i])) best = std::max(best, hello.supported_versions[i]);
  switch (best) {
    case 0x0304:
      return "13";
    case 0x0303:
      return "12";
    case 0x0302:
      return "11";
    case 0x0301:
      return "10";
    case 0x0300:
      return "s3";
    case 0x0002:
      return "s2";
    case 0xfeff:
      return "d1";
    case 0xfefd:
      return "d2";
    case 0xfefc:
      return "d3";
    default:
      return "00";
  }
}

bool is_alphanumeric(std::uint8_t c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// First and last character of the first name; where one of them is no letter or digit, of its hex form.
void write_ja4_alpn(const ClientHello& hello, BoundedText& out) noexcept {
  Bytes name;
  if (!alpn_name(hello.alpn, 0, name) || name.empty()) return out.put("00");
  if (is_alphanumeric(name.front()) && is_alphanumeric(name.back())) {
    out.put(static_cast<char>(name.front()));
    out.put(static_cast<char>(name.back()));
    return;
  }
  constexpr char digits[] = "0123456789abcdef";
  out.put(digits[name.front() >> 4]);
  out.put(digits[name.back() & 15]);
}

void write_part(std::string_view text, BoundedText& out) noexcept {
  std::array<char, kJa4Part> hash;
  hash.fill('0');
  if (!text.empty()) (void)hex_digest(DigestKind::sha256, as_bytes(text), hash);
  out.put('_');
  out.put({hash.data(), hash.size()});
}

}  // namespace

void write_ja3(const ClientHello& hello, BoundedText& out) noexcept {
  out.decimal(hello.legacy_version);
  out.put(',');
  Joined{out}.add(hello.cipher_suites);
  out.put(',');
  write_extensions(hello.extensions, out);
  out.put(',');
  Joined{out}.add(hello.groups);
  out.put(',');
  Joined formats{out};
  for (const std::uint8_t format : hello.point_formats) formats.add(format);
}

void write_ja3s(const ServerHello& hello, BoundedText& out) noexcept {
  out.decimal(hello.legacy_version);
  out.put(',');
  Joined{out}.add(hello.cipher_suite);
  out.put(',');
  write_extensions(hello.extensions, out);
}

bool ja3_hash(std::string_view ja3, Ja3Hash& hash) noexcept {
  return hex_digest(DigestKind::md5, as_bytes(ja3), hash);
}

// FoxIO's technical details of JA4: a = transport, version, SNI, counts, ALPN; b = hash of the sorted ciphers; c = hash
// of the sorted extensions without SNI and ALPN, then the signature algorithms in their order.
bool ja4(const ClientHello& hello, Ja4Transport transport, std::span<char, kJa4> out) noexcept {
  Numbers ciphers, extensions, signatures;
  std::size_t extension_count = 0;
  ciphers.add(hello.cipher_suites);
  signatures.add(hello.signature_algorithms);
  for_each_extension(hello.extensions, [&](std::uint16_t type) {
    if (is_grease(type)) return;
    ++extension_count;
    if (type != extension::server_name && type != extension::alpn) extensions.add(type);
  });
  if (ciphers.too_many || signatures.too_many || extensions.too_many) return false;
  ciphers.sort();
  extensions.sort();

  BoundedText text{out};
  text.put(static_cast<char>(transport));
  text.put(ja4_version(hello));
  text.put(hello.has_server_name ? 'd' : 'i');
  text.two_digits(static_cast<unsigned>(std::min<std::size_t>(ciphers.size, 99)));
  text.two_digits(static_cast<unsigned>(std::min<std::size_t>(extension_count, 99)));
  write_ja4_alpn(hello, text);

  std::array<char, 2 * 5 * kMaxJa4List + 1> room;
  BoundedText list{room};
  ciphers.write(list);
  write_part(list.text(), text);
  list = BoundedText{room};
  extensions.write(list);
  if (signatures.size > 0 && extensions.size > 0) {
    list.put('_');
    signatures.write(list);
  }
  write_part(list.text(), text);
  return true;
}

}  // namespace gatehouse::proto::tls
