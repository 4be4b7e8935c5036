// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ntlmssp/ntlmssp.hpp"

#include <gtest/gtest.h>
#include <memory_resource>

#include "proto/ntlmssp/spnego.hpp"
#include "proto/ntlmssp/utf16.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::ntlmssp {
namespace {

using test::from_hex;

std::string text_of(Bytes member, bool unicode = true) {
  std::pmr::string text;
  append_text(text, member, unicode, 256);
  return std::string(text);
}

// MS-NLMP 2.2.1.3 with the payload in the order domain, user, workstation; no responses.
const std::string kAuthenticate = from_hex(R"(
  4e 54 4c 4d 53 53 50 00  03 00 00 00
  00 00 00 00 00 00 00 00   00 00 00 00 00 00 00 00   # LM, NT
  06 00 06 00 48 00 00 00                             # domain: 6 at 72
  06 00 06 00 4e 00 00 00                             # user: 6 at 78
  04 00 04 00 54 00 00 00                             # workstation: 4 at 84
  00 00 00 00 00 00 00 00                             # session key
  01 00 00 02                                         # Unicode, version
  0a 00 63 45 00 00 00 0f                             # 10.0, build 17763, revision 15
  4c 00 41 00 42 00  62 00 6f 00 62 00  70 00 63 00   # LAB bob pc
)");

TEST(Ntlmssp, AuthenticateTellsWhoFromWhere) {
  Message m;
  ASSERT_TRUE(read(as_bytes(kAuthenticate), m));
  EXPECT_EQ(m.type, Type::authenticate);
  EXPECT_EQ(text_of(m.domain), "LAB");
  EXPECT_EQ(text_of(m.user), "bob");
  EXPECT_EQ(text_of(m.host), "pc");
  EXPECT_FALSE(m.unusual);
  ASSERT_TRUE(m.has_version);
  VersionText buffer;
  EXPECT_EQ(to_text(m.version, buffer), "10.0 build 17763 rev 15");
}

TEST(Ntlmssp, NoPrefixOfAMessageIsOne) {
  for (std::size_t size = 0; size < kAuthenticate.size(); ++size) {
    Message m;
    EXPECT_FALSE(read(as_bytes(std::string_view(kAuthenticate).substr(0, size)), m)) << size;
  }
}

TEST(Ntlmssp, APartOutsideTheMessageIsRefused) {
  std::string message = kAuthenticate;
  message[32] = '\x7f';  // the domain's offset
  Message m;
  EXPECT_FALSE(read(as_bytes(message), m));
}

TEST(Ntlmssp, PartsInAStrangeOrderAreMarked) {
  std::string message = kAuthenticate;
  std::swap(message[32], message[40]);  // domain and user change places
  Message m;
  ASSERT_TRUE(read(as_bytes(message), m));
  EXPECT_TRUE(m.unusual);
  EXPECT_EQ(text_of(m.domain), "bob");
}

TEST(Ntlmssp, TheChallengeTellsOfTheServer) {
  const std::string challenge = from_hex(R"(
    4e 54 4c 4d 53 53 50 00  02 00 00 00
    06 00 06 00 38 00 00 00  01 00 00 02              # target: 6 at 56; Unicode, version
    01 02 03 04 05 06 07 08  00 00 00 00 00 00 00 00
    0e 00 0e 00 3e 00 00 00                           # information: 14 at 62
    06 01 b1 1d 00 00 00 0f
    4c 00 41 00 42 00                                 # LAB
    01 00 06 00 4e 00 41 00 53 00  00 00 00 00        # computer NAS, end
  )");
  Message m;
  ASSERT_TRUE(read(as_bytes(challenge), m));
  EXPECT_EQ(text_of(m.target), "LAB");
  EXPECT_EQ(text_of(m.server_host), "NAS");
  EXPECT_EQ(m.version.build, 7601);
}

TEST(Ntlmssp, NegotiateMayNameTheMachineInBytes) {
  const std::string negotiate = from_hex(R"(
    4e 54 4c 4d 53 53 50 00  01 00 00 00  00 30 00 00    # OEM domain and workstation supplied
    03 00 03 00 20 00 00 00  02 00 02 00 23 00 00 00
    4c 41 42 70 63
  )");
  Message m;
  ASSERT_TRUE(read(as_bytes(negotiate), m));
  EXPECT_EQ(text_of(m.domain, m.unicode), "LAB");
  EXPECT_EQ(text_of(m.host, m.unicode), "pc");
}

std::string tlv(unsigned tag, const std::string& body) {
  std::string out(1, static_cast<char>(tag));
  if (body.size() >= 0x80) out += '\x81';
  return out + static_cast<char>(body.size()) + body;
}

TEST(Spnego, FindsNtlmInBothKindsOfToken) {
  const std::string octets = tlv(0x04, kAuthenticate);
  // RFC 4178, 4.2.2: negTokenResp with the response token only.
  const std::string response = tlv(0xa1, tlv(0x30, tlv(0xa2, octets)));
  EXPECT_EQ(as_text(read_token(as_bytes(response)).ntlmssp), kAuthenticate);
  // 4.2.1: negTokenInit in the frame of GSS-API, a mechanism list before the token.
  const std::string mechanisms = tlv(0xa0, tlv(0x30, from_hex("06 0a 2b 06 01 04 01 82 37 02 02 0a")));
  const std::string init =
      tlv(0x60, from_hex("06 06 2b 06 01 05 05 02") + tlv(0xa0, tlv(0x30, mechanisms + tlv(0xa2, octets))));
  EXPECT_EQ(as_text(read_token(as_bytes(init)).ntlmssp), kAuthenticate);
  EXPECT_EQ(as_text(read_token(as_bytes(kAuthenticate)).ntlmssp), kAuthenticate);
}

TEST(Spnego, FindsTheServiceOfATicket) {
  const std::string name =
      tlv(0x30, tlv(0xa0, from_hex("02 01 02")) + tlv(0xa1, tlv(0x30, tlv(0x1b, "cifs") + tlv(0x1b, "nas"))));
  const std::string ticket =
      tlv(0x61, tlv(0x30, tlv(0xa0, from_hex("02 01 05")) + tlv(0xa1, tlv(0x1b, "LAB.EXAMPLE")) + tlv(0xa2, name)));
  const std::string request = tlv(0x6e, tlv(0x30, tlv(0xa0, from_hex("02 01 05")) + tlv(0xa3, ticket)));
  const std::string framed = tlv(0x60, from_hex("06 09 2a 86 48 86 f7 12 01 02 02 01 00") + request);
  const Token token = read_token(as_bytes(framed));
  EXPECT_TRUE(token.kerberos);
  EXPECT_EQ(as_text(token.realm), "LAB.EXAMPLE");
  Cursor names{token.service_names};
  Bytes next;
  ASSERT_TRUE(next_name(names, next));
  EXPECT_EQ(as_text(next), "cifs");
  ASSERT_TRUE(next_name(names, next));
  EXPECT_EQ(as_text(next), "nas");
  EXPECT_FALSE(next_name(names, next));
}

TEST(Spnego, WhatIsNeitherIsEmpty) {
  for (const std::string_view other : {"", "\x60", "\xa1\x03\x30\x01\x00", "GET / HTTP/1.1"}) {
    const Token token = read_token(as_bytes(other));
    EXPECT_TRUE(token.ntlmssp.empty() && !token.kerberos) << other;
  }
}

TEST(Utf16, BecomesUtf8) {
  std::pmr::string text;
  append_utf16(text, as_bytes(from_hex("41 00 00 00 e9 00 ac 20 3d d8 00 de 00 d8 42")), 64);
  EXPECT_EQ(text, "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbd");
  std::pmr::string bounded;
  append_utf16(bounded, as_bytes(from_hex("41 00 ac 20")), 3);
  EXPECT_EQ(bounded, "A");
}

}  // namespace
}  // namespace gatehouse::proto::ntlmssp
