// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tls/client_hello.hpp"

namespace gatehouse::proto::tls {
namespace {

// The contents of a vector with a length of one or two octets that must fill the extension.
Bytes vector8(Bytes body, bool& sound) noexcept {
  Cursor c{body};
  const Bytes contents = c.take(c.u8());
  if (!c.ok()) sound = false;
  return contents;
}
Bytes vector16(Bytes body, bool& sound) noexcept {
  Cursor c{body};
  const Bytes contents = c.take(c.u16());
  if (!c.ok()) sound = false;
  return contents;
}
U16List list16(Bytes body, bool& sound) noexcept {
  const Bytes contents = vector16(body, sound);
  if (contents.size() % 2 != 0) sound = false;
  return U16List{contents};
}

// RFC 6066, 3. "The ServerNameList MUST NOT contain more than one name of the same name_type."
void read_server_name(Bytes body, ClientHello& hello) noexcept {
  hello.has_server_name = true;
  if (body.empty()) return;
  Cursor c{body};
  c.u16();  // of the list
  const std::uint8_t type = c.u8();
  if (!c.ok()) {
    hello.faults.length = true;
    return;
  }
  if (type != 0) {
    hello.faults.server_name_type = true;
    return;
  }
  const Bytes name = c.take(c.u16());
  if (!c.ok() || name.empty() || name.size() > kMaxServerName) {
    hello.faults.server_name_length = true;
    return;
  }
  if (!hello.server_name.empty() || !c.empty()) hello.faults.several_server_names = true;
  if (hello.server_name.empty()) hello.server_name = name;
}

// RFC 7301, 3.1. "Empty strings MUST NOT be included"
void read_alpn(Bytes body, ClientHello& hello, bool& sound) noexcept {
  const Bytes list = vector16(body, sound);
  Cursor c{list};
  unsigned names = 0;
  while (!c.empty()) {
    if (c.take(c.u8()).empty()) sound = false;
    ++names;
  }
  if (names > kMaxAlpnNames) hello.faults.too_many = true;
  if (!hello.has_alpn) hello.alpn = list;
  hello.has_alpn = true;
}

void read_extension_body(const Extension& one, ClientHello& hello) noexcept {
  bool sound = true;
  switch (one.type) {
    case extension::server_name:
      read_server_name(one.body, hello);
      break;
    case extension::alpn:
      read_alpn(one.body, hello, sound);
      break;
    case extension::supported_groups:
      hello.groups = list16(one.body, sound);
      break;
    case extension::ec_point_formats:
      hello.point_formats = vector8(one.body, sound);
      break;
    case extension::signature_algorithms:
      hello.signature_algorithms = list16(one.body, sound);
      break;
    case extension::supported_versions: {
      const Bytes versions = vector8(one.body, sound);
      if (versions.size() < 2 || versions.size() % 2 != 0) sound = false;
      hello.supported_versions = U16List{versions};
      hello.has_supported_versions = true;
      break;
    }
    case extension::session_ticket:
      hello.session_ticket = true;
      break;
    case extension::pre_shared_key:
      hello.pre_shared_key = true;
      break;
    case extension::early_data:
      hello.early_data = true;
      break;
    case extension::heartbeat:
      hello.heartbeat = true;
      break;
    case extension::encrypted_client_hello:
      hello.ech = true;
      break;
    default:
      hello.grease |= is_grease(one.type);
  }
  if (!sound) hello.faults.length = true;
}

}  // namespace

// RFC 8446, 4.1.2:
//   struct { ProtocolVersion legacy_version; Random random; opaque legacy_session_id<0..32>;
//            CipherSuite cipher_suites<2..2^16-2>; opaque legacy_compression_methods<1..2^8-1>;
//            Extension extensions<8..2^16-1>; } ClientHello;
// RFC 6347, 4.2.1 puts "opaque cookie<0..2^8-1>" behind the session id. Extensions may be missing before TLS 1.3.
ClientHello read_client_hello(Bytes body, bool with_cookie) noexcept {
  ClientHello hello;
  Cursor c{body};
  hello.legacy_version = c.u16();
  hello.random = c.take(32);
  hello.session_id = c.take(c.u8());
  if (with_cookie) c.skip(c.u8());
  const Bytes ciphers = c.take(c.u16());
  hello.cipher_suites = U16List{ciphers};
  hello.compression_methods = c.take(c.u8());
  if (!c.ok() || ciphers.size() % 2 != 0 || hello.session_id.size() > 32) hello.faults.length = true;
  for (std::size_t i = 0; i < hello.cipher_suites.size() && !hello.grease; ++i)
    hello.grease = is_grease(hello.cipher_suites[i]);
  if (!c.ok() || c.empty()) return hello;

  const std::size_t size = c.u16();
  // A vector that claims more than there is is read as far as it goes: the fault says so, and no name escapes by it.
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

std::uint16_t ClientHello::preferred_version() const noexcept {
  for (std::size_t i = 0; i < supported_versions.size(); ++i)
    if (!is_grease(supported_versions[i])) return supported_versions[i];
  return legacy_version;
}

bool alpn_name(Bytes list, unsigned index, Bytes& name) noexcept {
  if (index >= kMaxAlpnNames) return false;
  Cursor c{list};
  for (unsigned i = 0; !c.empty(); ++i) {
    name = c.take(c.u8());
    if (!c.ok()) return false;
    if (i == index) return true;
  }
  return false;
}

}  // namespace gatehouse::proto::tls
