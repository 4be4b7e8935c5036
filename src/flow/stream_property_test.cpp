// SPDX-License-Identifier: GPL-3.0-or-later
// However a stream is cut, shuffled and repeated, what is delivered is the stream; and hostile input finds the memory
// bounded.
#include <algorithm>
#include <gtest/gtest.h>
#include <random>

#include "flow/sequence.hpp"
#include "flow/tcp_script.hpp"

namespace gatehouse::flow::test {
namespace {

struct Random {
  using result_type = std::uint32_t;
  explicit Random(unsigned seed) : engine{seed} {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return 0xffffffff; }
  result_type operator()() { return static_cast<result_type>(engine()); }
  std::mt19937 engine;
};

std::uint32_t pick(Random& random, std::uint32_t low, std::uint32_t high) {
  return std::uniform_int_distribution<std::uint32_t>{low, high}(random);
}

class Session : public TcpScript {
 public:
  Session(const TcpSettings& settings, Seq client, Seq server) : TcpScript{settings}, next{client + 1, server + 1} {
    Packet syn = packet(tcp_flag::syn, client, 0, {});
    Packet synack = packet(tcp_flag::syn | tcp_flag::ack, server, client + 1, {});
    syn.tcp.has_window_scale = synack.tcp.has_window_scale = true;
    syn.tcp.window_scale = synack.tcp.window_scale = 7;
    send(syn, Direction::to_server);
    send(synack, Direction::to_client);
    Packet ack = packet(tcp_flag::ack, client + 1, server + 1, {});
    send(ack, Direction::to_server);
    Packet window = packet(tcp_flag::ack, server + 1, client + 1, {});
    send(window, Direction::to_client);
  }
  static Packet packet(std::uint8_t flags, Seq seq, Seq ack, Bytes payload) {
    Packet p;
    p.tcp.flags = flags;
    p.tcp.seq = seq, p.tcp.ack = ack, p.tcp.window = 65535;
    p.payload = payload;
    return p;
  }
  TcpOutcome send(Packet& p, Direction direction) { return segment(p, direction); }
  TcpOutcome data(Seq offset, Bytes payload) {
    Packet p = packet(tcp_flag::ack, next[0] + offset, next[1], payload);
    return send(p, Direction::to_server);
  }
  void acknowledge(Seq offset) {
    Packet p = packet(tcp_flag::ack, next[1], next[0] + offset, {});
    send(p, Direction::to_client);
  }
  std::array<Seq, 2> next;
};

struct Cut {
  std::uint32_t begin, size;
};

// Pieces that cover the stream, shuffled within a window, with repetitions cut otherwise.
std::vector<Cut> cuts_of(Random& random, std::uint32_t size) {
  std::vector<Cut> cuts;
  for (std::uint32_t at = 0; at < size;) {
    const std::uint32_t n = std::min(size - at, pick(random, 1, pick(random, 0, 9) == 0 ? 3000 : 200));
    cuts.push_back({at, n});
    at += n;
  }
  const std::size_t originals = cuts.size();
  for (std::size_t i = 0; i < originals / 2; ++i) {
    const std::uint32_t begin = pick(random, 0, size - 1);
    cuts.push_back({begin, std::min(size - begin, pick(random, 1, 500))});
  }
  std::sort(cuts.begin(), cuts.end(), [](Cut a, Cut b) { return a.begin < b.begin; });
  const std::uint32_t reach = pick(random, 1, 60);
  for (std::size_t i = 0; i < cuts.size(); ++i)
    std::swap(cuts[i], cuts[std::min<std::size_t>(cuts.size() - 1, i + pick(random, 0, reach))]);
  return cuts;
}

void expect_the_stream(TcpSettings settings, unsigned seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random{seed};
  // Every second stream crosses the end of the sequence numbers.
  const Seq isn = seed % 2 ? pick(random, 0, 0xffffffff) : 0u - pick(random, 0, 20000);
  Session t{settings, isn, pick(random, 0, 0xffffffff)};
  if (seed % 3 == 0) t.consume_by = pick(random, 1, 700);
  std::string stream(pick(random, 1, 40000), ' ');
  for (char& c : stream) c = static_cast<char>('a' + random() % 26);
  std::vector<bool> seen(stream.size());
  std::size_t contiguous = 0;
  for (const Cut& cut : cuts_of(random, static_cast<std::uint32_t>(stream.size()))) {
    ASSERT_EQ(t.data(cut.begin, as_bytes(stream).subspan(cut.begin, cut.size)), TcpOutcome::ok);
    std::fill_n(seen.begin() + cut.begin, cut.size, true);
    while (contiguous < seen.size() && seen[contiguous]) ++contiguous;
    // An honest receiver acknowledges what it has.
    if (random() % 4 == 0) t.acknowledge(static_cast<Seq>(contiguous) - (contiguous ? random() % 2 : 0));
  }
  t.acknowledge(static_cast<Seq>(stream.size()));
  t.consume_by = 0;
  t.tracker().redeliver(t.flow());
  ASSERT_EQ(t.to_server(), stream);
  EXPECT_EQ(t.tracker().counters().overlaps_different, 0u);
  EXPECT_EQ(t.tracker().counters().gaps, 0u);
  EXPECT_EQ(t.tracker().counters().memory_in_use, 0u);
}

TEST(StreamProperty, AnyCutsGiveTheSameBytesInLine) {
  for (unsigned seed = 0; seed < 400; ++seed) expect_the_stream({.mode = TcpMode::in_line}, seed);
}

TEST(StreamProperty, AnyCutsGiveTheSameBytesPassive) {
  for (unsigned seed = 0; seed < 400; ++seed)
    expect_the_stream({.mode = TcpMode::passive, .overlap = static_cast<TcpOverlap>(seed % 14)}, seed);
}

// In line the first copy of every byte stands, whatever else is sent: against a model that writes bytes once.
TEST(StreamProperty, FirstCopyOfEveryByteStandsInLine) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random{seed};
    Session t{{.mode = TcpMode::in_line}, pick(random, 0, 0xffffffff), 7};
    std::string model(4000, '\0');
    for (int step = 0; step < 300; ++step) {
      const std::uint32_t begin = pick(random, 0, 3500), size = pick(random, 1, 400);
      const std::string bytes(size, static_cast<char>('a' + random() % 3));
      bool contradicts = false;
      for (std::uint32_t i = 0; i < size; ++i) contradicts |= model[begin + i] != '\0' && model[begin + i] != bytes[i];
      ASSERT_EQ(t.data(begin, as_bytes(bytes)), contradicts ? TcpOutcome::contradiction : TcpOutcome::ok);
      if (!contradicts) std::copy(bytes.begin(), bytes.end(), model.begin() + begin);
    }
    ASSERT_EQ(t.to_server(), model.substr(0, model.find('\0')));
  }
}

// Passive with the policy `last`, and nothing acknowledged before the end: the last copy of every byte is what is read.
TEST(StreamProperty, LastCopyOfEveryByteWinsUnderThePolicyLast) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random{seed};
    Session t{{.mode = TcpMode::passive, .overlap = TcpOverlap::last}, pick(random, 0, 0xffffffff), 7};
    std::string model(4000, '\0');
    for (int step = 0; step < 100; ++step) {
      const std::uint32_t begin = pick(random, 0, 3500), size = pick(random, 1, 400);
      const std::string bytes(size, static_cast<char>('a' + random() % 3));
      ASSERT_EQ(t.data(begin, as_bytes(bytes)), TcpOutcome::ok);
      std::copy(bytes.begin(), bytes.end(), model.begin() + begin);
    }
    std::size_t end = model.find('\0');
    t.acknowledge(static_cast<Seq>(end));
    ASSERT_EQ(t.to_server(), model.substr(0, end));
  }
}

void flood(TcpSettings settings, std::size_t segments) {
  settings.memory = 4u << 20;
  settings.per_direction = 256u << 10;
  Random random{42};
  TcpScript t{settings};
  t.hold = true;
  const std::string bytes(1460, 'x');
  std::size_t most = 0;
  t.run(R"(
    C>S SYN seq 1000 scale 14
    S>C SYN,ACK seq 5000 ack 1001 scale 14
    C>S ACK seq 1001 ack 5001
    S>C ACK seq 5001 ack 1001
  )");
  for (std::size_t i = 0; i < segments; ++i) {
    Packet p;
    p.tcp.flags = tcp_flag::ack;
    p.tcp.window = 65535;
    const bool up = random() % 2;
    p.tcp.seq = (up ? 1001 : 5001) + random() % (1u << 22);
    p.tcp.ack = (up ? 5001 : 1001) + (random() % 64 == 0 ? random() % (1u << 20) : 0);
    p.payload = as_bytes(bytes).first(random() % 8 ? 1 + random() % 20 : 1 + random() % 1460);
    t.segment(p, up ? Direction::to_server : Direction::to_client);
    most = std::max<std::size_t>(most, t.tracker().counters().memory_in_use);
  }
  EXPECT_LE(most, settings.memory);
  EXPECT_GT(most, 10'000u);
  EXPECT_GT(t.tracker().counters().segment_limit_hits, 0u);
  t.finish();
  EXPECT_EQ(t.tracker().counters().memory_in_use, 0u);
  EXPECT_EQ(t.tracker().counters().connections_in_use, 0u);
}

TEST(StreamProperty, MemoryIsBoundedUnderAFloodOfSegmentsInLine) {
  flood({.mode = TcpMode::in_line}, 1'000'000);
}
TEST(StreamProperty, MemoryIsBoundedUnderAFloodOfSegmentsPassive) {
  flood({.mode = TcpMode::passive}, 1'000'000);
}

// All sessions share one bound.
TEST(StreamProperty, ManySessionsShareOneBound) {
  class Holder : public StreamReceiver {
   public:
    std::size_t on_stream(Flow&, Direction, Bytes) noexcept override { return 0; }
    void on_gap(Flow&, Direction, std::uint64_t) noexcept override {}
    void on_stream_end(Flow&, Direction) noexcept override {}
  } holder;
  for (const TcpMode mode : {TcpMode::in_line, TcpMode::passive}) {
    std::pmr::unsynchronized_pool_resource memory;
    TcpTracker tracker{{.mode = mode, .memory = 1u << 20}, memory, holder};
    std::vector<Flow> flows(400);
    const std::string bytes(1460, 'x');
    bool limit_was_told = false;
    for (std::uint32_t round = 0; round < 10; ++round) {
      for (Flow& flow : flows) {
        Packet p;
        p.protocol = ip_protocol::tcp;
        p.tcp.flags = tcp_flag::ack, p.tcp.seq = 1 + round * 1460, p.tcp.ack = 1, p.tcp.window = 1000;
        p.payload = as_bytes(bytes);
        tracker.packet(flow, p, Direction::to_server);
        limit_was_told |= p.events.has(PacketEvent::stream_memcap_reached);
        ASSERT_LE(tracker.counters().memory_in_use, 1u << 20);
      }
    }
    EXPECT_TRUE(limit_was_told);
    EXPECT_GT(tracker.counters().memory_limit_hits, 0u);
    for (Flow& flow : flows) tracker.finish(flow);
    EXPECT_EQ(tracker.counters().memory_in_use, 0u);
  }
}

}  // namespace
}  // namespace gatehouse::flow::test
