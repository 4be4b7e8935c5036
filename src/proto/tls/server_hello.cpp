// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tls/server_hello.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::proto::tls {
namespace {

// RFC 8446, 4.1.3: "the HelloRetryRequest message uses the same structure as the ServerHello, but with Random set to
// the special value of the SHA-256 of "HelloRetryRequest""
constexpr std::array<std::uint8_t, 32> kRetryRandom{0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                                    0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                                    0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

void read_extension_body(const Extension& one, ServerHello& hello) noexcept {
  Cursor c{one.body};
  if (one.type == extension::supported_versions) {
    hello.selected_version = c.u16();
  } else if (one.type == extension::alpn) {
    if (!hello.has_alpn) hello.alpn = c.take(c.u16());
    hello.has_alpn = true;
  } else if (one.type == extension::heartbeat) {
    hello.heartbeat = true;
  }
  if (!c.ok()) hello.faults.length = true;
}

// Drafts of TLS 1.3 before the 22nd said their version here and left session id and compression out.
bool is_early_draft(std::uint16_t version) noexcept {
  return version == version::tls13 || version >> 8 == 0x7f;
}

}  // namespace

// RFC 8446, 4.1.3:
//   struct { ProtocolVersion legacy_version; Random random; opaque legacy_session_id_echo<0..32>;
//            CipherSuite cipher_suite; uint8 legacy_compression_method; Extension extensions<6..2^16-1>; } ServerHello;
ServerHello read_server_hello(Bytes body) noexcept {
  ServerHello hello;
  Cursor c{body};
  hello.legacy_version = c.u16();
  hello.random = c.take(32);
  const bool draft = is_early_draft(hello.legacy_version);
  if (!draft) hello.session_id = c.take(c.u8());
  hello.cipher_suite = c.u16();
  if (!draft) c.u8();
  hello.retry_request = std::ranges::equal(hello.random, kRetryRandom);
  if (!c.ok() || hello.session_id.size() > 32) hello.faults.length = true;
  if (!c.ok() || c.empty()) return hello;

  const std::size_t size = c.u16();
  if (!c.ok() || size > c.remaining()) hello.faults.length = true;
  Cursor list{c.take(size < c.remaining() ? size : c.remaining())};
  hello.extensions = list.whole();
  for (std::size_t count = 0; !list.empty(); ++count) {
    const Extension one = read_extension(list);
    if (!list.ok()) {
      hello.faults.length = true;
    } else if (count >= kMaxExtensions) {
      hello.faults.too_many = true;
      break;
    } else {
      read_extension_body(one, hello);
    }
  }
  return hello;
}

}  // namespace gatehouse::proto::tls
