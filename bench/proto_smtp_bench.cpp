// SPDX-License-Identifier: GPL-3.0-or-later
// Mails through an SMTP session, in segments as they come: time per byte of mail, and what it takes from the heap.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <memory_resource>
#include <string>
#include <vector>

#include "proto/smtp/smtp.hpp"

namespace gatehouse {
namespace {

using proto::smtp::protocol;

// As a worker sets its own up.
constexpr std::pmr::pool_options kPool{256, 1u << 20};
constexpr std::size_t kSegment = 1448;

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

class BenchSink : public Sink {
 public:
  BenchSink() : buffer_(64 * 1024) {}
  Timestamp now() const noexcept override { return {}; }
  void update(Transaction& tx, Direction) noexcept override {
    for (const FieldSpec& field : protocol.fields) fields += field.get(tx, 0).present;
  }
  void log(Transaction& tx, Direction) noexcept override {
    JsonWriter json{buffer_};
    json.open_object();
    protocol.log(tx, json);
    json.close_object();
    benchmark::DoNotOptimize(json.text().size());
    ++mails;
  }
  void close(Transaction&) noexcept override {}
  void event(Transaction*, std::uint8_t, Direction) noexcept override { ++events; }
  FileId file_open(Transaction&, Direction, const FileMeta&) noexcept override { return 1; }
  void file_data(FileId, Bytes data) noexcept override { bytes += data.size(); }
  void file_gap(FileId, std::uint64_t) noexcept override {}
  void file_close(FileId, bool) noexcept override {}
  void change_protocol(std::string_view) noexcept override {}
  void expect_session(const ExpectedSession&) noexcept override {}

  std::uint64_t fields = 0, mails = 0, events = 0, bytes = 0;

 private:
  std::vector<char> buffer_;
};

void feed(Session& session, Direction direction, std::string_view text, Sink& sink) {
  Bytes rest = as_bytes(text);
  std::size_t offered = 0;
  while (!rest.empty()) {
    offered = std::min(rest.size(), offered + kSegment);
    const std::size_t used = session.parse(direction, rest.first(offered), sink).consumed;
    rest = rest.subspan(used);
    offered -= used;
  }
}

std::string mail_with(std::string_view body_headers, std::string_view body_line, std::size_t size) {
  std::string mail =
      "Received: from a.example by b.example; Mon, 1 Jan 2024 00:00:00 +0000\r\nFrom: A <a@example.com>\r\n"
      "To: B <b@example.net>, C <c@example.net>\r\nSubject: The figures of last month\r\n"
      "Message-ID: <1@example.com>\r\nContent-Type: multipart/mixed; boundary=\"part\"\r\n\r\n"
      "--part\r\nContent-Type: text/plain\r\n\r\nSee http://example.org/x\r\n--part\r\n";
  mail += body_headers;
  mail += "\r\n";
  while (mail.size() < size) mail += body_line;
  return mail + "--part--\r\n.\r\n";
}

void run(benchmark::State& state, const std::string& mail) {
  Heap heap;
  std::pmr::unsynchronized_pool_resource pool{kPool, &heap};
  BenchSink sink;
  std::int64_t warm = 0;
  std::uint64_t mails = 0;
  for (auto _ : state) {
    Session* session = protocol.create(pool);
    feed(*session, Direction::to_client, "220 mx ESMTP\r\n", sink);
    feed(*session, Direction::to_server, "EHLO c\r\n", sink);
    feed(*session, Direction::to_client, "250-mx\r\n250 PIPELINING\r\n", sink);
    feed(*session, Direction::to_server, "MAIL FROM:<a@x>\r\nRCPT TO:<b@x>\r\nDATA\r\n", sink);
    feed(*session, Direction::to_client, "250 ok\r\n250 ok\r\n354 go\r\n", sink);
    feed(*session, Direction::to_server, mail, sink);
    feed(*session, Direction::to_client, "250 queued\r\n", sink);
    session->end(Direction::to_server, sink);
    session->end(Direction::to_client, sink);
    protocol.destroy(session, pool);
    if (++mails == 1) warm = heap.allocations;
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(mails * mail.size()));
  state.counters["allocations"] = static_cast<double>(heap.allocations - warm);
  if (sink.mails != mails || sink.events > 0) state.SkipWithError("a wrong answer");
}

const std::string kBase64Line = std::string(76, 'Q') + "\r\n";
const std::string kQuotedLine = "Caf=C3=A9 and other words that stand in a line of quoted text, as=20is=\r\n";
const std::string kTextLine = "Plain words without any encoding, of a length that people use to write.\r\n";

void smtp_small_mail(benchmark::State& state) {
  run(state, mail_with("Content-Type: text/plain\r\n", kTextLine, 1000));
}
void smtp_base64_attachment(benchmark::State& state) {
  run(state, mail_with("Content-Type: application/zip; name=z\r\nContent-Transfer-Encoding: base64\r\n", kBase64Line,
                       1 << 20));
}
void smtp_quoted_text(benchmark::State& state) {
  run(state,
      mail_with("Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n", kQuotedLine, 1 << 20));
}
void smtp_plain_text(benchmark::State& state) {
  run(state, mail_with("Content-Type: text/plain\r\n", kTextLine, 1 << 20));
}
BENCHMARK(smtp_small_mail);
BENCHMARK(smtp_base64_attachment);
BENCHMARK(smtp_quoted_text);
BENCHMARK(smtp_plain_text);

}  // namespace
}  // namespace gatehouse

BENCHMARK_MAIN();
