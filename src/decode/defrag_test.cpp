// SPDX-License-Identifier: GPL-3.0-or-later
#include "decode/defrag.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

#include "support/packet_builder.hpp"

namespace gatehouse::decode {
namespace {

using namespace gatehouse::test;

constexpr auto kA = "192.0.2.1", kB = "198.51.100.2";
constexpr auto kA6 = "2001:db8::1", kB6 = "2001:db8:1::2";
constexpr Timestamp kNow{1'700'000'000'000'000};

PacketBuilder eth() {
  return PacketBuilder().ethernet();
}
Frame whole4(std::string_view text) {
  return eth().ipv4(kA, kB).udp(5, 6).payload(text).build();
}
Frame whole6(std::string_view text) {
  return eth().ipv6(kA6, kB6).udp(5, 6).payload(text).build();
}

std::string counted(std::size_t size) {
  std::string text;
  while (text.size() < size) text += std::to_string(text.size()) + ' ';
  text.resize(size);
  return text;
}

// Feeds frames one after the other and keeps the last one's packets.
class Feeder {
 public:
  explicit Feeder(const Settings& settings = {}) : decoder_(settings) {}

  std::span<Packet> feed(const Frame& frame, Timestamp time = kNow) {
    frame_ = frame;
    raw_ = as_raw(frame_, LinkType::ethernet, time);
    return decoder_.decode(raw_);
  }
  // The payload of the packet rebuilt by this frame, or "".
  std::string rebuilt(const Frame& frame, Timestamp time = kNow) {
    for (const Packet& packet : feed(frame, time))
      if (packet.rebuilt && !packet.fragment) return std::string(as_text(packet.payload));
    return {};
  }
  Decoder& decoder() { return decoder_; }
  const Counters& counters() { return decoder_.counters(); }

 private:
  Decoder decoder_;
  Frame frame_;
  RawPacket raw_;
};

TEST(Defrag, FragmentsBecomeTheDatagramInAnyOrder) {
  const std::string text = counted(5000);
  std::mt19937 random(1);
  for (const Frame& whole : {whole4(text), whole6(text)}) {
    std::vector<Frame> parts = fragments_of(whole, 256);
    ASSERT_GT(parts.size(), 15u);
    for (int round = 0; round < 50; ++round) {
      Feeder feeder;
      for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        const auto packets = feeder.feed(parts[i]);
        ASSERT_EQ(packets.size(), 1u);
        EXPECT_TRUE(packets[0].fragment);
        EXPECT_FALSE(packets[0].has_transport);
        EXPECT_TRUE(packets[0].events.empty());
      }
      const auto packets = feeder.feed(parts.back());
      ASSERT_EQ(packets.size(), 2u);
      const Packet &last = packets[0], &rebuilt = packets[1];
      EXPECT_TRUE(last.fragment && !last.rebuilt);
      EXPECT_TRUE(rebuilt.rebuilt && !rebuilt.fragment);
      EXPECT_TRUE(rebuilt.is_udp());
      EXPECT_EQ(rebuilt.dst_port, 6);
      EXPECT_EQ(as_text(rebuilt.payload), text);
      EXPECT_FALSE(rebuilt.bad_checksum || rebuilt.invalid);
      EXPECT_EQ(rebuilt.mac.size(), 12u);
      EXPECT_TRUE(rebuilt.events.empty());
      std::ranges::shuffle(parts, random);
    }
  }
}

// Shankar and Paxson's six fragments, in units of eight bytes; the answers are those of Novak's paper.
//   111
//       22
//         333
//    4444
//         555
//            666
struct Laid {
  std::size_t at, length;
};
constexpr Laid kSix[] = {{0, 3}, {4, 2}, {6, 3}, {1, 4}, {6, 3}, {9, 3}};

Frame lay(bool v6, std::size_t at, std::size_t length, char fill, bool more) {
  const Frame bytes = bytes_of(std::string(length * 8, fill));
  const auto offset = static_cast<std::uint16_t>(at * 8);
  return v6 ? eth().ipv6(kA6, kB6).ipv6_fragment(7, offset, more, std::uint8_t{253}).raw(bytes).build()
            : eth().ipv4(kA, kB, {.id = 7, .more_fragments = more, .offset = offset}).raw(bytes).build();
}

std::string every_eighth(std::span<const Packet> packets) {
  std::string letters;
  for (const Packet& packet : packets)
    if (packet.rebuilt)
      for (std::size_t i = 0; i < packet.payload.size(); i += 8) letters += static_cast<char>(packet.payload[i]);
  return letters;
}

TEST(Defrag, OverlapsAreSettledAsTheReceiverWould) {
  struct Row {
    OverlapPolicy policy;
    const char* answer;
  };
  constexpr Row rows[] = {
      {OverlapPolicy::first, "111422333666"},   {OverlapPolicy::windows, "111422333666"},
      {OverlapPolicy::solaris, "111422333666"}, {OverlapPolicy::bsd, "111442333666"},
      {OverlapPolicy::linux, "111442555666"},   {OverlapPolicy::bsd_right, "144422555666"},
      {OverlapPolicy::last, "144442555666"},
  };
  for (const bool v6 : {false, true})
    for (const Row& row : rows) {
      Feeder feeder({.overlap = row.policy});
      std::string answer;
      std::size_t overlaps = 0;
      for (std::size_t i = 0; i < std::size(kSix); ++i) {
        const auto packets =
            feeder.feed(lay(v6, kSix[i].at, kSix[i].length, static_cast<char>('1' + i), i + 1 < std::size(kSix)));
        overlaps += packets[0].events.has(v6 ? PacketEvent::ipv6_frag_overlap : PacketEvent::ipv4_frag_overlap);
        answer += every_eighth(packets);
      }
      EXPECT_EQ(answer, row.answer) << static_cast<int>(row.policy);
      EXPECT_EQ(overlaps, 2u);
    }
}

// A fragment that covers an older one and more: the systems that otherwise keep the first copy differ here.
TEST(Defrag, AFragmentThatCoversAnother) {
  struct Row {
    OverlapPolicy policy;
    const char* same_end;  // 2 begins before 1 and ends with it
    const char* beyond;    // and ends behind it
  };
  constexpr Row rows[] = {
      {OverlapPolicy::first, "2113", "21123"},   {OverlapPolicy::windows, "2113", "22223"},
      {OverlapPolicy::solaris, "2223", "22223"}, {OverlapPolicy::bsd, "2223", "22223"},
      {OverlapPolicy::linux, "2223", "22223"},   {OverlapPolicy::bsd_right, "2113", "21123"},
      {OverlapPolicy::last, "2223", "22223"},
  };
  for (const Row& row : rows) {
    Feeder feeder({.overlap = row.policy});
    feeder.feed(lay(false, 1, 2, '1', true));
    feeder.feed(lay(false, 0, 3, '2', true));
    EXPECT_EQ(every_eighth(feeder.feed(lay(false, 3, 1, '3', false))), row.same_end);
    feeder.feed(lay(false, 1, 2, '1', true));
    feeder.feed(lay(false, 0, 4, '2', true));
    EXPECT_EQ(every_eighth(feeder.feed(lay(false, 4, 1, '3', false))), row.beyond);
  }
}

// The same by a model that knows bytes and no pieces.
TEST(Defrag, PiecesAgreeWithAByteModelWhereThePolicyIsAboutBytes) {
  constexpr std::size_t units = 200, last = (units - 1) * 8;
  std::mt19937 random(7);
  const auto part = [](std::size_t at, const std::string& bytes, bool more) {
    const Ipv4Spec spec{.id = 7, .more_fragments = more, .offset = static_cast<std::uint16_t>(at)};
    return eth().ipv4(kA, kB, spec).payload(bytes).build();
  };
  for (const OverlapPolicy policy : {OverlapPolicy::first, OverlapPolicy::last}) {
    for (int round = 0; round < 100; ++round) {
      std::string model(units * 8, '.');
      Feeder feeder({.overlap = policy});
      for (int step = 0; step < 40; ++step) {
        const std::size_t at = random() % (units - 1), length = 1 + random() % (units - 1 - at);
        std::string bytes(length * 8, ' ');
        for (char& byte : bytes) byte = static_cast<char>('a' + random() % 26);
        for (std::size_t i = 0; i < bytes.size(); ++i)
          if (char& byte = model[at * 8 + i]; policy == OverlapPolicy::last || byte == '.') byte = bytes[i];
        feeder.feed(part(at * 8, bytes, true));
      }
      for (std::size_t at = 0; at < last; at += 8)  // what is missing
        if (model[at] == '.') {
          model.replace(at, 8, 8, '-');
          feeder.feed(part(at, std::string(8, '-'), true));
        }
      model.replace(last, 8, 8, 'Z');
      EXPECT_EQ(feeder.rebuilt(part(last, std::string(8, 'Z'), false)), model);
    }
  }
}

TEST(Defrag, ACopyOfAFragmentIsNoOverlap) {
  const auto parts = fragments_of(whole4(counted(100)), 32);
  Feeder feeder;
  feeder.feed(parts[0]);
  EXPECT_TRUE(feeder.feed(parts[0])[0].events.empty());
  // Equal bytes, but more of them: nobody sends that who is not up to something.
  feeder.feed(fragments_of(whole4(counted(100)), 40)[1]);
  const auto packets = feeder.feed(parts[1]);
  EXPECT_TRUE(packets[0].events.has(PacketEvent::ipv4_frag_overlap));
}

TEST(Defrag, TheKeyIsEndsIdentifierProtocolVlanAndDepth) {
  const std::string text = counted(64);
  const Frame plain = whole4(text);
  const Frame others[] = {
      eth().ipv4(kA, "198.51.100.3").udp(5, 6).payload(text).build(),
      eth().ipv4("192.0.2.9", kB).udp(5, 6).payload(text).build(),
      eth().vlan(5).ipv4(kA, kB).udp(5, 6).payload(text).build(),
      eth().ipv4(kA, kB).tcp(5, 6).payload(text).build(),
  };
  for (const Frame& other : others) {
    Feeder feeder;
    feeder.feed(fragments_of(plain, 48)[0]);
    EXPECT_EQ(feeder.feed(fragments_of(other, 48)[1]).size(), 1u);
    EXPECT_EQ(feeder.rebuilt(fragments_of(plain, 48)[1]), text);
  }
  Feeder feeder;
  feeder.feed(fragments_of(plain, 48, 1)[0]);
  EXPECT_EQ(feeder.feed(fragments_of(plain, 48, 2)[1]).size(), 1u);
}

TEST(Defrag, HeadersBeforeTheFragmentHeaderStay) {
  const Frame body = PacketBuilder().ipv6(kA6, kB6).udp(5, 6).payload(counted(40)).build();
  const Frame udp(body.begin() + 40, body.end());
  const auto part = [&](std::size_t at, std::size_t size, bool more) {
    const Frame bytes(udp.begin() + static_cast<std::ptrdiff_t>(at),
                      udp.begin() + static_cast<std::ptrdiff_t>(at + size));
    return eth()
        .ipv6(kA6, kB6)
        .extension(0, {5, 2, 0, 0})
        .ipv6_fragment(9, static_cast<std::uint16_t>(at), more, std::uint8_t{17})
        .raw(bytes)
        .build();
  };
  Feeder feeder;
  feeder.feed(part(0, 16, true));
  const auto packets = feeder.feed(part(16, 32, false));
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_EQ(packets[1].ip_header.size(), 48u);
  EXPECT_EQ(as_text(packets[1].payload), counted(40));
  EXPECT_FALSE(packets[1].bad_checksum);
}

TEST(Defrag, AFragmentMayCarryAFragmentedTunnel) {
  const std::string text = counted(300);
  const Frame inner = PacketBuilder().ipv4("10.0.0.1", "10.0.0.2").udp(5, 6).payload(text).build();
  // Fragments of the inner packet, each wrapped, and the second wrapping fragmented again.
  const auto parts = fragments_of(join({Frame(12, 0), {8, 0}, inner}), 160);
  ASSERT_EQ(parts.size(), 2u);
  const auto wrap = [](const Frame& part) {
    return eth().ipv4(kA, kB).raw(Frame(part.begin() + 14, part.end()), 0, ip_protocol::ipip).build();
  };
  Feeder feeder;
  feeder.feed(wrap(parts[0]));
  const auto again = fragments_of(wrap(parts[1]), 80);
  for (std::size_t i = 0; i + 1 < again.size(); ++i) feeder.feed(again[i]);
  const auto packets = feeder.feed(again.back());
  // The last fragment, the tunnel's packet made from them, in it the inner fragment, and the inner packet made from
  // those.
  ASSERT_EQ(packets.size(), 4u);
  EXPECT_TRUE(packets[1].rebuilt);
  EXPECT_TRUE(packets[2].fragment);
  EXPECT_TRUE(packets[3].rebuilt);
  EXPECT_EQ(packets[3].tunnel_depth, 1);
  EXPECT_EQ(as_text(packets[3].payload), text);
}

TEST(Defrag, AnAtomicFragmentWaitsForNobody) {
  Feeder feeder;
  feeder.feed(lay(true, 0, 2, 'x', true));
  const auto packets = feeder.feed(eth().ipv6(kA6, kB6).ipv6_fragment(7, 0, false).udp(5, 6).payload("alone").build());
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(as_text(packets[0].payload), "alone");
  EXPECT_EQ(every_eighth(feeder.feed(lay(true, 2, 1, 'y', false))), "xxy");
}

TEST(Defrag, TimeRunsOut) {
  const auto parts = fragments_of(whole4(counted(100)), 64);
  Feeder feeder({.defrag_timeout = seconds(10)});
  feeder.feed(parts[0], kNow);
  EXPECT_EQ(feeder.rebuilt(parts[1], kNow + seconds(11)), "");
  EXPECT_EQ(feeder.counters().defrag_timeouts, 1u);
  EXPECT_EQ(feeder.rebuilt(parts[0], kNow + seconds(12)), counted(100)) << "with the second, which waits still";
  feeder.feed(parts[0], kNow + seconds(20));
  feeder.decoder().expire(kNow + seconds(29));
  EXPECT_EQ(feeder.counters().defrag_timeouts, 1u);
  feeder.decoder().expire(kNow + seconds(30));
  EXPECT_EQ(feeder.counters().defrag_timeouts, 2u);
}

TEST(Defrag, TheOldestGivesWayWhenTrackersRunOut) {
  Feeder feeder({.defrag_trackers = 4});
  std::vector<std::vector<Frame>> datagrams;
  for (std::uint32_t id = 0; id < 5; ++id) datagrams.push_back(fragments_of(whole4(counted(100)), 64, id));
  for (const auto& parts : datagrams) feeder.feed(parts[0]);
  EXPECT_EQ(feeder.counters().defrag_limit_hits, 1u);
  for (std::size_t i = 1; i < datagrams.size(); ++i) EXPECT_EQ(feeder.rebuilt(datagrams[i][1]), counted(100));
  EXPECT_EQ(feeder.rebuilt(datagrams[0][1]), "");
}

TEST(Defrag, TheOldestGivesWayWhenMemoryRunsOut) {
  Feeder feeder({.defrag_memory = 16 * 1024});
  std::vector<std::vector<Frame>> datagrams;
  for (std::uint32_t id = 0; id < 40; ++id) datagrams.push_back(fragments_of(whole4(counted(1200)), 1024, id));
  for (const auto& parts : datagrams) EXPECT_TRUE(feeder.feed(parts[0])[0].events.empty());
  EXPECT_GT(feeder.counters().defrag_limit_hits, 20u);
  EXPECT_EQ(feeder.rebuilt(datagrams.back()[1]), counted(1200));
}

TEST(Defrag, ADatagramThatCannotBeHeldIsAnEvent) {
  Feeder feeder({.defrag_memory = 8 * 1024});
  bool ignored = false;
  for (const Frame& part : fragments_of(whole4(counted(20000)), 1024)) {
    const Packet& packet = feeder.feed(part)[0];
    ignored |= packet.events.has(PacketEvent::ipv4_frag_ignored) && packet.invalid;
  }
  EXPECT_TRUE(ignored);
  EXPECT_GT(feeder.counters().defrag_limit_hits, 0u);
  EXPECT_EQ(feeder.counters().reassembled_v4, 0u);
}

TEST(Defrag, TooManyPiecesAreAnEvent) {
  Feeder feeder({.defrag_memory = 16u << 20});
  bool ignored = false;
  for (std::size_t at = 0; at < 2 * (kMaxPieces + 2); at += 2)
    ignored |= feeder.feed(lay(false, at, 1, 'x', true))[0].events.has(PacketEvent::ipv4_frag_ignored);
  EXPECT_TRUE(ignored);
}

TEST(Defrag, MemoryComesBack) {
  Feeder feeder({.defrag_memory = 256 * 1024, .defrag_trackers = 8});
  for (std::uint32_t id = 0; id < 2000; ++id) {
    std::string last;
    for (const Frame& part : fragments_of(whole6(counted(9000)), 1200, id)) last = feeder.rebuilt(part);
    ASSERT_EQ(last.size(), 9000u) << id;
  }
  EXPECT_EQ(feeder.counters().defrag_limit_hits, 0u);
}

TEST(Defrag, TheLargestDatagramFitsAndNoLarger) {
  const std::string text = counted(65535 - 20 - 8);
  Feeder feeder;
  std::string last;
  for (const Frame& part : fragments_of(whole4(text), 1480)) last = feeder.rebuilt(part);
  EXPECT_EQ(last, text);
  // With options in the first header, what fits by its offsets does not fit as a whole.
  const Frame first =
      eth().ipv4(kA, kB, {.id = 3, .more_fragments = true, .options = Frame(8, 1)}).raw(Frame(8, 0)).build();
  feeder.feed(first);
  bool too_large = false;
  for (std::size_t at = 8; at < 65512; at += 1024) {
    const std::size_t size = std::min<std::size_t>(1024, 65512 - at);
    const Frame part =
        eth()
            .ipv4(kA, kB, {.id = 3, .more_fragments = at + size < 65512, .offset = static_cast<std::uint16_t>(at)})
            .raw(Frame(size, 0))
            .build();
    for (const Packet& packet : feeder.feed(part)) too_large |= packet.events.has(PacketEvent::ipv4_frag_pkt_too_large);
  }
  EXPECT_TRUE(too_large);
}

TEST(Defrag, ASecondEndIsNotTaken) {
  for (const bool v6 : {false, true}) {
    const PacketEvent ignored = v6 ? PacketEvent::ipv6_frag_ignored : PacketEvent::ipv4_frag_ignored;
    Feeder feeder;
    feeder.feed(lay(v6, 2, 1, 'b', false));
    EXPECT_TRUE(feeder.feed(lay(v6, 3, 1, 'c', false))[0].events.has(ignored));
    EXPECT_TRUE(feeder.feed(lay(v6, 1, 1, 'd', false))[0].events.has(ignored));
    EXPECT_TRUE(feeder.feed(lay(v6, 4, 1, 'e', true))[0].events.has(ignored));
    EXPECT_EQ(every_eighth(feeder.feed(lay(v6, 0, 2, 'a', true))), "aab");
  }
}

TEST(Defrag, AFragmentThatFailsItsChecksumIsNotUsed) {
  Feeder feeder;
  feeder.feed(eth().ipv4(kA, kB, {.id = 7, .more_fragments = true, .checksum = 1}).raw(Frame(8, 'x')).build());
  EXPECT_EQ(every_eighth(feeder.feed(lay(false, 1, 1, 'b', false))), "");
  EXPECT_EQ(every_eighth(feeder.feed(lay(false, 0, 1, 'a', true))), "ab");
}

TEST(Defrag, TheRebuiltPacketsChecksumsAreVerified) {
  const Frame broken = eth().ipv4(kA, kB).udp(5, 6, {.checksum = 1}).payload(counted(100)).build();
  const auto parts = fragments_of(broken, 64);
  Feeder feeder;
  feeder.feed(parts[0]);
  const auto packets = feeder.feed(parts[1]);
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_TRUE(packets[1].bad_transport_checksum);
  EXPECT_FALSE(packets[1].bad_ip_checksum);
}

}  // namespace
}  // namespace gatehouse::decode
