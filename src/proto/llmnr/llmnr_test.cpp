// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/llmnr/llmnr.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::llmnr {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;

const std::string kQuery = from_hex("1234 0000 0001 0000 0000 0000  07 7072696e746572 00 0001 0001");
const std::string kAnswer =
    from_hex("1234 8000 0001 0001 0000 0000  07 7072696e746572 00 0001 0001  c00c 0001 0001 0000001e 0004 c0000209");

TEST(Llmnr, QueriesAndResponsesAreReadInTheirOwnFlows) {
  SessionDriver asked{protocol, true}, answered{protocol, true};
  asked.datagram(Direction::to_server, as_bytes(kQuery));
  answered.datagram(Direction::to_server, as_bytes(kAnswer));
  EXPECT_THAT(asked.fields().at("llmnr.queries.rrname"), ElementsAre("printer"));
  EXPECT_FALSE(asked.fields().contains("llmnr.answers.rrname"));
  EXPECT_THAT(answered.fields().at("llmnr.answers.rrname"), ElementsAre("printer"));
  EXPECT_THAT(answered.fields().at("llmnr.host"), ElementsAre("printer"));
  EXPECT_FALSE(asked.fields().contains("llmnr.host"));
  EXPECT_EQ(asked.text() + answered.text(),
            "log llmnr {\"llmnr\":{\"type\":\"request\",\"id\":4660,"
            "\"queries\":[{\"rrname\":\"printer\",\"rrtype\":\"A\"}]}}\n"
            "log llmnr {\"llmnr\":{\"type\":\"response\",\"id\":4660,"
            "\"queries\":[{\"rrname\":\"printer\",\"rrtype\":\"A\"}],"
            "\"answers\":[{\"rrname\":\"printer\",\"rrtype\":\"A\",\"rdata\":\"192.0.2.9\"}]}}\n");
}

TEST(Llmnr, IsFoundOnItsPort) {
  EXPECT_EQ(protocol.probe_for(true, Direction::to_server, as_bytes(kQuery), 5355), Probe::yes);
  EXPECT_EQ(protocol.probe_for(true, Direction::to_server, as_bytes(kQuery), 5353), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::llmnr
