// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/smtp/smtp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/smtp/mail.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::smtp {
namespace {

using test::SessionDriver;
using test::Turn;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr auto C = Direction::to_server;
constexpr auto S = Direction::to_client;

// A session up to the point where the client may send a mail.
const std::vector<Turn> kOpening{{S, "220 mx.example.net ESMTP\r\n"},
                                 {C, "EHLO client.example\r\n"},
                                 {S, "250-mx.example.net\r\n250-PIPELINING\r\n250 CHUNKING\r\n"}};
const std::vector<Turn> kEnvelope{{C, "MAIL FROM:<a@example.com> SIZE=100\r\n"},
                                  {S, "250 ok\r\n"},
                                  {C, "RCPT TO:<b@example.net>\r\n"},
                                  {S, "250 ok\r\n"},
                                  {C, "rcpt to: <c@example.net>\r\n"},
                                  {S, "250 ok\r\n"}};

std::vector<Turn> join(std::initializer_list<std::vector<Turn>> parts) {
  std::vector<Turn> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::vector<Turn> with_data(std::string mail) {
  return join({kOpening,
               kEnvelope,
               {{C, "DATA\r\n"},
                {S, "354 go ahead\r\n"},
                {C, std::move(mail)},
                {S, "250 queued\r\n"},
                {C, "QUIT\r\n"},
                {S, "221 bye\r\n"}}});
}

std::vector<std::string> lines(const std::vector<Turn>& conversation) {
  SessionDriver driver{protocol};
  for (const Turn& turn : conversation) driver.feed(turn.direction, turn.bytes);
  driver.finish();
  return driver.lines();
}

constexpr std::string_view kEnvelopeJson =
    R"("smtp":{"helo":"client.example","mail_from":"<a@example.com>","rcpt_to":["<b@example.net>","<c@example.net>"]})";

TEST(Smtp, AMailIsOneTransaction) {
  const auto text = test::expect_same_in_any_chunks(
      protocol, with_data("From: A <a@example.com>\r\nTo: b@example.net, c@example.net\r\nSubject: hello\r\n\r\nSee "
                          "http://example.org/x?y=1 now.\r\n..stuffed\r\n.\r\n"));
  EXPECT_EQ(text,
            "log smtp {" + std::string(kEnvelopeJson) +
                R"(,"email":{"status":"PARSE_DONE","from":"A <a@example.com>","to":["b@example.net"," c@example.net"],)"
                R"("subject":"hello","url":["example.org/x?y=1"]}})"
                "\n");
}

TEST(Smtp, FieldsAreWhatRulesRead) {
  SessionDriver driver{protocol};
  for (const Turn& turn :
       with_data("From: f\r\nTo: t\r\nCc: c\r\nSubject: s\r\nDate: d\r\nMessage-ID: <m>\r\nX-Mailer: "
                 "x\r\nReceived: r1\r\nReceived: r2\r\n\r\nhttps://u.example/\r\n.\r\n"))
    driver.feed(turn.direction, turn.bytes);
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("smtp.helo"), ElementsAre("client.example"));
  EXPECT_THAT(fields.at("smtp.mail_from"), ElementsAre("<a@example.com>"));
  EXPECT_THAT(fields.at("smtp.rcpt_to"), ElementsAre("<b@example.net>", "<c@example.net>"));
  EXPECT_THAT(fields.at("email.from"), ElementsAre("f"));
  EXPECT_THAT(fields.at("email.to"), ElementsAre("t"));
  EXPECT_THAT(fields.at("email.cc"), ElementsAre("c"));
  EXPECT_THAT(fields.at("email.subject"), ElementsAre("s"));
  EXPECT_THAT(fields.at("email.date"), ElementsAre("d"));
  EXPECT_THAT(fields.at("email.message_id"), ElementsAre("<m>"));
  EXPECT_THAT(fields.at("email.x_mailer"), ElementsAre("x"));
  EXPECT_THAT(fields.at("email.received"), ElementsAre("r1", "r2"));
  EXPECT_THAT(fields.at("email.url"), ElementsAre("u.example/"));
}

TEST(Smtp, AttachmentsAreFiles) {
  const auto text = test::expect_same_in_any_chunks(
      protocol, with_data("From: a\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\npreamble\r\n--b1\r\n"
                          "Content-Type: text/plain\r\n\r\nhello\r\n--b1\r\n"
                          "Content-Type: application/zip; name=\"x.zip\"\r\nContent-Transfer-Encoding: base64\r\n"
                          "Content-Disposition: attachment; filename=\"y.zip\"\r\n\r\nYW\r\nJj\r\n--b1--\r\n.\r\n"));
  EXPECT_THAT(text, HasSubstr("file 0 open to_server y.zip\nfile 0 close 3 bytes sha256 "
                              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"));
  EXPECT_THAT(text, HasSubstr(R"("attachment":["y.zip"])"));
  EXPECT_THAT(text, Not(HasSubstr("event")));
}

TEST(Smtp, ChunksMakeOneMail) {
  const std::string first = "Subject: in chunks\r\n\r\nno .\r\n.\r\n", second = ".\r\nhttp://late.example/\r\n";
  const auto conversation =
      join({kOpening,
            kEnvelope,
            {{C, "BDAT " + std::to_string(first.size()) + "\r\n" + first},
             {S, "250 ok\r\n"},
             {C, "BDAT " + std::to_string(second.size()) + " LAST\r\n" + second + "MAIL FROM:<next@example.com>\r\n"},
             {S, "250 queued\r\n250 ok\r\n"}}});
  EXPECT_EQ(test::expect_same_in_any_chunks(protocol, conversation),
            "log smtp {" + std::string(kEnvelopeJson) +
                R"(,"email":{"status":"PARSE_DONE","subject":"in chunks","url":["late.example/"]}})"
                "\nlog smtp {\"smtp\":{\"helo\":\"client.example\",\"mail_from\":\"<next@example.com>\"}}\n");
}

TEST(Smtp, AChunkOfNothingMayBeTheLast) {
  const auto all = lines(join(
      {kOpening,
       kEnvelope,
       {{C, "BDAT 0 LAST\r\n"}, {S, "250 queued\r\n"}, {C, "MAIL FROM:<next@example.com>\r\n"}, {S, "250 ok\r\n"}}}));
  EXPECT_EQ(all.size(), 2u);
  EXPECT_THAT(all, Each(Not(HasSubstr("event"))));
}

TEST(Smtp, ABadChunkIsToldAndIsNoChunk) {
  for (const std::string bad : {"BDAT 5 X", "BDAT", "BDAT ", "BDAT x", "BDAT -1", "BDAT 5LAST", "BDAT 5 LAST X",
                                "BDAT 99999999999999999999999"}) {
    const auto all = lines(join({kOpening, {{C, bad + "\r\nMAIL FROM:<after@example.com>\r\n"}}}));
    EXPECT_THAT(all, Contains("event to_server invalid_bdat")) << bad;
    EXPECT_THAT(all.back(), HasSubstr("<after@example.com>")) << bad;
  }
}

TEST(Smtp, AHugeChunkIsTold) {
  const auto all = lines(join({kOpening, {{C, "BDAT 4294967296\r\nMAIL FROM:<inside@example.com>\r\n"}}}));
  EXPECT_THAT(all, Contains("event to_server bdat_chunk_len_exceeded"));
  EXPECT_THAT(all.back(), Not(HasSubstr("inside")));
}

TEST(Smtp, PipelinedMailsEachHaveTheirReply) {
  const auto text = test::expect_same_in_any_chunks(
      protocol, join({kOpening,
                      {{C, "MAIL FROM:<1@x>\r\nRCPT TO:<r@x>\r\nDATA\r\n"},
                       {S, "250 ok\r\n250 ok\r\n354 go\r\n"},
                       {C, "Subject: 1\r\n\r\n.\r\nRSET\r\nMAIL FROM:<2@x>\r\nRCPT TO:<r@x>\r\nDATA\r\n"},
                       {S, "250 queued\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"},
                       {C, "Subject: 2\r\n\r\n.\r\n"},
                       {S, "250 queued\r\n"},
                       {C, "QUIT\r\n"},
                       {S, "221 bye\r\n"}}}));
  EXPECT_EQ(
      text,
      R"(log smtp {"smtp":{"helo":"client.example","mail_from":"<1@x>","rcpt_to":["<r@x>"]},"email":{"status":"PARSE_DONE","subject":"1"}})"
      "\n"
      R"(log smtp {"smtp":{"helo":"client.example","mail_from":"<2@x>","rcpt_to":["<r@x>"]},"email":{"status":"PARSE_DONE","subject":"2"}})"
      "\n");
}

TEST(Smtp, RsetEndsAMailBeforeItsContent) {
  const auto all = lines(
      join({kOpening, {{C, "MAIL FROM:<1@x>\r\nRSET\r\nMAIL FROM:<2@x>\r\n"}, {S, "250 ok\r\n250 ok\r\n250 ok\r\n"}}}));
  ASSERT_EQ(all.size(), 2u);
  EXPECT_THAT(all[0], HasSubstr("<1@x>"));
  EXPECT_THAT(all[1], HasSubstr("<2@x>"));
}

TEST(Smtp, StarttlsChangesTheProtocol) {
  const auto all = lines(join({kOpening, {{C, "STARTTLS\r\n"}, {S, "220 go ahead\r\n"}, {C, "\x16\x03\x01"}}}));
  EXPECT_THAT(all, ElementsAre(R"(log smtp {"smtp":{"helo":"client.example"}})", "change tls"));
}

TEST(Smtp, RefusedStarttlsIsTold) {
  EXPECT_THAT(lines(join({kOpening, {{C, "STARTTLS\r\n"}, {S, "454 not now\r\n"}}})),
              Contains("event to_client tls_rejected"));
}

TEST(Smtp, CommandsBehindStarttlsAreTold) {
  EXPECT_THAT(lines(join({kOpening, {{C, "STARTTLS\r\nMAIL FROM:<injected@x>\r\n"}}})),
              Contains("event to_server invalid_pipelined_sequence"));
}

TEST(Smtp, AMailThatDoesNotWaitIsReadAndTold) {
  const auto all = lines(join({kOpening, {{C, "MAIL FROM:<1@x>\r\nDATA\r\nSubject: early\r\n\r\n.\r\n"}}}));
  EXPECT_THAT(all, Contains("event to_server invalid_pipelined_sequence"));
  EXPECT_THAT(all.back(), HasSubstr(R"("subject":"early")"));
}

TEST(Smtp, RefusedDataLeadsBackToCommands) {
  const auto all =
      lines(join({kOpening, {{C, "DATA\r\n"}, {S, "503 no\r\n"}, {C, "MAIL FROM:<after@x>\r\n"}, {S, "250 ok\r\n"}}}));
  EXPECT_THAT(all, ElementsAre("event to_client data_command_rejected",
                               R"(log smtp {"smtp":{"helo":"client.example","mail_from":"<after@x>"}})"));
}

TEST(Smtp, DataTwiceInOneMailIsTold) {
  EXPECT_THAT(lines(join({kOpening, {{C, "DATA\r\n"}, {S, "503 no\r\n"}, {C, "DATA\r\n"}}})),
              Contains("event to_server unparsable_content"));
}

TEST(Smtp, DuplicatesAreToldAndTheFirstStands) {
  const auto all = lines(join({kOpening, kEnvelope, {{C, "MAIL FROM:<other@x>\r\nEHLO other\r\n"}}}));
  EXPECT_THAT(all, ElementsAre("event to_server duplicate_fields", "log smtp {" + std::string(kEnvelopeJson) + "}"));
}

TEST(Smtp, AuthLinesAreNoCommands) {
  const auto all = lines(join({kOpening,
                               {{C, "AUTH LOGIN\r\n"},
                                {S, "334 VXNlcm5hbWU6\r\n"},
                                {C, "DATA\r\n"},  // base64 of somebody's name
                                {S, "334 UGFzc3dvcmQ6\r\n"},
                                {C, "QUIT\r\n"},
                                {S, "235 ok\r\n"},
                                {C, "MAIL FROM:<after@x>\r\n"},
                                {S, "250 ok\r\n"}}}));
  EXPECT_THAT(all, ElementsAre(R"(log smtp {"smtp":{"helo":"client.example","mail_from":"<after@x>"}})"));
}

TEST(Smtp, RepliesThatAreNoneAreTold) {
  for (const std::string bad : {"ok", "25", "hello world", "299 what", "472 what", "2500", "\r\n"}) {
    const auto all = lines(join({kOpening, {{C, "NOOP\r\n"}, {S, bad + "\r\n250 ok\r\n"}}}));
    EXPECT_THAT(all, Contains("event to_client invalid_reply")) << bad;
  }
  EXPECT_THAT(lines({{S, "250 ESMTP\r\n"}, {C, "EHLO c\r\n"}, {S, "250 ok\r\n"}}),
              Contains("event to_client invalid_reply"));
}

TEST(Smtp, AMissingGreetingIsTold) {
  EXPECT_THAT(lines({{C, "EHLO c\r\n"}, {S, "250 ok\r\n"}}), Contains("event to_client no_server_welcome_message"));
  EXPECT_THAT(lines({{C, "EHLO c\r\n"}}), Contains("event to_client no_server_welcome_message"));
}

TEST(Smtp, AGreetingReadLateAnswersNoCommand) {
  const auto all = lines({{C, "EHLO c\r\n"}, {S, "220 hello\r\n250 ok\r\n"}, {C, "STARTTLS\r\n"}, {S, "220 go\r\n"}});
  EXPECT_THAT(all, ElementsAre(R"(log smtp {"smtp":{"helo":"c"}})", "change tls"));
}

TEST(Smtp, LongLinesAreCut) {
  const std::string name(6000, 'h');
  const auto conversation =
      join({{kOpening[0]}, {{C, "EHLO " + name + "\r\nMAIL FROM:<a@x>\r\n"}, {S, "250 " + name + "\r\n250 ok\r\n"}}});
  const auto text = test::expect_same_in_any_chunks(protocol, conversation, 200);
  EXPECT_EQ(text, "event to_server truncated_line\nlog smtp {\"smtp\":{\"helo\":\"" + std::string(4096 - 5, 'h') +
                      "\",\"mail_from\":\"<a@x>\"}}\n");
  EXPECT_THAT(lines(join({{{S, "220 " + name + "\r\n"}}})), Contains("event to_client truncated_line"));
}

TEST(Smtp, AmbiguousEndsOfAMailAreTold) {
  for (const std::string end : {"\n.\n", "\n.\r\n", "\r\n.\n"})
    EXPECT_THAT(lines(with_data("Subject: s\r\n\r\ntext" + end)), Contains("event to_server ambiguous_end_of_data"));
  for (const std::string_view mail : {"Subject: s\n\ntext\n.\n", "Subject: s\r\n\r\ntext\r\n.\r\n"})
    EXPECT_THAT(lines(with_data(std::string(mail))), Each(Not(HasSubstr("event"))));
}

TEST(Smtp, ManyRecipientsAreToldAndSomeKept) {
  std::string many;
  for (std::size_t i = 0; i <= Mail::kMaxRecipients; ++i) many += "RCPT TO:<r@x>\r\n";
  const auto all = lines(join({kOpening, {{C, "MAIL FROM:<a@x>\r\n" + many}}}));
  EXPECT_THAT(all, Contains("event to_server too_many_recipients"));
}

TEST(Smtp, AServerThatNeverAnswersIsBounded) {
  std::vector<Turn> conversation = kOpening;
  for (int i = 0; i < 200; ++i)
    conversation.push_back({C, "MAIL FROM:<a@x>\r\nDATA\r\nSubject: " + std::to_string(i) + "\r\n\r\n.\r\n"});
  const auto all = lines(conversation);
  EXPECT_THAT(all, Contains("event to_server too_many_transactions"));
  EXPECT_THAT(all, Contains("event to_client unable_to_match_reply_with_request"));
  EXPECT_EQ(std::ranges::count_if(all, [](const std::string& line) { return line.starts_with("log"); }), 200);
}

TEST(Smtp, AHoleInAMailIsAHoleInItsFile) {
  SessionDriver driver{protocol};
  for (const Turn& turn : join({kOpening, kEnvelope, {{C, "DATA\r\n"}, {S, "354 go\r\n"}}}))
    driver.feed(turn.direction, turn.bytes);
  driver.feed(C, "Content-Type: application/x; name=f\r\n\r\nabc");
  driver.gap(C, 100);
  driver.feed(C, "def\r\n.\r\n");
  driver.feed(S, "250 ok\r\n");
  driver.finish();
  EXPECT_EQ(driver.file(0), "abc[gap 100]def");
}

TEST(Smtp, AHoleInTheRepliesEndsTheWait) {
  SessionDriver driver{protocol};
  for (const Turn& turn :
       join({kOpening, {{C, "MAIL FROM:<a@x>\r\nDATA\r\n"}, {S, "250 ok\r\n354 go\r\n"}, {C, "\r\n.\r\n"}}}))
    driver.feed(turn.direction, turn.bytes);
  driver.gap(S, 10);
  EXPECT_THAT(driver.lines(), ElementsAre(HasSubstr("<a@x>")));
}

TEST(Smtp, ASessionCutOffTruncatesItsFile) {
  const auto all = lines(
      join({kOpening, {{C, "DATA\r\n"}, {S, "354 go\r\n"}, {C, "Content-Type: application/x; name=f\r\n\r\nabc"}}}));
  EXPECT_THAT(all, Contains(HasSubstr("file 0 truncated 3 bytes")));
}

TEST(Smtp, NobodyWritesHimselfOutOfTheLog) {
  const std::string wild(3000, '\xff');
  std::string mail = "Subject: " + wild + "\r\nFrom: " + wild + "\r\nTo: " + wild + "\r\n";
  for (int i = 0; i < 40; ++i) mail += "Received: " + wild + "\r\n";
  SessionDriver driver{protocol};
  for (const Turn& turn : with_data(mail + "\r\n\r\n.\r\n")) driver.feed(turn.direction, turn.bytes);
  ASSERT_THAT(driver.lines().back(), HasSubstr("log smtp"));
  EXPECT_LT(driver.lines().back().size(), 48u * 1024);

  const std::string wild_word(4000, '\x01');
  const std::string log =
      lines(
          {kOpening[0], {C, "EHLO " + wild_word + "\r\nMAIL FROM:" + wild_word + "\r\nRCPT TO:" + wild_word + "\r\n"}})
          .back();
  EXPECT_LT(log.size(), 48u * 1024);
  EXPECT_THAT(log, Not(HasSubstr("[]")));
}

TEST(Smtp, PrefixesOfACommandWantMore) {
  test::expect_prefixes_need_more(protocol, C, "EHLO client.example\r\n");
}

// ---- recognition

Probe looks(Direction direction, std::string_view text, std::uint16_t port = 12345) {
  return protocol.detector.probe(direction, as_bytes(text), port);
}

TEST(SmtpProbe, ByTheClientsFirstWord) {
  EXPECT_EQ(looks(C, "EHLO x\r\n"), Probe::yes);
  EXPECT_EQ(looks(C, "helo\r\n"), Probe::yes);
  EXPECT_EQ(looks(C, "EH"), Probe::need_more);
  EXPECT_EQ(looks(C, "EHLO"), Probe::need_more);
  EXPECT_EQ(looks(C, "EHLOX"), Probe::no);
  EXPECT_EQ(looks(C, "MAIL FROM:<x>"), Probe::yes);
  EXPECT_EQ(looks(C, "GET / HTTP/1.1\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "USER anonymous\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "QUIT\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "QUIT\r\n", 25), Probe::yes);
}

TEST(SmtpProbe, ByTheGreeting) {
  EXPECT_EQ(looks(S, "220 mx.example.net ESMTP Postfix\r\n"), Probe::yes);
  EXPECT_EQ(looks(S, "220-mx.example.net\r\n220-Simple Mail\r\n220 smtp ready\r\n"), Probe::yes);
  EXPECT_EQ(looks(S, "220 mx.example.net ESM"), Probe::need_more);
  EXPECT_EQ(looks(S, "22"), Probe::need_more);
  EXPECT_EQ(looks(S, "220 mx.example.net ready\r\n"), Probe::no);
  EXPECT_EQ(looks(S, "220 mx.example.net ready\r\n", 25), Probe::yes);
  EXPECT_EQ(looks(S, "220 ProFTPD 1.3 Server ready\r\n"), Probe::no);
  EXPECT_EQ(looks(S, "220 smtp.example.net FTP server ready\r\n"), Probe::no);
  EXPECT_EQ(looks(S, "220 (vsFTPd 3.0.3)\r\n"), Probe::no);
  EXPECT_EQ(looks(S, "+OK POP3 ready\r\n"), Probe::no);
  EXPECT_EQ(looks(S, "* OK IMAP4rev1 ready\r\n"), Probe::no);
  EXPECT_EQ(looks(S, "2200 SMTP\r\n"), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::smtp
