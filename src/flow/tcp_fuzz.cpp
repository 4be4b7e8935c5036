// SPDX-License-Identifier: GPL-3.0-or-later
// Segments made from the input, through both modes at once. Whatever comes: memory stays within its bound and is given
// back, callbacks are in order, and the numbers of bytes that were delivered and missed add up.
#include <cstdlib>
#include <vector>

#include "base/cursor.hpp"
#include "flow/tcp.hpp"

namespace {

using namespace gatehouse;
using namespace gatehouse::flow;

void require(bool holds) {
  if (!holds) std::abort();
}

class Engine : public StreamReceiver {
 public:
  explicit Engine(const TcpSettings& settings) : limit{settings.memory}, tracker{settings, memory, *this} {
    flow.protocol = ip_protocol::tcp;
  }
  ~Engine() override {
    tracker.finish(flow);
    require(tracker.counters().memory_in_use == 0);
    require(tracker.counters().connections_in_use == 0);
  }
  void packet(Packet p, Direction direction) {
    const TcpOutcome outcome = tracker.packet(flow, p, direction);
    require(outcome != TcpOutcome::contradiction ||
            p.events.has(PacketEvent::stream_reassembly_overlap_different_data));
    require(tracker.counters().memory_in_use <= limit);
  }
  std::size_t on_stream(Flow&, Direction d, Bytes bytes) noexcept override {
    require(flow.inspect && !bytes.empty() && !inside[index(d)] && (!ended[index(d)] || asked_again));
    inside[index(d)] = true;
    // Reads every byte, so that a sanitizer sees them.
    for (const std::uint8_t b : bytes) sum = sum * 31 + b;
    if (sum % 61 == 0) {
      asked_again = true;
      tracker.redeliver(flow);
    }
    if (sum % 997 == 0) flow.inspect = false;
    inside[index(d)] = false;
    return sum % 5 == 0 ? bytes.size() / 2 : sum % 7 == 0 ? 0 : bytes.size();
  }
  void on_gap(Flow&, Direction d, std::uint64_t missing) noexcept override {
    require(flow.inspect && missing != 0 && !ended[index(d)]);
  }
  void on_stream_end(Flow&, Direction d) noexcept override {
    require(!ended[index(d)]);
    ended[index(d)] = true;
  }

  std::pmr::unsynchronized_pool_resource memory;
  std::size_t limit;
  TcpTracker tracker;
  Flow flow;
  bool ended[2]{}, inside[2]{}, asked_again = false;
  std::uint32_t sum = 1;
};

constexpr std::uint8_t kFlags[]{tcp_flag::ack,
                                tcp_flag::ack,
                                tcp_flag::ack | tcp_flag::psh,
                                tcp_flag::syn,
                                tcp_flag::syn | tcp_flag::ack,
                                tcp_flag::fin | tcp_flag::ack,
                                tcp_flag::rst,
                                tcp_flag::rst | tcp_flag::ack};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<std::uint8_t> letters = [] {
    std::vector<std::uint8_t> v(70000);
    for (std::size_t i = 0; i < v.size(); ++i) v[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
    return v;
  }();
  Cursor input{Bytes{data, size}};
  const std::uint8_t first = input.u8();
  TcpSettings settings{.overlap = static_cast<TcpOverlap>(first % 14),
                       .midstream = (first & 0x10) != 0,
                       .async_oneside = (first & 0x20) != 0,
                       .memory = 256u << 10,
                       .per_direction = 64u << 10,
                       .max_segments = 24};
  settings.mode = TcpMode::passive;
  Engine passive{settings};
  settings.mode = TcpMode::in_line;
  Engine in_line{settings};
  Timestamp now{1'700'000'000'000'000};
  std::uint32_t base[2]{0xfffff000u, input.u32()}, next[2]{base[0], base[1]};
  while (input.ok() && input.remaining() >= 8) {
    const std::uint8_t what = input.u8(), more = input.u8();
    const unsigned from = what & 1;
    Packet p;
    RawPacket raw;
    now = now + milliseconds(what);
    raw.time = now;
    p.raw = &raw;
    p.protocol = ip_protocol::tcp;
    p.has_ip = p.has_transport = true;
    p.tcp.flags = kFlags[(what >> 1) & 7];
    if ((what & 0xc0) == 0x40) p.tcp.flags |= tcp_flag::urg, p.tcp.urgent = static_cast<std::uint16_t>(1 + (more >> 3));
    p.tcp.window = (more & 1) ? std::uint16_t{65535} : input.u16();
    const auto ahead = static_cast<std::int16_t>(input.u16()), behind = static_cast<std::int16_t>(input.u16());
    p.tcp.seq = ((more & 2) ? next[from] : base[from]) + static_cast<std::uint32_t>(ahead);
    p.tcp.ack = ((more & 4) ? next[from ^ 1] : base[from ^ 1]) + static_cast<std::uint32_t>(behind);
    if (more & 8) p.tcp.has_window_scale = true, p.tcp.window_scale = static_cast<std::uint8_t>(more >> 4);
    if (more & 16) p.tcp.has_timestamp = true, p.tcp.timestamp_value = input.u16(), p.tcp.timestamp_echo = input.u16();
    std::size_t length = input.u8();
    if (length > 250) length = input.u16();
    // Honest bytes are a function of their place in the stream; some lie.
    const std::uint32_t place = (p.tcp.seq - base[from]) % 4096 + ((more & 32) ? 1 : 0);
    p.payload = Bytes{letters}.subspan(place, std::min<std::size_t>(length, letters.size() - place));
    if (more & 2) next[from] = p.tcp.seq + static_cast<std::uint32_t>(p.payload.size());
    const Direction direction = from ? Direction::to_client : Direction::to_server;
    passive.packet(p, direction);
    p.events.clear();
    in_line.packet(p, direction);
  }
  return 0;
}
