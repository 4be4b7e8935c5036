// SPDX-License-Identifier: GPL-3.0-or-later
// Requests and responses: what is known of them, when, and what the log says.
#include "proto/http/test_conversation.hpp"

namespace gatehouse::proto::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kRequest =
    "GET /a/./b/%7Euser/../pic.png?x=%41+1#top HTTP/1.1\r\n"
    "Host: WWW.Example.COM:8080\r\n"
    "User-Agent:  Probe/1.0 \r\n"
    "Accept: */*\r\n"
    "Accept-Encoding: gzip\r\n"
    "Accept-Language: de\r\n"
    "Connection: close\r\n"
    "Referer: http://example.com/from\r\n"
    "Cookie: id=7\r\n"
    "X-Fold: one\r\n two\r\n"
    "\r\n";
const std::string kResponse =
    "HTTP/1.1 302 Moved Over\r\n"
    "Server: nginx\r\n"
    "Location: /there\r\n"
    "Set-Cookie: id=8\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Length: 5\r\n"
    "\r\n"
    "hello";

TEST(Session, FieldsOfARequest) {
  const Played played{{request(kRequest), response(kResponse)}};
  const auto one = [&](const char* name, const char* value) {
    const auto values = played.field(name);
    ASSERT_FALSE(values.empty()) << name;
    EXPECT_EQ(values.front(), value) << name;
  };
  one("http.method", "GET");
  one("http.uri", "/a/b/pic.png?x=A+1#top");
  one("http.uri.raw", "/a/./b/%7Euser/../pic.png?x=%41+1#top");
  one("http.protocol", "HTTP/1.1");
  one("http.request_line", "GET /a/./b/%7Euser/../pic.png?x=%41+1#top HTTP/1.1");
  one("http.host", "www.example.com");
  one("http.host.raw", "WWW.Example.COM:8080");
  one("http.user_agent", "Probe/1.0");
  one("http.accept", "*/*");
  one("http.accept_enc", "gzip");
  one("http.accept_lang", "de");
  one("http.connection", "close");
  one("http.referer", "http://example.com/from");
  one("http.cookie", "id=7");
  EXPECT_EQ(played.field("http.header.raw").front(), kRequest.substr(kRequest.find("\r\n") + 2));
  EXPECT_EQ(played.field("http.start").front(), kRequest);
}

TEST(Session, FieldsOfAResponse) {
  const Played played{{request(kRequest), response(kResponse)}};
  EXPECT_THAT(played.field("http.stat_code"), ElementsAre("302"));
  EXPECT_THAT(played.field("http.stat_msg"), ElementsAre("Moved Over"));
  EXPECT_THAT(played.field("http.response_line"), ElementsAre("HTTP/1.1 302 Moved Over"));
  EXPECT_THAT(played.field("http.server"), ElementsAre("nginx"));
  EXPECT_THAT(played.field("http.location"), ElementsAre("/there"));
  EXPECT_THAT(played.field("http.content_len"), ElementsAre("5"));
  EXPECT_THAT(played.field("http.content_type"), ElementsAre("text/html; charset=utf-8"));
  EXPECT_THAT(played.field("http.cookie"), ElementsAre("id=7", "id=8"));
}

TEST(Session, HeaderBuffersInTheFormThatRulesExpect) {
  const Played played{{request("GET / HTTP/1.1\r\nHost: a\r\nCookie: c\r\nX:   y\r\n\r\n"),
                       response("HTTP/1.1 200 OK\r\nServer: s\r\nSet-Cookie: d\r\nContent-Length: 0\r\n\r\n")}};
  EXPECT_THAT(played.field("http.header"), ElementsAre("Host: a\r\nX: y\r\n", "Server: s\r\nContent-Length: 0\r\n"));
  EXPECT_THAT(played.field("http.header_names"),
              ElementsAre("\r\nHost\r\nCookie\r\nX\r\n\r\n", "\r\nServer\r\nSet-Cookie\r\nContent-Length\r\n\r\n"));
  EXPECT_THAT(played.field("http.request_header"), ElementsAre("Host: a", "Cookie: c", "X: y"));
  EXPECT_THAT(played.field("http.response_header"), ElementsAre("Server: s", "Set-Cookie: d", "Content-Length: 0"));
}

TEST(Session, RepeatedHeadersAreOneValue) {
  const Played played{{request("GET / HTTP/1.1\r\nHost: a\r\nAccept: x\r\nAccept: y\r\n\r\n")}};
  EXPECT_THAT(played.field("http.accept"), ElementsAre("x, y"));
}

TEST(Session, LogOfATransaction) {
  const Played played{{request(kRequest), response(kResponse)}};
  EXPECT_EQ(played.lines().back(),
            "log http {\"http\":{\"hostname\":\"www.example.com\",\"http_port\":8080,"
            "\"url\":\"/a/./b/%7Euser/../pic.png?x=%41+1#top\",\"http_user_agent\":\"Probe/1.0\","
            "\"http_content_type\":\"text/html\",\"http_refer\":\"http://example.com/from\",\"http_method\":\"GET\","
            "\"protocol\":\"HTTP/1.1\",\"status\":302,\"redirect\":\"/there\",\"length\":5}}");
}

TEST(Session, ARequestWithoutResponseIsLoggedAtTheEnd) {
  Played played{{request("GET /lost HTTP/1.1\r\nHost: a\r\n\r\n")}, false};
  EXPECT_EQ(played.text(), "");
  played.finish();
  EXPECT_EQ(
      played.text(),
      "log http {\"http\":{\"hostname\":\"a\",\"url\":\"/lost\",\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\","
      "\"length\":0}}\n");
}

TEST(Session, LoggedAsSoonAsItIsComplete) {
  const Played played{{request("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"), response(sized("", "X: y\r\n"))}, false};
  EXPECT_THAT(played.text(), HasSubstr("\"status\":200"));
}

TEST(Session, PipelinedRequestsMeetTheirResponses) {
  const Played played{{request("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"),
                       response(sized("one") + sized("three"))}};
  EXPECT_THAT(played.text(), HasSubstr("file 0 open to_client /1\n"));
  EXPECT_THAT(played.text(), HasSubstr("file 1 open to_client /2\n"));
  EXPECT_EQ(played.file(0), "one");
  EXPECT_EQ(played.file(1), "three");
}

TEST(Session, InterimResponses) {
  const Played played{{request("PUT /f HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"),
                       response("HTTP/1.1 100 Continue\r\nX: interim\r\n\r\n"), request("abc"),
                       response("HTTP/1.1 201 Made\r\nContent-Length: 0\r\n\r\n")}};
  EXPECT_THAT(played.text(), HasSubstr("\"status\":201"));
  EXPECT_THAT(played.field("http.stat_code"), testing::Contains("201"));
  EXPECT_EQ(played.field("http.header.raw").back(), "Content-Length: 0\r\n\r\n");
}

TEST(Session, AfterARefusedExpectationTheNextRequestIsSeen) {
  const Played played{{request("PUT /f HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99\r\n\r\n"),
                       response("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n"),
                       request("GET /next HTTP/1.1\r\nHost: a\r\n\r\n"), response(sized("x"))}};
  EXPECT_THAT(played.text(), HasSubstr("\"url\":\"/next\""));
}

TEST(Session, EmptyLinesAreNoRequest) {
  EXPECT_EQ(Played({request("\r\n\r\n")}).text(), "");
}

TEST(Session, OldStyle) {
  const Played played{{request("GET /old\r\n"), response("<html>as it is</html>")}};
  EXPECT_EQ(played.file(0), "<html>as it is</html>");
  EXPECT_THAT(played.text(), HasSubstr("\"url\":\"/old\",\"http_method\":\"GET\",\"length\":21"));
}

TEST(Session, AcceptedConnectIsAnotherProtocol) {
  Played played{{request("CONNECT mail.example.com:25 HTTP/1.1\r\nHost: mail.example.com:25\r\n\r\n"),
                 response("HTTP/1.1 200 Connected\r\n\r\n220 mail")}};
  EXPECT_EQ(played.lines().back(), "change any");
  EXPECT_EQ(played.pending(Direction::to_client), 8U);
  EXPECT_THAT(played.text(), HasSubstr("\"http_method\":\"CONNECT\""));
}

TEST(Session, RefusedConnectGoesOn) {
  const Played played{{request("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n"),
                       response("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"),
                       request("GET /next HTTP/1.1\r\nHost: a\r\n\r\n"), response(sized("x"))}};
  EXPECT_THAT(played.text(), Not(HasSubstr("change")));
  EXPECT_THAT(played.text(), HasSubstr("\"url\":\"/next\""));
}

std::string upgrade(const std::string& name) {
  return Played{{request("GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: " + name + "\r\n\r\n"),
                 response("HTTP/1.1 101 Switching Protocols\r\nUpgrade: " + name + "\r\n\r\nrest")}}
      .lines()
      .back();
}

TEST(Session, Upgrades) {
  EXPECT_EQ(upgrade("WebSocket"), "change websocket");
  EXPECT_EQ(upgrade("h2c"), "change http2");
  EXPECT_EQ(upgrade("IRC/6.9"), "change any");
}

TEST(Session, AResponseThatEndsWithTheConnection) {
  Played played{{request("GET / HTTP/1.0\r\n\r\n"), response("HTTP/1.0 200 OK\r\n\r\nall of it")}, false};
  EXPECT_THAT(played.text(), Not(HasSubstr("log")));
  played.finish();
  EXPECT_THAT(played.text(), HasSubstr("file 0 close 9 bytes"));
}

TEST(Session, ALineOfJunkBeforeTheStatusLine) {
  const Played played{{request("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), response("foobar\r\n" + sized("eicar"))}};
  EXPECT_EQ(played.file(0), "eicar");
  EXPECT_THAT(played.text(), HasSubstr("\"status\":200"));
}

TEST(Session, ALongLivedConnectionStartsAfresh) {
  test::SessionDriver driver{protocol};
  for (int i = 0; i < 3000; ++i) {
    driver.feed(Direction::to_server, "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    driver.feed(Direction::to_client, sized("x"));
  }
  EXPECT_EQ(driver.lines().size(), 9000U);
  EXPECT_THAT(driver.lines().back(), HasSubstr("\"url\":\"/2999\""));
}

}  // namespace
}  // namespace gatehouse::proto::http
