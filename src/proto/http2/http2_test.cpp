// SPDX-License-Identifier: GPL-3.0-or-later
#include <brotli/encode.h>
#include <zlib.h>

#include "proto/http2/fields.hpp"
#include "proto/http2/limits.hpp"
#include "proto/http2/probe.hpp"
#include "proto/http2/test_conversation.hpp"

namespace gatehouse::proto::http2 {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kOk = header(":status", "200");

std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(compressBound(text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<unsigned>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<unsigned>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// A request with a body and one without, settings, a window, a priority, and the connection's end.
std::vector<test::Turn> conversation() {
  return {
      client(preface() + frame(frame_type::settings, 0, 0, big(4, 2) + big(65535, 4) + big(1, 2) + big(8192, 4)) +
             frame(frame_type::window_update, 0, 0, big(34634, 4))),
      server(frame(frame_type::settings, 0, 0, big(3, 2) + big(100, 4)) + frame(frame_type::settings, flag::ack, 0)),
      // 6.2: HEADERS with padding of 2 and a priority: stream 0, weight 255.
      client(frame(frame_type::headers, flag::end_headers | flag::end_stream | flag::padded | flag::priority, 1,
                   big(2, 1) + big(0, 4) + big(255, 1) + get("/fw/v2.bin?id=7") + big(0, 2))),
      server(headers(1,
                     kOk + header("content-type", "application/octet-stream; q=1") + header("server", "gate/2") +
                         header("content-length", "10"),
                     false) +
             data(1, "01234", false) + data(1, "56789", true)),
      client(headers(3, header(":method", "POST") + header(":path", "/up") + header(":authority", "thing.example"),
                     false) +
             frame(frame_type::data, flag::end_stream | flag::padded, 3, big(3, 1) + "reading" + big(0, 3))),
      server(headers(3, header(":status", "204"), true) + frame(frame_type::goaway, 0, 0, big(3, 4) + big(0, 4))),
  };
}

TEST(Http2, TellsStreamsFilesAndTheConnectionsOwnFrames) {
  const std::string told = test::expect_same_in_any_chunks(protocol, conversation());
  EXPECT_THAT(
      told, HasSubstr(R"("http2":{"stream_id":0,"request":{"settings":[{"settings_id":"SETTINGSINITIALWINDOWSIZE",)"
                      R"("settings_value":65535},{"settings_id":"SETTINGSHEADERTABLESIZE","settings_value":8192}]}})"));
  EXPECT_THAT(
      told,
      HasSubstr(R"("response":{"settings":[{"settings_id":"SETTINGSMAXCONCURRENTSTREAMS","settings_value":100}]})"));
  EXPECT_THAT(told, HasSubstr(R"("version":"2","http_method":"GET","url":"/fw/v2.bin?id=7","hostname":"Thing.example",)"
                              R"("http_user_agent":"sensor/1.2","http_content_type":"application/octet-stream",)"
                              R"("status":200,"length":10,"http2":{"stream_id":1,"request":{"priority":255}})"));
  EXPECT_THAT(told,
              HasSubstr(R"("request_headers":[{"name":":method","value":"GET"},{"name":":scheme","value":"http"})"));
  EXPECT_THAT(told, HasSubstr("file 0 open to_client /fw/v2.bin\n"));
  EXPECT_THAT(told, HasSubstr("file 0 close 10 bytes"));
  EXPECT_THAT(told, HasSubstr("file 1 open to_server /up\nfile 1 close 7 bytes"));
  EXPECT_THAT(told, HasSubstr(R"("response":{"error_code":"NOERROR"})"));
  EXPECT_THAT(told, Not(HasSubstr("event")));
}

TEST(Http2, FieldsAreThoseOfHttpAndItsOwn) {
  const Played played{conversation()};
  EXPECT_THAT(played.field("http.method"), ElementsAre("GET", "POST"));
  EXPECT_THAT(played.field("http.uri"), ElementsAre("/fw/v2.bin?id=7", "/up"));
  EXPECT_THAT(played.field("http.uri.raw"), ElementsAre("/fw/v2.bin?id=7", "/up"));
  EXPECT_THAT(played.field("http.host"), ElementsAre("thing.example"));
  EXPECT_THAT(played.field("http.host.raw"), ElementsAre("Thing.example:8080", "thing.example"));
  EXPECT_THAT(played.field("http2.authority"), ElementsAre("Thing.example:8080", "thing.example"));
  EXPECT_THAT(played.field("http.user_agent"), ElementsAre("sensor/1.2"));
  EXPECT_THAT(played.field("http.server"), ElementsAre("gate/2"));
  EXPECT_THAT(played.field("http.stat_code"), ElementsAre("200", "204"));
  EXPECT_THAT(played.field("http.protocol"), ElementsAre("HTTP/2"));
  EXPECT_THAT(played.field("http.request_line"), Contains("GET /fw/v2.bin?id=7 HTTP/2\r\n"));
  EXPECT_THAT(played.field("http.response_line"), Contains("HTTP/2 200\r\n"));
  EXPECT_THAT(played.field("http.content_len"), ElementsAre("10"));
  EXPECT_THAT(played.field("http.content_type"), ElementsAre("application/octet-stream; q=1"));
  EXPECT_THAT(played.field("http.header"), Contains(":status: 204\r\n"));
  EXPECT_THAT(played.field("http.header.raw"), Contains(":status: 204\r\n"));
  EXPECT_THAT(played.field("http.header_names"), Contains("\r\n:method\r\n:path\r\n:authority\r\n\r\n"));
  EXPECT_THAT(played.field("http.request_header"), Contains(":scheme: http"));
  EXPECT_THAT(played.field("http.response_header"), Contains("server: gate/2"));
  EXPECT_THAT(played.field("http2.header_name"), Contains("content-length"));
  EXPECT_THAT(played.field("http2.settings"), ElementsAre("SETTINGS_INITIAL_WINDOW_SIZE", "SETTINGS_HEADER_TABLE_SIZE",
                                                          "SETTINGS_MAX_CONCURRENT_STREAMS"));
  EXPECT_THAT(played.field("http2.window"), ElementsAre("34634"));
  EXPECT_THAT(played.field("http2.priority"), ElementsAre("255"));
  EXPECT_THAT(played.field("http2.errorcode"), ElementsAre("0"));
  EXPECT_THAT(played.field("http2.frametype"), testing::IsSupersetOf({"1", "4", "7", "8"}));
}

TEST(Http2, SmallHeadersOfRequestAndResponseAreFieldsToo) {
  const Played played{
      {client(preface() + headers(1,
                                  get("/") + header("referer", "r") + header("accept", "a") +
                                      header("accept-encoding", "br") + header("accept-language", "de") +
                                      header("connection", "c") + header("cookie", "x=1") + header("cookie", "y=2"),
                                  true)),
       server(headers(1, kOk + header("location", "/l") + header("set-cookie", "z=3"), true))}};
  EXPECT_THAT(played.field("http.referer"), ElementsAre("r"));
  EXPECT_THAT(played.field("http.accept"), ElementsAre("a"));
  EXPECT_THAT(played.field("http.accept_enc"), ElementsAre("br"));
  EXPECT_THAT(played.field("http.accept_lang"), ElementsAre("de"));
  EXPECT_THAT(played.field("http.connection"), ElementsAre("c"));
  EXPECT_THAT(played.field("http.location"), ElementsAre("/l"));
  EXPECT_THAT(played.field("http.cookie"), ElementsAre("x=1; y=2", "z=3"));
}

TEST(Http2, BodiesAreDecoded) {
  const std::string text(3000, 'm');
  std::string brotli(4096, '\0');
  std::size_t size = brotli.size();
  BrotliEncoderCompress(5, 18, BROTLI_MODE_TEXT, text.size(), reinterpret_cast<const std::uint8_t*>(text.data()), &size,
                        reinterpret_cast<std::uint8_t*>(brotli.data()));
  brotli.resize(size);
  const std::vector<std::pair<std::string, std::string>> codings{{"gzip", deflated(text, 15 + 16)},
                                                                 {"deflate", deflated(text, 15)},
                                                                 {"deflate", deflated(text, -15)},
                                                                 {"br", brotli}};
  for (const auto& [coding, body] : codings) {
    const std::vector<test::Turn> turns{
        client(preface() + headers(1, get("/b"), true)),
        server(headers(1, kOk + header("content-encoding", coding), false) + data(1, body, true))};
    EXPECT_THAT(test::expect_same_in_any_chunks(protocol, turns, 40), HasSubstr("file 0 close 3000 bytes")) << coding;
    EXPECT_EQ(Played{turns}.file(0), text) << coding;
  }
}

TEST(Http2, HeaderBlocksMayBeContinued) {
  const std::string block = get("/long") + header("x-filler", std::string(300, 'v'));
  const Played played{{client(preface() + headers(1, block.substr(0, 40), true, 0) +
                              frame(frame_type::continuation, 0, 1, block.substr(40, 50)) +
                              frame(frame_type::continuation, flag::end_headers, 1, block.substr(90)))}};
  EXPECT_THAT(played.field("http.uri"), ElementsAre("/long"));
  EXPECT_THAT(played.field("http.request_header"), Contains("x-filler: " + std::string(300, 'v')));
  EXPECT_THAT(played.text(), Not(HasSubstr("event")));
}

TEST(Http2, DynamicTablesAreKeptForEachDirection) {
  // RFC 7541, C.3.1 and C.3.2: the second request refers to ":authority: www.example.com" of the first.
  const std::string first = test::from_hex("82 86 84 41 0f 7777 772e 6578 616d 706c 652e 636f 6d");
  const std::string second = test::from_hex("82 86 84 be 58 08 6e6f 2d63 6163 6865");
  const Played played{{client(preface() + headers(1, first, true) + headers(3, second, true))}};
  EXPECT_THAT(played.field("http.host"), ElementsAre("www.example.com"));
  EXPECT_THAT(played.field("http.request_header"), Contains("cache-control: no-cache"));
}

TEST(Http2, TheTableOfHeadersMayChangeItsSize) {
  // RFC 7541, 6.3: 0x3f and 0x0f make 46.
  const std::vector<test::Turn> turns{client(preface() + headers(1, "\x3f\x0f" + get("/"), true))};
  EXPECT_THAT(Played{turns}.field("http2.size_update"), ElementsAre("46"));
  EXPECT_THAT(test::expect_same_in_any_chunks(protocol, turns), HasSubstr(R"([{"table_size_update":46},{"name")"));
}

TEST(Http2, APromisedRequestIsARequest) {
  const Played played{{client(preface() + headers(1, get("/page"), true)),
                       server(frame(frame_type::push_promise, flag::end_headers, 1,
                                    big(2, 4) + header(":method", "GET") + header(":path", "/style.css")) +
                              headers(1, kOk, true) + headers(2, kOk, false) + data(2, "body{}", true))}};
  EXPECT_THAT(played.text(), HasSubstr(R"("url":"/style.css")"));
  EXPECT_THAT(played.text(), HasSubstr("file 0 open to_client /style.css"));
  EXPECT_THAT(played.text(), Not(HasSubstr("event")));
}

TEST(Http2, APartOfAFileSaysWhere) {
  const auto turns = [](std::string_view range) {
    return std::vector<test::Turn>{
        client(preface() + headers(1, get("/f"), true)),
        server(headers(1, header(":status", "206") + header("content-range", range), false) + data(1, "abc", true))};
  };
  EXPECT_THAT(Played{turns("bytes 0-2/9")}.text(), Not(HasSubstr("invalid_range")));
  EXPECT_THAT(Played{turns("bytes 5-2/9")}.text(), HasSubstr("event to_client invalid_range"));
}

TEST(Http2, AStreamThatIsResetIsToldAndItsRestIsNoReuse) {
  const Played played{{client(preface() + headers(1, get("/slow"), true)),
                       server(headers(1, kOk, false) + data(1, "some", false)),
                       client(frame(frame_type::rst_stream, 0, 1, big(8, 4))),
                       server(data(1, "more", true) + frame(frame_type::window_update, 0, 1, big(1, 4)))}};
  EXPECT_THAT(played.text(), HasSubstr(R"("request":{"error_code":"CANCEL"})"));
  EXPECT_THAT(played.text(), HasSubstr("file 0 truncated 4 bytes"));
  EXPECT_THAT(played.text(), Not(HasSubstr("event")));
}

TEST(Http2, AHoleInABodyIsAHoleInItsFile) {
  test::SessionDriver driver{protocol};
  driver.feed(Direction::to_server, preface() + headers(1, get("/f"), true));
  driver.feed(Direction::to_client, headers(1, kOk, false) + data(1, "0123456789", true).substr(0, 12));
  driver.gap(Direction::to_client, 4);
  driver.feed(Direction::to_client, std::string_view{"789"});
  driver.finish();
  EXPECT_EQ(driver.file(0), "012[gap 4]789");
  EXPECT_FALSE(driver.stopped());
  driver.gap(Direction::to_client, 4);  // where a frame's header would be
  EXPECT_TRUE(driver.stopped());
}

struct Fault {
  std::string event;
  Direction direction;
  std::string bytes;  // behind the preface, or of the server
};

class Http2Faults : public testing::TestWithParam<Fault> {};

TEST_P(Http2Faults, AreNamedOnce) {
  const Fault& fault = GetParam();
  std::vector<test::Turn> turns{client(preface())};
  if (fault.direction == Direction::to_client) turns.front().bytes += headers(1, get("/"), true);
  turns.push_back({fault.direction, fault.bytes});
  const std::string told = test::expect_same_in_any_chunks(protocol, turns, 100);
  const std::string line =
      (fault.direction == Direction::to_server ? "event to_server " : "event to_client ") + fault.event;
  const std::size_t at = told.find(line + "\n");
  ASSERT_NE(at, told.npos) << told;
  EXPECT_EQ(told.find(line + "\n", at + 1), told.npos) << told;
}

constexpr auto up = Direction::to_server, down = Direction::to_client;

INSTANTIATE_TEST_SUITE_P(
    All, Http2Faults,
    testing::Values(
        Fault{"invalid_frame_header", up, frame(frame_type::headers, flag::end_headers, 0, get("/"))},
        Fault{"invalid_frame_header", up, frame(frame_type::continuation, flag::end_headers, 1, get("/"))},
        Fault{"invalid_frame_header", up, headers(1, get("/"), true, 0) + frame(frame_type::ping, 0, 0, big(0, 8))},
        Fault{"invalid_frame_data", up, frame(frame_type::settings, 0, 0, "12345")},
        Fault{"invalid_frame_data", up,
              frame(frame_type::headers, flag::end_headers | flag::padded, 1, big(200, 1) + get("/"))},
        Fault{"invalid_frame_data", up, frame(frame_type::data, flag::padded, 1)},
        Fault{"invalid_frame_length", up, frame(frame_type::rst_stream, 0, 1, "12345")},
        Fault{"invalid_frame_length", up, frame(frame_type::window_update, 0, 0, "123")},
        Fault{"invalid_frame_length", up, frame(frame_type::settings, flag::ack, 0, big(0, 6))},
        // Index 70 of an empty dynamic table.
        Fault{"invalid_header", up, headers(1, "\xc6", true)},
        // 5.1: a length that goes on and on.
        Fault{"header_integer_overflow", up, headers(1, test::from_hex("00 7f ff ff ff ff ff ff 0f"), true)},
        // 6.3: a table of 1 MiB.
        Fault{"header_table_overflow", up, headers(1, test::from_hex("3f e1 ff 3f"), true)},
        Fault{"extra_header_data", up, headers(1, get("/").substr(0, 30), true)},
        Fault{"long_frame_data", up,
              headers(1,
                      get("/") + header("x", std::string(70000, 'x').substr(0, 65000)) +
                          header("y", std::string(2000, 'y')),
                      true)},
        Fault{"stream_id_reuse", up, headers(1, get("/"), true) + headers(1, get("/again"), true)},
        Fault{"failed_decompression", down,
              headers(1, kOk + header("content-encoding", "gzip"), false) + data(1, "no gzip, this", true)},
        Fault{"authority_host_mismatch", up, headers(1, get("/") + header("host", "other.example"), true)},
        Fault{"userinfo_in_uri", up, headers(1, header(":authority", "me:secret@thing.example"), true)},
        Fault{"data_stream_zero", up, frame(frame_type::data, 0, 0, "x")},
        Fault{"file_name_too_long", up,
              headers(1, header(":path", "/" + std::string(5000, 'n')), false) + data(1, "x", true)}));

TEST(Http2, WhatDoesNotBeginWithThePrefaceIsGivenUp) {
  Played played{{client("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n")}};
  EXPECT_THAT(played.text(), HasSubstr("event to_server invalid_client_magic"));
  EXPECT_EQ(played.last_status(), Status::malformed);
  test::expect_prefixes_need_more(protocol, up, kPreface);
}

TEST(Http2, LimitsAreNamed) {
  std::string streams = preface();
  for (std::uint32_t i = 0; i <= kMaxStreams; ++i) streams += headers(2 * i + 1, get("/"), false);
  EXPECT_THAT(Played{{client(streams)}}.text(), HasSubstr("event to_server too_many_streams"));
  std::string frames = preface() + headers(1, get("/"), false);
  for (std::size_t i = 0; i <= kMaxFrames; ++i) frames += frame(frame_type::window_update, 0, 1, big(1, 4));
  EXPECT_THAT(Played{{client(frames)}}.text(), HasSubstr("event to_server too_many_frames"));
  std::string head = preface();
  for (int i = 0; i < 3; ++i) head += headers(1, header("x", std::string(60000, 'x')), false);
  for (int i = 0; i < 3; ++i) head += headers(1, header("x", std::string(60000, 'x')), false);
  EXPECT_THAT(Played{{client(head)}}.text(), HasSubstr("event to_server reassembly_limit_reached"));
  std::string nonsense = preface();
  for (unsigned i = 0; i <= kMaxFaults; ++i) nonsense += frame(frame_type::data, 0, 0, "x");
  EXPECT_EQ(Played{{client(nonsense)}}.last_status(), Status::malformed);
}

TEST(Http2, ABombEndsItsBody) {
  const std::string zeros(8 << 20, '\0');
  std::string bomb(1 << 20, '\0');
  std::size_t size = bomb.size();
  ASSERT_TRUE(BrotliEncoderCompress(3, 18, BROTLI_MODE_GENERIC, zeros.size(),
                                    reinterpret_cast<const std::uint8_t*>(zeros.data()), &size,
                                    reinterpret_cast<std::uint8_t*>(bomb.data())));
  bomb.resize(size);
  const Played played{{client(preface() + headers(1, get("/"), true)),
                       server(headers(1, kOk + header("content-encoding", "br"), false) + data(1, bomb, true))}};
  EXPECT_THAT(played.text(), HasSubstr("event to_client compression_bomb"));
  EXPECT_LT(played.file(0).size(), zeros.size());
}

TEST(Http2, IsKnownByPrefaceAndSettings) {
  EXPECT_EQ(probe(up, as_bytes(kPreface), 0), Probe::yes);
  EXPECT_EQ(probe(up, as_bytes(kPreface.substr(0, 9)), 0), Probe::need_more);
  EXPECT_EQ(probe(up, as_bytes("GET / HTTP/1.1\r\n\r\n"), 0), Probe::no);
  const auto from_server = [](const std::string& bytes) { return probe(down, as_bytes(bytes), 0); };
  const std::string settings = frame(frame_type::settings, 0, 0, big(3, 2) + big(100, 4));
  EXPECT_EQ(from_server(settings), Probe::yes);
  EXPECT_EQ(from_server(settings.substr(0, 12)), Probe::need_more);
  const std::string empty = frame(frame_type::settings, 0, 0);
  EXPECT_EQ(from_server(empty), Probe::need_more);
  EXPECT_EQ(from_server(empty + frame(frame_type::settings, flag::ack, 0)), Probe::yes);
  EXPECT_EQ(from_server(empty + std::string(9, '\0')), Probe::no);
  EXPECT_EQ(from_server(frame(frame_type::settings, 0, 0, big(2, 2) + big(7, 4))), Probe::no);    // push: 0 or 1
  EXPECT_EQ(from_server(frame(frame_type::settings, 0, 0, big(77, 2) + big(0, 4))), Probe::no);   // not assigned
  EXPECT_EQ(from_server(frame(frame_type::settings, 0, 1, big(3, 2) + big(100, 4))), Probe::no);  // on a stream
  EXPECT_EQ(from_server(std::string(64, '\0')), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::http2
