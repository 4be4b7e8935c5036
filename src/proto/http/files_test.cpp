// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies: decoded, named, ranged, with holes, and cut into every pair of pieces.
#include <brotli/encode.h>
#include <zlib.h>

#include "proto/http/limits.hpp"
#include "proto/http/test_conversation.hpp"

namespace gatehouse::proto::http {
namespace {

using testing::HasSubstr;

const std::string kGet = "GET /dir/page HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kText = "Neither a borrower nor a lender be; neither, neither, neither.";

// windowBits as zlib takes them: 15 zlib, 31 gzip, -15 raw.
std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}
std::string gzipped(std::string_view text) {
  return deflated(text, 31);
}

std::string brotli(std::string_view text) {
  std::size_t size = BrotliEncoderMaxCompressedSize(text.size()) + 64;
  std::string out(size, '\0');
  BrotliEncoderCompress(9, 22, BROTLI_MODE_GENERIC, text.size(), reinterpret_cast<const std::uint8_t*>(text.data()),
                        &size, reinterpret_cast<std::uint8_t*>(out.data()));
  out.resize(size);
  return out;
}

std::string chunked(std::string_view body, std::size_t piece) {
  std::string out;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    const std::string_view part = body.substr(at, piece);
    char size[16];
    std::snprintf(size, sizeof size, "%zx\r\n", part.size());
    out.append(size).append(part).append("\r\n");
  }
  return out + "0\r\nTrailer: t\r\n\r\n";
}

TEST(Files, ResponseBodyByPath) {
  const Played played{{request(kGet), response(sized(kText))}};
  EXPECT_THAT(played.text(), HasSubstr("file 0 open to_client /dir/page\n"));
  EXPECT_EQ(played.file(0), kText);
}

TEST(Files, ResponseBodyByContentDisposition) {
  const Played played{{request(kGet), response(sized("x", "Content-Disposition: attachment; filename=\"r.txt\"\r\n"))}};
  EXPECT_THAT(played.text(), HasSubstr("file 0 open to_client r.txt\n"));
}

TEST(Files, Encodings) {
  const std::vector<std::pair<std::string, std::string>> encodings{
      {"gzip", gzipped(kText)},
      {"x-gzip", gzipped(kText)},
      {"deflate", deflated(kText, 15)},
      {"deflate", deflated(kText, -15)},
      {"gzip, gzip", gzipped(gzipped(kText))},
      {"deflate, gzip", gzipped(deflated(kText, 15))},
      {"br", brotli(kText)},
      {"br, gzip", gzipped(brotli(kText))},
      {"identity", kText},
  };
  for (const auto& [name, body] : encodings) {
    const Played sized_one{{request(kGet), response(sized(body, "Content-Encoding: " + name + "\r\n"))}};
    EXPECT_EQ(sized_one.file(0), kText) << name;
    EXPECT_THAT(sized_one.text(), testing::Not(HasSubstr("event"))) << name << sized_one.text();
    const Played chunked_one{
        {request(kGet), response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: " + name +
                                 "\r\n\r\n" + chunked(body, 7))}};
    EXPECT_EQ(chunked_one.file(0), kText) << name;
  }
}

TEST(Files, BrokenBrotliIsGivenAsItCame) {
  const Played played{{request(kGet), response(sized("\xff\xff not brotli", "Content-Encoding: br\r\n"))}};
  EXPECT_EQ(played.file(0), "\xff\xff not brotli");
  EXPECT_THAT(played.text(), HasSubstr("event to_client GZIP_DECOMPRESSION_FAILED"));
}

TEST(Files, BrokenGzip) {
  const Played played{{request(kGet), response(sized("this is not gzip at all", "Content-Encoding: gzip\r\n"))}};
  EXPECT_EQ(played.file(0), "this is not gzip at all");
  EXPECT_THAT(played.text(), HasSubstr("event to_client GZIP_DECOMPRESSION_FAILED"));
  std::string body = gzipped(kText);
  body.replace(body.size() / 2, 4, "XXXX");
  EXPECT_THAT(Played({request(kGet), response(sized(body, "Content-Encoding: gzip\r\n"))}).text(),
              HasSubstr("event to_client GZIP_DECOMPRESSION_FAILED"));
}

TEST(Files, BombsAreNotLetOff) {
  const std::string zeros(64U << 20, '\0');
  for (const auto& [name, body] :
       {std::pair<std::string, std::string>{"br", brotli(zeros)}, {"gzip, gzip", gzipped(gzipped(zeros))}}) {
    const Played played{{request(kGet), response(sized(body, "Content-Encoding: " + name + "\r\n"))}};
    EXPECT_THAT(played.text(), HasSubstr("event to_client COMPRESSION_BOMB")) << name;
    EXPECT_LT(played.file(0).size(), zeros.size() / 2) << name;
  }
}

TEST(Files, UploadsByPath) {
  const Played played{
      {request("PUT /up/f.bin HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"), response(sized(""))}};
  EXPECT_THAT(played.text(), HasSubstr("file 0 open to_server /up/f.bin\nfile 0 close 3 bytes"));
}

TEST(Files, CompressedUploads) {
  const std::string body = gzipped(kText);
  const Played played{{request("POST /up HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: " +
                               std::to_string(body.size()) + "\r\n\r\n" + body)}};
  EXPECT_EQ(played.file(0), kText);
}

TEST(Files, OfAForm) {
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\nfield\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"one.txt\"\r\n\r\nONE\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"g\"; filename=\"two.txt\"\r\n\r\nTWO\r\n--b--\r\n";
  const Played played{
      {request("POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\n"
               "Content-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body)}};
  EXPECT_THAT(played.text(), HasSubstr("file 0 open to_server one.txt\nfile 0 close 3 bytes"));
  EXPECT_THAT(played.text(), HasSubstr("file 1 open to_server two.txt\nfile 1 close 3 bytes"));
}

TEST(Files, RangesAreLogged) {
  const Played played{
      {request(kGet), response("HTTP/1.1 206 Partial\r\nContent-Range: bytes 2-4/10\r\nContent-Length: 3"
                               "\r\n\r\ncde")}};
  EXPECT_THAT(played.text(),
              HasSubstr("\"content_range\":{\"raw\":\"bytes 2-4/10\",\"start\":2,\"end\":4,\"size\":10}"));
}

// Writes down what the range of each file is said to be.
struct RangeWatcher : test::SessionDriver {
  RangeWatcher() : SessionDriver(protocol) {}
  FileId file_open(Transaction& tx, Direction direction, const FileMeta& meta) noexcept override {
    said += meta.has_range ? std::to_string(meta.range_start) + "-" + std::to_string(meta.range_end) + "/" +
                                 std::to_string(meta.range_size) + " "
                           : "whole ";
    return SessionDriver::file_open(tx, direction, meta);
  }
  std::string said;
};

TEST(Files, APartIsToldWithItsRange) {
  RangeWatcher watcher;
  for (const char* head : {"206 P\r\nContent-Range: bytes 2-4/10", "206 P\r\nContent-Range: bytes 0-2/3",
                           "206 P\r\nContent-Range: bytes 0-2/*", "200 O\r\nContent-Range: bytes 2-4/10"}) {
    watcher.feed(Direction::to_server, kGet);
    watcher.feed(Direction::to_client, "HTTP/1.1 " + std::string(head) + "\r\nContent-Length: 3\r\n\r\ncde");
  }
  EXPECT_EQ(watcher.said, "2-4/10 whole whole whole ");
}

TEST(Files, HoleInABodyOfKnownLength) {
  Played played{{request(kGet), response("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab")}, false};
  played.gap(Direction::to_client, 5);
  played.feed(Direction::to_client, "hij" + sized("next"));
  EXPECT_EQ(played.file(0), "ab[gap 5]hij");
  EXPECT_THAT(played.text(), HasSubstr("file 0 truncated"));
}

TEST(Files, HoleInAChunk) {
  Played played{{request(kGet), response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nab")}, false};
  played.gap(Direction::to_client, 5);
  played.feed(Direction::to_client, "hij\r\n0\r\n\r\n");
  EXPECT_EQ(played.file(0), "ab[gap 5]hij");
  EXPECT_THAT(played.text(), HasSubstr("\"status\":200"));
}

TEST(Files, HoleThatSwallowsAChunksEnd) {
  Played played{{request(kGet), response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nab")}, false};
  played.gap(Direction::to_client, 50);
  played.feed(Direction::to_client, "who knows what this is");
  played.finish();
  EXPECT_EQ(played.file(0), "ab");
  EXPECT_THAT(played.text(), HasSubstr("file 0 truncated"));
}

TEST(Files, HoleInAnUpload) {
  Played played{{request("PUT /f HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nab")}, false};
  played.gap(Direction::to_server, 2);
  played.feed(Direction::to_server, "ef");
  played.feed(Direction::to_client, sized(""));
  EXPECT_EQ(played.file(0), "ab[gap 2]ef");
}

TEST(Files, CutShortByTheEnd) {
  // Browsers take what came for the whole, where a Content-Length promised more.
  const Played lied{{request(kGet), response("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab")}};
  EXPECT_THAT(lied.text(), HasSubstr("file 0 close 2 bytes"));
  const Played cut{{request(kGet), response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab")}};
  EXPECT_THAT(cut.text(), HasSubstr("file 0 truncated 2 bytes"));
}

// Keeps the biggest window it was shown and whether the pieces join without a hole.
struct WindowWatcher : test::SessionDriver {
  WindowWatcher() : SessionDriver(protocol) {}
  void update(Transaction& tx, Direction direction) noexcept override {
    for (const FieldSpec& field : protocol.fields) {
      if (field.name != "http.response_body" || direction != Direction::to_client) continue;
      const FieldValue value = field.get(tx, 0);
      if (!value.present) continue;
      biggest = std::max(biggest, value.bytes.size());
      joined = joined && value.number <= end;
      end = value.number + value.bytes.size();
    }
  }
  std::size_t biggest = 0;
  std::uint64_t end = 0;
  bool joined = true;
};

TEST(Files, BodyWindowIsBoundedAndMissesNothing) {
  WindowWatcher watcher;
  watcher.feed(Direction::to_server, kGet);
  const std::string all = sized(std::string(1'000'000, 'x'));
  for (std::size_t at = 0; at < all.size(); at += 100'000)
    watcher.feed(Direction::to_client, std::string_view{all}.substr(at, 100'000));
  EXPECT_EQ(watcher.end, 1'000'000U);
  EXPECT_TRUE(watcher.joined);
  EXPECT_LE(watcher.biggest, kBodyWindow);
}

TEST(Files, TheSameHoweverTheStreamIsCut) {
  const std::string form = "--b\r\nContent-Disposition: form-data; filename=\"f\"\r\n\r\nF\r\n--b--\r\n";
  const std::vector<std::vector<test::Turn>> conversations{
      {request(kGet), response(sized(kText)), request(kGet), response(sized("second"))},
      {request(kGet + kGet), response(sized("one") + sized("two"))},
      {request(kGet), response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(kText, 9))},
      {request(kGet), response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n0\r\n\r\n")},
      {request(kGet), response("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzipped(kText))},
      {request(kGet), response(sized(brotli(kText), "Content-Encoding: br\r\n"))},
      {request("POST /f HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: " +
               std::to_string(form.size()) + "\r\n\r\n" + form),
       response(sized("thanks"))},
      {request("PUT /f HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"),
       response("HTTP/1.1 100 Continue\r\n\r\n"), request("abc"), response("HTTP/1.1 204 Done\r\n\r\n")},
      {request("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"), response("HTTP/1.1 200 Yes\r\n\r\n")},
      {request("GET /c HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"),
       response("HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\n\r\n")},
      {request("GET / HTTP/1.1\r\nHost: a\r\nX: folded\r\n over\r\n lines\r\nX: again\r\nno colon\r\n\r\n"),
       response("junk\r\nHTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno")},
      {request("GET /old\r\n"), response("<html>old</html>")},
  };
  for (const auto& conversation : conversations) test::expect_same_in_any_chunks(protocol, conversation);
}

TEST(Files, APrefixOfARequestSaysNothing) {
  test::expect_prefixes_need_more(protocol, Direction::to_server, "GET /a HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n");
  test::expect_prefixes_need_more(protocol, Direction::to_server,
                                  "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
}

}  // namespace
}  // namespace gatehouse::proto::http
