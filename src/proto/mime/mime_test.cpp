// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "proto/mime/parameter.hpp"
#include "proto/mime/teller.hpp"

namespace gatehouse::proto::mime {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What is told of a mail, whole; in pieces of any size it must be the same.
std::string tell(std::string_view mail) {
  const std::string whole = told(mail, mail.size());
  for (std::size_t step = 1; step < std::min<std::size_t>(mail.size(), 70); ++step)
    EXPECT_EQ(whole, told(mail, step)) << "in pieces of " << step;
  return whole;
}

// One attachment in a mail, its body as it stands in the mail.
std::string attached(std::string_view encoding, std::string_view body) {
  return tell(fmt::format("Content-Type: application/octet-stream; name=f\r\nContent-Transfer-Encoding: {}\r\n\r\n{}",
                          encoding, body));
}

constexpr std::string_view kNone = "{\"email\":{\"status\":\"PARSE_DONE\"}}";

// ---- headers

TEST(MimeHeaders, AreKeptByName) {
  EXPECT_EQ(tell("FROM: a\r\nTo:b,c\r\nsubject : s \r\nX-Other: o\r\n\r\n"),
            R"({"email":{"status":"PARSE_DONE","from":"a","to":["b","c"],"subject":"s "}})");
}

TEST(MimeHeaders, UnfoldWithoutTheirFirstWhiteSpace) {
  EXPECT_THAT(tell("Subject: one\r\n  two\r\n\tthree\r\n\r\n"), HasSubstr(R"("subject":"one twothree")"));
}

TEST(MimeHeaders, TheFirstOfSeveralStands) {
  EXPECT_THAT(tell("Subject: one\r\nSubject: two\r\n\r\n"), HasSubstr(R"("subject":"one"})"));
}

TEST(MimeHeaders, EncodedWordsAreLeftAlone) {
  EXPECT_THAT(tell("Subject: =?utf-8?B?w6k=?=\r\n\r\n"), HasSubstr(R"("subject":"=?utf-8?B?w6k=?=")"));
}

TEST(MimeHeaders, OfAMailWithoutBodyCount) {
  EXPECT_THAT(tell("From: a\r\nSubject: s"), HasSubstr(R"("from":"a","subject":"s")"));
  EXPECT_EQ(tell("\r\n"), kNone);
}

TEST(MimeHeaders, MayEndWithLineFeedsAlone) {
  EXPECT_THAT(tell("Subject: s\n\nhttp://x.y/\n"), HasSubstr(R"("subject":"s","url":["x.y/"])"));
}

TEST(MimeHeaders, LinesThatAreNoneAreTold) {
  EXPECT_THAT(tell("Subject: s\r\nwhat is this\r\nFrom: a\r\n\r\n"), HasSubstr("anomaly malformed_msg\n"));
  EXPECT_THAT(tell("From me Thu Jan  1\r\nFrom: a\r\n\r\n"), Not(HasSubstr("anomaly")));
  EXPECT_THAT(tell("Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n"),
              HasSubstr("anomaly malformed_msg\n"));
}

TEST(MimeHeaders, LongOnesAreToldAndCut) {
  EXPECT_THAT(tell(std::string(76, 'n') + ": v\r\n\r\n"), HasSubstr("anomaly long_header_name\n"));
  EXPECT_THAT(tell(std::string(75, 'n') + ": v\r\n\r\n"), Not(HasSubstr("anomaly")));
  EXPECT_THAT(tell("Subject: " + std::string(2001, 'v') + "\r\n\r\n"), HasSubstr("anomaly long_header_value\n"));
  std::string folded = "Subject: s\r\n";
  for (int i = 0; i < 20; ++i) folded += " " + std::string(500, 'v') + "\r\n";
  const std::string text = told(folded + "From: a\r\n\r\n", 333);
  EXPECT_THAT(text, HasSubstr("anomaly long_header_value\n"));
  EXPECT_THAT(text, HasSubstr(R"("from":"a")"));
}

TEST(MimeLines, LongOnesAreTold) {
  EXPECT_THAT(tell("Subject: s\r\n\r\n" + std::string(998, 'x') + "\r\n"), Not(HasSubstr("anomaly")));
  EXPECT_THAT(tell("Subject: s\r\n\r\n" + std::string(999, 'x') + "\r\n"), HasSubstr("anomaly long_line\n"));
}

// ---- parameters

std::string parameter(std::string_view field, std::string_view name, std::size_t room = 255) {
  std::string buffer(room, '\0');
  const Parameter found = find_parameter(field, name, buffer);
  return !found.present ? "(none)" : std::string(found.value) + (found.cut ? " (cut)" : "");
}

TEST(MimeParameters, AsTheyAreWritten) {
  EXPECT_EQ(parameter("attachment; filename=\"a b.txt\"; size=3", "filename"), "a b.txt");
  EXPECT_EQ(parameter("attachment; FileName = a b.txt ; size=3", "filename"), "a b.txt");
  EXPECT_EQ(parameter("attachment;filename=\"a;b\"", "filename"), "a;b");
  EXPECT_EQ(parameter(R"(attachment; filename="a\"b")", "filename"), R"(a\"b)");
  EXPECT_EQ(parameter("attachment; filename=\"never ends", "filename"), "\"never ends");
  EXPECT_EQ(parameter("attachment; filename=", "filename"), "");
  EXPECT_EQ(parameter("attachment; junk; filename=x", "filename"), "x");
  EXPECT_EQ(parameter("attachment; filename=x; filename=y", "filename"), "y");
  EXPECT_EQ(parameter("attachment", "filename"), "(none)");
  EXPECT_EQ(parameter("attachment; notfilename=x", "filename"), "(none)");
  EXPECT_EQ(parameter("a; b=12345", "b", 3), "123 (cut)");
  EXPECT_EQ(main_value(" text/html ; charset=x"), "text/html");
}

TEST(MimeParameters, ContinuedAndExtended) {
  EXPECT_EQ(parameter("a; filename*0=\"one.\"; filename*1=two; filename*3=not", "filename"), "one.two");
  EXPECT_EQ(parameter("a; filename*1=two; filename*0=one", "filename"), "onetwo");
  EXPECT_EQ(parameter("a; filename*=utf-8''caf%c3%A9%zz%4", "filename"), "caf\xc3\xa9%zz%4");
  EXPECT_EQ(parameter("a; filename*0*=utf-8'en'a%20; filename*1=%20b; filename*2*=%20c", "filename"), "a %20b c");
  EXPECT_EQ(parameter("a; filename*x=1", "filename"), "(none)");
}

// ---- encodings

TEST(MimeBase64, Decodes) {
  EXPECT_THAT(attached("base64", "YWJj\r\n"), HasSubstr("content abc\n{"));
  EXPECT_THAT(attached("BASE64 ", "Y W\r\nJ\tj"), HasSubstr("content abc\n{"));
  EXPECT_THAT(attached("base64", "YWI=\r\nYQ==\r\n"), HasSubstr("content aba\n{"));
  EXPECT_THAT(attached("base64", ""), HasSubstr("close 0\n"));
}

TEST(MimeBase64, WhatIsWrongIsToldAndPassedOver) {
  EXPECT_THAT(attached("base64", "YW!Jj"), HasSubstr("content abc\nanomaly invalid_base64\n"));
  EXPECT_THAT(attached("base64", "YWJjYW"), HasSubstr("content abca\nanomaly invalid_base64\n"));
  EXPECT_THAT(attached("base64", "Y=WJj"), HasSubstr("anomaly invalid_base64\n"));
  EXPECT_THAT(attached("base64", std::string(80, 'A') + "\r\n"), HasSubstr("anomaly long_enc_line\n"));
  EXPECT_THAT(attached("base64", std::string(76, 'A') + "\r\n"), Not(HasSubstr("anomaly")));
}

TEST(MimeQuotedPrintable, Decodes) {
  EXPECT_THAT(attached("quoted-printable", "a=3Db=\r\nc= \t\r\nd=\ne\r\nf"), HasSubstr("content a=bcde\r\nf\n{"));
  EXPECT_THAT(attached("quoted-printable", "a=\r\n"), HasSubstr("content a\n{"));
}

TEST(MimeQuotedPrintable, WhatIsWrongIsToldAndPassedAsItStands) {
  EXPECT_THAT(attached("quoted-printable", "a=zzb"), HasSubstr("content a=zzb\nanomaly invalid_qp\n"));
  EXPECT_THAT(attached("quoted-printable", "a=4xb"), HasSubstr("content a=4xb\nanomaly invalid_qp\n"));
  EXPECT_THAT(attached("quoted-printable", "a=3db"), HasSubstr("content a=b\nanomaly invalid_qp\n"));
  EXPECT_THAT(attached("quoted-printable", "a=4"), HasSubstr("content a=4\nanomaly invalid_qp\n"));
  EXPECT_THAT(attached("quoted-printable", "a==3D"), HasSubstr("content a==\nanomaly invalid_qp\n"));
}

TEST(MimeIdentity, KeepsEveryByteButTheLastEndOfLine) {
  for (const std::string_view encoding : {"7bit", "8bit", "binary", "whatever"})
    EXPECT_THAT(attached(encoding, "a\r\n\r\nb\rc\nd\r\r\n"), HasSubstr("content a\r\n\r\nb\rc\nd\r\n{")) << encoding;
}

TEST(MimeUuencode, FilesWithinText) {
  EXPECT_EQ(tell("Subject: s\r\n\r\nbegin what\r\nbegin 644 f.txt\r\n#86)C\r\n#9&5F\r\n`\r\nend\r\nbegin 0644 "
                 "g\r\n!80``\r\nend\r\n"),
            "open f.txt\nclose 6\nopen g\nclose 1\ncontent abcdef\ncontent a\n"
            R"({"email":{"status":"PARSE_DONE","subject":"s","attachment":["f.txt","g"]}})");
}

TEST(MimeUuencode, WithoutItsEndIsTold) {
  EXPECT_THAT(tell("\r\nbegin 644 f.txt\r\n#86)C\r\n"), HasSubstr("truncated 3\ncontent abc\nanomaly malformed_msg\n"));
}

// ---- parts

TEST(MimeParts, NestedOnesAreOpened) {
  const std::string text = tell(
      "Content-Type: multipart/mixed;\r\n boundary=\"out\"\r\n\r\nhttp://preamble/\r\n"
      "--out\r\nContent-Type: multipart/alternative; boundary=outer\r\n\r\n"
      "--outer\r\n\r\nhttp://plain/\r\n"
      "--outer  \r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\naHR0cHM6Ly9odG1sLw==\r\n"
      "--outer--\r\nepilogue\r\n"
      "--out\r\nContent-Type: image/png; "
      "name=\"p.png\"\r\n\r\n-\r\n--\r\n--ou\r\npng\r\n--out--\r\nhttp://epilogue/\r\n");
  EXPECT_EQ(text,
            "open p.png\nclose 16\ncontent -\r\n--\r\n--ou\r\npng\n"
            R"({"email":{"status":"PARSE_DONE","attachment":["p.png"],"url":["html/","plain/"]}})");
}

TEST(MimeParts, WithoutANameAreFilesIfTheyAreNoText) {
  EXPECT_THAT(tell("Content-Type: application/pdf\r\n\r\n%PDF"), HasSubstr("open \nclose 4\n"));
  EXPECT_THAT(tell("Content-Disposition: attachment\r\n\r\ntext"), HasSubstr("open \nclose 4\n"));
  EXPECT_THAT(tell("Content-Disposition: attachment; filename=x\r\nContent-Type: text/plain; name=y\r\n\r\ntext"),
              HasSubstr("open x\nclose 4\n"));
  EXPECT_THAT(tell("Content-Type: text/plain; name=y\r\nContent-Disposition: inline\r\n\r\ntext"),
              HasSubstr("open y\n"));
  EXPECT_EQ(tell("Content-Type: text/calendar\r\n\r\ntext"), kNone);
}

TEST(MimeParts, LongNamesAreCutAndTold) {
  const std::string text = tell("Content-Disposition: attachment; filename=" + std::string(300, 'n') + "\r\n\r\nx");
  EXPECT_THAT(text, HasSubstr("open " + std::string(255, 'n') + "\n"));
  EXPECT_THAT(text, HasSubstr("anomaly long_filename\n"));
}

std::string mixed(std::string_view parts) {
  return tell(fmt::format("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", parts));
}
constexpr std::string_view kFile = "Content-Type: application/x; name=f\r\n\r\nabc\r\n";

TEST(MimeEvasion, MalformedBoundariesAreToldAndStillEndAPart) {
  EXPECT_THAT(mixed(fmt::format("--b\r\n{}--b--\r\n", kFile)), Not(HasSubstr("anomaly")));
  EXPECT_THAT(mixed(fmt::format("--b\r\n{}--btail\r\n{}--b--\r\n", kFile, kFile)),
              HasSubstr("close 3\nopen f\nclose 3\ncontent abc\ncontent abc\nanomaly malformed_msg\n"));
  EXPECT_THAT(mixed(fmt::format("--b\r\nContent-Type: text/plain\r\n--b\r\n{}--b--\r\n", kFile)),
              HasSubstr("content abc\nanomaly malformed_msg\n"));
  const std::string far = "--b" + std::string(2000, ' ') + "\r\n";
  EXPECT_THAT(mixed(fmt::format("{}{}--b--\r\n", far, kFile)), HasSubstr("content abc\n"));
}

TEST(MimeEvasion, MissingTerminatorsAreTold) {
  EXPECT_THAT(mixed(fmt::format("--b\r\n{}", kFile)), HasSubstr("close 3\ncontent abc\nanomaly malformed_msg\n"));
  EXPECT_THAT(tell("Content-Type: multipart/mixed\r\n\r\nhttp://x/\r\n"),
              HasSubstr("anomaly malformed_msg\n{\"email\":{\"status\":\"PARSE_DONE\",\"url\":[\"x/\"]}}"));
  EXPECT_THAT(mixed("--b\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n\r\n--b--\r\n"),
              HasSubstr("anomaly malformed_msg\n"));
}

TEST(MimeEvasion, LongBoundariesAreTold) {
  const std::string boundary(300, 'b');
  EXPECT_THAT(tell(fmt::format("Content-Type: multipart/mixed; boundary={}\r\n\r\n--{}\r\n{}--{}--\r\n", boundary,
                               boundary, kFile, boundary)),
              HasSubstr("content abc\nanomaly long_boundary\n"));
}

TEST(MimeEvasion, DepthIsBounded) {
  std::string mail;
  for (std::size_t i = 0; i <= Parser::kMaxDepth; ++i)
    mail += fmt::format("Content-Type: multipart/mixed; boundary=b{}x\r\n\r\n--b{}x\r\n", i, i);
  EXPECT_THAT(tell(mail + std::string(kFile)), HasSubstr("anomaly parse_failed\n"));
}

TEST(MimeMessages, AreOpenedWhereTheyStand) {
  const std::string inner = fmt::format("Subject: inner\r\nFrom: i\r\n{}", kFile);
  EXPECT_EQ(tell("Subject: outer\r\nContent-Type: message/rfc822; name=innocent.txt\r\n\r\n" + inner),
            "open f\nclose 3\ncontent abc\n"
            R"({"email":{"status":"PARSE_DONE","subject":"outer","attachment":["f"]}})");
}

TEST(MimeMessages, ThatLieAboutTheirEncodingAreOpenedToo) {
  const std::string inner = fmt::format("Subject: inner\r\n{}", kFile);
  const std::string head = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  const std::string text = tell(head + "\r\n" + inner);
  EXPECT_THAT(text, HasSubstr("open f\nclose 3\ncontent abc\nanomaly malformed_msg\n"));
  // "Subject: i\r\nContent-Type: application/x; name=f\r\n\r\nabc"
  EXPECT_EQ(tell(head + "U3ViamVjdDogaQ0KQ29udGVudC1UeXBlOiBhcHBsaWNhdGlv\r\nbi94OyBuYW1lPWYNCg0KYWJj\r\n"), text);
}

TEST(MimeMessages, EncodedWithinEncodedAreBounded) {
  std::string inner = "Subject: x\r\n\r\n";
  const auto encode = [](std::string_view plain) {
    std::string out;
    for (const char c : plain) out += fmt::format("={:02X}", static_cast<unsigned char>(c));
    return out;
  };
  for (int i = 0; i < 4; ++i)
    inner = "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + encode(inner);
  EXPECT_THAT(told(inner, 100), HasSubstr("anomaly parse_failed\n"));
}

TEST(MimeUrls, AreFoundAcrossPieces) {
  EXPECT_THAT(tell("\r\n<a href=\"HTTP://a.b/c?d=e\">https://x/'http:/no http//no xhttp://y.z] https://\r\nhttp://end"),
              HasSubstr(R"("url":["end","y.z","x/","a.b/c?d=e"])"));
  EXPECT_THAT(tell("\r\nhttp://" + std::string(kMaxUrl + 10, 'u') + " http://after "),
              HasSubstr("\"url\":[\"after\",\"" + std::string(kMaxUrl, 'u') + "\"]"));
}

TEST(MimeUrls, AreBounded) {
  std::string mail = "\r\n";
  for (std::size_t i = 0; i < 2 * kMaxUrls; ++i) mail += fmt::format("http://{}/\r\n", i);
  const std::string text = told(mail, 100);
  EXPECT_THAT(text, HasSubstr(fmt::format("\"{}/\"", kMaxUrls - 1)));
  EXPECT_THAT(text, Not(HasSubstr(fmt::format("\"{}/\"", kMaxUrls))));
}

TEST(MimeGap, IsAHoleInTheFile) {
  std::pmr::unsynchronized_pool_resource memory;
  Teller teller;
  Email email{memory};
  Parser parser{memory};
  parser.start(email, teller);
  parser.feed(as_bytes("Content-Type: application/x; name=f\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJjYW"));
  parser.gap(50);
  parser.feed(as_bytes("YWJj\r\n"));
  parser.finish(true);
  EXPECT_EQ(teller.lines, "open f\ntruncated 14\n");
  EXPECT_EQ(teller.content[0], "abc[gap 50]abc");
}

}  // namespace
}  // namespace gatehouse::proto::mime
