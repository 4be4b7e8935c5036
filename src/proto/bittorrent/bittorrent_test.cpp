// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/bittorrent/bittorrent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::bittorrent {
namespace {

using namespace std::string_literals;
using test::from_hex;
using test::SessionDriver;
using test::Turn;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto C = Direction::to_server;
constexpr auto S = Direction::to_client;

const std::string kId = "abcdefghij0123456789";
const std::string kHash = "mnopqrstuvwxyz123456";

// BEP 5 has these examples.
const std::string kPing = "d1:ad2:id20:" + kId + "e1:q4:ping1:t2:aa1:y1:qe";
const std::string kAnnounce = "d1:ad2:id20:" + kId + "12:implied_porti1e9:info_hash20:" + kHash +
                              "4:porti6881e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:v4:LT011:y1:qe";
const std::string kFound = "d1:rd2:id20:" + kId + "5:nodes26:" + kHash + "\x0a\x4d\x01\x09\x1a\xe1" +
                           "5:token8:aoeusnth6:valuesl6:\x0a\x4d\x01\x14\x1a\xe1"
                           "ee1:t2:aa1:y1:re";
const std::string kError = "d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee";

std::string dht(const std::string& datagram) {
  SessionDriver driver{dht_protocol, true};
  driver.datagram(C, as_bytes(datagram));
  return driver.text();
}

TEST(BittorrentDht, MessagesAreRecords) {
  EXPECT_EQ(dht(kPing), R"(log bittorrent_dht {"bittorrent_dht":{"transaction_id":"6161","request_type":"ping",)"
                        R"("request":{"id":"6162636465666768696a30313233343536373839"}}})"
                        "\n");
  EXPECT_EQ(dht(kAnnounce),
            R"(log bittorrent_dht {"bittorrent_dht":{"transaction_id":"6161","client_version":"4c543031",)"
            R"("request_type":"announce_peer","request":{"id":"6162636465666768696a30313233343536373839",)"
            R"("info_hash":"6d6e6f707172737475767778797a313233343536","token":"616f6575736e7468",)"
            R"("implied_port":1,"port":6881}}})"
            "\n");
  EXPECT_EQ(dht(kFound), R"(log bittorrent_dht {"bittorrent_dht":{"transaction_id":"6161","response":{)"
                         R"("id":"6162636465666768696a30313233343536373839",)"
                         R"("nodes":[{"id":"6d6e6f707172737475767778797a313233343536","ip":"10.77.1.9","port":6881}],)"
                         R"("values":[{"ip":"10.77.1.20","port":6881}],"token":"616f6575736e7468"}}})"
                         "\n");
  EXPECT_EQ(dht(kError), R"(log bittorrent_dht {"bittorrent_dht":{"transaction_id":"6161",)"
                         R"("error":{"num":201,"msg":"A Generic Error Ocurred"}}})"
                         "\n");
}

TEST(BittorrentDht, FieldsHaveTheirValues) {
  SessionDriver driver{dht_protocol, true};
  driver.datagram(C, as_bytes(kAnnounce));
  driver.datagram(S, as_bytes(kError));
  EXPECT_THAT(driver.fields().at("bittorrent_dht.query"), ElementsAre("announce_peer"));
  EXPECT_THAT(driver.fields().at("bittorrent_dht.info_hash"), ElementsAre(kHash));
  EXPECT_THAT(driver.fields().at("bittorrent_dht.client"), ElementsAre("LT01"));
  EXPECT_THAT(driver.fields().at("bittorrent_dht.error"), ElementsAre("201"));
}

TEST(BittorrentDht, WhatIsNoMessageIsToldOrPassed) {
  EXPECT_EQ(dht("d1:y1:qe"), "event to_server malformed_packet\n");
  EXPECT_EQ(dht(kPing.substr(0, kPing.size() - 1)), "event to_server malformed_packet\n");
  EXPECT_EQ(dht("\x01\x02 data of uTP"), "");
  EXPECT_EQ(dht(""), "");
}

TEST(BittorrentDht, IsRecognisedByAWholeMessage) {
  const auto looks = [](std::string_view datagram) {
    return dht_protocol.detector.probe(C, as_bytes(datagram), 12345);
  };
  for (const std::string& message : {kPing, kAnnounce, kFound, kError}) EXPECT_EQ(looks(message), Probe::yes);
  EXPECT_EQ(looks("d2:ip6:......" + kPing.substr(1)), Probe::yes);
  EXPECT_EQ(looks(kPing.substr(0, 40)), Probe::no);
  EXPECT_EQ(looks("d1:ad2:id3:abce1:q4:ping1:t2:aa1:y1:qe"), Probe::no);
  EXPECT_EQ(looks("d8:announce3:urle"), Probe::no) << "a file of the kind, no message";
  EXPECT_EQ(looks("dear reader"), Probe::no);
  EXPECT_EQ(looks("d" + std::string(2000, 'l')), Probe::no);
}

// ---- peers

const std::string kHandshakeOf =
    "\x13"
    "BitTorrent protocol\0\0\0\0\0\x10\0\5"s +
    kHash + "-TR3000-abcdefghijkl";
// BEP 29: SYN, no extension, connection, timestamp, no difference, window, sequence 1, acknowledges nothing.
const std::string kSyn = from_hex("41 00 12 34  01 02 03 04  00 00 00 00  00 10 00 00  00 01 00 00");
const std::string kData = from_hex("01 00 12 35  01 02 03 05  00 00 00 09  00 10 00 00  00 02 00 01");
const std::string kSearchOf =
    "BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\n"
    "Infohash: 0123456789ABCDEF0123456789abcdef01234567\r\n\r\n\r\n";
const std::string kConnect = from_hex("00 00 04 17 27 10 19 80  00 00 00 00  de ad be ef");

const std::string kMet = R"("info_hash":"6d6e6f707172737475767778797a313233343536",)"
                         R"("peer_id":"2d5452333030302d6162636465666768696a6b6c","client":"TR3000"}})"
                         "\n";

TEST(Bittorrent, AHandshakeIsARecord) {
  EXPECT_EQ(test::expect_same_in_any_chunks(protocol, {{C, kHandshakeOf + "more"}, {S, kHandshakeOf}}),
            R"(log bittorrent {"bittorrent":{"kind":"peer",)" + kMet +
                R"(log bittorrent {"bittorrent":{"kind":"peer",)" + kMet);
  test::expect_prefixes_need_more(protocol, C, kHandshakeOf);
}

TEST(Bittorrent, FieldsHaveTheirValues) {
  SessionDriver driver{protocol};
  driver.feed(C, kHandshakeOf);
  EXPECT_THAT(driver.fields().at("bittorrent.kind"), ElementsAre("1"));
  EXPECT_THAT(driver.fields().at("bittorrent.info_hash"), ElementsAre(kHash));
  EXPECT_THAT(driver.fields().at("bittorrent.client"), ElementsAre("TR3000"));
  driver.feed(S, std::string(80, 'x'));
  EXPECT_EQ(driver.lines().back(), "event to_client malformed_handshake");
}

TEST(Bittorrent, DatagramsAreReadByTheirKind) {
  SessionDriver utp{protocol, true};
  utp.datagram(C, as_bytes(kSyn));
  utp.datagram(C, as_bytes(kData + kHandshakeOf));
  EXPECT_EQ(utp.text(), R"(log bittorrent {"bittorrent":{"kind":"utp",)" + kMet);
  SessionDriver search{protocol, true};
  search.datagram(C, as_bytes(kSearchOf));
  EXPECT_THAT(search.text(), HasSubstr(R"("info_hash":"0123456789ABCDEF0123456789abcdef01234567")"));
  SessionDriver tracker{protocol, true};
  tracker.datagram(C, as_bytes(kConnect));
  EXPECT_EQ(tracker.last_status(), Status::finished);
  EXPECT_THAT(tracker.text(), HasSubstr("tracker"));
  SessionDriver quiet{protocol, true};
  for (int i = 0; i < 16; ++i) quiet.datagram(C, as_bytes(kData));
  EXPECT_EQ(quiet.last_status(), Status::finished);
}

TEST(Bittorrent, IsRecognisedByWhatIsGiven) {
  const auto stream = [](std::string_view text) { return protocol.detector.probe(C, as_bytes(text), 12345); };
  EXPECT_EQ(stream(kHandshakeOf), Probe::yes);
  EXPECT_EQ(stream("\x13"
                   "Bit"),
            Probe::need_more);
  EXPECT_EQ(stream("\x13"
                   "Bob"),
            Probe::no);
  const auto datagram = [](std::string_view d) { return protocol.detector.probe_datagram(C, as_bytes(d), 12345); };
  EXPECT_EQ(datagram(kSyn), Probe::yes);
  EXPECT_EQ(datagram(kData + kHandshakeOf), Probe::yes);
  EXPECT_EQ(datagram(kSearchOf), Probe::yes);
  EXPECT_EQ(datagram(kConnect), Probe::yes);
  EXPECT_EQ(datagram(kData), Probe::no) << "uTP's later packets say nothing";
  EXPECT_EQ(datagram(kSyn + "x"), Probe::no);
  std::string late = kSyn;
  late[11] = 1;  // a delay is known
  EXPECT_EQ(datagram(late), Probe::no);
  EXPECT_EQ(datagram(std::string(20, 'A')), Probe::no);
  EXPECT_EQ(datagram("M-SEARCH * HTTP/1.1\r\n"), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::bittorrent
