// SPDX-License-Identifier: GPL-3.0-or-later
// What a hello and a certificate cost, and that the steady state takes nothing from the heap.
#include <atomic>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <memory_resource>
#include <new>
#include <openssl/crypto.h>
#include <string>

#include "proto/tls/tls.hpp"

namespace {

using namespace gatehouse;

std::string number(std::uint64_t value, int octets) {
  std::string bytes;
  for (int i = octets - 1; i >= 0; --i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}
std::string sized(std::string_view body, int octets) {
  return number(body.size(), octets) + std::string(body);
}
std::string extension(int type, std::string_view body) {
  return number(static_cast<unsigned>(type), 2) + sized(body, 2);
}
std::string list(int count, int first) {
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes += number(static_cast<unsigned>(first + i), 2);
  return bytes;
}
std::string record(std::string_view body) {
  return number(22, 1) + number(0x0301, 2) + sized(body, 2);
}

// About what a browser says: 16 ciphers, 16 extensions, a key share.
std::string client_hello() {
  std::string extensions = extension(0, sized(number(0, 1) + sized("www.example.org", 2), 2)) + extension(23, "") +
                           extension(0xff01, std::string(1, '\0')) + extension(10, sized(list(4, 23), 2)) +
                           extension(11, std::string("\x01\x00", 2)) + extension(35, "") +
                           extension(16, sized(sized("h2", 1) + sized("http/1.1", 1), 2)) +
                           extension(5, std::string("\x01\0\0\0\0", 5)) + extension(13, sized(list(8, 0x0401), 2)) +
                           extension(18, "") + extension(51, std::string(1200, 'k')) + extension(45, "\x01\x01") +
                           extension(43, sized(list(2, 0x0303), 1)) + extension(27, std::string("\x02\x00\x02", 3)) +
                           extension(17513, "x") + extension(21, std::string(100, '\0'));
  const std::string body = number(0x0303, 2) + std::string(32, 'r') + sized(std::string(32, 's'), 1) +
                           sized(list(16, 0x1301), 2) + sized(std::string(1, '\0'), 1) + sized(extensions, 2);
  return record(number(1, 1) + sized(body, 3));
}
std::string server_hello() {
  const std::string body = number(0x0303, 2) + std::string(32, 's') + sized(std::string(32, 's'), 1) +
                           number(0x1301, 2) + std::string(1, '\0') +
                           sized(extension(43, number(0x0304, 2)) + extension(51, std::string(36, 'k')), 2);
  return record(number(2, 1) + sized(body, 3)) + number(23, 1) + number(0x0303, 2) + sized(std::string(900, 'x'), 2);
}

std::atomic<std::uint64_t> heap_calls{0};

// Counts what the pool asks from below.
class Counting final : public std::pmr::memory_resource {
 public:
  std::uint64_t calls = 0;

 private:
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    ++calls;
    return std::pmr::new_delete_resource()->allocate(size, alignment);
  }
  void do_deallocate(void* p, std::size_t size, std::size_t alignment) override {
    std::pmr::new_delete_resource()->deallocate(p, size, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

class Deaf final : public Sink {
 public:
  std::uint64_t updates = 0;
  Timestamp now() const noexcept override { return {}; }
  void update(Transaction&, Direction) noexcept override { ++updates; }
  void log(Transaction&, Direction) noexcept override {}
  void close(Transaction&) noexcept override {}
  void event(Transaction*, std::uint8_t, Direction) noexcept override { std::abort(); }
  FileId file_open(Transaction&, Direction, const FileMeta&) noexcept override { return 0; }
  void file_data(FileId, Bytes) noexcept override {}
  void file_gap(FileId, std::uint64_t) noexcept override {}
  void file_close(FileId, bool) noexcept override {}
  void change_protocol(std::string_view) noexcept override {}
  void expect_session(const ExpectedSession&) noexcept override {}
};

void converse(Memory& memory, const std::string& client, const std::string& server, Deaf& sink) {
  Session* const session = proto::tls::protocol.create(memory);
  session->parse(Direction::to_server, as_bytes(client), sink);
  if (!server.empty()) session->parse(Direction::to_client, as_bytes(server), sink);
  proto::tls::protocol.destroy(session, memory);
}

void run(benchmark::State& state, const std::string& client, const std::string& server) {
  Counting below;
  std::pmr::unsynchronized_pool_resource memory{{.max_blocks_per_chunk = 64, .largest_required_pool_block = 1 << 18},
                                                &below};
  Deaf sink;
  for (int i = 0; i < 100; ++i) converse(memory, client, server, sink);
  const std::uint64_t before = below.calls + heap_calls;
  for (auto _ : state) converse(memory, client, server, sink);
  const std::uint64_t allocations = below.calls + heap_calls - before;
  if (allocations != 0) state.SkipWithError("the steady state took memory from the heap");
  state.counters["allocations"] = static_cast<double>(allocations);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * (client.size() + server.size())));
}

void client_hello_with_ja3_and_ja4(benchmark::State& state) {
  run(state, client_hello(), {});
}
void both_hellos(benchmark::State& state) {
  run(state, client_hello(), server_hello());
}
void client_hello_members(benchmark::State& state) {
  const std::string whole = client_hello();
  const Bytes body = as_bytes(whole).subspan(9);
  for (auto _ : state) benchmark::DoNotOptimize(proto::tls::read_client_hello(body));
  if (as_text(proto::tls::read_client_hello(body).server_name) != "www.example.org") state.SkipWithError("wrong name");
}

BENCHMARK(client_hello_members);
BENCHMARK(client_hello_with_ja3_and_ja4);
BENCHMARK(both_hellos);

}  // namespace

void* operator new(std::size_t size) {
  ++heap_calls;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc{};
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}

int main(int argc, char** argv) {
  // OpenSSL's digests count as well.
  CRYPTO_set_mem_functions(
      [](std::size_t size, const char*, int) {
        ++heap_calls;
        return std::malloc(size);
      },
      [](void* p, std::size_t size, const char*, int) {
        ++heap_calls;
        return std::realloc(p, size);
      },
      [](void* p, const char*, int) { std::free(p); });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
