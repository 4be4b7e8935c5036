// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mms/mms.hpp"

#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::mms {
namespace {

using test::from_hex;
constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

// One value of ASN.1, and its contents joined.
std::string value(std::string_view identifier, const std::string& contents) {
  std::string length(1, static_cast<char>(contents.size()));
  if (contents.size() > 127) length = std::string("\x81") + length;
  return from_hex(identifier) + length + contents;
}
std::string packet(const std::string& data, std::uint8_t mark = 0x80) {
  const std::size_t size = 7 + data.size();
  return from_hex("03 00") + static_cast<char>(size >> 8) + static_cast<char>(size & 0xff) + from_hex("02 f0") +
         static_cast<char>(mark) + data;
}
// ISO 8327-1: give tokens, data transfer; ISO 8823-1: a list of presentation context 3.
std::string data_unit(const std::string& message) {
  return from_hex("01 00 01 00") + value("61", value("30", from_hex("02 01 03") + value("a0", message)));
}
std::string data(const std::string& message) {
  return packet(data_unit(message));
}
// A session's connect down to the association's request, which carries `message`.
std::string connect(const std::string& message) {
  const std::string external = value("28", from_hex("06 02 51 01 02 01 03") + value("a0", message));
  const std::string association =
      value("60", from_hex("a1 07 06 05 28 ca 22 02 03") + value("be", external));  // ISO 9506's application context
  const std::string lists = value("61", value("30", from_hex("02 01 01") + value("a0", association)));
  const std::string presentation = value("31", from_hex("a0 03 80 01 01") + value("a2", lists));
  const std::string parameters =
      from_hex("05 06 13 01 00 16 01 02") + from_hex("c1") + static_cast<char>(presentation.size()) + presentation;
  return packet(from_hex("0d") + static_cast<char>(parameters.size()) + parameters);
}
std::string domain_specific(const std::string& domain, const std::string& item) {
  return value("a1", value("1a", domain) + value("1a", item));
}
std::string variables(const std::string& name) {  // listOfVariable of one
  return value("a0", value("30", value("a0", name)));
}

const std::string kConnectRequest = from_hex("03 00 00 16 11 e0 00 00 00 01 00 c0 01 0a c1 02 00 01 c2 02 00 01");
const std::string kConnectConfirm = from_hex("03 00 00 16 11 d0 00 01 00 02 00 c0 01 0a c1 02 00 01 c2 02 00 01");
const std::string kInitiate = connect(from_hex("a8 06 80 04 00 00 fd e8"));
const std::string kRead = data(value(
    "a0", from_hex("02 01 05") + value("a4", value("a1", variables(domain_specific("IED1LD0", "MMXU1$MX$TotW"))))));
const std::string kReadAnswer = data(value("a1", from_hex("02 01 05") + value("a4", from_hex("a1 05 87 03 08 40 00"))));
const std::string kOperate =
    data(value("a0", from_hex("02 01 06") + value("a5", variables(domain_specific("IED1LD0", "CSWI1$CO$Pos$Oper")) +
                                                            from_hex("a0 03 83 01 01"))));

TEST(Mms, AReadIsARecord) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kRead);
  EXPECT_EQ(driver.text(),
            "log mms {\"mms\":{\"pdu\":\"confirmed_request\",\"invoke_id\":5,\"service\":4,"
            "\"service_name\":\"read\",\"access\":\"read\",\"names\":[{\"domain\":\"IED1LD0\",\"item\":"
            "\"MMXU1$MX$TotW\"}]}}\n");
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("mms.pdu").front(), "0");
  EXPECT_EQ(fields.at("mms.function").front(), "4");
  EXPECT_EQ(fields.at("mms.access").front(), "1");
  EXPECT_EQ(fields.at("mms.domain").front(), "IED1LD0");
  EXPECT_EQ(fields.at("mms.item").front(), "MMXU1$MX$TotW");
}

TEST(Mms, OperatingIsMoreThanWriting) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kOperate);
  driver.feed(to_server, data(value("a0", from_hex("02 01 07") +
                                              value("a5", variables(domain_specific("IED1LD0", "LLN0$SP$x$setVal")) +
                                                              from_hex("a0 03 85 01 01")))));
  EXPECT_EQ(driver.fields().at("mms.access"), (std::vector<std::string>{"3", "2"}));
}

TEST(Mms, ADeviceSaysWhatItIs) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, data(from_hex("a0 05 02 01 01 82 00")));
  driver.feed(to_client,
              data(value("a1", from_hex("02 01 01") +
                                   value("a2", value("80", "ACME") + value("81", "IED-9") + value("82", "4.1")))));
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("mms.function").front(), "2");
  EXPECT_EQ(fields.at("mms.device.vendor").front(), "ACME");
  EXPECT_EQ(fields.at("mms.device.model").front(), "IED-9");
  EXPECT_EQ(fields.at("mms.device.revision").front(), "4.1");
  EXPECT_NE(driver.text().find("\"vendor\":\"ACME\",\"model\":\"IED-9\",\"revision\":\"4.1\""), std::string::npos);
}

TEST(Mms, FilesAreNamed) {
  test::SessionDriver driver{protocol};
  // Service 76, whose identifier is two octets: delete a file.
  driver.feed(to_server, data(value("a0", from_hex("02 01 09") + value("bf 4c", value("19", "COMTRADE/a.dat")))));
  EXPECT_EQ(driver.fields().at("mms.function").front(), "76");
  EXPECT_EQ(driver.fields().at("mms.access").front(), "4");
  EXPECT_EQ(driver.fields().at("mms.item").front(), "COMTRADE/a.dat");
}

TEST(Mms, TheConnectCarriesTheFirstMessage) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kConnectRequest + kInitiate);
  EXPECT_EQ(driver.text(), "log mms {\"mms\":{\"pdu\":\"initiate_request\"}}\n");
}

TEST(Mms, AReportTellsUnasked) {
  test::SessionDriver driver{protocol};
  driver.feed(to_client, data(value("a3", value("a0", value("a1", domain_specific("IED1LD0", "LLN0$dsMeas")) +
                                                          from_hex("a0 03 83 01 01")))));
  EXPECT_EQ(driver.fields().at("mms.access").front(), "9");
  EXPECT_EQ(driver.fields().at("mms.item").front(), "LLN0$dsMeas");
}

TEST(Mms, UnitsArePutTogether) {
  const std::string unit = kRead.substr(7);
  test::SessionDriver parts{protocol}, whole{protocol};
  parts.feed(to_server, packet(unit.substr(0, 30), 0) + packet(unit.substr(30)));
  whole.feed(to_server, kRead);
  EXPECT_EQ(parts.text(), whole.text());
}

// Each event, and the shortest bytes that raise it.
TEST(Mms, EachEventOnce) {
  std::string endless;
  for (int i = 0; i < 66; ++i) endless += packet(std::string(1000, '\1'), 0);
  const std::pair<std::string, std::string> cases[] = {
      {"malformed_packet", "GET / HTTP/1.1"},
      {"malformed_message", data(from_hex("a0 03 02 01 05"))},
      {"malformed_message", data(from_hex("30 03 02 01 05"))},
      {"unit_too_long", endless},
  };
  for (const auto& [event, bytes] : cases) {
    test::SessionDriver driver{protocol};
    driver.feed(to_server, bytes);
    EXPECT_EQ(driver.text(), "event to_server " + event + "\n");
  }
}

TEST(Mms, NamesAreBounded) {
  std::string deep = value("1a", "x") + value("1a", "y");
  for (int i = 0; i < 12; ++i) deep = value("a1", deep);
  test::SessionDriver driver{protocol};
  driver.feed(to_server, data(value("a0", from_hex("02 01 01") + value("a4", deep))));
  EXPECT_EQ(driver.fields().count("mms.item"), 0u);
  EXPECT_EQ(driver.lines().size(), 1u);
}

TEST(Mms, AListOfTwoNamesIsNoVariable) {
  test::SessionDriver driver{protocol};
  driver.feed(to_client, data(value("a1", from_hex("02 01 01") +
                                              value("a1", value("a0", value("1a", "LD0") + value("1a", "LD1"))))));
  EXPECT_EQ(driver.fields().count("mms.item"), 0u);
  EXPECT_EQ(driver.fields().at("mms.function").front(), "1");
}

TEST(Mms, AStreamGivesTheSameInAnyChunks) {
  test::expect_same_in_any_chunks(protocol, {{to_server, kConnectRequest},
                                             {to_client, kConnectConfirm},
                                             {to_server, kInitiate},
                                             {to_server, kRead + kOperate},
                                             {to_client, kReadAnswer}});
  test::expect_prefixes_need_more(protocol, to_server, kRead);
}

TEST(Mms, WhatIsInsideRecognisesIt) {
  const auto probe = protocol.detector.probe;
  EXPECT_EQ(probe(to_server, as_bytes(kConnectRequest), 102), Probe::need_more);
  EXPECT_EQ(probe(to_server, as_bytes(kConnectRequest + kInitiate), 4000), Probe::yes);
  EXPECT_EQ(probe(to_server, as_bytes(kRead), 4000), Probe::yes);
  EXPECT_EQ(probe(to_client, as_bytes(kConnectConfirm + kReadAnswer), 4000), Probe::yes);
  EXPECT_EQ(probe(to_server, as_bytes(kRead.substr(0, 20)), 4000), Probe::need_more);
  const std::string s7 = packet(from_hex("32 01 00 00 01 00 00 08 00 00 f0 00 00 01 00 01 01 e0"));
  const std::string rdp = packet(from_hex("7f 65 82 01 be 04 01 01"));
  const std::string directory = packet(from_hex("0d 0a 05 06 13 01 00 16 01 02 c1 00"));  // another's session
  for (const std::string& other : {s7, rdp, directory, kConnectRequest + s7, kConnectRequest + rdp})
    EXPECT_EQ(probe(to_server, as_bytes(other), 102), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::mms
