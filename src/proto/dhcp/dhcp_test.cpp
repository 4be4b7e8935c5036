// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dhcp/dhcp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::dhcp {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;

// RFC 2131, figure 1, up to and with the cookie: `op`, Ethernet, transaction 0x01020304, one client.
std::string head(char op, std::string_view your_ip = from_hex("00000000"), const std::string& server_name = {},
                 const std::string& file = {}) {
  std::string bytes(1, op);
  bytes += from_hex("01 06 00  01020304  0000 8000  00000000");
  bytes += your_ip;
  bytes += from_hex("00000000 00000000  02005e005301 00000000000000000000");
  std::string name = server_name, boot = file;
  name.resize(64), boot.resize(128);
  return bytes + name + boot + from_hex("63825363");
}

const std::string kDiscover = head(1) + from_hex(R"(
  35 01 01                                          # discover
  3d 07 01 02005e005301                             # client identifier: its hardware address
  0c 06 6c616d702d31                                # host name "lamp-1"
  3c 0c 756468637020312e33362e31                    # vendor class "udhcp 1.36.1"
  37 07 01 03 06 0c 0f 1c 2a                        # wants mask, router, DNS, host name, domain, broadcast, NTP
  32 04 0a4d0114                                    # would like 10.77.1.20
  51 0a 00 00 00 6c616d702e696f                     # FQDN "lamp.io"
  a1 0b 68747470733a2f2f612f6d                      # MUD URL "https://a/m"
  00 00 ff)");

const std::string kAck = head(2, from_hex("0a4d0114")) + from_hex(R"(
  35 01 05  36 04 0a4d0101                          # ack, from 10.77.1.1
  33 04 00000e10  3a 04 00000708  3b 04 00000c4e    # a lease of an hour, renewed after half of it
  01 04 ffffff00  03 04 0a4d0101  06 08 0a4d0101 0a4d0102
  0c 06 6c616d702d31  0f 03 6c616e  ff)");

TEST(Dhcp, AClientSaysWhatItIs) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(kDiscover));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("dhcp.type"), ElementsAre("1"));
  EXPECT_THAT(fields.at("dhcp.hostname"), ElementsAre("lamp-1"));
  EXPECT_THAT(fields.at("dhcp.vendor_class"), ElementsAre("udhcp 1.36.1"));
  EXPECT_THAT(fields.at("dhcp.fingerprint"), ElementsAre("1,3,6,12,15,28,42"));
  EXPECT_THAT(fields.at("dhcp.client_mac"), ElementsAre("02:00:5e:00:53:01"));
  EXPECT_THAT(fields.at("dhcp.client_id"), ElementsAre("02:00:5e:00:53:01"));
  EXPECT_THAT(fields.at("dhcp.requested_ip"), ElementsAre("10.77.1.20"));
  EXPECT_THAT(fields.at("dhcp.fqdn"), ElementsAre("lamp.io"));
  EXPECT_THAT(fields.at("dhcp.mud_url"), ElementsAre("https://a/m"));
  EXPECT_FALSE(fields.contains("dhcp.assigned_ip"));
}

TEST(Dhcp, AServerGivesALeaseAndRepeatsNoIdentity) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_client, as_bytes(kAck));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("dhcp.assigned_ip"), ElementsAre("10.77.1.20"));
  EXPECT_THAT(fields.at("dhcp.server_ip"), ElementsAre("10.77.1.1"));
  EXPECT_THAT(fields.at("dhcp.leasetime"), ElementsAre("3600"));
  EXPECT_THAT(fields.at("dhcp.renewal_time"), ElementsAre("1800"));
  EXPECT_THAT(fields.at("dhcp.rebinding_time"), ElementsAre("3150"));
  EXPECT_THAT(fields.at("dhcp.domain"), ElementsAre("lan"));
  EXPECT_FALSE(fields.contains("dhcp.hostname"));
}

TEST(Dhcp, TheRecordIsTheExtendedOne) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(kDiscover));
  driver.datagram(Direction::to_client, as_bytes(kAck));
  EXPECT_THAT(
      driver.lines(),
      ElementsAre(
          R"(log dhcp {"dhcp":{"type":"request","id":16909060,"client_mac":"02:00:5e:00:53:01",)"
          R"("assigned_ip":"0.0.0.0","client_ip":"0.0.0.0","relay_ip":"0.0.0.0","next_server_ip":"0.0.0.0",)"
          R"("dhcp_type":"discover","client_id":"02:00:5e:00:53:01","hostname":"lamp-1",)"
          R"("vendor_class_identifier":"udhcp 1.36.1","requested_ip":"10.77.1.20",)"
          R"("params":["subnet_mask","router","dns_server","domain","ntp_server"]}})",
          R"(log dhcp {"dhcp":{"type":"reply","id":16909060,"client_mac":"02:00:5e:00:53:01",)"
          R"("assigned_ip":"10.77.1.20","client_ip":"0.0.0.0","relay_ip":"0.0.0.0","next_server_ip":"0.0.0.0",)"
          R"("dhcp_type":"ack","hostname":"lamp-1","lease_time":3600,"renewal_time":1800,"rebinding_time":3150,)"
          R"("subnet_mask":"255.255.255.0","routers":["10.77.1.1"],"dns_servers":["10.77.1.1","10.77.1.2"]}})"));
}

TEST(Dhcp, OptionsGoOnInTheFileAndTheServersName) {
  SessionDriver driver{protocol, true};
  const std::string message =
      head(1, from_hex("00000000"), from_hex("0c 01 62 ff"), from_hex("3c 01 61 ff")) + from_hex("34 01 03  ff");
  driver.datagram(Direction::to_server, as_bytes(message));
  EXPECT_THAT(driver.fields().at("dhcp.vendor_class"), ElementsAre("a"));
  EXPECT_THAT(driver.fields().at("dhcp.hostname"), ElementsAre("b"));
}

std::vector<std::string> events_of(const std::string& options) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(head(1) + options));
  std::vector<std::string> events;
  for (const std::string& line : driver.lines())
    if (line.starts_with("event")) events.push_back(line);
  return events;
}

TEST(Dhcp, OptionsWithFaultsAreEvents) {
  EXPECT_THAT(events_of(from_hex("35 01 01 ff")), ElementsAre());
  EXPECT_THAT(events_of(from_hex("33 02 0001 ff")), ElementsAre("event to_server malformed_options"));
  EXPECT_THAT(events_of(from_hex("03 05 0a4d010100 ff")), ElementsAre("event to_server malformed_options"));
  EXPECT_THAT(events_of(from_hex("35 01 01")), ElementsAre("event to_server truncated_options"));
  EXPECT_THAT(events_of(from_hex("0c ff 6162")), ElementsAre("event to_server truncated_options"));
  std::string many;
  for (int i = 0; i < 513; ++i) many += from_hex("e0 00");
  EXPECT_THAT(events_of(many + from_hex("ff")), ElementsAre("event to_server too_many_options"));
}

TEST(Dhcp, NamesOfTheDnsAreReadUpToTheirFirstLabel) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(head(1) + from_hex("51 0b 04 00 00 03 6e6173 03 6c616e 00 ff")));
  EXPECT_THAT(driver.fields().at("dhcp.fqdn"), ElementsAre("nas"));
}

TEST(Dhcp, IsRecognisedByContentAlone) {
  EXPECT_EQ(protocol.probe_for(true, Direction::to_server, as_bytes(kDiscover), 4000), Probe::yes);
  EXPECT_EQ(protocol.probe_for(true, Direction::to_client, as_bytes(kAck), 4000), Probe::yes);
  std::string other_cookie = kDiscover, long_address = kDiscover;
  other_cookie[236] = 0x64, long_address[2] = 17;
  EXPECT_EQ(protocol.probe_for(true, Direction::to_server, as_bytes(other_cookie), 67), Probe::no);
  EXPECT_EQ(protocol.probe_for(true, Direction::to_server, as_bytes(long_address), 67), Probe::no);
  EXPECT_EQ(protocol.probe_for(true, Direction::to_server, as_bytes(kDiscover.substr(0, 239)), 67), Probe::no);
  EXPECT_EQ(protocol.probe_for(true, Direction::to_server, as_bytes(std::string(300, 1)), 67), Probe::no);
}

TEST(Dhcp, WhatIsNoMessageIsNoTransaction) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(std::string(300, 1)));
  EXPECT_EQ(driver.last_status(), Status::malformed);
  EXPECT_EQ(driver.text(), "");
}

}  // namespace
}  // namespace gatehouse::proto::dhcp
