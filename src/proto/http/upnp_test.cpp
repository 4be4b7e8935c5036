// SPDX-License-Identifier: GPL-3.0-or-later
// What UPnP puts into requests and responses.
#include "proto/http/test_conversation.hpp"

namespace gatehouse::proto::http {
namespace {

using testing::ElementsAre;

const std::string kDescription =
    R"(<root xmlns="urn:schemas-upnp-org:device-1-0"><device><deviceType>urn:x:device:Lamp:1</deviceType>)"
    "<friendlyName>Lamp</friendlyName><manufacturer>Maker</manufacturer><modelName>L1</modelName>"
    "<modelNumber>2</modelNumber><serialNumber>S7</serialNumber><UDN>uuid:1</UDN></device></root>";
const std::string kAsk = "GET /d.xml HTTP/1.1\r\nHost: 192.0.2.7\r\n\r\n";

TEST(Upnp, TheActionOfARequest) {
  const Played played{
      {request("POST /c HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nSOAPACTION: "
               "\"urn:schemas-upnp-org:service:WANIPConnection:1#AddPortMapping\"\r\n\r\n")}};
  EXPECT_THAT(played.field("upnp.action"), ElementsAre("AddPortMapping"));
  EXPECT_THAT(played.field("upnp.service"), ElementsAre("urn:schemas-upnp-org:service:WANIPConnection:1"));
}

TEST(Upnp, TheDescriptionInAResponse) {
  const Played played{{request(kAsk), response(sized(kDescription, "Content-Type: text/xml; charset=\"utf-8\"\r\n"))}};
  EXPECT_THAT(played.field("upnp.device_type"), ElementsAre("urn:x:device:Lamp:1"));
  EXPECT_THAT(played.field("upnp.friendly_name"), ElementsAre("Lamp"));
  EXPECT_THAT(played.field("upnp.manufacturer"), ElementsAre("Maker"));
  EXPECT_THAT(played.field("upnp.model_name"), ElementsAre("L1"));
  EXPECT_THAT(played.field("upnp.model_number"), ElementsAre("2"));
  EXPECT_THAT(played.field("upnp.serial_number"), ElementsAre("S7"));
  EXPECT_THAT(played.field("upnp.udn"), ElementsAre("uuid:1"));
}

TEST(Upnp, NoneWhereItIsNotSaidToBeXmlOrDoesNotFit) {
  const Played text{{request(kAsk), response(sized(kDescription, "Content-Type: text/plain\r\n"))}};
  EXPECT_TRUE(text.field("upnp.friendly_name").empty());
  const std::string large = kDescription + std::string(200'000, ' ');
  const Played slid{{request(kAsk), response(sized(large, "Content-Type: text/xml\r\n"))}};
  EXPECT_TRUE(slid.field("upnp.friendly_name").empty());
}

TEST(Upnp, TheSameInAnyChunks) {
  test::expect_same_in_any_chunks(
      protocol, {request(kAsk), response(sized(kDescription, "Content-Type: application/xml\r\n"))}, 100);
}

}  // namespace
}  // namespace gatehouse::proto::http
