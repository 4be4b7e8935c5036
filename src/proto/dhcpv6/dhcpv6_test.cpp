// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dhcpv6/dhcpv6.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::dhcpv6 {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;

const std::string kClient = from_hex("0001 000a 0003 0001 02005e005301");  // DUID-LL, Ethernet
const std::string kServer = from_hex("0002 000a 0003 0001 02005e005302");

// RFC 8415, 18.2.1: a thing looks for servers.
const std::string kSolicit = from_hex("01 0000a1") + kClient + from_hex(R"(
  0008 0002 0000                                          # elapsed time
  0006 0008 0017 0018 0027 001f                           # wants DNS servers, search list, FQDN, SNTP
  0010 0008 0000abcd 0002 7631                            # vendor class of enterprise 43981: "v1"
  0027 0008 00 05 6c616d7031 00                           # FQDN "lamp1"
  0003 000c 00000001 00000000 00000000                    # an address, please
  0019 000c 00000001 00000000 00000000)");  // and a prefix
const std::string kReply = from_hex("07 0000a1") + kClient + kServer + from_hex(R"(
  0003 0028 00000001 00000708 00000b40                    # IA_NA with
    0005 0018 20010db8000000000000000000000020 00000e10 00001c20   # 2001:db8::20, valid two hours
  0019 0029 00000001 00000708 00000b40                    # IA_PD with
    001a 0019 00000e10 00001c20 38 20010db8000100000000000000000000  # 2001:db8:1::/56
  000d 0004 0000 6f6b                                     # status: success, "ok"
)");

std::string relayed(const std::string& message, char hops = 0) {
  const auto length = static_cast<char>(message.size());
  return std::string("\x0c") + hops + from_hex("20010db8000200000000000000000001 fe800000000000000000000000000009") +
         from_hex("0012 0004 65746830 0009") + '\0' + length + message;
}

TEST(Dhcpv6, AClientSaysWhatItIs) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(kSolicit));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("dhcpv6.type"), ElementsAre("1"));
  EXPECT_THAT(fields.at("dhcpv6.client_duid"), ElementsAre("00:03:00:01:02:00:5e:00:53:01"));
  EXPECT_THAT(fields.at("dhcpv6.client_mac"), ElementsAre("02:00:5e:00:53:01"));
  EXPECT_THAT(fields.at("dhcpv6.fqdn"), ElementsAre("lamp1"));
  EXPECT_THAT(fields.at("dhcpv6.vendor_class"), ElementsAre("v1"));
  EXPECT_THAT(fields.at("dhcpv6.enterprise"), ElementsAre("43981"));
  EXPECT_THAT(fields.at("dhcpv6.fingerprint"), ElementsAre("23,24,39,31"));
}

TEST(Dhcpv6, AServerGivesAddressesAndPrefixes) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_client, as_bytes(kReply));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("dhcpv6.address"), ElementsAre("2001:db8::20"));
  EXPECT_THAT(fields.at("dhcpv6.prefix"), ElementsAre("2001:db8:1::/56"));
  EXPECT_THAT(fields.at("dhcpv6.leasetime"), ElementsAre("7200"));
  EXPECT_THAT(fields.at("dhcpv6.status"), ElementsAre("0"));
  EXPECT_THAT(fields.at("dhcpv6.server_duid"), ElementsAre("00:03:00:01:02:00:5e:00:53:02"));
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log dhcpv6 {"dhcpv6":{"type":"reply","id":161,)"
                          R"("client_duid":"00:03:00:01:02:00:5e:00:53:01","client_mac":"02:00:5e:00:53:01",)"
                          R"("server_duid":"00:03:00:01:02:00:5e:00:53:02","addresses":["2001:db8::20"],)"
                          R"("prefixes":["2001:db8:1::/56"],"lease_time":7200,"status":0,"status_text":"ok"}})"));
}

TEST(Dhcpv6, ARelayedMessageIsToldAsWhatItIsInside) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(relayed(kSolicit)));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("dhcpv6.type"), ElementsAre("1"));
  EXPECT_THAT(fields.at("dhcpv6.relays"), ElementsAre("1"));
  EXPECT_THAT(fields.at("dhcpv6.relay_link"), ElementsAre("2001:db8:2::1"));
  EXPECT_THAT(fields.at("dhcpv6.relay_peer"), ElementsAre("fe80::9"));
  EXPECT_THAT(fields.at("dhcpv6.interface_id"), ElementsAre("eth0"));
  EXPECT_THAT(driver.lines().front(),
              testing::HasSubstr(R"("relay":{"count":1,"hops":0,"link":"2001:db8:2::1","peer":"fe80::9")"));
}

std::string events_of(const std::string& message) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(message));
  std::string events;
  for (const std::string& line : driver.lines())
    if (line.starts_with("event")) events += line.substr(6) + ";";
  return events;
}

TEST(Dhcpv6, FaultsAreEvents) {
  EXPECT_EQ(events_of(kSolicit), "");
  EXPECT_EQ(events_of(from_hex("01 0000")), "to_server malformed_message;");
  EXPECT_EQ(events_of(from_hex("0e 000000 0000")), "to_server malformed_message;");
  EXPECT_EQ(events_of(kSolicit + from_hex("0001 0008 00")), "to_server malformed_options;");
  EXPECT_EQ(events_of(kSolicit + from_hex("0003 0002 0000")), "to_server malformed_options;");
  std::string many = kSolicit;
  for (int i = 0; i < 256; ++i) many += from_hex("0070 0000");
  EXPECT_EQ(events_of(many), "to_server too_many_options;");
}

TEST(Dhcpv6, RelaysMayNotGoRound) {
  // Bare relays, each with nothing but the next one in it; lengths as they are.
  std::string message = kSolicit;
  for (int i = 0; i < 9; ++i) {
    std::string outer = std::string("\x0c\x00", 2) + std::string(32, '\0') + from_hex("0009");
    outer += static_cast<char>(message.size() >> 8);
    outer += static_cast<char>(message.size());
    message = outer + message;
  }
  EXPECT_EQ(events_of(message), "to_server too_many_relays;");
}

TEST(Dhcpv6, IsRecognisedByContentAlone) {
  const auto probed = [](const std::string& bytes) {
    return protocol.probe_for(true, Direction::to_server, as_bytes(bytes), 4000);
  };
  for (const std::string& bytes : {kSolicit, kReply, relayed(kSolicit)}) EXPECT_EQ(probed(bytes), Probe::yes);
  EXPECT_EQ(probed(from_hex("0b 0000a1  0006 0002 0017  0008 0002 0000")), Probe::yes)
      << "who asks for information only";
  EXPECT_EQ(probed(kSolicit + "x"), Probe::no) << "a chain that does not end with the datagram";
  EXPECT_EQ(probed(from_hex("01 0000a1  0001 000a 0009 0001 02005e005301")), Probe::no) << "a DUID of no kind";
  EXPECT_EQ(probed(from_hex("01 0000a1  0008 0002 0000")), Probe::no);
  EXPECT_EQ(probed(std::string(40, '\x01')), Probe::no);
  EXPECT_EQ(probed(std::string(40, '\0')), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::dhcpv6
