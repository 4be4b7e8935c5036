// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/profinet/profinet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::profinet {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;

constexpr auto kUp = Direction::to_server;
constexpr auto kDown = Direction::to_client;

std::string le16(std::size_t n) {
  return {static_cast<char>(n), static_cast<char>(n >> 8)};
}
std::string le32(std::size_t n) {
  return le16(n & 0xffff) + le16(n >> 16);
}

// C706, 12.5.1: a connectionless unit for device 0x0301 of vendor 0x002a, little endian.
std::string unit(unsigned type, unsigned opnum, const std::string& stub, unsigned interface = 1) {
  std::string id = from_hex("00 00 a0 de 97 6c d1 11 82 71 00 a0 24 42 df 7d");
  id[0] = static_cast<char>(interface);
  return std::string{'\x04', static_cast<char>(type), '\x20', '\0', '\x10', '\0', '\0', '\0'} +
         from_hex("00 00 a0 de 97 6c d1 11 82 71 00 01 03 01 00 2a") + id + std::string(16, 'A') + le32(0) + le32(1) +
         le32(7) + le16(opnum) + le16(0xffff) + le16(0xffff) + le16(stub.size()) + le16(0) + std::string(2, '\0') +
         stub;
}
std::string stub(unsigned first, const std::string& blocks) {
  return le32(first) + le32(blocks.size()) + le32(blocks.size()) + le32(0) + le32(blocks.size()) + blocks;
}
// IEC 61158-6-10, 5.2.1: type, length of what follows, version 1.0.
std::string block(unsigned type, const std::string& body) {
  const std::size_t length = body.size() + 2;
  return std::string{static_cast<char>(type >> 8),
                     static_cast<char>(type),
                     static_cast<char>(length >> 8),
                     static_cast<char>(length),
                     '\x01',
                     '\0'} +
         body;
}

const std::string kConnect =
    block(0x0101, from_hex("00 01") + std::string(16, 'R') + from_hex("00 01  02 00 00 00 00 01") +
                      from_hex("de a0 00 00 6c 97 11 d1 82 71 00 01 01 0d 00 2a  00 00 00 11  00 64  88 92  00 05") +
                      "plc-1");
std::string record(unsigned type, unsigned index, const std::string& data = {}) {
  return block(type, from_hex("00 01") + std::string(16, 'R') + from_hex("00 00 00 00  00 02  00 01  00 00") +
                         std::string{static_cast<char>(index >> 8), static_cast<char>(index)} +
                         from_hex("00 00 00 40") + std::string(24, '\0')) +
         data;
}
const std::string kIdentification =
    block(0x0020, from_hex("00 2a") + "6ES7 155-6AU01-0BN0 " + "S C-L3A412342018" + from_hex("00 04") + "V" +
                      from_hex("04 02 01") + std::string(10, '\0'));

TEST(Profinet, AConnectionTellsWhoConnectsToWhat) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(unit(0, 0, stub(4096, kConnect))));
  driver.datagram(kDown, as_bytes(unit(2, 0, stub(0, block(0x8101, std::string(28, '\0'))))));
  EXPECT_THAT(
      driver.lines(),
      ElementsAre(R"(log profinet {"profinet":{"function":"connect","access":"other","vendor_id":42,"device_id":769,)"
                  R"("ar_type":"controller","station_name":"plc-1","initiator_vendor_id":42,"status":0}})"));
  EXPECT_THAT(driver.fields().at("profinet.function"), ElementsAre("0"));
  EXPECT_THAT(driver.fields().at("profinet.station_name"), ElementsAre("plc-1"));
  EXPECT_THAT(driver.fields().at("profinet.ar_type"), ElementsAre("1"));
  EXPECT_THAT(driver.fields().at("profinet.vendor_id"), ElementsAre("42"));
  EXPECT_THAT(driver.fields().at("profinet.device_id"), ElementsAre("769"));
  EXPECT_THAT(driver.fields().at("dcerpc.iface_name"), ElementsAre("profinet_io_device"));
}

TEST(Profinet, ADeviceSaysWhatItIs) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(unit(0, 2, stub(4096, record(0x0009, 0xaff0)))));
  driver.datagram(kDown, as_bytes(unit(2, 2, stub(0, record(0x8009, 0xaff0, kIdentification)))));
  EXPECT_THAT(driver.fields().at("profinet.order_id"), ElementsAre("6ES7 155-6AU01-0BN0"));
  EXPECT_THAT(driver.fields().at("profinet.serial"), ElementsAre("S C-L3A412342018"));
  EXPECT_THAT(driver.fields().at("profinet.software"), ElementsAre("V4.2.1"));
  EXPECT_THAT(driver.fields().at("profinet.access"), ElementsAre("7"));  // diagnose
  EXPECT_THAT(driver.fields().at("profinet.address"), ElementsAre("45040"));
  EXPECT_THAT(driver.fields().at("profinet.unit"), ElementsAre("2"));
  EXPECT_THAT(driver.fields().at("profinet.count"), ElementsAre("64"));
}

TEST(Profinet, WritingAndCommandingHaveTheirWords) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(unit(0, 3, stub(4096, record(0x0008, 1, "parameters of the module")))));
  EXPECT_THAT(driver.fields().at("profinet.access"), ElementsAre("2"));
  SessionDriver other{protocol, true};
  other.datagram(kUp, as_bytes(unit(0, 4, stub(4096, block(0x0110, std::string(22, '\0') + from_hex("00 01 00 00"))))));
  EXPECT_THAT(other.fields().at("profinet.command"), ElementsAre("1"));
  other.datagram(kDown, as_bytes(unit(2, 4, stub(0x01020304, ""))));
  EXPECT_THAT(other.fields().at("profinet.status"), ElementsAre("16909060"));
}

TEST(Profinet, BlocksThatAreCutShortAreAnEvent) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(unit(0, 0, stub(4096, kConnect.substr(0, 30)))));
  EXPECT_EQ(driver.text(), "event to_server malformed_data\n");
}

TEST(Profinet, IsRecognisedByContentAlone) {
  const auto probe = protocol.detector.probe;
  for (unsigned interface = 1; interface <= 4; ++interface)
    EXPECT_EQ(probe(kUp, as_bytes(unit(0, 0, "", interface)), 4000), Probe::yes);
  EXPECT_EQ(probe(kUp, as_bytes(unit(0, 0, "", 5)), 34964), Probe::no);
  EXPECT_EQ(probe(kUp, as_bytes(unit(0, 0, "")).first(79), 34964), Probe::no);
  EXPECT_EQ(probe(kUp, as_bytes(std::string(100, '\x04')), 34964), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::profinet
