// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/miio/miio.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::miio {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;
constexpr auto kUp = Direction::to_server, kDown = Direction::to_client;

const std::string kHello = from_hex("21 31 00 20") + std::string(28, '\xff');
const std::string kAnswer = from_hex("21 31 00 20  00 00 00 00  04 b7 f6 a2  00 00 1a 2b");  // device 79165090
const std::string kReply = kAnswer + std::string(16, '\xff');
const std::string kCommand =
    from_hex("21 31 00 40  00 00 00 00  04 b7 f6 a2  00 00 1a 2c") + std::string(16, '\x31') + std::string(32, '\x62');

TEST(Miio, HelloAndWhatFollows) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(kHello));
  driver.datagram(kDown, as_bytes(kReply));
  driver.datagram(kUp, as_bytes(kCommand));
  const std::map<std::string, std::vector<std::string>> expected{
      {"miio.kind", {"1", "2", "3"}},   {"miio.device_id", {"79165090"}}, {"miio.serial", {"79165090"}},
      {"miio.stamp", {"6699", "6700"}}, {"miio.length", {"0", "32"}},
  };
  EXPECT_EQ(driver.fields(), expected);
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log miio {"miio":{"kind":"hello","length":0}})",
                          R"(log miio {"miio":{"kind":"hello_reply","device_id":"79165090","stamp":6699,"length":0}})",
                          R"(log miio {"miio":{"kind":"message","device_id":"79165090","stamp":6700,"length":32}})"));
}

TEST(Miio, ADeviceThatIsNotSetUpTellsItsKey) {
  SessionDriver driver{protocol, true};
  driver.datagram(kDown, as_bytes(kAnswer + "0123456789abcdef"));
  EXPECT_EQ(driver.lines().front(), "event to_client token_disclosed");
  SessionDriver silent{protocol, true};
  silent.datagram(kDown, as_bytes(kAnswer + std::string(16, '\0')));
  EXPECT_EQ(silent.lines().size(), 1u);
}

TEST(Miio, WhatIsNoneIsAnEvent) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(kCommand).first(60));
  EXPECT_EQ(driver.text(), "event to_server malformed_message\n");
}

TEST(Miio, IsRecognisedByContentAlone) {
  const auto probed = [](const std::string& bytes) { return protocol.probe_for(true, kUp, as_bytes(bytes), 40000); };
  for (const std::string& message : {kHello, kReply, kCommand}) EXPECT_EQ(probed(message), Probe::yes);
  std::string uneven = kCommand + "x";
  uneven[3] = 0x41;
  std::string word = kCommand;
  word[4] = 1;
  for (const std::string& other : {kHello.substr(0, 31), kCommand + "x", uneven, word, std::string("!1 hello"),
                                   from_hex("21 31 00 20") + std::string(28, 'x'), std::string("!")})
    EXPECT_EQ(probed(other), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::miio
