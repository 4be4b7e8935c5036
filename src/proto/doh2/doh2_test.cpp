// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/doh2/doh2.hpp"

#include <algorithm>

#include "proto/dns/fields.hpp"
#include "proto/http2/test_conversation.hpp"

namespace gatehouse::proto::doh2 {
namespace {

using http2::client;
using http2::data;
using http2::header;
using http2::headers;
using http2::Played;
using http2::preface;
using http2::server;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// RFC 8484, 4.1.1: the example's request for www.example.com, and how GET carries it.
const std::string kQuery =
    test::from_hex("0000 0100 0001 0000 0000 0000 03 777777 07 6578616d706c65 03 636f6d 00 0001 0001");
constexpr std::string_view kQueryText = "AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB";
const std::string kAnswer = test::from_hex(
    "0000 8180 0001 0001 0000 0000 03 777777 07 6578616d706c65 03 636f6d 00 0001 0001 c00c 0001 0001 00000080 0004 "
    "c0000207");
const std::string kType = header("content-type", "application/dns-message");

std::string get(std::string_view path) {
  return header(":method", "GET") + header(":path", path) + header("accept", "application/dns-message");
}

TEST(Doh2, GetAndItsAnswer) {
  const Played played{{client(preface() + headers(1, get("/dns-query?dns=" + std::string(kQueryText)), true)),
                       server(headers(1, header(":status", "200") + kType, false) + data(1, kAnswer, true))},
                      &protocol};
  EXPECT_THAT(played.text(), HasSubstr("refine doh2\n"));
  EXPECT_THAT(played.text(), HasSubstr("log dns {\"http\":{\"version\":\"2\""));
  EXPECT_THAT(played.text(), HasSubstr(R"("rrname":"www.example.com")"));
  EXPECT_THAT(played.text(), HasSubstr("192.0.2.7"));
  EXPECT_THAT(played.text(), Not(HasSubstr("event")));
  EXPECT_THAT(played.field("dns.query"), Contains("www.example.com"));
  EXPECT_THAT(played.field("dns.answer.address"), Contains(test::from_hex("c0000207")));
  EXPECT_THAT(played.field("http.method"), Contains("GET"));
}

TEST(Doh2, PostAlone) {
  const Played played{
      {client(preface() + headers(1, header(":method", "POST") + header(":path", "/dns-query") + kType, false) +
              data(1, kQuery.substr(0, 9), false) + data(1, kQuery.substr(9), true))},
      &protocol};
  EXPECT_THAT(played.text(), HasSubstr("log dns"));
  EXPECT_THAT(played.field("dns.query"), Contains("www.example.com"));
}

TEST(Doh2, WithoutThatProtocolItStaysHttp) {
  const Played played{{client(preface() + headers(1, get("/q?x=1&dns=" + std::string(kQueryText)), true))}};
  EXPECT_THAT(played.text(), HasSubstr("log http"));
  EXPECT_THAT(played.text(), Not(HasSubstr("refine")));
}

TEST(Doh2, FaultsAreNamed) {
  const auto told = [](std::string_view path) {
    return Played{{client(preface() + headers(1, get(path), true))}, &protocol}.text();
  };
  EXPECT_THAT(told("/dns-query?dns=AAAA"), HasSubstr("event to_server invalid_dns"));
  EXPECT_THAT(told("/dns-query?dns=!!"), HasSubstr("event to_server invalid_dns"));
  const std::string post = header(":method", "POST") + kType;
  EXPECT_THAT(Played({client(preface() + headers(1, post, false) + data(1, std::string(70'000, 'q'), true))}).text(),
              HasSubstr("event to_server dns_request_too_long"));
  EXPECT_THAT(
      Played({client(preface() + headers(1, post, true)),
              server(headers(1, header(":status", "200") + kType, false) + data(1, std::string(70'000, 'a'), true))})
          .text(),
      HasSubstr("event to_client dns_response_too_long"));
}

TEST(Doh2, HasTheFieldsOfBoth) {
  const auto has = [](std::string_view name) {
    return std::ranges::find(protocol.fields, name, &FieldSpec::name) != protocol.fields.end();
  };
  for (const FieldSpec& field : dns::kFields) EXPECT_TRUE(has(field.name)) << field.name;
  for (const FieldSpec& field : http2::protocol.fields) EXPECT_TRUE(has(field.name)) << field.name;
  EXPECT_EQ(protocol.events.data(), http2::protocol.events.data());
  EXPECT_EQ(protocol.destroy, http2::protocol.destroy);
}

}  // namespace
}  // namespace gatehouse::proto::doh2
