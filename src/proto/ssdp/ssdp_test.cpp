// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ssdp/ssdp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::ssdp {
namespace {

using test::SessionDriver;
using testing::ElementsAre;
constexpr auto kToServer = Direction::to_server;

// UPnP Device Architecture 2.0, 1.3.2, 1.3.3 and 1.2.2.
const std::string kSearch =
    "M-SEARCH * HTTP/1.1\r\n"
    "HOST: 239.255.255.250:1900\r\n"
    "MAN: \"ssdp:discover\"\r\n"
    "MX: 1\r\n"
    "ST: urn:schemas-upnp-org:device:MediaRenderer:1\r\n"
    "USER-AGENT: Phone/9 UPnP/2.0 App/1\r\n"
    "CPFN.UPNP.ORG: Phone of A\r\n\r\n";
const std::string kAnswer =
    "HTTP/1.1 200 OK\r\n"
    "CACHE-CONTROL: max-age=1800\r\n"
    "EXT:\r\n"
    "LOCATION: http://192.0.2.7:49152/d.xml\r\n"
    "SERVER: Linux/5.4 UPnP/1.1 Speaker/2.1\r\n"
    "ST: urn:schemas-upnp-org:device:MediaRenderer:1\r\n"
    "USN: uuid:0123-abcd::urn:schemas-upnp-org:device:MediaRenderer:1\r\n\r\n";
const std::string kAlive =
    "NOTIFY * HTTP/1.1\r\n"
    "Host: 239.255.255.250:1900\r\n"
    "Location: http://lamp.example/d.xml\r\n"
    "NT: upnp:rootdevice\r\n"
    "NTS: ssdp:alive\r\n"
    "USN: uuid:77\r\n\r\n";

TEST(Ssdp, WhoSeeksAndWhat) {
  SessionDriver driver{protocol, true};
  driver.datagram(kToServer, as_bytes(kSearch));
  const std::map<std::string, std::vector<std::string>> expected{
      {"ssdp.method", {"M-SEARCH"}},
      {"ssdp.search_target", {"urn:schemas-upnp-org:device:MediaRenderer:1"}},
      {"ssdp.user_agent", {"Phone/9 UPnP/2.0 App/1"}},
      {"ssdp.friendly_name", {"Phone of A"}},
      {"ssdp.man", {"\"ssdp:discover\""}},
      {"ssdp.host", {"239.255.255.250:1900"}},
  };
  EXPECT_EQ(driver.fields(), expected);
}

TEST(Ssdp, WhoOffersAndWhat) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_client, as_bytes(kAnswer));
  const std::map<std::string, std::vector<std::string>> expected{
      {"ssdp.service", {"urn:schemas-upnp-org:device:MediaRenderer:1"}},
      {"ssdp.usn", {"uuid:0123-abcd::urn:schemas-upnp-org:device:MediaRenderer:1"}},
      {"ssdp.uuid", {"0123-abcd"}},
      {"ssdp.location", {"http://192.0.2.7:49152/d.xml"}},
      {"ssdp.server", {"Linux/5.4 UPnP/1.1 Speaker/2.1"}},
  };
  EXPECT_EQ(driver.fields(), expected);
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log ssdp {"ssdp":{"status":200,"service":"urn:schemas-upnp-org:device:MediaRenderer:1",)"
                          R"("usn":"uuid:0123-abcd::urn:schemas-upnp-org:device:MediaRenderer:1",)"
                          R"("location":"http://192.0.2.7:49152/d.xml","server":"Linux/5.4 UPnP/1.1 Speaker/2.1"}})"));
}

TEST(Ssdp, ADescriptionElsewhereIsAnEvent) {
  SessionDriver driver{protocol, true};
  driver.datagram(kToServer, as_bytes(kAlive));
  EXPECT_THAT(driver.lines(), ElementsAre("event to_server location_elsewhere", testing::HasSubstr("ssdp:alive")));
  EXPECT_THAT(driver.fields().at("ssdp.notification"), ElementsAre("ssdp:alive"));
  EXPECT_THAT(driver.fields().at("ssdp.service"), ElementsAre("upnp:rootdevice"));
  EXPECT_THAT(driver.fields().at("ssdp.uuid"), ElementsAre("77"));
  for (const std::string_view place : {"http://[fe80::1%25eth0]:80/d", "http://lamp.local/d", "http://192.0.2.1/d"}) {
    SessionDriver near{protocol, true};
    near.datagram(kToServer,
                  as_bytes("NOTIFY * HTTP/1.1\r\nNT: a\r\nNTS: b\r\nLOCATION: " + std::string(place) + "\r\n\r\n"));
    EXPECT_EQ(near.lines().size(), 1u) << place;
  }
}

TEST(Ssdp, FaultsAreEvents) {
  const auto text_of = [](std::string_view bytes) {
    SessionDriver driver{protocol, true};
    driver.datagram(kToServer, as_bytes(bytes));
    return driver.text();
  };
  EXPECT_EQ(text_of("hello"), "event to_server invalid_data\n");
  EXPECT_THAT(text_of("M-SEARCH * HTTP/1.1\r\nnonsense\r\n\r\n"),
              testing::StartsWith("event to_server invalid_data\nlog"));
}

TEST(Ssdp, IsRecognisedByContentAlone) {
  const auto probed = [](std::string_view bytes) { return protocol.probe_for(true, kToServer, as_bytes(bytes), 4000); };
  for (const std::string& bytes : {kSearch, kAnswer, kAlive}) EXPECT_EQ(probed(bytes), Probe::yes);
  for (const std::string_view other :
       {"NOTIFY sip:a SIP/2.0\r\nEvent: x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "M-SEARCH * HTTP/1.1", "NOTIFY /e HTTP/1.1\r\nNT: a\r\nNTS: b\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\nST: a\r\nUSN: b\r\n\r\n"})
    EXPECT_EQ(probed(other), Probe::no) << other;
}

}  // namespace
}  // namespace gatehouse::proto::ssdp
