// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/coap/coap.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::coap {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;
constexpr auto kUp = Direction::to_server, kDown = Direction::to_client;

// RFC 7252, 5.10: GET coap://lamp.local/sensors/te%2Fmp?a=1&b=2, observed, JSON wanted.
const std::string kGetRequest = from_hex(R"(
  42 01 12 34  ca fe                    # version 1, confirmable, token of 2; GET; message 0x1234
  3a 6c 61 6d 70 2e 6c 6f 63 61 6c      # 3 Uri-Host "lamp.local"
  30                                    # 6 Observe 0
  57 73 65 6e 73 6f 72 73               # 11 Uri-Path "sensors"
  05 74 65 2f 6d 70                     # 11 "te/mp"
  43 61 3d 31  03 62 3d 32              # 15 Uri-Query "a=1", "b=2"
  21 32                                 # 17 Accept 50
)");
const std::string kContent = from_hex(R"(
  62 45 12 34  ca fe                    # acknowledgement; 2.05 Content
  61 07  61 32  b1 0e                   # 6 Observe 7; 12 Content-Format 50; 23 Block2: number 0, more, 1024 bytes
  ff 7b 7d                              # "{}"
)");
// LwM2M 1.1, 6.2.1: POST /rd?ep=urn:dev:1&lt=60&lwm2m=1.1
const std::string kRegister = from_hex(R"(
  41 02 00 01 07
  b2 72 64                              # "rd"
  11 28                                 # 12 Content-Format 40
  3c 65 70 3d 75 72 6e 3a 64 65 76 3a 31
  05 6c 74 3d 36 30
  09 6c 77 6d 32 6d 3d 31 2e 31
  ff 3c 2f 33 2f 30 3e                  # "</3/0>"
)");
const std::string kRegistered = from_hex("61 41 00 01 07  82 72 64  02 35 61");  // 2.01, Location /rd/5a
const std::string kExecute = from_hex("41 02 00 09 08  b1 33  01 30  01 34");    // POST /3/0/4: reboot
const std::string kRead = from_hex("41 01 00 0a 09  b1 33  01 30  62 2d 16");    // GET /3/0, Accept 11542

std::string told(const std::string& datagram, Direction direction = kUp) {
  SessionDriver driver{protocol, true};
  driver.datagram(direction, as_bytes(datagram));
  return driver.text();
}

TEST(Coap, ARequestSaysWhatIsAskedOfWhom) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(kGetRequest));
  const std::map<std::string, std::vector<std::string>> expected{
      {"coap.type", {"0"}},         {"coap.code", {"1"}},
      {"coap.method", {"1"}},       {"coap.message_id", {"4660"}},
      {"coap.token", {"\xca\xfe"}}, {"coap.host", {"lamp.local"}},
      {"coap.observe", {"0"}},      {"coap.path", {"/sensors/te%2Fmp"}},
      {"coap.query", {"a=1&b=2"}},  {"coap.accept", {"50"}},
  };
  EXPECT_EQ(driver.fields(), expected);
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log coap {"coap":{"type":"confirmable","message_id":4660,"code":"get","token":"cafe",)"
                          R"("path":"/sensors/te%2Fmp","query":"a=1&b=2","host":"lamp.local","observe":0,)"
                          R"("accept":"application/json"}})"));
}

TEST(Coap, AResponseSaysWhatIsGiven) {
  SessionDriver driver{protocol, true};
  driver.datagram(kDown, as_bytes(kContent));
  EXPECT_EQ(driver.fields().at("coap.content_format").front(), "50");
  EXPECT_EQ(driver.fields().at("coap.block2").front(), "0");
  EXPECT_EQ(driver.fields().at("coap.payload").front(), "{}");
  EXPECT_EQ(driver.fields().count("coap.method"), 0u);
  EXPECT_THAT(driver.text(), HasSubstr(R"("block2":{"number":0,"more":true,"size":1024},"payload_size":2)"));
}

TEST(Coap, BlocksProxiesAndPorts) {
  // PUT, 7 Uri-Port 61616, 27 Block1 number 2, last, 64 bytes, 35 Proxy-Uri.
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(from_hex("50 03 00 01  72 f0 b0  d1 07 22  87 63 6f 61 70 3a 2f 2f")));
  EXPECT_EQ(driver.fields().at("coap.port").front(), "61616");
  EXPECT_EQ(driver.fields().at("coap.block1").front(), "2");
  EXPECT_EQ(driver.fields().at("coap.proxy_uri").front(), "coap://");
}

TEST(Coap, AnEmptyMessageIsNotLogged) {
  EXPECT_EQ(told(from_hex("60 00 12 34")), "");
  EXPECT_EQ(told(from_hex("70 00 12 34")), "");
}

TEST(Coap, ADeviceRegistersAndIsManaged) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(kRegister));
  driver.datagram(kDown, as_bytes(kRegistered));
  driver.datagram(kDown, as_bytes(kExecute));
  driver.datagram(kDown, as_bytes(kRead));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("lwm2m.endpoint"), ElementsAre("urn:dev:1"));
  EXPECT_THAT(fields.at("lwm2m.version"), ElementsAre("1.1"));
  EXPECT_THAT(fields.at("lwm2m.operation"), ElementsAre("1", "13", "7"));
  EXPECT_THAT(fields.at("lwm2m.object"), ElementsAre("3"));
  EXPECT_THAT(fields.at("lwm2m.instance"), ElementsAre("0"));
  EXPECT_THAT(fields.at("lwm2m.resource"), ElementsAre("4"));
  EXPECT_THAT(fields.at("coap.location"), ElementsAre("/rd/5a"));
  EXPECT_THAT(driver.text(), HasSubstr(R"("lwm2m":{"operation":"register","endpoint":"urn:dev:1","version":"1.1",)"
                                       R"("lifetime":"60"})"));
  EXPECT_THAT(driver.text(), HasSubstr(R"({"operation":"execute","object":"device","instance":0,"resource":4})"));
}

TEST(Coap, EachOperationOfLwm2m) {
  const auto operation = [](std::string_view message) {
    SessionDriver driver{protocol, true};
    driver.datagram(kUp, as_bytes(kRegister));
    driver.datagram(kDown, as_bytes(from_hex(message)));
    return driver.fields().at("lwm2m.operation").back();
  };
  EXPECT_EQ(operation("40 02 00 02  b2 72 64  02 35 61"), "2");            // POST /rd/5a: update
  EXPECT_EQ(operation("40 04 00 02  b2 72 64  02 35 61"), "3");            // DELETE /rd/5a: deregister
  EXPECT_EQ(operation("40 02 00 02  b2 62 73  44 65 70 3d 61"), "4");      // POST /bs?ep=a: bootstrap request
  EXPECT_EQ(operation("40 02 00 02  b2 62 73"), "5");                      // POST /bs: bootstrap finish
  EXPECT_EQ(operation("40 02 00 02  b2 64 70  ff 31"), "6");               // POST /dp: send
  EXPECT_EQ(operation("40 01 00 02  b1 33  61 28"), "8");                  // GET /3, Accept 40: discover
  EXPECT_EQ(operation("40 01 00 02  60  51 33"), "9");                     // GET /3, Observe 0
  EXPECT_EQ(operation("40 01 00 02  61 01  51 33"), "10");                 // GET /3, Observe 1
  EXPECT_EQ(operation("40 03 00 02  b1 33  ff 31"), "11");                 // PUT /3
  EXPECT_EQ(operation("40 03 00 02  b1 33  46 70 6d 69 6e 3d 31"), "12");  // PUT /3?pmin=1
  EXPECT_EQ(operation("40 02 00 02  b1 33  ff 31"), "14");                 // POST /3: create
  EXPECT_EQ(operation("40 02 00 02  b1 33  01 30  ff 31"), "11");          // POST /3/0: write a part
  EXPECT_EQ(operation("40 04 00 02  b1 33  01 30"), "15");                 // DELETE /3/0
  EXPECT_EQ(operation("40 05 00 02  c1 70  ff 31"), "16");                 // FETCH
  EXPECT_EQ(operation("40 07 00 02  c1 70  ff 31"), "17");                 // iPATCH
  EXPECT_EQ(operation("40 01 00 02  b1 61"), "1");                         // GET /a: not of LwM2M
  EXPECT_EQ(operation("40 01 00 02  b6 37 30 30 30 30 30"), "1");          // GET /700000: no identifier
}

TEST(Coap, AResourceDirectoryIsNoLwm2m) {
  EXPECT_THAT(told(from_hex("40 02 00 01  b2 72 64  44 65 70 3d 61")), testing::Not(HasSubstr("lwm2m")));
  EXPECT_THAT(told(kExecute), testing::Not(HasSubstr("lwm2m")));
  EXPECT_THAT(told(kRead), HasSubstr(R"("lwm2m":{"operation":"read","object":"device","instance":0})"));
}

// 2.05 with TLV (core, 7.4.3): resources 0, 1, 2, 3 of the instance, in it 11 of several values.
const std::string kDevice = from_hex(R"(
  61 45 00 0a 09  c2 2d 16 ff
  08 00 1f  c2 00 41 63  c3 01 4d 2d 31  c8 02 08 30 31 32 33 34 35 36 37  86 0b 41 00 00 41 01 00  c1 03 31
)");

TEST(Coap, ADeviceThatIsReadSaysWhatItIs) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(kRead));
  driver.datagram(kDown, as_bytes(kDevice));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("lwm2m.manufacturer"), ElementsAre("Ac"));
  EXPECT_THAT(fields.at("lwm2m.model"), ElementsAre("M-1"));
  EXPECT_THAT(fields.at("lwm2m.serial"), ElementsAre("01234567"));
  EXPECT_THAT(fields.at("lwm2m.firmware"), ElementsAre("1"));
  EXPECT_THAT(driver.text(),
              HasSubstr(R"("lwm2m":{"manufacturer":"Ac","model":"M-1","serial":"01234567","firmware":"1"})"));
}

TEST(Coap, OnlyTheAnswerIsOne) {
  const auto serials = [](const std::string& question, const std::string& answer) {
    SessionDriver driver{protocol, true};
    driver.datagram(kUp, as_bytes(kRegister));
    driver.datagram(kUp, as_bytes(question));
    driver.datagram(kDown, as_bytes(answer));
    const auto found = driver.fields().find("lwm2m.serial");
    return found == driver.fields().end() ? std::string{} : found->second.front();
  };
  EXPECT_EQ(serials(kRead, kDevice), "01234567");
  std::string other_token = kDevice, other_object = kRead, cut = kDevice;
  other_token[4] = 8, other_object[6] = '4';
  cut.resize(cut.size() - 20);
  EXPECT_EQ(serials(kRead, other_token), "");
  EXPECT_EQ(serials(other_object, kDevice), "");
  EXPECT_EQ(serials(kRead, cut), "");
  // One resource, as text: GET /3/0/2.
  const std::string one = from_hex("41 01 00 0b 0a  b1 33  01 30  01 32");
  EXPECT_EQ(serials(one, from_hex("61 45 00 0b 0a  c0  ff 53 37")), "S7");
  EXPECT_EQ(serials(one, from_hex("61 84 00 0b 0a  c0  ff 53 37")), "") << "4.04";
}

TEST(Coap, FaultsAreEvents) {
  constexpr const char* kMalformed = "event to_server malformed_message\n";
  EXPECT_EQ(told(from_hex("82 01 12 34 ca fe")), kMalformed);                       // version 2
  EXPECT_EQ(told(from_hex("49 01 12 34 01 02 03 04 05 06 07 08 09")), kMalformed);  // token of 9
  EXPECT_EQ(told(from_hex("42 01 12 34 ca")), kMalformed);                          // token cut off
  EXPECT_EQ(told(from_hex("40 01 12 34 b5 61")), kMalformed);                       // option cut off
  EXPECT_EQ(told(from_hex("40 01 12 34 f0")), kMalformed);                          // delta 15
  EXPECT_EQ(told(from_hex("40 01 12 34 0f")), kMalformed);                          // length 15
  EXPECT_EQ(told(from_hex("40 01 12 34 ff")), kMalformed);                          // a marker and no payload
  EXPECT_EQ(told(from_hex("40 01 12 34 e0 fe f3")), kMalformed);                    // option 65536
  EXPECT_EQ(told(from_hex("40 00 12 34 ff 31")), kMalformed);                       // an empty message with a payload
  EXPECT_THAT(told(from_hex("40 01 12 34 d0 00")), testing::StartsWith("event to_server unknown_critical_option\nlog"));
  EXPECT_THAT(told(from_hex("40 01 12 34 c3 01 02 03")),
              testing::StartsWith("event to_server invalid_option_length\nlog"));
  EXPECT_THAT(told(from_hex("40 1f 12 34")), testing::StartsWith("event to_server unknown_code\nlog"));
}

TEST(Coap, ALongPathIsCutAndSaid) {
  std::string message = from_hex("40 01 12 34 bd 97");  // Uri-Path of 164 bytes, of which each becomes three
  message += std::string(164, '\x01');
  for (int i = 0; i < 3; ++i) message += from_hex("0d 97") + std::string(164, '\x02');
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(message));
  EXPECT_EQ(driver.lines().front(), "event to_server uri_too_long");
  EXPECT_EQ(driver.fields().at("coap.path").front().size(), 1024u);
}

// RFC 8323, 3.2 and 5.3: settings, then a request and a response without type and number.
const std::string kSettings = from_hex("30 e1 22 04 80");          // Max-Message-Size 1152
const std::string kFramedGet = from_hex("41 01 09  b3 61 62 63");  // GET /abc
const std::string kFramedPost = from_hex("d1 04 02 09  b3 61 62 63  ff") + std::string(12, 'x');
const std::string kFramedContent = from_hex("31 45 09  ff 6f 6b");

TEST(Coap, OverTcpEachFrameIsAMessage) {
  const std::vector<test::Turn> talk{{kUp, kSettings + kFramedGet},
                                     {kDown, kSettings + kFramedContent},
                                     {kUp, kFramedPost},
                                     {kDown, from_hex("00 e2")}};  // a ping
  const std::string text = test::expect_same_in_any_chunks(protocol, talk);
  EXPECT_EQ(text, R"(log coap {"coap":{"code":"csm"}})"
                  "\n"
                  R"(log coap {"coap":{"code":"get","token":"09","path":"/abc"}})"
                  "\n"
                  R"(log coap {"coap":{"code":"csm"}})"
                  "\n"
                  R"(log coap {"coap":{"code":"content","token":"09","payload_size":2}})"
                  "\n"
                  R"(log coap {"coap":{"code":"post","token":"09","path":"/abc","payload_size":12}})"
                  "\n"
                  R"(log coap {"coap":{"code":"ping"}})"
                  "\n");
  test::expect_prefixes_need_more(protocol, kUp, kFramedPost);
}

TEST(Coap, ALongFrameIsPassedOver) {
  const std::string head = from_hex("f0 00 00 00 10 02");  // 65805 + 16 bytes, POST
  SessionDriver driver{protocol};
  driver.feed(kUp, kSettings + head + std::string(40000, 'x'));
  driver.gap(kUp, 10000);
  driver.feed(kUp, std::string(65821 - 50000, 'x') + kFramedGet);
  EXPECT_THAT(driver.lines(), ElementsAre(HasSubstr("csm"), "event to_server message_too_long", HasSubstr("/abc")));
  driver.gap(kUp, 1);
  EXPECT_TRUE(driver.stopped());
}

TEST(Coap, AStreamWithAnEndlessTokenIsMalformed) {
  SessionDriver driver{protocol};
  driver.feed(kUp, kSettings + from_hex("49 01"));
  EXPECT_EQ(driver.lines().back(), "event to_server malformed_message");
  EXPECT_EQ(driver.last_status(), Status::malformed);
}

TEST(Coap, IsRecognisedByContentAlone) {
  const auto probed = [](const std::string& bytes, std::uint16_t port = 40000) {
    return protocol.probe_for(true, kUp, as_bytes(bytes), port);
  };
  for (const std::string& message : {kGetRequest, kContent, kRegister, kRegistered, kExecute})
    EXPECT_EQ(probed(message), Probe::yes);
  const std::string bare = from_hex("42 01 12 34 ca fe");
  EXPECT_EQ(probed(bare), Probe::no);
  EXPECT_EQ(probed(bare, 5683), Probe::yes);
  EXPECT_EQ(probed(from_hex("60 00 12 34")), Probe::no);
  EXPECT_EQ(probed(from_hex("60 00 12 34"), 5683), Probe::yes);
  for (const std::string& other :
       {std::string("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), std::string("M-SEARCH * HTTP/1.1\r\n\r\n"),
        from_hex("40 01 12 34 d0 00"),            // an option that does not exist
        from_hex("40 01 12 34 b2 01 02"),         // a path of control characters
        from_hex("40 01 12 34 d1 0a 07"),         // a block of size 7
        from_hex("60 01 12 34 b1 61"),            // a request as acknowledgement
        from_hex("70 45 12 34 ff 61"),            // a reset with content
        from_hex("40 e1 12 34 b1 61"),            // a signal over UDP
        from_hex("40 bf 12 34 b1 61"),            // 5.31
        from_hex("41 00 00 00 00 00 00 00 00")})  // uTP
    EXPECT_EQ(probed(other, 5683), Probe::no);
}

TEST(Coap, IsRecognisedInAStreamByItsSettings) {
  const auto probed = [](const std::string& bytes) { return protocol.probe_for(false, kDown, as_bytes(bytes), 40000); };
  EXPECT_EQ(probed(kSettings), Probe::yes);
  EXPECT_EQ(probed(kSettings.substr(0, 3)), Probe::need_more);
  EXPECT_EQ(probed(from_hex("00 e1")), Probe::need_more);
  EXPECT_EQ(probed(from_hex("00 e1") + kFramedGet), Probe::yes);
  EXPECT_EQ(probed(from_hex("00 e1") + kFramedGet.substr(0, 4)), Probe::need_more);
  EXPECT_EQ(probed(from_hex("00 e1 00 00 00")), Probe::yes);  // an empty message is one, RFC 8323, 3.4
  for (const std::string& other : {kFramedGet, from_hex("31 e1 01 22 04 80"), from_hex("30 e1 32 04 80"),
                                   from_hex("30 e1 22 04 80").replace(1, 1, "\x01"), from_hex("00 e1 49 01"),
                                   from_hex("00 e1 40 e8 00 00 00 00"), std::string("@@@@@@@@@@")})
    EXPECT_EQ(probed(other), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::coap
