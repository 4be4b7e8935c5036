// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/arp/arp.hpp"

#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::arp {
namespace {

using test::from_hex;

const std::string kRequest = from_hex(R"(
  00 01 08 00 06 04 00 01              # Ethernet, IPv4, request
  02 00 00 00 00 01  0a 00 00 01       # sender: 02:00:00:00:00:01, 10.0.0.1
  00 00 00 00 00 00  0a 00 00 02       # sought: 10.0.0.2
)");

TEST(Arp, ARequestIsLoggedWithBothEnds) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(kRequest));
  EXPECT_EQ(driver.text(),
            R"(log arp {"arp":{"hw_type":"ethernet","proto_type":"ipv4","opcode":"request",)"
            R"("src_mac":"02:00:00:00:00:01","src_ip":"10.0.0.1","dest_mac":"00:00:00:00:00:00","dest_ip":"10.0.0.2"}})"
            "\n");
  EXPECT_EQ(driver.fields().at("arp.opcode").front(), "1");
  EXPECT_EQ(driver.fields().at("arp.dest_ip").front(), std::string("\x0a\0\0\2", 4));
}

TEST(Arp, PaddingBehindItIsNoPartOfIt) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(kRequest + std::string(18, '\0')));
  EXPECT_EQ(driver.lines().size(), 1u);
}

TEST(Arp, OtherSpacesAndShortFramesAreNotRead) {
  for (std::string frame :
       {kRequest.substr(0, 27), std::string("\0\x20", 2) + kRequest.substr(2), std::string(28, '\0')}) {
    test::SessionDriver driver{protocol, true};
    driver.datagram(Direction::to_server, as_bytes(frame));
    EXPECT_EQ(driver.last_status(), Status::malformed);
    EXPECT_EQ(driver.text(), "");
  }
}

}  // namespace
}  // namespace gatehouse::proto::arp
