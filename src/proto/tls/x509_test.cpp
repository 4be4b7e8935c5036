// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tls/x509.hpp"

#include <gtest/gtest.h>

#include "proto/asn1/asn1.hpp"
#include "proto/tls/identity.hpp"
#include "proto/tls/test_bytes.hpp"
#include "proto/tls/test_peers.hpp"

namespace gatehouse::proto::tls {
namespace {

using namespace test_bytes;

std::string attribute(std::string_view oid, int tag, std::string_view value) {
  return asn1(0x31, asn1(0x30, asn1(0x06, oid) + asn1(tag, value)));
}
const std::string kCommonName{"\x55\x04\x03"};

// The parts of a certificate, each of which a test may spoil.
struct Parts {
  std::string version = asn1(0xa0, asn1(0x02, "\x02"));
  std::string serial = asn1(0x02, "\x01\x02");
  std::string algorithm = asn1(0x30, asn1(0x06, "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"));
  std::string issuer = asn1(0x30, attribute(kCommonName, 0x0c, "issuer"));
  std::string not_before = asn1(0x17, "200102030405Z");
  std::string not_after = asn1(0x17, "300102030405Z");
  std::string subject = asn1(0x30, attribute(kCommonName, 0x0c, "subject"));
  std::string key = asn1(0x30, asn1(0x30, asn1(0x06, "\x2b\x65\x70")) + asn1(0x03, std::string(33, '\0')));
  std::string extensions;

  std::string build() const {
    const std::string tbs = asn1(
        0x30, version + serial + algorithm + issuer + asn1(0x30, not_before + not_after) + subject + key + extensions);
    return asn1(0x30, tbs + algorithm + asn1(0x03, std::string(65, '\0')));
  }
};

CertificateFault read(const std::string& bytes) {
  Certificate certificate;
  return read_certificate(as_bytes(bytes), certificate);
}

std::string name_text(std::string_view name) {
  std::array<char, 512> room;
  BoundedText text{room};
  write_name(as_bytes(name), text);
  return std::string(text.text());
}

std::string date_text(std::string_view time, int tag = 0x17) {
  Parts parts;
  parts.not_before = asn1(tag, time);
  const std::string bytes = parts.build();
  Certificate certificate;
  if (read_certificate(as_bytes(bytes), certificate) != CertificateFault::none) return "not read";
  std::array<char, 32> room;
  BoundedText text{room};
  write_date(certificate.not_before, text);
  return std::string(text.text());
}

TEST(Der, LengthsInAllForms) {
  for (const std::string& bytes :
       {std::string("\x04\x02hi"), std::string("\x04\x81\x02hi"), std::string("\x04\x82\x00\x02hi", 6),
        std::string("\x04\x84\x00\x00\x00\x02hi", 8)}) {
    Cursor c{as_bytes(bytes)};
    const asn1::Value value = asn1::read(c);
    ASSERT_TRUE(c.ok());
    EXPECT_EQ(as_text(value.body), "hi");
    EXPECT_EQ(value.whole.size(), bytes.size());
  }
}

TEST(Der, WhatIsNoDefiniteLengthFails) {
  for (const std::string& bytes : {std::string("\x30\x80\x00\x00", 4), std::string("\x30\x85\x00\x00\x00\x00\x00", 7),
                                   std::string("\x30\xff", 2), std::string("\x30\x84\xff\xff\xff\xff", 6),
                                   std::string("\x1f\x81\x01\x00", 4), std::string("\x30"), std::string()}) {
    Cursor c{as_bytes(bytes)};
    const asn1::Value value = asn1::read(c);
    EXPECT_FALSE(c.ok());
    EXPECT_TRUE(value.whole.empty());
  }
}

TEST(X509, SoundCertificateBuiltByHand) {
  const std::string bytes = Parts{}.build();
  Certificate certificate;
  ASSERT_EQ(read_certificate(as_bytes(bytes), certificate), CertificateFault::none);
  EXPECT_EQ(certificate.version, 3);
  EXPECT_EQ(as_text(certificate.serial), "\x01\x02");
  EXPECT_EQ(certificate.key_bits, 256u);
  EXPECT_FALSE(certificate.self_issued);
}

TEST(X509, EachPartIsNamedWhenItIsWrong) {
  const auto spoilt = [](auto&& spoil) {
    Parts parts;
    spoil(parts);
    return read(parts.build());
  };
  EXPECT_EQ(spoilt([](Parts& p) { p.version = asn1(0xa0, asn1(0x02, "\x09")); }), CertificateFault::version);
  EXPECT_EQ(spoilt([](Parts& p) { p.version = asn1(0xa0, "x"); }), CertificateFault::version);
  EXPECT_EQ(spoilt([](Parts& p) { p.serial = asn1(0x04, "\x01"); }), CertificateFault::serial);
  EXPECT_EQ(spoilt([](Parts& p) { p.serial = asn1(0x02, ""); }), CertificateFault::serial);
  EXPECT_EQ(spoilt([](Parts& p) { p.algorithm = asn1(0x30, asn1(0x02, "\x01")); }), CertificateFault::algorithm);
  EXPECT_EQ(spoilt([](Parts& p) { p.issuer = asn1(0x30, asn1(0x30, "")); }), CertificateFault::name);
  EXPECT_EQ(spoilt([](Parts& p) { p.subject = asn1(0x31, ""); }), CertificateFault::name);
  EXPECT_EQ(spoilt([](Parts& p) { p.not_before = asn1(0x17, "201302030405Z"); }), CertificateFault::date);
  EXPECT_EQ(spoilt([](Parts& p) { p.not_after = asn1(0x0c, "300102030405Z"); }), CertificateFault::date);
  EXPECT_EQ(spoilt([](Parts& p) { p.key = asn1(0x02, "\x01"); }), CertificateFault::der);
  EXPECT_EQ(spoilt([](Parts& p) { p.extensions = asn1(0xa3, asn1(0x04, "")); }), CertificateFault::extensions);
  EXPECT_EQ(read("\x02\x01\x05"), CertificateFault::der);
  EXPECT_EQ(read(std::string("\x30\x80\x00\x00", 4)), CertificateFault::der);
}

TEST(X509, EveryPrefixIsCutShort) {
  const std::string whole = Parts{}.build();
  for (std::size_t size = 1; size < whole.size(); ++size)
    ASSERT_EQ(read(whole.substr(0, size)), CertificateFault::length) << size;
}

TEST(X509, EveryByteMayBeAnyOther) {
  const std::string whole = Parts{}.build();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(value);
      std::pmr::unsynchronized_pool_resource memory;
      Identity identity{memory};
      identity.read(as_bytes(vector24(vector24(bytes))));  // must not read where it may not
    }
  }
}

TEST(X509, NestingDeeperThanTheStructureIsNotFollowed) {
  std::string deep;
  for (int i = 0; i < 20000; ++i) deep = asn1(0x30, deep);
  EXPECT_NE(read(deep), CertificateFault::none);
}

TEST(X509, NamesAsPeopleWriteThem) {
  EXPECT_EQ(name_text(asn1(0x30, "")), "");
  EXPECT_EQ(name_text(asn1(0x30, attribute(kCommonName, 0x13, "a") + attribute("\x55\x04\x0a", 0x16, "b"))),
            "CN=a, O=b");
  EXPECT_EQ(name_text(asn1(0x30, asn1(0x31, asn1(0x30, asn1(0x06, kCommonName) + asn1(0x0c, "a")) +
                                                asn1(0x30, asn1(0x06, "\x55\x04\x05") + asn1(0x13, "7"))))),
            "CN=a + serialNumber=7");
  EXPECT_EQ(name_text(asn1(0x30, attribute("\x2a\x03\x04\x87\x68", 0x0c, "x"))), "1.2.3.4.1000=x") << "by its numbers";
  EXPECT_EQ(name_text(asn1(0x30, attribute(kCommonName, 0x1e,
                                           std::string("\x00"
                                                       "A"
                                                       "\x00\xfc",
                                                       4)))),
            "CN=Aü");
  EXPECT_EQ(name_text(asn1(0x30, attribute(kCommonName, 0x1c, std::string("\x00\x01\xf6\x00", 4)))), "CN=😀");
  EXPECT_EQ(name_text(asn1(0x30, attribute(kCommonName, 0x03, std::string("\x00\xab", 2)))), "CN=00AB");
  const std::string with_zero = name_text(asn1(0x30, attribute(kCommonName, 0x0c, std::string("a\0b", 3))));
  EXPECT_EQ(with_zero, std::string("CN=a\0b", 6)) << "a zero hides nothing behind it";
}

TEST(X509, DatesOfAllKinds) {
  EXPECT_EQ(date_text("120105000000Z"), "2012-01-05T00:00:00");
  EXPECT_EQ(date_text("491231235959Z"), "2049-12-31T23:59:59");
  EXPECT_EQ(date_text("500101000000Z"), "1950-01-01T00:00:00");
  EXPECT_EQ(date_text("19691231000000Z", 0x18), "1969-12-31T00:00:00");
  EXPECT_EQ(date_text("99991231235959Z", 0x18), "9999-12-31T23:59:59");
  EXPECT_EQ(date_text("00010101000000Z", 0x18), "0001-01-01T00:00:00");
  EXPECT_EQ(date_text("20000229120000.5Z", 0x18), "2000-02-29T12:00:00");
  EXPECT_EQ(date_text("1201050000Z"), "2012-01-05T00:00:00") << "without seconds";
  EXPECT_EQ(date_text("120105000000+0100"), "2012-01-04T23:00:00");
  for (const char* wrong : {"", "12010500000", "120105000000", "120132000000Z", "120105240000Z", "12010500x000Z",
                            "120105000000Zx", "190229000000Z", "120100000000Z"})
    EXPECT_EQ(date_text(wrong), "not read") << wrong;
}

TEST(X509, KeySizesAreOpenSsls) {
  using namespace test_peers;
  for (const KeyKind kind : {KeyKind::rsa, KeyKind::p256, KeyKind::p384, KeyKind::ed25519}) {
    const Key key = make_key(kind);
    const std::string bytes = to_der(make_cert({}, key.get()).get());
    Certificate certificate;
    ASSERT_EQ(read_certificate(as_bytes(bytes), certificate), CertificateFault::none);
    EXPECT_EQ(certificate.key_bits, static_cast<unsigned>(EVP_PKEY_get_bits(key.get())));
    EXPECT_TRUE(certificate.self_issued);
  }
}

TEST(Identity, ListsThatDoNotFit) {
  std::pmr::unsynchronized_pool_resource memory;
  const std::string one = vector24(Parts{}.build());
  const auto faults = [&](const std::string& message) {
    Identity identity{memory};
    return identity.read(as_bytes(message)).list;
  };
  EXPECT_FALSE(faults(vector24(one)));
  EXPECT_FALSE(faults(vector24(""))) << "a client without a certificate says so";
  EXPECT_TRUE(faults(number(one.size() + 1, 3) + one)) << "claims more than there is";
  EXPECT_TRUE(faults(vector24(one) + "x")) << "says less than there is";
  EXPECT_TRUE(faults(vector24(one + number(9, 3) + "short")));
  EXPECT_TRUE(faults(vector24(one + vector24(""))));
  EXPECT_TRUE(faults("\x01"));
  std::string many;
  for (std::size_t i = 0; i <= kMaxChain; ++i) many += one;
  EXPECT_TRUE(faults(vector24(many)));
}

TEST(Identity, FirstMessageStands) {
  std::pmr::unsynchronized_pool_resource memory;
  Identity identity{memory};
  Parts other;
  other.subject = asn1(0x30, attribute(kCommonName, 0x0c, "other"));
  identity.read(as_bytes(vector24(vector24(Parts{}.build()))));
  identity.read(as_bytes(vector24(vector24(other.build()))));
  EXPECT_EQ(identity.subject(), "CN=subject");
}

}  // namespace
}  // namespace gatehouse::proto::tls
