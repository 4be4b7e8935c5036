// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ntlmssp/ntlmssp.hpp"

#include <fmt/format.h>

#include "proto/ntlmssp/utf16.hpp"

namespace gatehouse::proto::ntlmssp {
namespace {

// A description of a part of the payload: length, allocated length, offset from the message's beginning.
struct Part {
  std::uint16_t length{}, allocated{};
  std::uint32_t offset{};

  Part() = default;
  explicit Part(Cursor& c) noexcept : length{c.le16()}, allocated{c.le16()}, offset{c.le32()} {}
};

// The bytes that `part` describes; what lies outside the message makes it unreadable.
bool resolve(Bytes message, const Part& part, Bytes& out) noexcept {
  if (part.length == 0) return true;
  if (part.offset > message.size() || part.length > message.size() - part.offset) return false;
  out = message.subspan(part.offset, part.length);
  return true;
}

// MS-NLMP 2.2.2.1. AV_PAIR: a list that ends with the identifier 0.
void read_target_information(Bytes information, Message& out) noexcept {
  constexpr std::uint16_t kEnd = 0, kHost = 1, kDnsHost = 3, kDnsDomain = 4;
  for (Cursor c{information}; !c.empty();) {
    const std::uint16_t id = c.le16();
    const Bytes value = c.take(c.le16());
    if (!c.ok() || id == kEnd) return;
    if (id == kHost) out.server_host = value;
    if (id == kDnsHost) out.server_dns = value;
    if (id == kDnsDomain) out.dns_domain = value;
  }
}

// MS-NLMP 2.2.1.1. NEGOTIATE_MESSAGE; its names are of one byte a character whatever the flags say.
bool read_negotiate(Cursor& c, Message& out) noexcept {
  out.flags = c.le32();
  if (!c.ok()) return false;
  if (c.remaining() < 16) return true;  // old clients end here
  const Part domain{c}, host{c};
  if ((out.flags & flag::version) != 0 && c.remaining() >= 8) out.version = Version{c}, out.has_version = true;
  if ((out.flags & flag::oem_domain) != 0 && !resolve(c.whole(), domain, out.domain)) return false;
  if ((out.flags & flag::oem_workstation) != 0 && !resolve(c.whole(), host, out.host)) return false;
  return true;
}

// MS-NLMP 2.2.1.2. CHALLENGE_MESSAGE.
bool read_challenge(Cursor& c, Message& out) noexcept {
  const Part target{c};
  out.flags = c.le32();
  c.skip(8 + 8);  // the challenge, reserved
  const bool long_form = c.ok() && c.remaining() >= 8;
  const Part information = long_form ? Part{c} : Part{};
  if ((out.flags & flag::version) != 0 && c.ok() && c.remaining() >= 8)
    out.version = Version{c}, out.has_version = true;
  out.unicode = (out.flags & flag::unicode) != 0;
  Bytes pairs;
  if (!c.ok() || !resolve(c.whole(), target, out.target) || !resolve(c.whole(), information, pairs)) return false;
  read_target_information(pairs, out);
  return true;
}

// MS-NLMP 2.2.1.3. AUTHENTICATE_MESSAGE.
bool read_authenticate(Cursor& c, Message& out) noexcept {
  const Part lm{c}, nt{c}, domain{c}, user{c}, host{c}, key{c};
  out.flags = c.le32();
  if (!c.ok()) return false;
  if ((out.flags & flag::version) != 0 && c.remaining() >= 8) out.version = Version{c}, out.has_version = true;
  out.unicode = (out.flags & flag::unicode) != 0;
  Bytes responses;
  if (!resolve(c.whole(), domain, out.domain) || !resolve(c.whole(), user, out.user) ||
      !resolve(c.whole(), host, out.host) || !resolve(c.whole(), lm, responses) || !resolve(c.whole(), nt, responses))
    return false;
  // The payload begins behind what describes it, and the three names follow each other.
  constexpr std::uint32_t kFixed = 64;
  const auto follows = [](const Part& a, const Part& b) {
    return a.length == 0 || b.length == 0 || b.offset == a.offset + a.length;
  };
  out.unusual = (domain.length > 0 && domain.offset < kFixed) || !follows(domain, user) || !follows(user, host);
  return true;
}

}  // namespace

std::string_view to_text(const Version& v, VersionText& buffer) noexcept {
  const auto written =
      fmt::format_to_n(buffer.data(), buffer.size(), "{}.{} build {} rev {}", v.major, v.minor, v.build, v.revision);
  return {buffer.data(), written.size};
}

bool read(Bytes message, Message& out) noexcept {
  Cursor c{message};
  if (as_text(c.take(kSignature.size())) != kSignature) return false;
  switch (c.le32()) {
    case 1:
      out.type = Type::negotiate;
      return read_negotiate(c, out);
    case 2:
      out.type = Type::challenge;
      return read_challenge(c, out);
    case 3:
      out.type = Type::authenticate;
      return read_authenticate(c, out);
    default:
      return false;
  }
}

void append_text(std::pmr::string& text, Bytes member, bool unicode, std::size_t most) {
  unicode ? append_utf16(text, member, most) : append_oem(text, member, most);
}

}  // namespace gatehouse::proto::ntlmssp
