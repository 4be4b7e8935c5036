// SPDX-License-Identifier: GPL-3.0-or-later
// A file from open to record: with and without its digest, and put together from ranges.
#include <atomic>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <new>
#include <string>

#include "files/file_tracker.hpp"

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

namespace gatehouse::files {
namespace {

constexpr std::size_t kSegment = 1448;

class Records final : public FileReceiver {
 public:
  void on_file(const FileRecord& record, const Transaction*) noexcept override {
    ++count;
    bytes += record.size;
    joined += record.joined;
  }
  std::uint64_t count = 0, bytes = 0, joined = 0;
};

void fill(FileTracker& tracker, FileId file, Bytes content) {
  for (; !content.empty(); content = content.subspan(std::min(content.size(), kSegment)))
    tracker.data(file, content.first(std::min(content.size(), kSegment)));
}

void one_file(benchmark::State& state, const Settings& settings) {
  Records records;
  FileTracker tracker{settings, records};
  const std::string content(static_cast<std::size_t>(state.range(0)), 'x');
  std::uint64_t files = 0, before = 0;
  for (auto _ : state) {
    const FileId file = tracker.open(1, nullptr, Direction::to_client, {.name = "/path/to/file.bin"}, {});
    fill(tracker, file, as_bytes(content));
    tracker.close(file, false);
    if (++files == 1) before = allocations;
  }
  state.counters["allocations"] = static_cast<double>(allocations - before);
  state.SetBytesProcessed(static_cast<std::int64_t>(files * content.size()));
  if (records.count != files || records.bytes != files * content.size()) state.SkipWithError("a wrong answer");
}

void files_counted(benchmark::State& state) {
  one_file(state, {.sha256 = false});
}
void files_sha256(benchmark::State& state) {
  one_file(state, {});
}
void files_all_digests(benchmark::State& state) {
  one_file(state, {.md5 = true, .sha1 = true, .sha256 = true});
}
BENCHMARK(files_counted)->Arg(1000)->Arg(1 << 20);
BENCHMARK(files_sha256)->Arg(1000)->Arg(1 << 20);
BENCHMARK(files_all_digests)->Arg(1 << 20);

// Eight parts, the later ones first: all but one wait in blocks.
void files_from_ranges(benchmark::State& state) {
  constexpr std::size_t kParts = 8, kPart = 128 * 1024;
  Records records;
  FileTracker tracker{{}, records};
  const std::string content(kPart, 'x');
  std::uint64_t files = 0, before = 0;
  for (auto _ : state) {
    for (std::size_t part = kParts; part-- > 0;) {
      const FileId file = tracker.open(part, nullptr, Direction::to_client,
                                       {.name = "/f",
                                        .has_range = true,
                                        .range_start = part * kPart,
                                        .range_end = (part + 1) * kPart - 1,
                                        .range_size = kParts * kPart,
                                        .range_key = "host/f"},
                                       {});
      fill(tracker, file, as_bytes(content));
      tracker.close(file, false);
    }
    if (++files == 1) before = allocations;
  }
  state.counters["allocations"] = static_cast<double>(allocations - before);
  state.SetBytesProcessed(static_cast<std::int64_t>(files * kParts * kPart));
  if (records.joined != files) state.SkipWithError("a wrong answer");
}
BENCHMARK(files_from_ranges);

}  // namespace
}  // namespace gatehouse::files

BENCHMARK_MAIN();
