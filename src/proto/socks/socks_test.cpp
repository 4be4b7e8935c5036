// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/socks/socks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::socks {
namespace {

using test::from_hex;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

constexpr auto up = Direction::to_server, down = Direction::to_client;

test::Turn client(std::string bytes) {
  return {up, std::move(bytes)};
}
test::Turn server(std::string bytes) {
  return {down, std::move(bytes)};
}

const std::string kGreeting = from_hex("05 02 00 02");
const std::string kToDomain = from_hex("05 01 00 03 0d") + "thing.example" + from_hex("01 bb");
const std::string kGranted = from_hex("05 00 00 01 c0000201 0438");

struct Played : test::SessionDriver {
  explicit Played(const std::vector<test::Turn>& turns) : SessionDriver(protocol) {
    for (const test::Turn& turn : turns) feed(turn.direction, turn.bytes);
    finish();
  }
  std::vector<std::string> field(const std::string& name) const {
    const auto found = fields().find(name);
    return found == fields().end() ? std::vector<std::string>{} : found->second;
  }
};

TEST(Socks, Version5WithALogin) {
  const std::vector<test::Turn> turns{client(kGreeting),
                                      server(from_hex("05 02")),
                                      client(from_hex("01 05") + "alice" + from_hex("06") + "secret"),
                                      server(from_hex("01 00")),
                                      client(kToDomain),
                                      server(kGranted)};
  EXPECT_EQ(
      test::expect_same_in_any_chunks(protocol, turns),
      "log socks {\"socks\":{\"version\":5,\"method\":\"username_password\",\"user\":\"alice\",\"command\":\"connect\","
      "\"domain\":\"thing.example\",\"port\":443,\"reply\":\"succeeded\"}}\nchange any\n");
  const Played played{turns};
  EXPECT_THAT(played.field("socks.version"), ElementsAre("5"));
  EXPECT_THAT(played.field("socks.command"), ElementsAre("1"));
  EXPECT_THAT(played.field("socks.domain"), ElementsAre("thing.example"));
  EXPECT_THAT(played.field("socks.port"), ElementsAre("443"));
  EXPECT_THAT(played.field("socks.user"), ElementsAre("alice"));
  EXPECT_THAT(played.field("socks.password"), ElementsAre("secret"));
  EXPECT_THAT(played.field("socks.method"), ElementsAre("2"));
  EXPECT_THAT(played.field("socks.reply"), ElementsAre("0"));
}

TEST(Socks, Version4AndItsDomains) {
  const std::vector<test::Turn> plain{client(from_hex("04 01 0050 c0000207") + "bob" + '\0'),
                                      server(from_hex("00 5a 0000 00000000"))};
  EXPECT_EQ(test::expect_same_in_any_chunks(protocol, plain),
            "log socks {\"socks\":{\"version\":4,\"user\":\"bob\",\"command\":\"connect\",\"address\":\"192.0.2.7\","
            "\"port\":80,\"reply\":\"granted\"}}\nchange any\n");
  EXPECT_THAT(Played{plain}.field("socks.address"), ElementsAre("192.0.2.7"));
  const std::vector<test::Turn> named{client(from_hex("04 01 0050 00000001 00") + "thing.example" + '\0'),
                                      server(from_hex("00 5b 0000 00000000"))};
  EXPECT_THAT(test::expect_same_in_any_chunks(protocol, named),
              testing::AllOf(HasSubstr("event to_client refused"), HasSubstr(R"("domain":"thing.example")"),
                             HasSubstr(R"("reply":"rejected")")));
}

TEST(Socks, AnAddressOfIpv6) {
  const Played played{{client(from_hex("05 01 00")), server(from_hex("05 00")),
                       client(from_hex("05 01 00 04 20010db8000000000000000000000001 1f90")), server(kGranted)}};
  EXPECT_THAT(played.field("socks.address"), ElementsAre("2001:db8::1"));
}

TEST(Socks, BindIsAnsweredTwice) {
  const std::string bind = from_hex("05 02 00 01 c0000207 0015");
  const std::vector<test::Turn> turns{client(from_hex("05 01 00")), server(from_hex("05 00")), client(bind),
                                      server(kGranted)};
  EXPECT_THAT(Played{turns}.text(), testing::Not(HasSubstr("change")));
  std::vector<test::Turn> both = turns;
  both.push_back(server(kGranted));
  EXPECT_THAT(test::expect_same_in_any_chunks(protocol, both), EndsWith("change any\n"));
}

TEST(Socks, UdpAssociateIsNoTunnel) {
  const Played played{{client(from_hex("05 01 00")), server(from_hex("05 00")),
                       client(from_hex("05 03 00 01 00000000 0000")), server(kGranted)}};
  EXPECT_THAT(played.text(), HasSubstr(R"("command":"udp_associate")"));
  EXPECT_EQ(played.last_status(), Status::finished);
}

TEST(Socks, AClientMaySendOnBeforeItIsAnswered) {
  test::SessionDriver driver{protocol};
  driver.feed(up, kGreeting + kToDomain + "GET /");
  EXPECT_EQ(driver.last_status(), Status::need_more);
  driver.feed(down, from_hex("05 00"));
  driver.feed(up, "x");
  driver.feed(down, kGranted);
  EXPECT_THAT(driver.text(), EndsWith("change any\n"));
  EXPECT_EQ(driver.pending(up), 6u);  // what the tunnelled protocol's parser gets
}

TEST(Socks, FaultsAreNamed) {
  EXPECT_THAT(test::expect_same_in_any_chunks(protocol, {client(kGreeting), server(from_hex("05 ff"))}),
              HasSubstr("event to_client no_acceptable_method"));
  EXPECT_THAT(
      test::expect_same_in_any_chunks(protocol, {client(kGreeting), server(from_hex("05 02")),
                                                 client(from_hex("01 01 61 01 62")), server(from_hex("01 01"))}),
      HasSubstr("event to_client login_failed"));
  EXPECT_THAT(test::expect_same_in_any_chunks(protocol,
                                              {client(kGreeting), server(from_hex("05 00")), client("GET / HTTP/1.1")}),
              HasSubstr("event to_server malformed_data"));
  EXPECT_THAT(test::expect_same_in_any_chunks(protocol, {client(kGreeting), server("HTTP/1.1 200 OK")}),
              HasSubstr("event to_client malformed_data"));
  test::expect_prefixes_need_more(protocol, up, kGreeting);
  test::expect_prefixes_need_more(protocol, up, from_hex("04 01 0050 c0000207 6162 00"));
}

TEST(Socks, IsKnownByItsWholeFirstMessage) {
  const auto asked = [](const std::string& bytes) { return probe(up, as_bytes(bytes), 0); };
  EXPECT_EQ(asked(from_hex("05 01 00")), Probe::yes);
  EXPECT_EQ(asked(kGreeting), Probe::yes);
  EXPECT_EQ(asked(kGreeting.substr(0, 3)), Probe::need_more);
  EXPECT_EQ(asked(kGreeting + kToDomain), Probe::yes);
  EXPECT_EQ(asked(from_hex("05 02 00 00")), Probe::no);  // the same method twice
  EXPECT_EQ(asked(from_hex("05 01 00") + "something else"), Probe::no);
  EXPECT_EQ(asked(from_hex("05 00 0b 03 10 00 00 00")), Probe::no);  // DCE/RPC's bind
  EXPECT_EQ(asked(from_hex("04 01 0050 c0000207 00")), Probe::yes);
  EXPECT_EQ(asked(from_hex("04 01 0050 c0000207 00 00")), Probe::no);  // more than a request
  EXPECT_EQ(asked(from_hex("04 01 0000 c0000207 00")), Probe::no);     // port 0
  EXPECT_EQ(asked(from_hex("04 01 0050 e0000001 00")), Probe::no);     // multicast
  EXPECT_EQ(asked(from_hex("04 01 0050 00000001 00") + "no domain!" + '\0'), Probe::no);
  EXPECT_EQ(probe(down, as_bytes(from_hex("05 00")), 0), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::socks
