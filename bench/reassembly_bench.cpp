// SPDX-License-Identifier: GPL-3.0-or-later
// TCP tracking and reassembly: nanoseconds and heap allocations a packet of a long transfer, the answer checked by the
// number of bytes that were delivered.
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <memory_resource>
#include <new>
#include <vector>

#include "flow/tcp.hpp"

namespace {
std::uint64_t allocations = 0;
}

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* p) noexcept {
  std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}

namespace {

using namespace gatehouse;
using namespace gatehouse::flow;

class Count : public StreamReceiver {
 public:
  std::size_t on_stream(Flow&, Direction, Bytes data) noexcept override {
    bytes += data.size();
    return data.size();
  }
  void on_gap(Flow&, Direction, std::uint64_t missing) noexcept override { gaps += missing; }
  void on_stream_end(Flow&, Direction) noexcept override {}
  std::uint64_t bytes = 0, gaps = 0;
};

enum class Order { in_order, swapped };

class Transfer {
 public:
  Transfer(TcpMode mode, std::size_t segment) : tracker{{.mode = mode}, memory, count}, payload(segment, 'x') {
    flow.protocol = packet.protocol = ip_protocol::tcp;
    send(Direction::to_server, tcp_flag::syn, client, 0, {});
    send(Direction::to_client, tcp_flag::syn | tcp_flag::ack, server, client + 1, {});
    ++client, ++server;
    send(Direction::to_server, tcp_flag::ack, client, server, {});
    send(Direction::to_client, tcp_flag::ack, server, client, {});
  }
  void send(Direction direction, std::uint8_t flags, std::uint32_t seq, std::uint32_t ack, Bytes data) {
    packet.tcp.flags = flags, packet.tcp.seq = seq, packet.tcp.ack = ack, packet.tcp.window = 65535;
    packet.tcp.has_window_scale = flags & tcp_flag::syn, packet.tcp.window_scale = 7;
    packet.payload = data;
    packet.events.clear();
    tracker.packet(flow, packet, direction);
  }
  // One packet: of two segments and their acknowledgement, as a receiver delays it.
  void step(Order order) {
    const auto n = static_cast<std::uint32_t>(payload.size());
    const bool second = turn == 1;
    if (turn == 2) {
      client += 2 * n;
      sent += 2 * n;
      send(Direction::to_client, tcp_flag::ack, server, client, {});
    } else {
      send(Direction::to_server, tcp_flag::ack, client + (second != (order == Order::swapped) ? n : 0), server,
           payload);
    }
    turn = turn == 2 ? 0 : turn + 1;
  }

  std::pmr::unsynchronized_pool_resource memory;
  Count count;
  TcpTracker tracker;
  Flow flow;
  Packet packet;
  std::vector<std::uint8_t> payload;
  std::uint32_t client = 0xffff0000u, server = 1;
  std::uint64_t sent = 0;
  int turn = 0;
};

void transfer(benchmark::State& state, TcpMode mode, Order order) {
  Transfer t{mode, static_cast<std::size_t>(state.range(0))};
  for (int warm = 0; warm < 300; ++warm) t.step(order);
  const std::uint64_t before = allocations;
  for (auto _ : state) t.step(order);
  state.counters["allocations"] = static_cast<double>(allocations - before);
  while (t.turn != 0) t.step(order);
  if (t.count.bytes != t.sent || t.count.gaps) state.SkipWithError("bytes were lost");
  t.tracker.finish(t.flow);
}
BENCHMARK_CAPTURE(transfer, in_line, TcpMode::in_line, Order::in_order)->Arg(64)->Arg(1460)->Arg(65160);
BENCHMARK_CAPTURE(transfer, in_line_swapped, TcpMode::in_line, Order::swapped)->Arg(1460);
BENCHMARK_CAPTURE(transfer, passive, TcpMode::passive, Order::in_order)->Arg(64)->Arg(1460)->Arg(65160);
BENCHMARK_CAPTURE(transfer, passive_swapped, TcpMode::passive, Order::swapped)->Arg(1460);

// A settled flow: state only.
void settled(benchmark::State& state) {
  Transfer t{TcpMode::in_line, 1460};
  t.flow.inspect = false;
  for (auto _ : state) t.step(Order::in_order);
}
BENCHMARK(settled);

}  // namespace

BENCHMARK_MAIN();
