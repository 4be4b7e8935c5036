// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dcerpc/dcerpc.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/dcerpc/fragments.hpp"
#include "proto/dcerpc/interfaces.hpp"
#include "proto/dcerpc/test_units.hpp"
#include "proto/dcerpc/transaction.hpp"

namespace gatehouse::proto::dcerpc {
namespace {

using namespace test_units;
using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr auto kUp = Direction::to_server;
constexpr auto kDown = Direction::to_client;

TEST(Dcerpc, ABindingAndACallAreTwoTransactions) {
  SessionDriver driver{protocol};
  driver.feed(kUp, bind(1));
  driver.feed(kDown, bind_ack(1));
  driver.feed(kUp, request(2, 12, "arguments"));
  driver.feed(kDown, response(2, "res"));
  EXPECT_THAT(
      driver.lines(),
      ElementsAre(
          R"(log dcerpc {"dcerpc":{"request":"BIND","response":"BINDACK","interfaces":[{"uuid":"367abb81-9844-35f1-ad32-98f038001003",)"
          R"("version":"2.0","ack_result":0}],"call_id":1,"rpc_version":"5.0"}})",
          R"(log dcerpc {"dcerpc":{"request":"REQUEST","response":"RESPONSE","req":{"opnum":12,"frag_cnt":1,"stub_data_size":9},)"
          R"("interfaces":[{"uuid":"367abb81-9844-35f1-ad32-98f038001003","version":"2.0","ack_result":0}],)"
          R"("res":{"frag_cnt":1,"stub_data_size":3},"call_id":2,"rpc_version":"5.0"}})"));
  EXPECT_THAT(driver.fields().at("dcerpc.iface"), ElementsAre("367abb81-9844-35f1-ad32-98f038001003"));
  EXPECT_THAT(driver.fields().at("dcerpc.iface_name"), ElementsAre("svcctl"));
  EXPECT_THAT(driver.fields().at("dcerpc.iface_version"), ElementsAre("2"));
  EXPECT_THAT(driver.fields().at("dcerpc.opnum"), ElementsAre("12"));
  EXPECT_THAT(driver.fields().at("dcerpc.stub_data"), ElementsAre("arguments", "res"));
  EXPECT_THAT(driver.fields().at("dcerpc.service"), ElementsAre("svcctl"));
}

TEST(Dcerpc, FragmentsAreOneCall) {
  SessionDriver driver{protocol};
  driver.feed(kUp, request(7, 1, "one ", 1) + request(7, 1, "two ", 0) + request(7, 1, "three", 2));
  EXPECT_THAT(driver.fields().at("dcerpc.stub_data"), ElementsAre("one two three"));
  driver.feed(kDown, response(7, "a", 1) + response(7, "b", 2));
  EXPECT_THAT(driver.text(), HasSubstr(R"("req":{"opnum":1,"frag_cnt":3,"stub_data_size":13},"res":{"frag_cnt":2,)"));
}

TEST(Dcerpc, BigEndianIsReadAlike) {
  // A request of operation 4 in context 1, call 5, two octets of stub data.
  const std::string big = from_hex("05 00 00 03 00 00 00 00  00 1a 00 00 00 00 00 05  00 00 00 02 00 01 00 04 ab cd");
  SessionDriver driver{protocol};
  driver.feed(kUp, big);
  EXPECT_THAT(driver.fields().at("dcerpc.opnum"), ElementsAre("4"));
  driver.finish();
  EXPECT_THAT(driver.text(), HasSubstr(R"("response":"UNREPLIED","req":{"opnum":4,"frag_cnt":1,"stub_data_size":2})"));
}

TEST(Dcerpc, TheVerifierIsNoStubData) {
  const std::string verifier = std::string("\x0a\x06\x03\0", 4) + le32(1) + "0123456789abcdef";
  const std::string body = le32(5) + le16(0) + le16(9) + "stub!" + std::string(3, '\0');
  SessionDriver driver{protocol};
  driver.feed(kUp, unit(0, 3, 1, body, verifier, 16));
  EXPECT_THAT(driver.fields().at("dcerpc.stub_data"), ElementsAre("stub!"));
  EXPECT_THAT(driver.fields().at("dcerpc.auth_level"), ElementsAre("6"));
}

TEST(Dcerpc, WhoCallsIsKnownFromTheThirdLeg) {
  const std::string ntlm = from_hex(R"(
    4e 54 4c 4d 53 53 50 00  03 00 00 00
    00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
    06 00 06 00 40 00 00 00  06 00 06 00 46 00 00 00  04 00 04 00 4c 00 00 00
    00 00 00 00 00 00 00 00  01 00 00 00
    4c 00 41 00 42 00  62 00 6f 00 62 00  70 00 63 00)");
  const std::string verifier = std::string("\x0a\x02\0\0", 4) + le32(1) + ntlm;
  SessionDriver driver{protocol};
  driver.feed(kUp, unit(16, 3, 1, std::string(4, '\0'), verifier, static_cast<unsigned>(ntlm.size())));
  EXPECT_THAT(driver.fields().at("dcerpc.ntlmssp_user"), ElementsAre("bob"));
  EXPECT_THAT(driver.fields().at("dcerpc.ntlmssp_domain"), ElementsAre("LAB"));
  EXPECT_THAT(driver.fields().at("dcerpc.ntlmssp_host"), ElementsAre("pc"));
  EXPECT_EQ(driver.text(), "");
}

// C706, appendix L: a tower for svcctl over TCP port 49664.
const std::string kTower =
    from_hex("05 00  13 00 0d") + kSvcctl + from_hex("02 00 02 00 00 00  13 00 0d") + kNdr.substr(0, 16) +
    from_hex("02 00 02 00 00 00  01 00 0b 02 00 00 00  01 00 07 02 00 c2 00  01 00 09 04 00 0a 4d 01 02");

TEST(Dcerpc, TheEndpointMapperIsUnderstood) {
  const auto size = static_cast<unsigned>(kTower.size());
  SessionDriver driver{protocol};
  driver.feed(kUp, bind(1, 0, kMapper, 3));
  driver.feed(kDown, bind_ack(1));
  driver.feed(kUp, request(2, 3, le32(1) + std::string(16, '\0') + le32(2) + le32(size) + le32(size) + kTower));
  EXPECT_THAT(driver.fields().at("dcerpc.mapped_iface"), ElementsAre("367abb81-9844-35f1-ad32-98f038001003"));
  EXPECT_EQ(driver.fields().count("dcerpc.mapped_port"), 0u);
  driver.feed(kDown, response(2, std::string(20, '\0') + le32(1) + le32(4) + le32(0) + le32(1) + le32(3) + le32(size) +
                                     le32(size) + kTower + le32(0)));
  EXPECT_THAT(driver.fields().at("dcerpc.mapped_port"), ElementsAre("49664"));
}

TEST(Dcerpc, AFaultEndsACall) {
  SessionDriver driver{protocol};
  driver.feed(kUp, request(3, 0, ""));
  driver.feed(kDown, unit(3, 3, 3, le32(0) + le16(0) + le16(0) + le32(0x1c010002) + le32(0)));
  EXPECT_THAT(driver.fields().at("dcerpc.fault"), ElementsAre("469827586"));
  EXPECT_THAT(driver.text(), HasSubstr(R"("request":"REQUEST","response":"FAULT")"));
}

TEST(Dcerpc, EachEventIsRaisedOnce) {
  const auto events_of = [](const std::vector<test::Turn>& turns) {
    SessionDriver driver{protocol};
    for (const test::Turn& turn : turns) driver.feed(turn.direction, turn.bytes);
    std::string events;
    for (const std::string& line : driver.lines())
      if (line.starts_with("event")) events += line + "\n";
    return events;
  };
  EXPECT_EQ(events_of({{kUp, request(1, 2, "x") + std::string(16, 'x')}}), "event to_server malformed_header\n");
  EXPECT_EQ(events_of({{kUp, unit(0, 3, 1, "12")}}), "event to_server malformed_data\n");
  EXPECT_EQ(events_of({{kUp, bind(1, 0, kSvcctl, 2, 0)}}), "event to_server malformed_data\n");
  EXPECT_EQ(events_of({{kDown, response(1, "x")}}), "event to_client response_without_request\n");
  std::string many;
  for (unsigned i = 0; i <= kMaxCalls; ++i) many += request(i + 1, 0, "");
  EXPECT_EQ(events_of({{kUp, many}}), "event to_server too_many_calls\n");
  std::string longest = request(1, 0, std::string(60'000, 'x'), 1);
  for (unsigned i = 0; i < 5; ++i) longest += request(1, 0, std::string(60'000, 'x'), i < 4 ? 0 : 2);
  EXPECT_EQ(events_of({{kUp, longest}}), "event to_server stub_data_too_long\n");
}

TEST(Dcerpc, AStreamGivesTheSameInAnyChunks) {
  test::expect_same_in_any_chunks(protocol, {{kUp, bind(1) + request(2, 3, "stub", 1) + request(2, 3, "stub", 2)},
                                             {kDown, bind_ack(1, 2, 1) + response(2, "results")}});
  test::expect_prefixes_need_more(protocol, kUp, bind(1));
}

TEST(Dcerpc, AGapWithinAUnitIsPassedOver) {
  SessionDriver driver{protocol};
  const std::string first = request(1, 5, std::string(100, 'x'));
  driver.feed(kUp, std::string_view(first).substr(0, 50));
  driver.gap(kUp, 30);
  driver.feed(kUp, first.substr(80) + request(2, 6, "y"));
  EXPECT_THAT(driver.fields().at("dcerpc.opnum"), ElementsAre("6"));
  driver.gap(kUp, 30);
  EXPECT_TRUE(driver.stopped());
}

// C706, 12.5.1: a connectionless request of the endpoint mapper's operation 2, little endian.
std::string datagram(unsigned type, unsigned flags, unsigned fragment, const std::string& body) {
  const std::string head = {'\x04', static_cast<char>(type), static_cast<char>(flags), '\0', '\x10', '\0', '\0', '\0'};
  return head + std::string(16, '\0') + kMapper + std::string(15, '\0') + "A" + le32(0) + le32(3) + le32(9) + le16(2) +
         le16(0xffff) + le16(0xffff) + le16(static_cast<unsigned>(body.size())) + le16(fragment) +
         std::string("\0\0", 2) + body;
}

TEST(Dcerpc, DatagramsAreCallsToo) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(datagram(0, 0x24, 0, "one ")));
  driver.datagram(kUp, as_bytes(datagram(0, 0x24, 0, "one ")));  // sent again
  driver.datagram(kUp, as_bytes(datagram(0, 0x26, 1, "two")));
  driver.datagram(kDown, as_bytes(datagram(9, 0, 0, "")));  // an acknowledgement of a fragment
  driver.datagram(kDown, as_bytes(datagram(2, 0, 0, "res")));
  EXPECT_THAT(
      driver.lines(),
      ElementsAre(
          R"(log dcerpc {"dcerpc":{"request":"REQUEST","response":"RESPONSE","req":{"opnum":2,"frag_cnt":2,"stub_data_size":7},)"
          R"("interfaces":[{"uuid":"e1af8308-5d1f-11c9-91a4-08002b14a0fa","version":"3.0"}],"res":{"frag_cnt":1,"stub_data_size":3},)"
          R"("activityuuid":"00000000-0000-0000-0000-000000000041","seqnum":9,"rpc_version":"4.0"}})"));
  EXPECT_THAT(driver.fields().at("dcerpc.stub_data"), ElementsAre("one two", "res"));
  EXPECT_THAT(driver.fields().at("dcerpc.iface_name"), ElementsAre("epmapper"));
}

TEST(Dcerpc, AnAnswerFromAnotherPortStandsAloneAndOnce) {
  SessionDriver driver{protocol, true};
  for (int i = 0; i < 2; ++i) driver.datagram(kUp, as_bytes(datagram(2, 0, 0, "res")));
  EXPECT_EQ(driver.lines().size(), 1u);
  EXPECT_THAT(driver.text(), HasSubstr(R"("request":"REQUEST_LOST","response":"RESPONSE")"));
}

TEST(Dcerpc, AHoleBetweenDatagramsIsAnEvent) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(datagram(0, 0x24, 1, "two")));
  EXPECT_EQ(driver.text(), "event to_server malformed_data\n");
}

TEST(Dcerpc, IsRecognisedByContentAlone) {
  const Detector& detector = protocol.detector;
  for (const std::string& own : {bind(1), bind_ack(1), request(1, 0, ""), response(1, "")}) {
    EXPECT_EQ(detector.probe(kUp, as_bytes(own), 4000), Probe::yes);
    EXPECT_EQ(detector.probe(kUp, as_bytes(own).first(10), 4000), Probe::need_more);
  }
  EXPECT_EQ(detector.probe_datagram(kUp, as_bytes(datagram(0, 0, 0, "")), 4000), Probe::yes);
  for (const std::string& other : {std::string("\x05\x01\x00 SOCKS says so", 17), std::string(80, '\x05'),
                                   std::string("\x05GET / HTTP/1.1\r\n\r\n")})
    EXPECT_EQ(detector.probe(kUp, as_bytes(other), 135), Probe::no);
  EXPECT_EQ(detector.probe_datagram(kUp, as_bytes(std::string(100, '\x04')), 135), Probe::no);
  EXPECT_EQ(detector.probe_datagram(kUp, as_bytes(datagram(0, 0, 0, "").substr(0, 79)), 135), Probe::no);
}

TEST(Fragments, CutAStreamIntoUnits) {
  std::pmr::unsynchronized_pool_resource memory;
  const std::string stream = request(1, 0, "a") + request(2, 0, "bb");
  for (std::size_t cut = 1; cut < stream.size(); ++cut) {
    Fragments fragments{memory};
    std::string sizes;
    const auto on_unit = [&](Bytes unit) { sizes += std::to_string(unit.size()) + " "; };
    EXPECT_TRUE(fragments.feed(as_bytes(stream).first(cut), on_unit));
    EXPECT_TRUE(fragments.feed(as_bytes(stream).subspan(cut), on_unit));
    EXPECT_EQ(sizes, "25 26 ") << cut;
  }
  Fragments fragments{memory};
  EXPECT_FALSE(fragments.feed(as_bytes("no unit of this protocol"), [](Bytes) {}));
}

TEST(Interfaces, AreKnownByName) {
  EXPECT_EQ(interface_name(Uuid::of("e1af8308-5d1f-11c9-91a4-08002b14a0fa")), "epmapper");
  EXPECT_EQ(interface_name(Uuid{}), "");
}

}  // namespace
}  // namespace gatehouse::proto::dcerpc
