// SPDX-License-Identifier: GPL-3.0-or-later
// The flow table: nanoseconds a packet, with few flows (hot) and with many (each packet finds a cold one).
#include <benchmark/benchmark.h>
#include <vector>

#include "flow/table.hpp"

namespace {

using namespace gatehouse;
using namespace gatehouse::flow;

class Ignore : public FlowEnded {
 public:
  void on_flow_end(Flow&) noexcept override { ++ended; }
  std::uint64_t ended = 0;
};

Packet packet_of(std::uint32_t flow, bool answer, const RawPacket& raw) {
  const std::uint8_t client[4]{10, static_cast<std::uint8_t>(flow >> 16), static_cast<std::uint8_t>(flow >> 8),
                               static_cast<std::uint8_t>(flow)};
  const std::uint8_t server[4]{192, 0, 2, static_cast<std::uint8_t>(flow % 200)};
  Packet p;
  p.raw = &raw;
  p.protocol = ip_protocol::udp;
  p.has_ip = p.has_transport = true;
  p.src = IpAddress::v4(answer ? server : client);
  p.dst = IpAddress::v4(answer ? client : server);
  p.src_port = answer ? std::uint16_t{443} : std::uint16_t{50000};
  p.dst_port = answer ? std::uint16_t{50000} : std::uint16_t{443};
  return p;
}

void track(benchmark::State& state) {
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  Ignore ignore;
  FlowTable table{{.memory = 256u << 20}, ignore};
  RawPacket raw;
  raw.time = Timestamp{1'700'000'000'000'000};
  raw.wire_length = 800;
  std::vector<Packet> packets;
  for (std::uint32_t n = 0; n < flows; ++n)
    for (const bool answer : {false, true}) packets.push_back(packet_of(n * 2654435761u >> 8, answer, raw));
  std::size_t at = 0;
  std::uint64_t tracked = 0;
  Direction direction{};
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.track(packets[at], direction));
    ++tracked;
    if (++at == packets.size()) at = 0;
    if (tracked % 64 == 0) {
      raw.time = raw.time + milliseconds(1);
      table.expire(raw.time);
    }
  }
  if (ignore.ended == 0 && table.counters().active > flows) state.SkipWithError("a packet made a flow of its own");
  state.counters["flows"] = static_cast<double>(table.counters().active);
}
BENCHMARK(track)->Arg(16)->Arg(1000)->Arg(10'000)->Arg(100'000);

void make_and_expire(benchmark::State& state) {
  Ignore ignore;
  FlowTable table{{.memory = 64u << 20}, ignore};
  RawPacket raw;
  raw.time = Timestamp{1'700'000'000'000'000};
  Packet p = packet_of(1, false, raw);
  std::uint32_t n = 0;
  Direction direction{};
  for (auto _ : state) {
    ++n;
    p.src.bytes[1] = static_cast<std::uint8_t>(n >> 24), p.src.bytes[2] = static_cast<std::uint8_t>(n >> 16);
    p.src_port = static_cast<std::uint16_t>(n);
    if (!table.track(p, direction)) state.SkipWithError("refused");
    if (n % 64 == 0) {
      raw.time = raw.time + milliseconds(64);
      table.expire(raw.time);
    }
  }
  if (table.counters().total != table.counters().active + ignore.ended) state.SkipWithError("flows were lost");
}
BENCHMARK(make_and_expire);

}  // namespace

BENCHMARK_MAIN();
