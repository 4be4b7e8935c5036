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

// RFC 6763: a bridge answers for _hap._tcp.local: pointer "Hall. Bridge", and its SRV, TXT and address.
const std::string kBridge = from_hex(R"(
  0000 8400 0000 0001 0000 0003
  04 5f686170 04 5f746370 05 6c6f63616c 00 000c 0001 00001194 000f   # _hap._tcp.local PTR
    0c 48616c6c2e20427269646765 c00c                                # Hall. Bridge
  c027 0021 8001 00000078 0010 0000 0000 1f90 07 6272696467652d c016  # SRV, port 8080, bridge-.local
  c027 0010 8001 00000078 0030                                      # TXT
    07 6d643d42523031  0e 69643d30323a30303a35653a3031               # md=BR01, id=02:00:5e:01
    06 66763d312e32  0f 6d616e7566616374757265723d4163               # fv=1.2, manufacturer=Ac
    01 78                                                           # x
  c048 0001 8001 00000078 0004 c0000209)");  // bridge-.local A 192.0.2.9

TEST(Mdns, AThingSaysWhatItIs) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(kBridge));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("mdns.instance"), ElementsAre("Hall. Bridge"));
  EXPECT_THAT(fields.at("mdns.service"), ElementsAre("_hap._tcp.local"));
  EXPECT_THAT(fields.at("mdns.host"), ElementsAre("bridge-.local"));
  EXPECT_THAT(fields.at("mdns.model"), ElementsAre("BR01"));
  EXPECT_THAT(fields.at("mdns.serial"), ElementsAre("02:00:5e:01"));
  EXPECT_THAT(fields.at("mdns.software"), ElementsAre("1.2"));
  EXPECT_THAT(fields.at("mdns.vendor"), ElementsAre("Ac"));
  EXPECT_THAT(fields.at("mdns.txt"), ElementsAre("md=BR01", "id=02:00:5e:01", "fv=1.2", "manufacturer=Ac", "x"));
}

TEST(Mdns, AScreenSaysItsNameForPeople) {
  // Google Cast: "C-1._googlecast._tcp.local" TXT "id=ab", "md=Screen", "fn=Kitchen".
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(from_hex(R"(
    0000 8400 0000 0001 0000 0000
    03 432d31 0b 5f676f6f676c6563617374 04 5f746370 05 6c6f63616c 00 0010 8001 00001194 001b
      05 69643d6162  09 6d643d53637265656e  0a 666e3d4b69746368656e)")));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("mdns.service"), ElementsAre("_googlecast._tcp.local"));
  EXPECT_THAT(fields.at("mdns.instance"), ElementsAre("C-1"));
  EXPECT_THAT(fields.at("mdns.friendly_name"), ElementsAre("Kitchen"));
  EXPECT_THAT(fields.at("mdns.model"), ElementsAre("Screen"));
  EXPECT_THAT(fields.at("mdns.serial"), ElementsAre("ab"));
}

TEST(Mdns, WhoAsksSaysNothingOfItself) {
  // The same records as known answers of a query (RFC 6762, 7.1).
  std::string query = kBridge;
  query[2] = 0;
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(query));
  for (const char* name : {"mdns.instance", "mdns.service", "mdns.host", "mdns.model", "mdns.txt"})
    EXPECT_FALSE(driver.fields().contains(name)) << name;
}

TEST(Mdns, TheListOfServicesNamesTheirKinds) {
  // _services._dns-sd._udp.local PTR _matter._tcp.local, and PTR _x._sub._http._tcp.local with an instance.
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(from_hex(R"(
    0000 8400 0000 0002 0000 0000
    09 5f7365727669636573 07 5f646e732d7364 04 5f756470 05 6c6f63616c 00 000c 0001 00001194 000f
      07 5f6d6174746572 04 5f746370 c023
    02 5f78 04 5f737562 05 5f68747470 c03c 000c 0001 00001194 0005  02 6162 c04b)")));
  EXPECT_THAT(driver.fields().at("mdns.service"), ElementsAre("_matter._tcp.local", "_http._tcp.local"));
  EXPECT_THAT(driver.fields().at("mdns.instance"), ElementsAre("ab"));
}

TEST(Mdns, IsFoundOnAnyPort) {
  const auto probed = [](const std::string& bytes, std::uint16_t port) {
    return protocol.probe_for(true, Direction::to_server, as_bytes(bytes), port);
  };
  for (const std::string& bytes : {kQuery, kAnswer, kBridge}) {
    EXPECT_EQ(probed(bytes, 5353), Probe::yes);
    EXPECT_EQ(probed(bytes, 4000), Probe::yes);
    EXPECT_EQ(probed(bytes, 53), Probe::no) << "names that end in local are asked for there too";
  }
  std::string numbered = kQuery, recursive = kQuery, elsewhere = kQuery;
  numbered[1] = 1, recursive[2] = 1, elsewhere[24] = 'x';
  for (const std::string& bytes : {numbered, recursive, elsewhere, kQuery + "x", std::string(40, '\0')})
    EXPECT_EQ(probed(bytes, 4000), Probe::no);
  EXPECT_EQ(probed("hello, world", 5353), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::mdns
