// SPDX-License-Identifier: GPL-3.0-or-later
// Nanoseconds a packet for decoding, by kind of packet. Each run checks its answer, and that the heap was not touched.
#include <atomic>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <new>
#include <string>

#include "decode/decoder.hpp"
#include "support/packet_builder.hpp"

namespace {
std::atomic<std::uint64_t> allocations{0};
}

// NOLINTBEGIN: the replacement counts, and is otherwise the ordinary one.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
// NOLINTEND

namespace {

using namespace gatehouse;
using namespace gatehouse::test;

constexpr auto kA = "192.0.2.1", kB = "198.51.100.2";
constexpr auto kA6 = "2001:db8::1", kB6 = "2001:db8:1::2";
const Frame kTimestamps{1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9};

PacketBuilder eth() {
  return PacketBuilder().ethernet();
}
Frame tcp_of(PacketBuilder network, std::size_t payload) {
  return network.tcp(40000, 443, {.options = kTimestamps}).payload(std::string(payload, 'x')).build();
}

void run(benchmark::State& state, const Frame& frame, const decode::Settings& settings, std::size_t expected_packets) {
  decode::Decoder decoder(settings);
  const RawPacket raw = as_raw(frame);
  const std::uint64_t before = allocations;
  std::uint64_t failures = 0;
  for (auto _ : state) {
    const auto packets = decoder.decode(raw);
    const Packet& last = packets.back();
    failures += packets.size() != expected_packets || !last.has_transport || last.invalid || last.bad_checksum;
    benchmark::DoNotOptimize(packets.data());
  }
  const std::uint64_t allocated = allocations - before;
  state.counters["allocations"] = static_cast<double>(allocated);
  state.SetItemsProcessed(state.iterations());
  if (failures > 0) state.SkipWithError("a wrong answer");
  if (allocated > 0) state.SkipWithError("the heap was touched");
}

constexpr decode::Settings kTrusting{.verify_checksums = false};

void ipv4_tcp_trusted(benchmark::State& s) {
  run(s, tcp_of(eth().ipv4(kA, kB), 0), kTrusting, 1);
}
void ipv4_tcp(benchmark::State& s) {
  run(s, tcp_of(eth().ipv4(kA, kB), static_cast<std::size_t>(s.range(0))), {}, 1);
}
void ipv4_udp(benchmark::State& s) {
  run(s, eth().ipv4(kA, kB).udp(1, 2).payload("0123456789abcdef").build(), {}, 1);
}
void ipv6_tcp(benchmark::State& s) {
  run(s, tcp_of(eth().ipv6(kA6, kB6), 0), {}, 1);
}
void vlan_ipv4_tcp(benchmark::State& s) {
  run(s, tcp_of(eth().vlan(7).ipv4(kA, kB), 0), {}, 1);
}
void vxlan_ipv4_tcp(benchmark::State& s) {
  run(s, tcp_of(eth().ipv4(kA, kB).udp(50000, 4789).vxlan().ethernet().ipv4(kA, kB), 0), {}, 2);
}

// A datagram of three fragments; an iteration decodes all of them.
void fragments(benchmark::State& state) {
  const std::string text(4000, 'x');
  const auto parts = fragments_of(eth().ipv4(kA, kB).udp(1, 2).payload(text).build(), 1480);
  decode::Decoder decoder;
  std::vector<RawPacket> raw;
  for (const Frame& part : parts) raw.push_back(as_raw(part));
  const std::uint64_t before = allocations;
  std::uint64_t failures = 0;
  for (auto _ : state) {
    std::span<Packet> packets;
    for (const RawPacket& packet : raw) packets = decoder.decode(packet);
    failures += packets.size() != 2 || packets[1].payload.size() != text.size() || packets[1].bad_checksum;
  }
  const std::uint64_t allocated = allocations - before;
  state.counters["allocations"] = static_cast<double>(allocated);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(raw.size()));
  if (failures > 0) state.SkipWithError("a wrong answer");
  if (allocated > 0) state.SkipWithError("the heap was touched");
}

BENCHMARK(ipv4_tcp_trusted);
BENCHMARK(ipv4_tcp)->Arg(0)->Arg(100)->Arg(1448);
BENCHMARK(ipv4_udp);
BENCHMARK(ipv6_tcp);
BENCHMARK(vlan_ipv4_tcp);
BENCHMARK(vxlan_ipv4_tcp);
BENCHMARK(fragments);

}  // namespace

BENCHMARK_MAIN();
