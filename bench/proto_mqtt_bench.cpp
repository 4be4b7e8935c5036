// SPDX-License-Identifier: GPL-3.0-or-later
// MQTT packets from bytes to their lines in the log, and what they take from the heap.
#include <benchmark/benchmark.h>
#include <memory_resource>
#include <string>
#include <vector>

#include "proto/mqtt/mqtt.hpp"

namespace gatehouse {
namespace {

using proto::mqtt::protocol;

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
  void update(Transaction& tx, Direction) noexcept override {
    const FieldSpec& field = protocol.fields[0];
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
const std::string kConnect{"\x10\x0e\0\4MQTT\4\2\0\x3c\0\2id", 16};
const std::string kConnack{"\x20\2\0\0", 4};
const std::string kTopic{"\0\x0bsensors/t/1", 13};
const std::string kReading = std::string{"\x30\x11"} + kTopic + "21.5";
const std::string kNumbered = std::string{"\x32\x13"} + kTopic + u16(7) + "21.5";
const std::string kPuback{"\x40\2\0\7", 4};

// Each round: one packet, or one and its acknowledgement.
void run(benchmark::State& state, const std::string& packet, const std::string& answer, bool logging) {
  Heap heap;
  std::pmr::unsynchronized_pool_resource memory{kPool, &heap};
  Session* const session = protocol.create_for(false, memory);
  BenchSink sink{logging};
  const auto round = [&] {
    session->parse(Direction::to_server, as_bytes(packet), sink);
    if (!answer.empty()) session->parse(Direction::to_client, as_bytes(answer), sink);
  };
  session->parse(Direction::to_server, as_bytes(kConnect), sink);
  session->parse(Direction::to_client, as_bytes(kConnack), sink);
  round();  // the pool takes what it needs
  const std::int64_t before = heap.allocations;
  for (auto _ : state) round();
  state.counters["allocations"] = static_cast<double>(heap.allocations - before);
  if (sink.messages != state.iterations() + 2 || sink.events != 0 || sink.fields == 0)
    state.SkipWithError("wrong answer");
  protocol.destroy(session, memory);
}

BENCHMARK_CAPTURE(run, reading, kReading, "", false);
BENCHMARK_CAPTURE(run, reading_logged, kReading, "", true);
BENCHMARK_CAPTURE(run, acknowledged, kNumbered, kPuback, false);
BENCHMARK_CAPTURE(run, acknowledged_logged, kNumbered, kPuback, true);

void long_publish(benchmark::State& state) {
  std::pmr::unsynchronized_pool_resource memory{kPool};
  BenchSink sink{false};
  const std::string head = std::string{"\x30\xff\xff\xff\x7f"} + kTopic;
  const std::string piece(1460, 'x');
  Session* const session = protocol.create_for(false, memory);
  session->parse(Direction::to_server, as_bytes(head), sink);
  std::uint64_t left = 268435455 - kTopic.size();
  for (auto _ : state) {
    session->parse(Direction::to_server, as_bytes(piece), sink);
    left -= piece.size();
    if (left <= piece.size()) {  // the next one begins
      const std::string turn = piece.substr(0, left) + head;
      session->parse(Direction::to_server, as_bytes(turn), sink);
      left = 268435455 - kTopic.size();
    }
  }
  state.SetBytesProcessed(state.iterations() * 1460);
  protocol.destroy(session, memory);
}
BENCHMARK(long_publish);

}  // namespace
}  // namespace gatehouse

BENCHMARK_MAIN();
