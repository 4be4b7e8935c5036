// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/snmp/snmp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/asn1/test_bytes.hpp"
#include "proto/snmp/transaction.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::snmp {
namespace {

using asn1::test::list;
using asn1::test::number;
using asn1::test::octets;
using asn1::test::seq;
using asn1::test::value;
using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

const std::string kNull{"\x05\0", 2};
std::string oid(std::string_view hex) {
  return value(asn1::oid, test::from_hex(hex));
}
const std::string kSysDescr = oid("2b 06 01 02 01 01 01 00"), kSysObjectId = oid("2b 06 01 02 01 01 02 00"),
                  kUptime = oid("2b 06 01 02 01 01 03 00"), kSysName = oid("2b 06 01 02 01 01 05 00");

std::string pdu(unsigned type, const std::string& bindings, int error = 0) {
  return list(asn1::context_constructed(type), number(4711), number(error), number(0), seq(bindings));
}
std::string message(int version, std::string_view community, const std::string& pdu) {
  return seq(number(version), octets(community), pdu);
}
// RFC 3412, 6, with the user-based model of RFC 3414.
std::string message_v3(unsigned flags, const std::string& data, int model = 3, std::string_view user = "operator") {
  const std::string engine("\x80\0\0\x09\x03\0\x17\xa4\x99\x10\x01", 11);
  const std::string usm = seq(octets(engine), number(2), number(86400), octets(user), octets(""), octets(""));
  return seq(number(3), seq(number(77), number(65507), octets(std::string(1, static_cast<char>(flags))), number(model)),
             octets(model == 3 ? usm : "???"), data);
}
std::string scoped(const std::string& pdu) {
  return seq(octets("engine"), octets("site1"), pdu);
}

std::vector<std::string> lines_of(Direction direction, const std::string& bytes) {
  SessionDriver driver{protocol, true};
  driver.datagram(direction, as_bytes(bytes));
  return driver.lines();
}

TEST(Snmp, ARequestTellsWhatIsAsked) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(message(1, "public", pdu(0, seq(kSysDescr, kNull) + seq(kSysName, kNull)))));
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log snmp {"snmp":{"version":2,"pdu_type":"get_request",)"
                          R"("vars":["1.3.6.1.2.1.1.1.0","1.3.6.1.2.1.1.5.0"],"community":"public"}})"));
  EXPECT_THAT(driver.fields().at("snmp.version"), ElementsAre("2"));
  EXPECT_THAT(driver.fields().at("snmp.pdu_type"), ElementsAre("0"));
  EXPECT_THAT(driver.fields().at("snmp.community"), ElementsAre("public"));
  EXPECT_THAT(driver.fields().at("snmp.oid"), ElementsAre("1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.5.0"));
  EXPECT_EQ(driver.fields().count("snmp.sys_descr"), 0u);
}

TEST(Snmp, AnAgentTellsWhatItIs) {
  SessionDriver driver{protocol, true};
  driver.datagram(
      kDown, as_bytes(message(
                 0, "public",
                 pdu(2, seq(kSysDescr, octets("Linux ups3 5.10")) + seq(kSysObjectId, oid("2b 06 01 04 01 82 3e")) +
                            seq(kUptime, number(123456, 0x43)) + seq(kSysName, octets("ups3"))))));
  EXPECT_THAT(driver.fields().at("snmp.sys_descr"), ElementsAre("Linux ups3 5.10"));
  EXPECT_THAT(driver.fields().at("snmp.sys_object_id"), ElementsAre("1.3.6.1.4.1.318"));
  EXPECT_THAT(driver.fields().at("snmp.sys_name"), ElementsAre("ups3"));
  EXPECT_THAT(driver.fields().at("snmp.value"), ElementsAre("Linux ups3 5.10", "1.3.6.1.4.1.318", "123456", "ups3"));
  EXPECT_THAT(driver.fields().at("snmp.error"), ElementsAre("0"));
}

TEST(Snmp, ValuesOfEachSyntaxHaveText) {
  const std::string object = oid("2b 06 01");
  SessionDriver driver{protocol, true};
  driver.datagram(kDown, as_bytes(message(
                             1, "c",
                             pdu(2, seq(object, number(-5)) + seq(object, value(0x40, "\x0a\x4d\x01\x09")) +
                                        seq(object, value(0x46, std::string("\0\xff\xff\xff\xff\xff\xff\xff\xff", 9))) +
                                        seq(object, value(0x80, "")) + seq(object, value(0x81, "")) +
                                        seq(object, value(0x82, "")) + seq(object, value(0x44, "raw"))))));
  EXPECT_THAT(driver.fields().at("snmp.value"), ElementsAre("-5", "10.77.1.9", "18446744073709551615", "noSuchObject",
                                                            "noSuchInstance", "endOfMibView", "raw"));
}

TEST(Snmp, ATrapOfVersion1) {
  const std::string trap = list(asn1::context_constructed(4), oid("2b 06 01 04 01 82 3e"),
                                value(0x40, "\x0a\x4d\x01\x09"), number(6), number(5), number(100, 0x43), seq(""));
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(message(0, "alarms", trap)));
  EXPECT_THAT(driver.lines(), ElementsAre(R"(log snmp {"snmp":{"version":1,"pdu_type":"trap_v1","trap_type":)"
                                          R"("enterpriseSpecific","trap_oid":"1.3.6.1.4.1.318","trap_address":)"
                                          R"("10.77.1.9","community":"alarms"}})"));
  EXPECT_THAT(driver.fields().at("snmp.trap_type"), ElementsAre("6"));
  EXPECT_THAT(driver.fields().at("snmp.trap_oid"), ElementsAre("1.3.6.1.4.1.318"));
  EXPECT_THAT(driver.fields().at("snmp.trap_address"), ElementsAre("10.77.1.9"));
}

TEST(Snmp, ATrapOfVersion2NamesItsNotification) {
  const std::string which = seq(oid("2b 06 01 06 03 01 01 04 01 00"), oid("2b 06 01 06 03 01 01 05 03"));
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(message(1, "alarms", pdu(7, seq(kUptime, number(1, 0x43)) + which))));
  EXPECT_THAT(driver.fields().at("snmp.trap_oid"), ElementsAre("1.3.6.1.6.3.1.1.5.3"));
  EXPECT_EQ(driver.fields().count("snmp.trap_type"), 0u);
}

TEST(Snmp, Version3InTheClearAndEncrypted) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(message_v3(4, scoped(pdu(0, seq(kSysName, kNull))))));
  driver.datagram(kDown, as_bytes(message_v3(0, scoped(pdu(8, seq(kSysName, octets("ups3")))))));
  driver.datagram(kDown, as_bytes(message_v3(3, octets("sealed"))));
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log snmp {"snmp":{"version":3,"pdu_type":"get_request","vars":["1.3.6.1.2.1.1.5.0"],)"
                          R"("usm":"operator"}})",
                          HasSubstr(R"("pdu_type":"report")"),
                          R"(log snmp {"snmp":{"version":3,"pdu_type":"encrypted","usm":"operator"}})"));
  EXPECT_THAT(driver.fields().at("snmp.usm"), ElementsAre("operator"));
  EXPECT_THAT(driver.fields().at("snmp.context"), ElementsAre("site1"));
  EXPECT_THAT(driver.fields().at("snmp.engine"),
              ElementsAre(std::string("\x80\0\0\x09\x03\0\x17\xa4\x99\x10\x01", 11)));
}

TEST(Snmp, OnlyTheAgentsEngineIdentifiesADevice) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(message_v3(0, scoped(pdu(0, "")))));
  driver.datagram(kUp, as_bytes(message_v3(3, octets("sealed"))));
  EXPECT_EQ(driver.fields().count("snmp.engine"), 0u);
}

TEST(Snmp, EventsAreRaisedOnce) {
  const std::string good = message(1, "c", pdu(0, ""));
  SessionDriver driver{protocol, true};
  for (const std::string& bytes : {good, message(0, "c", pdu(0, "")), message(0, "c", pdu(0, "")), good.substr(0, 9),
                                   good.substr(0, 8), message_v3(0, scoped(pdu(0, "")), 2)})
    driver.datagram(kUp, as_bytes(bytes));
  std::vector<std::string> events;
  for (const std::string& line : driver.lines())
    if (line.starts_with("event")) events.push_back(line);
  EXPECT_THAT(events, ElementsAre("event to_server version_mismatch", "event to_server malformed_data",
                                  "event to_server unknown_security_model"));
}

TEST(Snmp, ABindingThatCannotBeReadIsMalformed) {
  EXPECT_THAT(lines_of(kUp, message(1, "c", pdu(0, seq(kSysName, kNull) + "\x02\x01\x05"))),
              ElementsAre("event to_server malformed_data", HasSubstr(R"("vars":["1.3.6.1.2.1.1.5.0"])")));
}

TEST(Snmp, MoreBindingsThanAreKept) {
  std::string bindings;
  for (unsigned i = 0; i < kMaxVariables; ++i) bindings += seq(kSysName, kNull);
  EXPECT_EQ(lines_of(kUp, message(1, "c", pdu(0, bindings))).size(), 1u);
  EXPECT_THAT(lines_of(kUp, message(1, "c", pdu(0, bindings + seq(kSysName, kNull)))),
              ElementsAre("event to_server too_many_variables", HasSubstr("vars")));
}

TEST(Snmp, IsRecognisedByContentAlone) {
  const auto probe = [](const std::string& bytes) { return protocol.detector.probe(kUp, as_bytes(bytes), 4000); };
  const std::string good = message(1, "public", pdu(0, seq(kSysName, kNull)));
  EXPECT_EQ(probe(good), Probe::yes);
  EXPECT_EQ(probe(message_v3(4, scoped(pdu(0, "")))), Probe::yes);
  EXPECT_EQ(probe(good.substr(0, good.size() - 1)), Probe::no);
  EXPECT_EQ(probe(good + "x"), Probe::no);
  EXPECT_EQ(probe(message(2, "public", pdu(0, ""))), Probe::no);        // no such version
  EXPECT_EQ(probe(message(1, "public", pdu(9, ""))), Probe::no);        // no such unit
  EXPECT_EQ(probe(seq(number(1), list(0x63, octets("")))), Probe::no);  // LDAP
  EXPECT_EQ(probe(std::string(60, '0')), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::snmp
