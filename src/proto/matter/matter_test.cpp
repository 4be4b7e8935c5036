// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/matter/matter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::matter {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;
constexpr auto kUp = Direction::to_server, kDown = Direction::to_client;

// 4.4: flags with a source node; session 0; no security flags; counter; node. Then initiator and reliability, opcode,
// exchange, protocol.
const std::string kSigma1 = from_hex(R"(
  04 00 00 00 01 02 00 00  08 07 06 05 04 03 02 01
  05 30 34 12 00 00
  15 30 01 02 aa bb 25 02 01 00 18
)");
// The answer acknowledges, and says whom it is for.
const std::string kSigma2 = from_hex(R"(
  01 00 00 00 10 00 00 00  08 07 06 05 04 03 02 01
  06 31 34 12 00 00  01 02 00 00
  15 30 01 02 cc dd 18
)");
const std::string kAcknowledgement = from_hex(R"(
  04 00 00 00 02 02 00 00  08 07 06 05 04 03 02 01
  03 10 34 12 00 00  10 00 00 00
)");
std::string report(std::string_view code) {
  return from_hex(
             "01 00 00 00 11 00 00 00  08 07 06 05 04 03 02 01  06 40 34 12 00 00  03 02 00 00  00 00 00 00 00 00") +
         from_hex(code);
}
const std::string kSecured = from_hex("00 39 05 00 77 00 00 00") + std::string(40, '\xe7');

TEST(Matter, AnExchangeOfKeys) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(kSigma1));
  driver.datagram(kDown, as_bytes(kSigma2));
  driver.datagram(kUp, as_bytes(kAcknowledgement));
  driver.datagram(kDown, as_bytes(report("00 00")));
  driver.datagram(kUp, as_bytes(kSecured));
  const std::map<std::string, std::vector<std::string>> expected{
      {"matter.protocol", {"0"}},
      {"matter.opcode", {"48", "49", "16", "64"}},
      {"matter.exchange", {"4660"}},
      {"matter.counter", {"513", "16", "514", "17"}},
      {"matter.source_node", {"72623859790382856"}},
      {"matter.destination_node", {"72623859790382856"}},
      {"matter.status", {"0"}},
  };
  EXPECT_EQ(driver.fields(), expected);
  EXPECT_THAT(
      driver.lines(),
      ElementsAre(
          R"(log matter {"matter":{"protocol":"secure_channel","opcode":"case_sigma1","initiator":true,"exchange":4660,)"
          R"("counter":513,"source_node":72623859790382856}})",
          R"(log matter {"matter":{"protocol":"secure_channel","opcode":"case_sigma2","initiator":false,"exchange":4660,)"
          R"("counter":16,"destination_node":72623859790382856}})",
          R"(log matter {"matter":{"protocol":"secure_channel","opcode":"status_report","initiator":false,)"
          R"("exchange":4660,"counter":17,"destination_node":72623859790382856,"status":"session_established"}})"));
}

TEST(Matter, AFailureIsAnEvent) {
  SessionDriver driver{protocol, true};
  driver.datagram(kDown, as_bytes(report("01 00")));
  EXPECT_EQ(driver.lines().front(), "event to_client handshake_failed");
  EXPECT_THAT(driver.lines().back(), HasSubstr(R"("status":"no_shared_trust_roots")"));
  SessionDriver closing{protocol, true};
  closing.datagram(kDown, as_bytes(report("03 00")));
  EXPECT_EQ(closing.lines().size(), 1u);
}

TEST(Matter, MakersHaveProtocolsOfTheirOwn) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(from_hex("04 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00  11 07 01 00 05 00 f1 ff")));
  EXPECT_EQ(driver.fields().at("matter.vendor").front(), "65521");
  EXPECT_EQ(driver.fields().count("matter.opcode"), 0u);
  EXPECT_THAT(driver.text(), HasSubstr(R"("protocol":5,"vendor":65521,"opcode":7)"));
}

TEST(Matter, WhatIsNoneIsAnEvent) {
  for (const std::string_view hex : {"04 00 00 00 01 02 00 00 08",                       // cut off
                                     "14 39 05 00 77 00 00 00 08 07 06 05 04 03 02 01",  // version 1
                                     "00 39 05 04 77 00 00 00",                          // a reserved bit
                                     "00 39 05 02 77 00 00 00",                          // a reserved session
                                     "00 00 00 00 01 02 00 00 25 30 34 12 00 00"}) {     // in the inner header
    SessionDriver driver{protocol, true};
    driver.datagram(kUp, as_bytes(from_hex(hex)));
    EXPECT_EQ(driver.text(), "event to_server malformed_message\n") << hex;
  }
  SessionDriver hidden{protocol, true};
  hidden.datagram(kUp, as_bytes(from_hex("07 39 05 80 77 00 00 00 aa")));
  EXPECT_EQ(hidden.text(), "");
}

TEST(Matter, ExtensionsAndGroupsAreSteppedOver) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(from_hex("00 00 00 20 01 00 00 00  02 00 aa bb  09 20 34 12 00 00  01 00 cc  15 18")));
  driver.datagram(kUp, as_bytes(from_hex("06 39 05 01 77 00 00 00 01 00 00 00 00 00 00 00 07 00 55 55")));
  EXPECT_THAT(driver.lines(), ElementsAre(HasSubstr("pbkdf_parameter_request")));
}

TEST(Matter, AFlowThatHasItsKeysIsLeftAloneInTime) {
  SessionDriver driver{protocol, true};
  for (int i = 0; i < 255; ++i) driver.datagram(kUp, as_bytes(kSecured));
  EXPECT_EQ(driver.last_status(), Status::ok);
  driver.datagram(kUp, as_bytes(kSecured));
  EXPECT_EQ(driver.last_status(), Status::finished);
}

TEST(Matter, IsRecognisedByContentAlone) {
  const auto probed = [](const std::string& bytes) { return protocol.probe_for(true, kUp, as_bytes(bytes), 40000); };
  for (const std::string& message : {kSigma1, kSigma2, kAcknowledgement, report("00 00")})
    EXPECT_EQ(probed(message), Probe::yes);
  std::string unaddressed = kSigma1, private_ = kSigma1, unended = kSigma1, interaction = kSigma1, other_end = kSigma1;
  unaddressed[0] = 0;
  private_[3] = '\x80';
  unended.back() = 0;
  interaction[20] = 1;
  other_end[16] = 4;  // from the responder, but with a source
  for (const std::string& other :
       {unaddressed, private_, unended, interaction, other_end, kSecured, kAcknowledgement + "x", std::string(40, '\4'),
        std::string("\4"), std::string(40, '\1')})
    EXPECT_EQ(probed(other), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::matter
