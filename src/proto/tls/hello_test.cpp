// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "proto/tls/client_hello.hpp"
#include "proto/tls/fingerprints.hpp"
#include "proto/tls/server_hello.hpp"
#include "proto/tls/test_bytes.hpp"

namespace gatehouse::proto::tls {
namespace {

using namespace test_bytes;

std::string ja4_of(const std::string& body, Ja4Transport transport = Ja4Transport::tcp) {
  std::array<char, kJa4> out;
  return ja4(read_client_hello(as_bytes(body)), transport, out) ? std::string(out.data(), out.size()) : "none";
}
std::string ja3_of(const std::string& body) {
  std::array<char, kMaxJa3> room;
  BoundedText text{room};
  write_ja3(read_client_hello(as_bytes(body)), text);
  return text.overflowed() ? "none" : std::string(text.text());
}

// The example of the method's publication: lists, order and result.
std::string published_hello() {
  const std::vector<std::uint16_t> ciphers{0x0a0a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030,
                                           0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035};
  const std::string signatures =
      ext(0x0d, vector16(list16({0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601})));
  const std::string versions = ext(0x2b, vector8(list16({0x4a4a, 0x0304, 0x0303})));
  const std::string extensions = ext(0x1a1a, "") + ext(0x1b, "") + server_name("example.com") + ext(0x33, "") +
                                 alpn({"h2", "http/1.1"}) + ext(0x4469, "") + ext(0x17, "") + ext(0x2d, "") +
                                 signatures + ext(0x05, "") + ext(0x23, "") + ext(0x12, "") + versions +
                                 ext(0xff01, std::string(1, '\0')) + ext(0x0b, vector8(std::string(1, '\0'))) +
                                 ext(0x0a, vector16(list16({0x2a2a, 29, 23, 24}))) + ext(0x15, "");
  return client_hello_body(extensions, ciphers);
}

TEST(Ja4, PublishedExample) {
  EXPECT_EQ(ja4_of(published_hello()), "t13d1516h2_8daaf6152771_e5627efa2ab1");
  EXPECT_EQ(ja4_of(published_hello(), Ja4Transport::quic).substr(0, 10), "q13d1516h2");
}

TEST(Ja4, EmptyPartsAreZeros) {
  EXPECT_EQ(ja4_of(client_hello_body("", {}, 0x0301)), "t10i000000_000000000000_000000000000");
  EXPECT_EQ(ja4_of(client_hello_body(server_name("a.example"), {0x002f}, 0x0300)).substr(0, 10), "ts3d010100");
}

TEST(Ja4, AlpnThatIsNoText) {
  const auto alpn_of = [](std::string name) { return ja4_of(client_hello_body(alpn({std::move(name)}))).substr(8, 2); };
  EXPECT_EQ(alpn_of("h2"), "h2");
  EXPECT_EQ(alpn_of("http/1.1"), "h1");
  EXPECT_EQ(alpn_of("x"), "xx");
  EXPECT_EQ(alpn_of("\xab"), "ab");
  EXPECT_EQ(alpn_of("\xab\xcd"), "ad");
  EXPECT_EQ(alpn_of("0\xab"), "3b");
  EXPECT_EQ(alpn_of("01\xab\xcd"), "3d");
}

TEST(Ja4, MoreThanIsSorted) {
  EXPECT_EQ(ja4_of(client_hello_body("", std::vector<std::uint16_t>(kMaxJa4List + 1, 0x002f))), "none");
  EXPECT_EQ(ja4_of(client_hello_body("", std::vector<std::uint16_t>(kMaxJa4List, 0x002f))).substr(0, 6), "t12i99");
}

TEST(Ja3, GreaseIsLeftOut) {
  EXPECT_EQ(ja3_of(published_hello()),
            "771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53,"
            "27-0-51-16-17513-23-45-13-5-35-18-43-65281-11-10-21,29-23-24,0");
  EXPECT_EQ(ja3_of(client_hello_body("", {4, 5}, 0x0301)), "769,4-5,,,");
  EXPECT_EQ(ja3_of(client_hello_body("", std::vector<std::uint16_t>(2000, 0xc030))), "none");
}

TEST(Ja3, Server) {
  std::array<char, kMaxJa3> room;
  BoundedText text{room};
  const std::string body = server_hello_body(
      ext(65281, std::string(1, '\0')) + ext(0, "") + ext(11, "") + ext(16, vector16(vector8("h2"))) + ext(23, ""),
      0x0303, 49199);
  write_ja3s(read_server_hello(as_bytes(body)), text);
  EXPECT_EQ(text.text(), "771,49199,65281-0-11-16-23");
  Ja3Hash hash;
  ASSERT_TRUE(ja3_hash(text.text(), hash));
  EXPECT_EQ(std::string(hash.data(), hash.size()), "5d79edf64e03689ff559a54e9d9487bc");
}

TEST(ClientHello, Members) {
  const std::string bytes = published_hello();
  const ClientHello hello = read_client_hello(as_bytes(bytes));
  EXPECT_FALSE(hello.faults.any());
  EXPECT_EQ(as_text(hello.server_name), "example.com");
  EXPECT_EQ(hello.preferred_version(), 0x0304);
  EXPECT_EQ(hello.groups.size(), 4u);
  EXPECT_TRUE(hello.grease);
  EXPECT_TRUE(hello.session_ticket);
  EXPECT_FALSE(hello.ech);
  Bytes name;
  EXPECT_TRUE(alpn_name(hello.alpn, 1, name));
  EXPECT_EQ(as_text(name), "http/1.1");
  EXPECT_FALSE(alpn_name(hello.alpn, 2, name));
}

TEST(ClientHello, Cookie) {
  const std::string body = number(0xfefd, 2) + std::string(32, 'r') + vector8("") + vector8("cookie") +
                           vector16(list16({0xc02b})) + vector8(std::string(1, '\0')) +
                           vector16(server_name("thing.example"));
  const ClientHello hello = read_client_hello(as_bytes(body), true);
  EXPECT_FALSE(hello.faults.any());
  EXPECT_EQ(as_text(hello.server_name), "thing.example");
}

TEST(ClientHello, ServerNamesThatAreNone) {
  const auto faults = [](const std::string& extensions) {
    const std::string body = client_hello_body(extensions);
    return read_client_hello(as_bytes(body)).faults;
  };
  EXPECT_TRUE(faults(server_name("x", 1)).server_name_type);
  EXPECT_TRUE(faults(server_name("")).server_name_length);
  EXPECT_TRUE(faults(server_name(std::string(256, 'x'))).server_name_length);
  EXPECT_FALSE(faults(server_name(std::string(255, 'x'))).any());
  EXPECT_TRUE(faults(ext(0, number(9, 2) + number(0, 1) + number(200, 2) + "short")).server_name_length);
  EXPECT_TRUE(faults(server_name("a.example") + server_name("b.example")).several_server_names);
  EXPECT_TRUE(faults(ext(0, "\x01")).length);
  EXPECT_FALSE(faults(ext(0, "")).any());
}

TEST(ClientHello, FirstServerNameStands) {
  const std::string body = client_hello_body(server_name("a.example") + server_name("b.example"));
  EXPECT_EQ(as_text(read_client_hello(as_bytes(body)).server_name), "a.example");
}

TEST(ClientHello, EveryPrefixIsReadAsFarAsItGoes) {
  const std::string whole = published_hello();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const ClientHello hello = read_client_hello(as_bytes(whole).first(size));
    const bool ends_before_extensions = size == 2 + 32 + 1 + 2 + 32 + 2;
    EXPECT_EQ(hello.faults.length, !ends_before_extensions) << size;
    if (size > 150) {
      EXPECT_EQ(as_text(hello.server_name), "example.com") << "a name does not escape by a cut end";
    }
  }
}

TEST(ServerHello, Members) {
  const std::string body = server_hello_body(ext(43, number(0x0304, 2)) + ext(51, "key") + ext(15, "\x01"));
  const ServerHello hello = read_server_hello(as_bytes(body));
  EXPECT_EQ(hello.version(), 0x0304);
  EXPECT_EQ(hello.legacy_version, 0x0303);
  EXPECT_TRUE(hello.heartbeat);
  EXPECT_FALSE(hello.retry_request);
  EXPECT_FALSE(hello.faults.any());
}

TEST(ServerHello, EarlyDraftsHaveNoSessionId) {
  const std::string body = number(0x7f12, 2) + std::string(32, 's') + number(0x1301, 2) + vector16(ext(51, "k"));
  const ServerHello hello = read_server_hello(as_bytes(body));
  EXPECT_EQ(hello.cipher_suite, 0x1301);
  EXPECT_FALSE(hello.faults.any());
}

TEST(Versions, AsReadersOfLogsKnowThem) {
  const auto text = [](std::uint16_t version) {
    std::array<char, kVersionText> room;
    BoundedText out{room};
    write_version(version, out);
    return std::string(out.text());
  };
  EXPECT_EQ(text(0), "UNDETERMINED");
  EXPECT_EQ(text(0x0002), "SSLv2");
  EXPECT_EQ(text(0x0300), "SSLv3");
  EXPECT_EQ(text(0x0301), "TLSv1");
  EXPECT_EQ(text(0x0304), "TLS 1.3");
  EXPECT_EQ(text(0x7f1c), "TLS 1.3 draft-28");
  EXPECT_EQ(text(0xfb1a), "0xfb1a");
}

}  // namespace
}  // namespace gatehouse::proto::tls
