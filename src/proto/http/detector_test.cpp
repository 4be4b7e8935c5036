// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/detector.hpp"

#include <gtest/gtest.h>

namespace gatehouse::proto::http {
namespace {

Probe request(std::string_view text) {
  return probe(Direction::to_server, as_bytes(text), 12345);
}
Probe response(std::string_view text) {
  return probe(Direction::to_client, as_bytes(text), 12345);
}

TEST(Detector, ClaimsRequestsOnAnyPort) {
  for (const char* text : {
           "GET / HTTP/1.1\r\n", "POST /upload?x=1 HTTP/1.0\r\n", "GET http://example.com/ HTTP/1.1\r\n",
           "CONNECT example.com:443 HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n", "PROPFIND /dav/ HTTP/1.1\r\n",
           "NOTIFY /event HTTP/1.1\r\n", "SUBSCRIBE /event HTTP/1.1\r\n", "BREW /pot HTTP/1.1\r\n",
           "get / http/1.0\r\n", "\r\n\r\n  GET / HTTP/1.1\r\n", "GET\t/ HTTP/1.1\r\n",
           "GET /\r\n",  // HTTP/0.9
       })
    EXPECT_EQ(request(text), Probe::yes) << text;
}

TEST(Detector, LeavesNeighboursAlone) {
  for (const char* text : {
           "OPTIONS rtsp://camera/stream RTSP/1.0\r\n", "DESCRIBE rtsp://camera/stream RTSP/1.0\r\n",
           "OPTIONS sip:bob@example.com SIP/2.0\r\n", "REGISTER sip:example.com SIP/2.0\r\n",
           "OPTIONS icap://av/scan ICAP/1.0\r\n", "REQMOD icap://av/scan ICAP/1.0\r\n", "M-SEARCH * HTTP/1.1\r\n",
           "NOTIFY * HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
           "GET key\r\n",        // Redis, inline
           "get key1 key2\r\n",  // memcached
           "GET%00 / HTTP/1.1\r\n", "EHLO mail.example.com\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "USER anonymous\r\n",
           "\x16\x03\x01",
           "GET",  // and never more than a word of 40 letters
       }) {
    if (std::string_view{text} == "GET")
      EXPECT_EQ(request(text), Probe::need_more);
    else
      EXPECT_EQ(request(text), Probe::no) << text;
  }
  EXPECT_EQ(request(std::string(5000, 'A')), Probe::no);
  EXPECT_EQ(request("OPTIONS " + std::string(5000, 'A')), Probe::no);
}

TEST(Detector, WaitsWhileALineIsNotWhole) {
  for (const char* text : {"G", "GET", "GET ", "OPTIONS * HT", "CONNECT example.com:443", "  \r\n", "fooBAR /x htt"})
    EXPECT_EQ(request(text), Probe::need_more) << text;
}

TEST(Detector, Responses) {
  EXPECT_EQ(response("HTTP/1.1 200 OK\r\n"), Probe::yes);
  EXPECT_EQ(response("HTTP/1.0 "), Probe::yes);
  EXPECT_EQ(response("HTT"), Probe::need_more);
  EXPECT_EQ(response("HTTP/1."), Probe::need_more);
  EXPECT_EQ(response("HTTP/2 200"), Probe::no);
  EXPECT_EQ(response("RTSP/1.0 200 OK\r\n"), Probe::no);
  EXPECT_EQ(response("SIP/2.0 200 OK\r\n"), Probe::no);
  EXPECT_EQ(response("ICY 200 OK\r\n"), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::http
