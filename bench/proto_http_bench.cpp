// SPDX-License-Identifier: GPL-3.0-or-later
// One request and its response from bytes to the line in the log, on a kept-alive connection, and what it takes from
// the heap: libhtp's own allocations and those of our memory apart.
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <memory_resource>
#include <string>
#include <vector>

#include "proto/http/http.hpp"

namespace {
std::int64_t heap_calls = 0;
}

// The heap of the whole program, counted; glibc keeps its own under these names.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* malloc(std::size_t size) {
  ++heap_calls;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++heap_calls;
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  ++heap_calls;
  return __libc_realloc(old, size);
}
}

namespace gatehouse {
namespace {

using proto::http::protocol;

// As a worker sets its own up.
constexpr std::pmr::pool_options kPool{256, 1u << 20};

const std::string kRequest =
    "GET /news/2024/index.html?page=2&sort=date HTTP/1.1\r\nHost: www.example.com\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-US,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\nReferer: http://www.example.com/\r\n"
    "Cookie: session=0123456789abcdef\r\n\r\n";

std::string response(std::size_t body) {
  return "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Type: text/html\r\n"
         "Connection: keep-alive\r\nCache-Control: no-store\r\nContent-Length: " +
         std::to_string(body) + "\r\n\r\n" + std::string(body, 'x');
}

// Writes the log line if it is asked to, and asks for all fields or for the URI alone.
class BenchSink : public Sink {
 public:
  BenchSink(bool logging, bool all_fields) : buffer_(64 * 1024), logging_(logging), all_fields_(all_fields) {}
  Timestamp now() const noexcept override { return {}; }
  void update(Transaction& tx, Direction direction) noexcept override {
    for (const FieldSpec& field : protocol.fields) {
      if (field.direction != static_cast<FieldDirection>(direction)) continue;
      if (all_fields_ || field.name == "http.uri") fields += field.get(tx, 0).present ? 1 : 0;
    }
  }
  void log(Transaction& tx, Direction) noexcept override {
    ++transactions;
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
  void file_data(FileId, Bytes data) noexcept override { bytes += data.size(); }
  void file_gap(FileId, std::uint64_t) noexcept override {}
  void file_close(FileId, bool) noexcept override {}
  void change_protocol(std::string_view) noexcept override {}
  void expect_session(const ExpectedSession&) noexcept override {}

  std::int64_t transactions = 0, events = 0, fields = 0;
  std::uint64_t bytes = 0;

 private:
  std::vector<char> buffer_;
  bool logging_, all_fields_;
};

// range(0): bytes of the response body; range(1): all fields asked for.
void transaction(benchmark::State& state) {
  const auto body = static_cast<std::size_t>(state.range(0));
  const std::string answer = response(body);
  std::pmr::unsynchronized_pool_resource memory{kPool};
  BenchSink sink{true, state.range(1) != 0};
  Session* session = protocol.create(memory);
  const auto round = [&] {
    session->parse(Direction::to_server, as_bytes(kRequest), sink);
    for (std::size_t at = 0; at < answer.size(); at += 1460)
      session->parse(Direction::to_client, as_bytes(std::string_view{answer}.substr(at, 1460)), sink);
  };
  for (int i = 0; i < 100; ++i) round();
  const std::int64_t calls = heap_calls, before = sink.transactions;
  for (auto _ : state) round();
  const auto done = static_cast<double>(sink.transactions - before);
  state.counters["heap calls"] = static_cast<double>(heap_calls - calls) / done;
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kRequest.size() + answer.size()));
  if (sink.events != 0 || sink.bytes != static_cast<std::uint64_t>(sink.transactions) * body)
    state.SkipWithError("the answer is wrong");
  protocol.destroy(session, memory);
}
BENCHMARK(transaction)
    ->ArgNames({"body", "all_fields"})
    ->Args({100, 0})
    ->Args({100, 1})
    ->Args({10'000, 0})
    ->Args({1'000'000, 0});

// A connection for one transaction: the session and libhtp's parser are made and thrown away too.
void connection(benchmark::State& state) {
  const std::string answer = response(100);
  std::pmr::unsynchronized_pool_resource memory{kPool};
  BenchSink sink{true, false};
  const auto round = [&] {
    Session* session = protocol.create(memory);
    session->parse(Direction::to_server, as_bytes(kRequest), sink);
    session->parse(Direction::to_client, as_bytes(answer), sink);
    session->end(Direction::to_server, sink);
    session->end(Direction::to_client, sink);
    protocol.destroy(session, memory);
  };
  for (int i = 0; i < 100; ++i) round();
  const std::int64_t calls = heap_calls;
  for (auto _ : state) round();
  state.counters["heap calls"] = static_cast<double>(heap_calls - calls) / static_cast<double>(state.iterations());
  if (sink.events != 0) state.SkipWithError("the answer is wrong");
}
BENCHMARK(connection);

void detection(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(protocol.detector.probe(Direction::to_server, as_bytes(kRequest), 80));
}
BENCHMARK(detection);

}  // namespace
}  // namespace gatehouse

BENCHMARK_MAIN();
