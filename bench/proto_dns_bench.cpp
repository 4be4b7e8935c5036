// SPDX-License-Identifier: GPL-3.0-or-later
// One DNS message from bytes to its line in the log, and what it takes from the heap.
#include <benchmark/benchmark.h>
#include <memory_resource>
#include <string>
#include <vector>

#include "proto/dns/dns.hpp"

namespace gatehouse {
namespace {

using proto::dns::protocol;

// As a worker sets its own up.
constexpr std::pmr::pool_options kPool{256, 1u << 20};

// The heap below the pool, counted.
class Heap : public std::pmr::memory_resource {
 public:
  std::int64_t allocations = 0;

 private:
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    ++allocations;
    return std::pmr::new_delete_resource()->allocate(size, alignment);
  }
  void do_deallocate(void* memory, std::size_t size, std::size_t alignment) override {
    std::pmr::new_delete_resource()->deallocate(memory, size, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

// Writes the log line if it is asked to, and asks for one field of each kind as a small set of rules would.
class BenchSink : public Sink {
 public:
  explicit BenchSink(bool logging) : buffer_(64 * 1024), logging_(logging) {}
  Timestamp now() const noexcept override { return {}; }
  void update(Transaction& tx, Direction direction) noexcept override {
    const FieldSpec& field = protocol.fields[direction == Direction::to_server ? 0 : 7];
    for (unsigned i = 0; field.get(tx, i).present; ++i) ++fields;
  }
  void log(Transaction& tx, Direction) noexcept override {
    ++messages;
    if (!logging_) return;
    JsonWriter json{buffer_};
    json.open_object();
    protocol.log(tx, json);
    json.close_object();
    benchmark::DoNotOptimize(json.text().size());
  }
  void close(Transaction&) noexcept override {}
  void event(Transaction*, std::uint8_t, Direction) noexcept override { ++events; }
  FileId file_open(Transaction&, Direction, const FileMeta&) noexcept override { return 0; }
  void file_data(FileId, Bytes) noexcept override {}
  void file_gap(FileId, std::uint64_t) noexcept override {}
  void file_close(FileId, bool) noexcept override {}
  void change_protocol(std::string_view) noexcept override {}
  void expect_session(const ExpectedSession&) noexcept override {}

  std::int64_t messages = 0, events = 0, fields = 0;

 private:
  std::vector<char> buffer_;
  bool logging_;
};

std::string u16(unsigned n) {
  return {static_cast<char>(n >> 8), static_cast<char>(n)};
}
const std::string kName{"\3www\7example\3org\0", 17};

std::string query() {
  return u16(7) + u16(0x0100) + u16(1) + u16(0) + u16(0) + u16(0) + kName + u16(1) + u16(1);
}

std::string response(unsigned answers) {
  std::string message = u16(7) + u16(0x8180) + u16(1) + u16(answers) + u16(0) + u16(0) + kName + u16(1) + u16(1);
  for (unsigned i = 0; i < answers; ++i)
    message += u16(0xc00c) + u16(1) + u16(1) + u16(0) + u16(300) + u16(4) + u16(0xc000) + u16(0x0200 + i);
  return message;
}

void run(benchmark::State& state, Direction direction, const std::string& message, bool logging) {
  Heap heap;
  std::pmr::unsynchronized_pool_resource memory{kPool, &heap};
  Session* const session = protocol.create_for(true, memory);
  BenchSink sink{logging};
  session->parse(direction, as_bytes(message), sink);  // the pool takes what it needs
  const std::int64_t before = heap.allocations;
  for (auto _ : state) session->parse(direction, as_bytes(message), sink);
  state.counters["allocations"] = static_cast<double>(heap.allocations - before);
  if (sink.messages != state.iterations() + 1 || sink.events != 0 || sink.fields == 0)
    state.SkipWithError("wrong answer");
  protocol.destroy(session, memory);
}

BENCHMARK_CAPTURE(run, query, Direction::to_server, query(), false);
BENCHMARK_CAPTURE(run, query_logged, Direction::to_server, query(), true);
BENCHMARK_CAPTURE(run, response_of_2, Direction::to_client, response(2), false);
BENCHMARK_CAPTURE(run, response_of_2_logged, Direction::to_client, response(2), true);
BENCHMARK_CAPTURE(run, response_of_30_logged, Direction::to_client, response(30), true);

void probe(benchmark::State& state) {
  const std::string message = query();
  for (auto _ : state)
    if (protocol.probe_for(true, Direction::to_server, as_bytes(message), 4000) != Probe::yes)
      state.SkipWithError("wrong answer");
}
BENCHMARK(probe);

}  // namespace
}  // namespace gatehouse

BENCHMARK_MAIN();
