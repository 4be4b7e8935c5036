// SPDX-License-Identifier: GPL-3.0-or-later
// Each objection that can be raised, by a message that raises it.
#include "proto/http/limits.hpp"
#include "proto/http/test_conversation.hpp"

namespace gatehouse::proto::http {
namespace {

struct Case {
  const char* event;  // with its direction, as the driver writes it
  std::string request_bytes, response_bytes;
};

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

std::string get(const std::string& head) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + head + "\r\n";
}
std::string ok(const std::string& head, const std::string& body = "") {
  return "HTTP/1.1 200 OK\r\n" + head + "\r\n" + body;
}

std::vector<Case> cases() {
  return {
      {"to_server REQUEST_FIELD_MISSING_COLON", get("nonsense\r\n"), ""},
      {"to_client RESPONSE_FIELD_MISSING_COLON", kGet, ok("nonsense\r\n")},
      {"to_server INVALID_REQUEST_CHUNK_LEN", get("Transfer-Encoding: chunked\r\n") + "zz\r\n", ""},
      {"to_client INVALID_RESPONSE_CHUNK_LEN", kGet, ok("Transfer-Encoding: chunked\r\n", "zz\r\nabc")},
      {"to_server INVALID_TRANSFER_ENCODING_VALUE_IN_REQUEST", get("Transfer-Encoding: wild\r\n"), ""},
      {"to_server INVALID_CONTENT_LENGTH_FIELD_IN_REQUEST", get("Content-Length: x\r\n"), ""},
      {"to_client INVALID_CONTENT_LENGTH_FIELD_IN_RESPONSE", kGet, ok("Content-Length: x\r\n")},
      {"to_client 100_CONTINUE_ALREADY_SEEN", kGet,
       "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\n" + ok("Content-Length: 0\r\n")},
      {"to_client UNABLE_TO_MATCH_RESPONSE_TO_REQUEST", "", ok("Content-Length: 0\r\n")},
      {"to_server REQUEST_HEADER_INVALID", get("a b: c\r\n"), ""},
      {"to_client RESPONSE_HEADER_INVALID", kGet, ok("a b: c\r\n")},
      {"to_server MISSING_HOST_HEADER", "GET / HTTP/1.1\r\n\r\n", ""},
      {"to_server HOST_HEADER_AMBIGUOUS", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", ""},
      {"to_server INVALID_REQUEST_FIELD_FOLDING", "GET / HTTP/1.1\r\n folded\r\nHost: a\r\n\r\n", ""},
      {"to_client INVALID_RESPONSE_FIELD_FOLDING", kGet, "HTTP/1.1 200 OK\r\n folded\r\n\r\n"},
      {"to_server REQUEST_FIELD_TOO_LONG", get("X: " + std::string(20'000, 'a') + "\r\n"), ""},
      {"to_client RESPONSE_FIELD_TOO_LONG", kGet, ok("X: " + std::string(20'000, 'a') + "\r\n")},
      {"to_server REQUEST_URI_HOST_INVALID", "GET http://a..b/ HTTP/1.1\r\nHost: a\r\n\r\n", ""},
      {"to_server REQUEST_HEADER_HOST_INVALID", "GET / HTTP/1.1\r\nHost: a..b\r\n\r\n", ""},
      {"to_server URI_DELIM_NON_COMPLIANT", "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", ""},
      {"to_server METHOD_DELIM_NON_COMPLIANT", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", ""},
      {"to_server REQUEST_LINE_LEADING_WHITESPACE", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", ""},
      {"to_client TOO_MANY_ENCODING_LAYERS", kGet, ok("Content-Encoding: gzip, gzip, gzip\r\n", "x")},
      {"to_client ABNORMAL_CE_HEADER", kGet, ok("Content-Encoding: rot13\r\n", "x")},
      {"to_server REQUEST_AUTH_UNRECOGNIZED", get("Authorization: Weird x\r\n"), ""},
      {"to_server REQUEST_HEADER_REPETITION", get("X: 1\r\nX: 2\r\n"), ""},
      {"to_client RESPONSE_HEADER_REPETITION", kGet, ok("X: 1\r\nX: 2\r\n")},
      {"to_client RESPONSE_MULTIPART_BYTERANGES", kGet, ok("Content-Type: multipart/byteranges\r\n", "x")},
      {"to_client RESPONSE_ABNORMAL_TRANSFER_ENCODING", kGet, ok("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")},
      {"to_client RESPONSE_CHUNKED_OLD_PROTO", kGet, "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"to_client RESPONSE_INVALID_PROTOCOL", kGet, "HTTPS/x 200 OK\r\nContent-Length: 0\r\n\r\n"},
      {"to_client RESPONSE_INVALID_STATUS", kGet, "HTTP/1.1 20x OK\r\nContent-Length: 0\r\n\r\n"},
      {"to_server REQUEST_LINE_INVALID", "WHAT / FOO\r\nHost: a\r\n\r\n", ""},
      {"to_server REQUEST_LINE_MISSING_PROTOCOL", "GET /\r\nHost: a\r\n\r\n", ""},
      {"to_server REQUEST_BODY_UNEXPECTED", kGet + "login=me\r\n", ""},
      {"to_server DUPLICATE_CONTENT_LENGTH_FIELD_IN_REQUEST", get("Content-Length: 1\r\nContent-Length: 2\r\n"), ""},
      {"to_client DUPLICATE_CONTENT_LENGTH_FIELD_IN_RESPONSE", kGet,
       ok("Content-Length: 1\r\nContent-Length: 2\r\n", "a")},
      {"to_client RANGE_INVALID", kGet, "HTTP/1.1 206 P\r\nContent-Range: bytes 9-1/5\r\nContent-Length: 1\r\n\r\nx"},
      {"to_client FILE_NAME_TOO_LONG", kGet,
       ok("Content-Disposition: a; filename=" + std::string(5000, 'n') + "\r\nContent-Length: 1\r\n", "x")},
      {"to_server REQUEST_CHUNK_EXTENSION", get("Transfer-Encoding: chunked\r\n") + "1;a=b\r\nx\r\n0\r\n\r\n", ""},
      {"to_client RESPONSE_CHUNK_EXTENSION", kGet, ok("Transfer-Encoding: chunked\r\n", "1;a=b\r\nx\r\n0\r\n\r\n")},
  };
}

TEST(Events, EachByAMessageThatRaisesIt) {
  for (const Case& c : cases()) {
    const Played played{{request(c.request_bytes), response(c.response_bytes)}};
    EXPECT_THAT(played.lines(), testing::Contains("event " + std::string(c.event)))
        << c.request_bytes.substr(0, 200) << c.response_bytes.substr(0, 200) << played.text();
  }
}

TEST(Events, NoneInOrdinaryConversations) {
  for (const auto& [asked, answered] : std::vector<std::pair<std::string, std::string>>{
           {kGet, sized("x")},
           {get("Authorization: Basic YTpi\r\n"), sized("x")},
           {get("Authorization: Bearer abc\r\n"), sized("x")},
           {kGet, sized("x", "Content-Encoding: identity\r\n")},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
            ok("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n")},
       }) {
    const Played played{{request(asked), response(answered)}};
    EXPECT_THAT(played.text(), testing::Not(testing::HasSubstr("event"))) << asked << answered;
  }
}

TEST(Events, RequestLineIncomplete) {
  const Played played{{request("GET")}};
  EXPECT_THAT(played.lines(), testing::Contains("event to_server REQUEST_LINE_INCOMPLETE"));
}

TEST(Events, TooManyHeaders) {
  std::string head;
  for (int i = 0; i < 1200; ++i) head += "X" + std::to_string(i) + ": y\r\n";
  EXPECT_THAT(Played({request(get(head))}).lines(), testing::Contains("event to_server REQUEST_TOO_MANY_HEADERS"));
  EXPECT_THAT(Played({request(kGet), response(ok(head))}).lines(),
              testing::Contains("event to_client RESPONSE_TOO_MANY_HEADERS"));
}

TEST(Events, TooMuchHead) {
  std::string head;
  for (int i = 0; i < 40; ++i) head += "X" + std::to_string(i) + ": " + std::string(8000, 'y') + "\r\n";
  const Played played{{request(get(head))}};
  EXPECT_THAT(played.lines(), testing::Contains("event to_server REQUEST_TOO_MANY_HEADERS"));
  EXPECT_EQ(played.last_status(), Status::malformed);
}

TEST(Events, TooManyTransactions) {
  test::SessionDriver driver{protocol};
  for (std::size_t i = 0; i <= kMaxTransactions; ++i) driver.feed(Direction::to_server, kGet);
  EXPECT_EQ(driver.lines().front(), "event to_server TOO_MANY_TRANSACTIONS");
  EXPECT_TRUE(driver.stopped());
}

TEST(Events, TooManyWarnings) {
  test::SessionDriver driver{protocol};
  for (unsigned i = 0; i <= kMaxWarnings && !driver.stopped(); ++i) {
    driver.feed(Direction::to_server, get("nonsense\r\n"));
    driver.feed(Direction::to_client, sized("x"));
  }
  EXPECT_THAT(driver.lines(), testing::Contains("event to_server TOO_MANY_WARNINGS"));
  EXPECT_TRUE(driver.stopped());
}

TEST(Events, OncePerTransaction) {
  const Played played{{request(get("nonsense\r\nagain\r\nX: 1\r\nX: 2\r\nY: 1\r\nY: 2\r\n"))}};
  EXPECT_EQ(std::ranges::count(played.lines(), "event to_server REQUEST_HEADER_REPETITION"), 1);
}

}  // namespace
}  // namespace gatehouse::proto::http
