// SPDX-License-Identifier: GPL-3.0-or-later
// The whole pipeline, as one worker runs it: decode, track, reassemble, identify, parse, judge, log. A capture is read
// into memory and played several times, each time with later clocks, so that every pass makes all its flows anew. The
// first pass warms the tables and pools; the others are the steady state, in which heap allocations are counted, by who
// asks: ours must be none; what third-party libraries take for themselves (HTTP's parser, nDPI) is shown beside it.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <dlfcn.h>
#include <fmt/format.h>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

#include "capture/pcap_file.hpp"
#include "engine/worker.hpp"
#include "proto/registry.hpp"

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
}

namespace {

thread_local bool counting = false;
struct Counts {
  std::uint64_t ours = 0, libraries = 0;
};
thread_local Counts counts;

// Code of this program, libstdc++'s operator new called from it included: everything that is not in another library.
bool is_ours(const void* caller) noexcept {
  static const auto [begin, end] = [] {
    Dl_info info{};
    dladdr(reinterpret_cast<const void*>(&is_ours), &info);
    const auto base = reinterpret_cast<std::uintptr_t>(info.dli_fbase);
    extern char end_of_program asm("end");
    return std::pair{base, reinterpret_cast<std::uintptr_t>(&end_of_program)};
  }();
  const auto at = reinterpret_cast<std::uintptr_t>(caller);
  return at >= begin && at < end;
}

void count(const void* caller) noexcept {
  if (counting) ++(is_ours(caller) ? counts.ours : counts.libraries);
}

}  // namespace

extern "C" void* malloc(std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_malloc(size);
}
extern "C" void* calloc(std::size_t n, std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_calloc(n, size);
}
extern "C" void* realloc(void* old, std::size_t size) {
  count(__builtin_return_address(0));
  return __libc_realloc(old, size);
}
void* operator new(std::size_t size) {
  count(__builtin_return_address(0));
  if (void* memory = __libc_malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace gatehouse {
namespace {

struct Recorded {
  std::vector<RawPacket> packets;
  std::deque<std::vector<std::uint8_t>> bytes;
  std::uint64_t size = 0;
  Duration length;
};

Recorded load(const char* path) {
  Recorded recorded;
  auto sources = capture::open_pcap_file(path);
  if (!sources) {
    fmt::print(stderr, "{}\n", sources.error().text);
    std::exit(1);
  }
  capture::Source& source = *sources->front();
  while (!source.ended()) {
    for (const RawPacket& packet : source.receive(seconds(1))) {
      recorded.bytes.emplace_back(packet.data.begin(), packet.data.end());
      recorded.packets.push_back(packet);
      recorded.packets.back().data = recorded.bytes.back();
      recorded.size += packet.wire_length;
    }
    source.release({});
  }
  if (recorded.packets.empty()) std::exit((fmt::print(stderr, "{}: no packets\n", path), 1));
  recorded.length = recorded.packets.back().time - recorded.packets.front().time;
  return recorded;
}

struct Pass {
  double seconds = 0;
  Counts counts;
};

// Plays the recording `passes` times and notes when each pass ends.
class Player final : public capture::Source {
 public:
  Player(Recorded& recorded, std::size_t passes) : recorded_(recorded), left_(passes) { results_.reserve(passes + 1); }

  std::span<const RawPacket> receive(Duration) noexcept override {
    if (at_ == 0) begin_pass();
    const std::size_t n = std::min(capture::kBatch, recorded_.packets.size() - at_);
    const std::span<const RawPacket> batch{recorded_.packets.data() + at_, n};
    at_ += n;
    return batch;
  }
  void release(std::span<const Action>) noexcept override {
    if (at_ < recorded_.packets.size()) return;
    counting = false;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began_;
    results_.push_back({took.count(), counts});
    at_ = 0;
    --left_;
  }
  bool ended() const noexcept override { return left_ == 0; }
  capture::SourceCounters counters() const noexcept override { return {}; }
  const std::vector<Pass>& results() const noexcept { return results_; }

 private:
  void begin_pass() noexcept {
    // Later than every timeout of the pass before.
    if (!results_.empty())
      for (RawPacket& packet : recorded_.packets)
        packet.time = packet.time + Duration{recorded_.length.us + seconds(3600).us};
    counts = {};
    counting = true;
    began_ = std::chrono::steady_clock::now();
  }
  Recorded& recorded_;
  std::size_t left_, at_ = 0;
  std::vector<Pass> results_;
  std::chrono::steady_clock::time_point began_;
};

int run(const char* path, std::size_t passes) {
  Recorded recorded = load(path);
  engine::WorkerSettings settings;
  settings.lossless_log = true;
  settings.decode.verify_checksums = false;
  settings.protocols = {proto::all().begin(), proto::all().end()};
  const engine::CurrentGeneration generation{std::make_shared<engine::Generation>()};
  auto player = std::make_unique<Player>(recorded, passes);
  const Player& results = *player;
  auto worker = engine::Worker::make(settings, std::move(player), generation);
  if (!worker) return fmt::print(stderr, "{}\n", worker.error().text), 1;

  std::atomic<bool> done{false};
  std::uint64_t log_bytes = 0;
  std::thread recorder{[&] {
    while (!done || !(*worker)->ring().empty())
      if ((*worker)->ring().drain([&](std::span<const char> line) { log_bytes += line.size(); }) == 0)
        std::this_thread::sleep_for(std::chrono::microseconds{200});
  }};
  (*worker)->run();
  done = true;
  recorder.join();

  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto packets = static_cast<double>(recorded.packets.size());
  fmt::print("{}: {} packets, {:.0f} bytes on average, everything logged ({} MB a pass)\n", path,
             recorded.packets.size(), static_cast<double>(recorded.size) / packets, log_bytes / passes / 1'000'000);
  fmt::print("{:8} {:>12} {:>10} {:>10} {:>22} {:>22}\n", "pass", "packets/s", "Mbit/s", "ns/packet",
             "our allocations/packet", "libraries'/packet");
  std::uint64_t steady = 0;
  for (std::size_t i = 0; i < results.results().size(); ++i) {
    const Pass& pass = results.results()[i];
    fmt::print("{:8} {:12.0f} {:10.0f} {:10.0f} {:22.6f} {:22.6f}\n", i == 0 ? "warm-up" : std::to_string(i),
               packets / pass.seconds, static_cast<double>(recorded.size) * 8 / pass.seconds / 1e6,
               pass.seconds / packets * 1e9, static_cast<double>(pass.counts.ours) / packets,
               static_cast<double>(pass.counts.libraries) / packets);
    if (i > 0) steady = pass.counts.ours;
  }
  fmt::print("peak memory {} MiB, {} MiB of it the recording; our heap allocations in the last pass: {}\n",
             usage.ru_maxrss / 1024, recorded.size / 1048576, steady);
  return 0;
}

}  // namespace
}  // namespace gatehouse

int main(int argc, char** argv) {
  if (argc < 2) return fmt::print(stderr, "usage: {} CAPTURE [PASSES]\n", argv[0]), 2;
  return gatehouse::run(argv[1], argc > 2 ? std::max(2ul, std::strtoul(argv[2], nullptr, 10)) : 4);
}
