// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/recognised/recognised.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::recognised {
namespace {

using test::from_hex;

const ProtocolSpec* find(std::string_view name) {
  for (const auto table : {plant(), network()})
    for (const ProtocolSpec& row : table)
      if (row.name == name) return &row;
  return nullptr;
}

struct Message {
  const char* protocol;
  bool datagram;
  Direction direction;
  std::string bytes;
};

constexpr auto kAsk = Direction::to_server, kTell = Direction::to_client;

// One message of each, as its document describes it.
std::vector<Message> messages() {
  return {
      {"hislip", false, kAsk, from_hex("48 53 00 00 01 00 58 58  00 00 00 00 00 00 00 07") + "hislip0"},
      {"ads", false, kAsk,
       from_hex("00 00 20 00 00 00  05 01 02 03 01 01 21 03  05 01 02 04 01 01 01 80  04 00 04 00  00 00 00 00  00 00 "
                "00 00  "
                "07 00 00 00")},
      {"atg", false, kAsk, "\x01I20100\r\n"},
      {"c37118", false, kAsk, from_hex("aa 41 00 12 00 f1 00 00 00 00 00 00 00 00 00 05 d7 d0")},
      {"c37118", true, kAsk, from_hex("aa 41 00 12 00 f1 00 00 00 00 00 00 00 00 00 05 d7 d0")},
      {"ptp", true, kAsk,
       from_hex("00 02 00 2c 00 00 02 00") + std::string(12, '\0') +
           from_hex("02 00 00 ff fe 00 00 01 00 01 00 07 00 00") + std::string(10, '\0')},
      {"esio", true, kAsk, "ESIO" + from_hex("00 01 00 00 00 07") + std::string(20, '\0')},
      {"ether-s-bus", true, kAsk, from_hex("00 00 00 0d 01 00 00 01 00 0a 20 53 18")},
      {"cnp-ip", true, kAsk, from_hex("00 18 01 01 00 00 00 00 11 22 33 44 00 00 00 01 00 00 00 00 01 09 01 aa")},
      {"someip", true, kAsk, from_hex("12 34 00 08 00 00 00 0a 00 01 00 02 01 01 00 00 ab cd")},
      {"someip", false, kAsk, from_hex("12 34 00 08 00 00 00 0a 00 01 00 02 01 01 00 00 ab cd")},
      {"munin", false, kTell, "# munin node at sensor.plant\n"},
      {"zabbix", false, kAsk, std::string("ZBXD\x01\x02\0\0\0\0\0\0\0", 13) + "{}"},
      {"elasticsearch", false, kAsk, from_hex("45 53 00 00 00 20 00 00 00 00 00 00 00 07 00 00 7a 12 63")},
      {"bitcoin", false, kAsk, from_hex("f9 be b4 d9") + std::string("version\0\0\0\0\0", 12) + std::string(8, '\0')},
      {"whatsapp", false, kAsk, from_hex("57 41 06 02 00 00 24 12")},
      {"weave", false, kAsk,
       from_hex("32 00 10 13 09 03 00 00  01 02 00 00 00 30 b4 18  04 00 00 00 02 30 b4 18  11 0c 89 06 04 00 00 00")},
      {"wsd", true, kAsk,
       "<?xml version=\"1.0\"?><e:Envelope xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"/>"},
      {"rmcp", true, kAsk, from_hex("06 00 ff 06 00 00 11 be 80 00 00 00")},
      {"rmcp", true, kAsk, from_hex("06 00 ff 07 00 00 00 00 00 00 00 00 00 09 20 18 c8 81 00 38 8e 04 b5")},
      {"raknet", true, kAsk,
       from_hex("01 00 00 00 00 00 00 00 07 00 ff ff 00 fe fe fe fe fd fd fd fd 12 34 56 78 00 00 00 00 00 00 00 01")},
      {"hsrp", true, kAsk,
       from_hex("00 00 10 03 0a 64 01 00") + std::string("plant\0\0\0", 8) + from_hex("0a 00 00 01")},
      {"collectd", true, kAsk,
       std::string("\0\0\0\x0aplant\0", 10) +
           std::string("\0\x02\0\x08"
                       "cpu\0",
                       8) +
           from_hex("00 08 00 0c 00 00 00 00 00 00 00 01")},
  };
}

TEST(Recognised, EachMessageIsTakenForWhatItIs) {
  for (const Message& m : messages()) {
    const ProtocolSpec* spec = find(m.protocol);
    ASSERT_NE(spec, nullptr) << m.protocol;
    EXPECT_TRUE(spec->detector.first_bytes[index(m.direction)].has(static_cast<std::uint8_t>(m.bytes[0])))
        << m.protocol;
    EXPECT_EQ(spec->probe_for(m.datagram, m.direction, as_bytes(m.bytes), 40000), Probe::yes) << m.protocol;
  }
}

TEST(Recognised, NoMessageIsTakenForAnother) {
  std::vector<Message> all = messages();
  const std::string_view others[] = {"GET / HTTP/1.1\r\nHost: plant\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
                                     "EHLO plant\r\n", "<html><body>discovery</body></html>"};
  for (const std::string_view other : others)
    for (const bool datagram : {false, true}) all.push_back({"", datagram, kAsk, std::string(other)});
  all.push_back({"", true, kAsk, std::string(64, '\0')});
  all.push_back({"", false, kAsk, std::string(64, '\0')});
  for (const Message& m : all) {
    for (const auto table : {plant(), network()}) {
      for (const ProtocolSpec& row : table) {
        if (row.name == m.protocol || !(m.datagram ? row.transports.udp : row.transports.tcp)) continue;
        if (!row.detector.first_bytes[index(m.direction)].has(static_cast<std::uint8_t>(m.bytes[0]))) continue;
        EXPECT_NE(row.probe_for(m.datagram, m.direction, as_bytes(m.bytes), 40000), Probe::yes)
            << m.protocol << " taken for " << row.name;
      }
    }
  }
}

// A stream's beginning may come in any pieces; a datagram is whole.
TEST(Recognised, BeginningsOfStreamsNeedMore) {
  for (const Message& m : messages()) {
    if (m.datagram) continue;
    const ProtocolSpec* spec = find(m.protocol);
    bool certain = false;
    for (std::size_t size = 1; size <= m.bytes.size(); ++size) {
      const Probe answer =
          spec->probe_for(false, m.direction, as_bytes(std::string_view(m.bytes).substr(0, size)), 40000);
      EXPECT_NE(answer, Probe::no) << m.protocol << " at " << size;
      certain |= answer == Probe::yes;
    }
    EXPECT_TRUE(certain) << m.protocol;
  }
}

TEST(Recognised, OneWrongBitOfWhatIsFixedIsEnough) {
  // Text is known by words within it and hardly by its first bytes; of all others two bytes at least are fixed there.
  for (const Message& m : messages()) {
    const ProtocolSpec* spec = find(m.protocol);
    unsigned refused = 0;
    for (std::size_t bit = 0; bit < std::min<std::size_t>(m.bytes.size(), 32) * 8; ++bit) {
      std::string wrong = m.bytes;
      wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ 1 << bit % 8);
      refused += spec->probe_for(m.datagram, m.direction, as_bytes(wrong), 40000) == Probe::yes ? 0 : 1;
    }
    EXPECT_GE(refused, m.bytes[0] == '<' ? 8u : 16u) << m.protocol;
  }
}

TEST(Recognised, AFlowIsSettledAtOnce) {
  test::SessionDriver driver{*find("munin")};
  driver.feed(kTell, "# munin node at sensor.plant\n");
  EXPECT_TRUE(driver.stopped());
  EXPECT_EQ(driver.text(), "");
}

}  // namespace
}  // namespace gatehouse::proto::recognised
