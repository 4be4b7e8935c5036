// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/slp/slp.hpp"

#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::slp {
namespace {

using test::from_hex;

// RFC 2608, 8.1: a service request for printers in the default scope, as a workstation sends it.
const std::string kRequest = from_hex(R"(
  02 01 00 00 36  20 00  00 00 00  12 34  00 02 65 6e   # version 2, request, 54 bytes, multicast, XID, "en"
  00 00                                                 # no previous responders
  00 0f 73 65 72 76 69 63 65 3a 70 72 69 6e 74 65 72    # "service:printer"
  00 07 64 65 66 61 75 6c 74                            # "default"
  00 04 28 78 3d 79  00 00                              # a predicate, no SPI
)");
const std::string kReply = from_hex(R"(
  02 02 00 00 2c  00 00  00 00 00  12 34  00 02 65 6e
  00 00 00 01                                           # no error, one URL
  00 ff ff 00 11 6c 70 72 3a 2f 2f 31 30 2e 37 37 2e 31 2e 39 2f 71 00   # lifetime, "lpr://10.77.1.9/q", no authentication
)");

std::string sized(std::string message) {
  message[2] = 0, message[3] = static_cast<char>(message.size() >> 8), message[4] = static_cast<char>(message.size());
  return message;
}

TEST(Slp, ARequestTellsWhatIsSought) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(sized(kRequest)));
  EXPECT_EQ(driver.fields().at("slp.service_type").front(), "service:printer");
  EXPECT_EQ(driver.fields().at("slp.scopes").front(), "default");
  EXPECT_EQ(driver.fields().at("slp.function").front(), "1");
}

TEST(Slp, AReplyTellsWhereItIs) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_client, as_bytes(sized(kReply)));
  EXPECT_EQ(driver.fields().at("slp.url").front(), "lpr://10.77.1.9/q");
}

TEST(Slp, ADatagramShorterThanItSaysIsAnEvent) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(std::string_view(sized(kRequest)).substr(0, 25)));
  EXPECT_EQ(driver.text(), "event to_server malformed_message\n");
}

TEST(Slp, AStreamGivesTheSameInAnyChunks) {
  const std::vector<test::Turn> talk{{Direction::to_server, sized(kRequest) + sized(kRequest)},
                                     {Direction::to_client, sized(kReply)}};
  test::expect_same_in_any_chunks(protocol, talk);
  test::expect_prefixes_need_more(protocol, Direction::to_server, sized(kRequest));
}

TEST(Slp, IsRecognisedByContentAlone) {
  const auto probe = protocol.detector.probe_datagram;
  EXPECT_EQ(probe(Direction::to_server, as_bytes(sized(kRequest)), 4000), Probe::yes);
  for (std::string other :
       {std::string("\x02\x01\x00\x00", 4), std::string("\x02garbage that is long enough"), std::string(40, '\x02')})
    EXPECT_EQ(probe(Direction::to_server, as_bytes(other), 427), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::slp
