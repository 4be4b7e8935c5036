// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mdns/mdns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::mdns {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;

// PTR _http._tcp.local, asked for with the unicast bit.
const std::string kQuery =
    from_hex("0000 0000 0001 0000 0000 0000  05 5f68747470 04 5f746370 05 6c6f63616c 00 000c 8001");
// The answer: the pointer, and with it TXT "a=1" "b" with the cache-flush bit, and an empty OPT.
const std::string kAnswer = from_hex(
    "0000 8400 0000 0001 0000 0002  05 5f68747470 04 5f746370 05 6c6f63616c 00 000c 0001 00000078 0006 03 6c6564 c00c"
    "c028 0010 8001 00000078 0006 03 613d31 01 62  00 0029 05a0 00000000 0000");

TEST(Mdns, WritesQueriesAndResponses) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(kQuery));
  driver.datagram(Direction::to_server, as_bytes(kAnswer));
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log mdns {"mdns":{"type":"request","id":0,"opcode":0,"rcode":0,)"
                          R"("queries":[{"rrname":"_http._tcp.local","rrtype":"ptr"}]}})",
                          R"(log mdns {"mdns":{"type":"response","id":0,"flags":["aa"],"opcode":0,"rcode":0,)"
                          R"("answers":[{"rrname":"_http._tcp.local","ptr":"led._http._tcp.local"}],)"
                          R"("additionals":[{"rrname":"led._http._tcp.local","txt":["a=1","b"]}]}})"));
}

TEST(Mdns, Fields) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(kQuery));
  EXPECT_THAT(driver.fields().at("mdns.queries.rrname"), ElementsAre("_http._tcp.local"));
  EXPECT_FALSE(driver.fields().contains("mdns.response.rrname"));
  driver.datagram(Direction::to_server, as_bytes(kAnswer));
  EXPECT_THAT(driver.fields().at("mdns.answers.rrname"), ElementsAre("_http._tcp.local"));
  EXPECT_THAT(driver.fields().at("mdns.additionals.rrname"), ElementsAre("led._http._tcp.local"));
  EXPECT_THAT(driver.fields().at("mdns.response.rrname"), ElementsAre("_http._tcp.local", "led._http._tcp.local"));
}

TEST(Mdns, HasItsEvents) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(kQuery.substr(0, 20)));
  EXPECT_THAT(driver.lines(), ElementsAre("event to_server malformed_data"));
}

TEST(Mdns, IsFoundOnItsPort) {
  EXPECT_EQ(protocol.probe_for(true, Direction::to_server, as_bytes(kQuery), 5353), Probe::yes);
  EXPECT_EQ(protocol.probe_for(true, Direction::to_server, as_bytes(kQuery), 53), Probe::no);
  EXPECT_EQ(protocol.probe_for(true, Direction::to_server, as_bytes(std::string_view("hello, world")), 5353),
            Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::mdns
