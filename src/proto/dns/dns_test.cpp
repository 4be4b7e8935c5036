// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dns/dns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/dns/message.hpp"
#include "proto/dns/probe.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::dns {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr Direction kAsk = Direction::to_server;
constexpr Direction kTell = Direction::to_client;

std::string u16(unsigned n) {
  return {static_cast<char>(n >> 8), static_cast<char>(n)};
}
std::string u32(unsigned n) {
  return u16(n >> 16) + u16(n & 0xffff);
}

std::string header(unsigned flags, unsigned questions, unsigned answers = 0, unsigned authorities = 0,
                   unsigned additionals = 0) {
  return u16(0x1234) + u16(flags) + u16(questions) + u16(answers) + u16(authorities) + u16(additionals);
}

// "www.example.org" -> labels and the closing zero.
std::string labels(std::string_view name) {
  std::string wire;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    wire += static_cast<char>(label.size());
    wire += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  return wire + '\0';
}

std::string question(std::string_view name, unsigned type) {
  return labels(name) + u16(type) + u16(1);
}

// The name is a pointer to the first question's.
std::string record(unsigned type, const std::string& data, unsigned ttl = 60, const std::string& name = u16(0xc00c)) {
  return name + u16(type) + u16(1) + u32(ttl) + u16(static_cast<unsigned>(data.size())) + data;
}

const std::string kQuery = header(0x0100, 1) + question("www.example.org", 1);

std::string reply(unsigned type, const std::string& data) {
  return header(0x8180, 1, 1) + question("www.example.org", type) + record(type, data);
}

std::string framed(const std::string& message) {
  return u16(static_cast<unsigned>(message.size())) + message;
}

// What is told about one message over UDP.
std::string told(const std::string& message, Direction direction = kTell) {
  SessionDriver driver{protocol, true};
  if (direction == kTell) driver.datagram(kAsk, as_bytes(kQuery));
  const std::size_t before = driver.text().size();
  driver.datagram(direction, as_bytes(message));
  return driver.text().substr(before);
}

TEST(Dns, WritesAQueryAndItsAnswer) {
  SessionDriver driver{protocol, true};
  driver.datagram(kAsk, as_bytes(kQuery));
  driver.datagram(kTell, as_bytes(reply(1, from_hex("c0 00 02 07"))));
  EXPECT_THAT(
      driver.lines(),
      ElementsAre(
          R"(log dns {"dns":{"version":3,"type":"request","tx_id":0,"id":4660,"flags":"100","rd":true,"opcode":0,)"
          R"("rcode":"NOERROR","queries":[{"rrname":"www.example.org","rrtype":"A"}]}})",
          R"(log dns {"dns":{"version":3,"type":"response","tx_id":1,"id":4660,"flags":"8180","qr":true,"rd":true,)"
          R"("ra":true,"opcode":0,"rcode":"NOERROR","queries":[{"rrname":"www.example.org","rrtype":"A"}],)"
          R"("answers":[{"rrname":"www.example.org","rrtype":"A","ttl":60,"rdata":"192.0.2.7"}],)"
          R"("grouped":{"A":["192.0.2.7"]}}})"));
}

TEST(Dns, TellsTheSameOverTcpInAnyChunks) {
  const std::string answer = reply(5, labels("other.example.org"));
  const std::vector<test::Turn> talk{{kAsk, framed(kQuery) + framed(kQuery)},
                                     {kTell, framed(answer) + u16(0) + framed(answer)}};
  const std::string over_tcp = test::expect_same_in_any_chunks(protocol, talk);
  SessionDriver driver{protocol, true};
  for (int i = 0; i < 2; ++i) driver.datagram(kAsk, as_bytes(kQuery));
  for (int i = 0; i < 2; ++i) driver.datagram(kTell, as_bytes(answer));
  EXPECT_EQ(driver.text(), over_tcp);
  test::expect_prefixes_need_more(protocol, kAsk, framed(kQuery));
}

struct RecordCase {
  const char* about;
  unsigned type;
  std::string data;
  const char* expected;
};

class DnsRecords : public testing::TestWithParam<RecordCase> {};

TEST_P(DnsRecords, AreWritten) {
  EXPECT_THAT(told(reply(GetParam().type, GetParam().data)), HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    Types, DnsRecords,
    testing::Values(
        RecordCase{"A", 1, from_hex("c0 00 02 01"), R"("rdata":"192.0.2.1"}],"grouped":{"A":["192.0.2.1"]})"},
        RecordCase{"AAAA", 28, from_hex("2001 0db8 0000 0000 0000 0000 0000 0001"),
                   R"("grouped":{"AAAA":["2001:0db8:0000:0000:0000:0000:0000:0001"]})"},
        RecordCase{"EmptyA", 1, "", R"("rrtype":"A","ttl":60,"rdata":""}])"},
        RecordCase{"CNAME", 5, labels("a.example"), R"("rdata":"a.example"}],"grouped":{"CNAME":["a.example"]})"},
        RecordCase{"NS", 2, labels("ns.example"), R"("grouped":{"NS":["ns.example"]})"},
        RecordCase{"PTR", 12, labels("p.example"), R"("grouped":{"PTR":["p.example"]})"},
        RecordCase{"MX", 15, u16(10) + labels("mail.example"), R"("grouped":{"MX":["mail.example"]})"},
        RecordCase{"TXT", 16, std::string("\3abc\0\2de", 8).substr(0, 8),
                   R"("rdata":"abc"},{"rrname":"www.example.org","rrtype":"TXT","ttl":60,"rdata":""})"},
        RecordCase{"TXTGrouped", 16, std::string("\3abc\0\2de", 8), R"("grouped":{"TXT":["abc","","de"]})"},
        RecordCase{"NoStrings", 16, "",
                   R"("answers":[{"rrname":"www.example.org","rrtype":"TXT","ttl":60}],"grouped":{})"},
        RecordCase{
            "SOA", 6, labels("ns.example") + labels("root.example") + u32(1) + u32(2) + u32(3) + u32(4) + u32(5),
            R"("soa":{"mname":"ns.example","rname":"root.example","serial":1,"refresh":2,"retry":3,"expire":4,"minimum":5})"},
        RecordCase{"SRV", 33, u16(1) + u16(2) + u16(5060) + labels("sip.example"),
                   R"("srv":{"priority":1,"weight":2,"port":5060,"name":"sip.example"})"},
        RecordCase{"SSHFP", 44, from_hex("04 02 ab cd"), R"("sshfp":{"fingerprint":"ab:cd","algo":4,"type":2})"},
        RecordCase{"NULL", 10, from_hex("56 03 c5"), R"("grouped":{"NULL":["V\u0003\\xc5"]})"},
        RecordCase{"NAPTR", 35, from_hex("0001 0002 01 73 00 00 00"), R"("rrtype":"NAPTR","ttl":60}],"grouped":{}}})"},
        RecordCase{"HTTPS", 65, from_hex("0001 00 0001 0003 02 6832"), R"("rrtype":"HTTPS","ttl":60}])"},
        RecordCase{"SVCB", 64, from_hex("0001 00"), R"("rrtype":"64","ttl":60}])"},
        RecordCase{"CAA", 257, from_hex("00 05 69 73 73 75 65"), R"("rrtype":"257","ttl":60}])"},
        RecordCase{"TLSA", 52, from_hex("03 01 01 aa"), R"("rrtype":"TLSA")"},
        RecordCase{"DS", 43, from_hex("0001 08 02 aa"), R"("rrtype":"DS")"},
        RecordCase{"RRSIG", 46, from_hex("0001 08 02"), R"("rrtype":"RRSIG")"},
        RecordCase{"DNSKEY", 48, from_hex("0101 03 08 aa"), R"("rrtype":"DNSKEY")"}),
    [](const auto& test_case) { return test_case.param.about; });

TEST(Dns, WritesAuthoritiesAndAdditionalsAsReadersAcceptThem) {
  const std::string soa = labels("ns.example") + labels("root.example") + std::string(20, '\0');
  const std::string message = header(0x8183, 1, 0, 1, 3) + question("no.example.org", 1) + record(6, soa) +
                              record(33, std::string(6, '\0') + labels("t")) + record(41, "", 0, std::string(1, '\0')) +
                              record(41, from_hex("000a 0008 0102030405060708"), 0, std::string(1, '\0'));
  const std::string text = told(message);
  EXPECT_THAT(text, HasSubstr(R"("rcode":"NXDOMAIN")"));
  EXPECT_THAT(text, HasSubstr(R"("authorities":[{"rrname":"no.example.org","rrtype":"SOA","ttl":60,"soa":{)"));
  EXPECT_THAT(text, HasSubstr(R"("additionals":[{"rrname":"no.example.org","rrtype":"SRV","ttl":60},{"rrname":"",)"
                              R"("rrtype":"OPT","ttl":0,"opt":[{"code":10,"data":"0102030405060708"}]}]}})"));
}

TEST(Dns, RecognisesEdns) {
  const std::string options = from_hex("000a 0008 0102030405060708  0008 0007 0001 18 00 c00002");
  const std::string message = header(0x8003, 0, 0, 0, 1) + '\0' + u16(41) + u16(1232) + u32(0x01008000) +
                              u16(static_cast<unsigned>(options.size())) + options;
  Message parsed;
  ASSERT_TRUE(parsed.parse(as_bytes(message)));
  const Edns edns = edns_of(parsed);
  EXPECT_TRUE(edns.present && edns.dnssec_ok);
  EXPECT_EQ(edns.udp_size, 1232);
  EXPECT_EQ(edns.extended_rcode, 0x13);
  EXPECT_EQ(edns.version, 0);
  EXPECT_EQ(edns.cookie.size(), 8u);
  EXPECT_EQ(edns.client_subnet.size(), 7u);
}

TEST(Dns, WritesAllFlags) {
  EXPECT_THAT(
      told(header(0xcff9, 1) + question("a", 255)),
      HasSubstr(
          R"("flags":"cff9","qr":true,"aa":true,"tc":true,"rd":true,"ra":true,"z":true,"opcode":9,"rcode":"NOTAUTH")"));
  EXPECT_THAT(told(header(0x800f, 1) + question("a", 252)),
              HasSubstr(R"("rcode":"15","queries":[{"rrname":"a","rrtype":"252"}])"));
}

TEST(Dns, NamesMayHoldAnyBytes) {
  EXPECT_THAT(told(header(0, 1) + from_hex("03 c3a9 2e 02 ff22 00 0001 0001"), kAsk),
              HasSubstr(R"("rrname":"\\xc3\\xa9..\\xff\"")"));
  EXPECT_THAT(told(header(0, 1) + from_hex("02 c3a9 00 0001 0001"), kAsk), HasSubstr("\"rrname\":\"\xc3\xa9\""));
}

// ---- names ----

TEST(DnsNames, FollowPointersForwardToo) {
  const std::string message = header(0x0100, 2) + u16(0xc012) + u16(1) + u16(1) + question("fwd.example", 1);
  EXPECT_THAT(told(message, kAsk),
              HasSubstr(R"([{"rrname":"fwd.example","rrtype":"A"},{"rrname":"fwd.example","rrtype":"A"}])"));
}

TEST(DnsNames, APointerAtItselfIsMalformed) {
  EXPECT_EQ(told(header(0x0100, 1) + u16(0xc00c) + u16(1) + u16(1), kAsk), "event to_server malformed_data\n");
}

TEST(DnsNames, APointerToAPointerAtItselfIsALoop) {
  const std::string text = told(
      header(0x8180, 1, 1) + question("a", 1) + u16(0xc013 + 12) + u16(10) + u16(1) + u32(0) + u16(2) + u16(0xc01f),
      kTell);
  EXPECT_THAT(text, HasSubstr("event to_client infinite_loop\n"));
  EXPECT_THAT(text, HasSubstr("log dns"));
}

TEST(DnsNames, ALoopOfTwoPointersIsCutAtTheLimit) {
  // The answer's name points at a pair of pointers in its own data that point at each other.
  const std::string message = header(0x8180, 1, 1) + question("a", 1) + u16(0xc01f) + u16(10) + u16(1) + u32(0) +
                              u16(4) + u16(0xc021) + u16(0xc01f);
  const std::string text = told(message);
  EXPECT_THAT(text, HasSubstr("event to_client name_too_long\nevent to_client too_many_labels\n"));
  EXPECT_THAT(text, HasSubstr("log dns"));
}

TEST(DnsNames, LongNamesAreCutAndMarked) {
  std::string labels_of_63;
  for (int i = 0; i < 20; ++i) labels_of_63 += '\x3f' + std::string(63, 'x');
  const std::string text = told(header(0x0100, 1) + labels_of_63 + '\0' + u16(1) + u16(1), kAsk);
  EXPECT_THAT(text, HasSubstr("event to_server name_too_long\n"));
  EXPECT_THAT(text, HasSubstr(R"(x","rrtype":"A","rrname_truncated":true}])"));
  const auto start = text.find("\"rrname\":\"") + 10;
  EXPECT_EQ(text.find('"', start) - start, kMaxNameText);
}

TEST(DnsNames, TooManyLabelsWithoutAPointerAreMalformed) {
  std::string many;
  for (int i = 0; i < 256; ++i) many += "\1a";
  EXPECT_EQ(told(header(0x0100, 1) + many + '\0' + u16(1) + u16(1), kAsk), "event to_server malformed_data\n");
}

TEST(DnsNames, ReservedLabelTypesAndEndsInTheMiddleAreMalformed) {
  for (const char* name : {"40", "80", "05 61 62", "c0", "ff ff"})
    EXPECT_EQ(told(header(0x0100, 1) + from_hex(name), kAsk), "event to_server malformed_data\n") << name;
}

TEST(DnsNames, StayWithinTheRecordsDataUntilTheFirstPointer) {
  const std::string reaching_out = header(0x8180, 1, 2) + question("a", 5) + record(5, "\7abc") + record(1, "aaaa");
  EXPECT_EQ(told(reaching_out), "event to_client malformed_data\n");
}

// ---- events ----

TEST(DnsEvents, NotRequest) {
  SessionDriver driver{protocol, true};
  driver.datagram(kAsk, as_bytes(kQuery));
  driver.datagram(kAsk, as_bytes(reply(1, "aaaa")));
  EXPECT_EQ(driver.lines().at(1), "event to_server not_request");
  EXPECT_EQ(driver.lines().size(), 2u);
}

TEST(DnsEvents, NotResponse) {
  const std::string text = told(kQuery, kTell);
  EXPECT_THAT(text, HasSubstr("event to_client not_response\n"));
  EXPECT_THAT(text, HasSubstr(R"("type":"response")"));
}

TEST(DnsEvents, FlagsAndOpcode) {
  EXPECT_THAT(told(header(0x0140, 1) + question("a", 1), kAsk), HasSubstr("event to_server z_flag_set\n"));
  EXPECT_THAT(told(header(0x4900, 1) + question("a", 1), kAsk), HasSubstr("event to_server invalid_opcode\n"));
  EXPECT_THAT(told(header(0x2100, 1) + question("a", 1), kAsk), Not(HasSubstr("event")));
}

TEST(DnsEvents, FaultsBehindTheAnswersDoNotHideThem) {
  const std::string start = question("www.example.org", 1) + record(1, "aaaa");
  std::string text = told(header(0x8180, 1, 1, 1) + start + record(15, "x"));
  EXPECT_THAT(text, HasSubstr("event to_client invalid_authorities\n"));
  EXPECT_THAT(text, HasSubstr(R"("rdata":"97.97.97.97")"));
  text = told(header(0x8180, 1, 1, 0, 1) + start + record(41, "x"));
  EXPECT_THAT(text, HasSubstr("event to_client invalid_additionals\n"));
  EXPECT_THAT(text, HasSubstr(R"("rdata":"97.97.97.97")"));
}

TEST(DnsEvents, MalformedAnswersEndAStreamAndNotAFlowOfDatagrams) {
  const std::string bad = header(0x8180, 1, 1) + question("a", 15) + record(15, "x");
  SessionDriver stream{protocol};
  stream.feed(kAsk, framed(kQuery));
  stream.feed(kTell, framed(bad));
  EXPECT_EQ(stream.lines().back(), "event to_client malformed_data");
  EXPECT_TRUE(stream.stopped());
  SessionDriver datagrams{protocol, true};
  datagrams.datagram(kTell, as_bytes(bad));
  datagrams.datagram(kTell, as_bytes(reply(1, "aaaa")));
  EXPECT_THAT(datagrams.lines().back(), HasSubstr("97.97.97.97"));
}

TEST(DnsEvents, MoreRecordsThanAreKept) {
  std::string message = header(0x8180, 1, kMaxRecords + 1) + question("www.example.org", 1);
  for (std::size_t i = 0; i <= kMaxRecords; ++i) message += record(1, "aaaa");
  EXPECT_THAT(told(message), HasSubstr("event to_client too_many_records\n"));
}

TEST(DnsEvents, AForeignDatagramIsNoFault) {
  EXPECT_EQ(told("hello", kAsk), "");
  EXPECT_EQ(told(header(0x0100, 300), kAsk), "");
  EXPECT_EQ(told(header(0x0100, 0, 1) + record(1, "aaaa"), kAsk), "");  // a request that asks nothing
}

// ---- directions, gaps ----

TEST(Dns, ACaptureMayBeginWithTheResponse) {
  SessionDriver driver{protocol, true};
  driver.datagram(kAsk, as_bytes(reply(1, "aaaa")));
  driver.datagram(kTell, as_bytes(kQuery));
  EXPECT_THAT(driver.lines().at(0), HasSubstr(R"("type":"response","tx_id":0)"));
  EXPECT_THAT(driver.lines().at(1), HasSubstr(R"("type":"request","tx_id":1)"));
  // And yet a request that travels as requests do is a request: a forged response first does not hide it.
  driver.datagram(kAsk, as_bytes(kQuery));
  EXPECT_THAT(driver.lines().at(2), HasSubstr(R"("type":"request","tx_id":2)"));
  EXPECT_THAT(driver.fields().at("dns.query"), ElementsAre("www.example.org"));
}

TEST(Dns, FindsTheNextMessageBehindAGap) {
  SessionDriver driver{protocol};
  driver.feed(kAsk, framed(kQuery).substr(0, 10));
  driver.gap(kAsk, 100);
  driver.feed(kAsk, "the tail of a message that was lost");
  driver.feed(kAsk, framed(kQuery));
  EXPECT_THAT(driver.text(), HasSubstr(R"("type":"request","tx_id":0)"));
  EXPECT_THAT(driver.text(), Not(HasSubstr("event")));
}

// ---- fields ----

TEST(DnsFields, OfARequest) {
  SessionDriver driver{protocol, true};
  driver.datagram(kAsk, as_bytes(header(0x2000, 2) + question("One.example", 1) + question("two.example", 28)));
  EXPECT_THAT(driver.fields().at("dns.query"), ElementsAre("One.example", "two.example"));
  EXPECT_THAT(driver.fields().at("dns.queries.rrname"), ElementsAre("One.example", "two.example"));
  EXPECT_THAT(driver.fields().at("dns.opcode"), ElementsAre("4"));
  EXPECT_FALSE(driver.fields().contains("dns.response.rrname"));
}

TEST(DnsFields, OfAResponse) {
  SessionDriver driver{protocol, true};
  const std::string soa = labels("ns.example") + labels("root.example") + std::string(20, '\0');
  driver.datagram(
      kTell, as_bytes(header(0x8183, 1, 2, 1, 2) + question("www.example.org", 1) + record(5, labels("cdn.example")) +
                      record(1, "aaaa", 300) + record(6, soa) + record(41, "", 0, std::string(1, '\0')) +
                      record(1, "bbbb", 9, labels("glue.example"))));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("dns.answers.rrname"), ElementsAre("www.example.org"));
  EXPECT_THAT(fields.at("dns.authorities.rrname"), ElementsAre("www.example.org"));
  EXPECT_THAT(fields.at("dns.additionals.rrname"), ElementsAre("glue.example"));
  EXPECT_THAT(fields.at("dns.response.rrname"),
              ElementsAre("www.example.org", "cdn.example", "ns.example", "glue.example"));
  EXPECT_THAT(fields.at("dns.answer.address"), ElementsAre("aaaa"));
  EXPECT_THAT(fields.at("dns.answer.ttl"), ElementsAre(std::string("\0\0\1\x2c", 4)));
  EXPECT_THAT(fields.at("dns.rcode"), ElementsAre("3"));
  EXPECT_THAT(fields.at("dns.rrtype"), ElementsAre("5"));  // the driver asks numbers once
  EXPECT_FALSE(fields.contains("dns.query"));
}

// ---- detection ----

Probe ask_udp(const std::string& bytes, std::uint16_t port = 4000) {
  return probe_datagram(kAsk, as_bytes(bytes), port);
}

TEST(DnsProbe, KnowsMessagesOnAnyPort) {
  EXPECT_EQ(ask_udp(kQuery), Probe::yes);
  EXPECT_EQ(ask_udp(reply(1, "aaaa")), Probe::yes);
  EXPECT_EQ(ask_udp(header(0x0120, 1, 0, 0, 1) + question("a.example", 65) + record(41, "", 0, std::string(1, '\0'))),
            Probe::yes);
  EXPECT_EQ(probe_stream(kAsk, as_bytes(framed(kQuery)), 4000), Probe::yes);
  EXPECT_EQ(probe_stream(kAsk, as_bytes(framed(kQuery).substr(0, 20)), 4000), Probe::need_more);
  EXPECT_EQ(probe_stream(kAsk, as_bytes(framed(kQuery).substr(0, 20)), 53), Probe::yes);
}

TEST(DnsProbe, LeavesOthersAlone) {
  EXPECT_EQ(ask_udp(kQuery + "x"), Probe::no);
  EXPECT_EQ(ask_udp(kQuery + "x", 53), Probe::yes);
  EXPECT_EQ(ask_udp(kQuery, 5353), Probe::no);
  EXPECT_EQ(ask_udp(header(0x0110, 1) + question(std::string(32, 'A'), 33)), Probe::no);  // NetBIOS
  EXPECT_EQ(ask_udp(header(0x0110, 1) + question("a", 32)), Probe::no);
  EXPECT_EQ(ask_udp(header(0x0100, 1) + question("2.dnscrypt-cert.example.org", 16)), Probe::no);
  EXPECT_EQ(ask_udp(header(0x0100, 1) + question("2.dnscrypt-cert.example.org", 16), 53), Probe::yes);
  EXPECT_EQ(ask_udp(std::string(12, '\0')), Probe::no);
  EXPECT_EQ(ask_udp(std::string(64, '\0')), Probe::no);
  EXPECT_EQ(ask_udp("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"), Probe::no);
  EXPECT_EQ(probe_stream(kAsk, as_bytes(std::string_view("GET / HTTP/1.1\r\nHost: x\r\n\r\n")), 80), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::dns
