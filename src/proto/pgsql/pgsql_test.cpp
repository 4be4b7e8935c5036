// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/pgsql/pgsql.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/pgsql/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::pgsql {
namespace {

using test::SessionDriver;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

std::string u16(unsigned n) {
  return {static_cast<char>(n >> 8), static_cast<char>(n)};
}
std::string u32(std::uint32_t n) {
  return u16(n >> 16) + u16(n & 0xffff);
}
std::string z(std::string_view text) {
  return std::string(text) + '\0';
}
std::string message(char type, const std::string& body) {
  return type + u32(static_cast<std::uint32_t>(body.size()) + 4) + body;
}
std::string untyped(std::uint32_t code, const std::string& body = "") {
  return u32(static_cast<std::uint32_t>(body.size()) + 8) + u32(code) + body;
}

const std::string kSslRequest = untyped(80877103);
const std::string kStartup =
    untyped(3 << 16, z("user") + z("ada") + z("database") + z("plant") + z("application_name") + z("psql") + '\0');
const std::string kMd5 = message('R', u32(5) +
                                          "\x01\x02"
                                          "ab");
const std::string kPassword = message('p', z("md5c0ffee"));
const std::string kReady = message('Z', "I");
const std::string kWelcome = message('R', u32(0)) + message('S', z("server_version") + z("15.4")) +
                             message('S', z("TimeZone") + z("UTC")) + message('K', u32(77) + u32(99)) + kReady;

std::string query(std::string_view text) {
  return message('Q', z(text));
}
std::string row(std::initializer_list<std::string_view> columns) {
  std::string body = u16(static_cast<unsigned>(columns.size()));
  for (const std::string_view column : columns)
    body += u32(static_cast<std::uint32_t>(column.size())) + std::string(column);
  return message('D', body);
}
std::string described(std::string_view column) {  // table, column, type, size, modifier, format
  return message('T', u16(1) + z(column) + u32(0) + u16(0) + u32(25) + u16(0xffff) + u32(0xffffffff) + u16(0));
}
std::string error(std::string_view code, std::string_view text, char type = 'E') {
  return message(type, "S" + z("ERROR") + "V" + z("ERROR") + "C" + z(code) + "M" + z(text) + "F" + z("a.c") + "L" +
                           z("7") + "R" + z("f") + "D" + z("detail") + '\0');
}

// A session whose client is let in; what it told until then is left out.
class LetIn : public SessionDriver {
 public:
  LetIn() : SessionDriver(protocol) {
    feed(kUp, kStartup);
    feed(kDown, kWelcome);
    before_ = text().size();
  }
  std::string told() const { return text().substr(before_); }

 private:
  std::size_t before_;
};

TEST(Pgsql, AConnectionFromFirstToLast) {
  const std::vector<test::Turn> talk{
      {kUp, kSslRequest},
      {kDown, "N"},
      {kUp, kStartup},
      {kDown, kMd5},
      {kUp, kPassword},
      {kDown, kWelcome},
      {kUp, query("SELECT name FROM things;")},
      {kDown, described("name") + row({"lamp"}) + row({"pump"}) + message('C', z("SELECT 2")) + kReady},
      {kUp, message('X', "")}};
  EXPECT_EQ(test::expect_same_in_any_chunks(protocol, talk),
            R"(log pgsql {"pgsql":{"tx_id":1,"request":{"message":"SSL Request"},"response":{"ssl_accepted":false}}}
log pgsql {"pgsql":{"tx_id":2,"request":{"protocol_version":"3.0","startup_parameters":{"user":"ada","optional_parameters":[{"database":"plant"},{"application_name":"psql"}]}},"response":{"authentication_md5_password":"\u0001\u0002ab"}}}
log pgsql {"pgsql":{"tx_id":3,"request":{"password_redacted":true},"response":{"message":"authentication_ok","parameter_status":[{"server_version":"15.4"},{"time_zone":"UTC"}],"process_id":77,"secret_key":99}}}
log pgsql {"pgsql":{"tx_id":4,"request":{"simple_query":"SELECT name FROM things;"},"response":{"field_count":1,"data_rows":2,"data_size":8,"command_completed":"SELECT 2"}}}
log pgsql {"pgsql":{"tx_id":5,"request":{"message":"termination_message"}}}
)");
}

TEST(Pgsql, AnAcceptedSslRequestMakesItTls) {
  SessionDriver driver{protocol};
  driver.feed(kUp, kSslRequest);
  driver.feed(kDown, "S");
  EXPECT_THAT(driver.lines(), ElementsAre(HasSubstr(R"("response":{"ssl_accepted":true})"), "change tls"));
}

TEST(Pgsql, AnAcceptedGssRequestEndsTheReading) {
  SessionDriver driver{protocol};
  driver.feed(kUp, untyped(80877104));
  driver.feed(kDown, "G");
  EXPECT_EQ(driver.last_status(), Status::finished);
  EXPECT_THAT(driver.text(), HasSubstr(R"("request":{"message":"GSSENC Request"}})"));

  SessionDriver refused{protocol};
  refused.feed(kUp, untyped(80877104));
  refused.feed(kDown, "N");
  refused.feed(kUp, kStartup);
  EXPECT_EQ(refused.last_status(), Status::ok);
}

TEST(Pgsql, AnOldServerAnswersSslRequestWithAnError) {
  SessionDriver driver{protocol};
  driver.feed(kUp, kSslRequest);
  driver.feed(kDown, error("0A000", "unsupported frontend protocol"));
  driver.finish();
  EXPECT_THAT(driver.text(), HasSubstr(R"("message":"unsupported frontend protocol")"));
}

TEST(Pgsql, ScramTakesThreeRounds) {
  SessionDriver driver{protocol};
  driver.feed(kUp, kStartup);
  driver.feed(kDown, message('R', u32(10) + z("SCRAM-SHA-256") + '\0'));
  driver.feed(kUp, message('p', z("SCRAM-SHA-256") + u32(6) + "n,,n=,"));
  driver.feed(kDown, message('R', u32(11) + "r=x,s=y,i=4096"));
  driver.feed(kUp, message('p', "c=biws,r=x,p=z"));
  driver.feed(kDown, message('R', u32(12) + "v=q") + kWelcome);
  EXPECT_THAT(
      driver.lines(),
      ElementsAre(
          HasSubstr(R"("response":{"message":"authentication_sasl"})"),
          HasSubstr(
              R"("request":{"sasl_authentication_mechanism":"SCRAM-SHA-256","sasl_param":"n,,n=,"},"response":{"message":"authentication_sasl_continue"})"),
          HasSubstr(
              R"("request":{"sasl_response":"c=biws,r=x,p=z"},"response":{"authentication_sasl_final":"v=q","message":"authentication_ok")")));
  EXPECT_THAT(driver.fields().at("pgsql.mechanism"), ElementsAre("SCRAM-SHA-256"));
}

TEST(Pgsql, OtherWaysToAuthenticate) {
  const struct {
    std::uint32_t code;
    std::string_view answer, request;
  } ways[] = {{3, "authentication_cleartext_password", R"("password_redacted":true)"},
              {2, "authentication_kerberos_v5", R"("password_redacted":true)"},
              {7, "authentication_gss", R"("message":"gss_response")"},
              {9, "authentication_sspi", R"("message":"gss_response")"}};
  for (const auto& way : ways) {
    SessionDriver driver{protocol};
    driver.feed(kUp, kStartup);
    driver.feed(kDown, message('R', u32(way.code)));
    driver.feed(kUp, message('p', z("secret")));
    driver.feed(kDown, kWelcome);
    EXPECT_THAT(driver.lines()[0], HasSubstr(way.answer));
    EXPECT_THAT(driver.lines()[1], HasSubstr(way.request));
    EXPECT_THAT(driver.text(), Not(HasSubstr("secret\"")));
  }
}

TEST(Pgsql, AnErrorIsToldWithItsPlace) {
  LetIn driver;
  driver.feed(kUp, query("SELECT 1/0"));
  driver.feed(kDown, error("01000", "a notice before", 'N') + error("22012", "division by zero") + kReady);
  EXPECT_EQ(driver.told(), R"(log pgsql {"pgsql":{"tx_id":2,"request":{"simple_query":"SELECT 1/0"},"response":{)"
                           R"("severity_localizable":"ERROR","severity_non_localizable":"ERROR","code":"22012",)"
                           R"("message":"division by zero","file":"a.c","line":"7","routine":"f"}}})"
                           "\n");
  EXPECT_THAT(driver.fields().at("pgsql.code"), Contains("22012"));
}

TEST(Pgsql, ExtendedQueriesAreOneTransactionUpToSync) {
  const auto parse = [](std::string_view text) { return message('P', z("s1") + z(text) + u16(0)); };
  const std::string bind = message('B', z("") + z("s1") + u16(0) + u16(0) + u16(0));
  const std::string execute = message('E', z("") + u32(0)), sync = message('S', "");
  LetIn driver;
  // Two at once: answers come in the order of the questions.
  driver.feed(kUp, parse("begin") + bind + execute + parse("SELECT 7") + bind + execute + sync);
  driver.feed(kUp, bind + execute + sync);
  driver.feed(kDown, message('1', "") + message('2', "") + message('C', z("BEGIN")) + row({"7"}) +
                         message('C', z("SELECT 1")) + kReady);
  driver.feed(kDown, message('2', "") + message('C', z("COMMIT")) + kReady);
  EXPECT_EQ(
      driver.told(),
      R"(log pgsql {"pgsql":{"tx_id":2,"request":{"message":"extended_query","simple_query":"begin"},"response":{"data_rows":1,"data_size":1,"command_completed":"SELECT 1"}}}
log pgsql {"pgsql":{"tx_id":3,"request":{"message":"extended_query"},"response":{"command_completed":"COMMIT"}}}
)");
  EXPECT_THAT(driver.fields().at("pgsql.query"), ElementsAre("begin", "SELECT 7"));
}

TEST(Pgsql, DataIsCopiedIn) {
  LetIn driver;
  driver.feed(kUp, query("COPY t FROM STDIN"));
  driver.feed(kDown, message('G', '\0' + u16(2) + u16(0) + u16(0)));
  driver.feed(kUp, message('d', "1\t2\n") + message('d', "3\t4\n") + message('c', ""));
  driver.feed(kDown, message('C', z("COPY 2")) + kReady);
  EXPECT_EQ(
      driver.told(),
      R"(log pgsql {"pgsql":{"tx_id":2,"request":{"simple_query":"COPY t FROM STDIN"},"response":{"copy_in_response":{"columns":2}}}}
log pgsql {"pgsql":{"tx_id":3,"request":{"copy_data_in":{"msg_count":2,"data_size":8},"message":"copy_done"},"response":{"command_completed":"COPY 2"}}}
)");
}

TEST(Pgsql, DataThatTheServerNoLongerTakesAnswersNothing) {
  LetIn driver;
  driver.feed(kUp, query("COPY t FROM STDIN"));
  driver.feed(kDown, message('G', '\0' + u16(3) + u16(0)) + error("22P04", "extra data") + kReady);
  driver.feed(kUp, message('d', "1") + message('f', z("stop")) + query("SELECT 1"));
  driver.feed(kDown, message('C', z("SELECT 0")) + kReady);
  EXPECT_THAT(driver.told(), HasSubstr(R"("copy_in_response":{"columns":3,"malformed":true})"));
  EXPECT_THAT(driver.lines().back(),
              HasSubstr(R"("simple_query":"SELECT 1"},"response":{"command_completed":"SELECT 0")"));
}

TEST(Pgsql, DataIsCopiedOut) {
  LetIn driver;
  driver.feed(kUp, query("COPY t TO STDOUT"));
  driver.feed(kDown, message('H', '\0' + u16(1) + u16(0)) + message('d', "one\n") + message('d', "three\n") +
                         message('c', "") + message('C', z("COPY 2")) + kReady);
  EXPECT_THAT(driver.told(), HasSubstr(R"("copy_out_response":{"columns":1},"copy_data_out":{"row_count":2,)"
                                       R"("data_size":10},"command_completed":"COPY 2")"));
}

TEST(Pgsql, ACancelIsAConnectionOfItsOwn) {
  SessionDriver driver{protocol};
  driver.feed(kUp, untyped(80877102, u32(77) + u32(99)));
  EXPECT_EQ(driver.text(),
            R"(log pgsql {"pgsql":{"tx_id":1,"request":{"message":"cancel_request","process_id":77,"secret_key":99}}})"
            "\n");
}

TEST(Pgsql, WhatNobodyAskedForIsNoTransaction) {
  LetIn driver;
  driver.feed(kDown, message('A', u32(5) + z("channel") + z("payload")) + message('S', z("TimeZone") + z("CET")));
  driver.feed(kUp, query("SELECT 1"));
  driver.feed(kDown, message('C', z("SELECT 1")) + kReady);
  EXPECT_THAT(driver.told(), HasSubstr(R"({"tx_id":2,"request":{"simple_query":"SELECT 1"})"));
}

TEST(Pgsql, EachFieldHasItsValue) {
  LetIn driver;
  driver.feed(kUp, query("SHOW x"));
  driver.feed(kDown, row({"on"}) + message('C', z("SHOW")) + kReady);
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("pgsql.user"), ElementsAre("ada"));
  EXPECT_THAT(fields.at("pgsql.database"), ElementsAre("plant"));
  EXPECT_THAT(fields.at("pgsql.application"), ElementsAre("psql"));
  EXPECT_THAT(fields.at("pgsql.query"), ElementsAre("SHOW x"));
  EXPECT_THAT(fields.at("pgsql.request"), ElementsAre("4", "9"));
  EXPECT_THAT(fields.at("pgsql.command"), ElementsAre("SHOW"));
  EXPECT_THAT(fields.at("pgsql.rows"), ElementsAre("1"));
  EXPECT_THAT(fields.at("pgsql.server_version"), ElementsAre("15.4"));
}

TEST(Pgsql, ALongQueryIsReadUpToItsLimit) {
  LetIn driver;
  driver.feed(kUp, query("SELECT '" + std::string(200'000, 'x') + "'") + message('X', ""));
  driver.finish();
  EXPECT_THAT(driver.told(), HasSubstr("event to_server message_too_long\n"));
  EXPECT_EQ(driver.fields().at("pgsql.query").front().size(), kWindow);
  EXPECT_THAT(driver.lines(), Contains(HasSubstr("termination_message")));
}

TEST(Pgsql, LongRowsAndLostPiecesOfThemAreCountedNotKept) {
  LetIn driver;
  driver.feed(kUp, query("SELECT blob"));
  const std::string big = row({std::string(500'000, 'b')});
  driver.feed(kDown, std::string_view(big).substr(0, 1000));
  EXPECT_EQ(driver.pending(kDown), 0u);
  driver.gap(kDown, big.size() - 2000);
  driver.feed(kDown, std::string_view(big).substr(big.size() - 1000));
  driver.feed(kDown, message('C', z("SELECT 1")) + kReady);
  EXPECT_THAT(driver.told(), HasSubstr(R"("data_rows":1,"data_size":500000,)"));

  driver.gap(kDown, 1);
  EXPECT_TRUE(driver.stopped());
}

TEST(Pgsql, LimitsAreEvents) {
  LetIn many;
  for (std::size_t i = 0; i <= PgsqlSession::kMaxTransactions; ++i) many.feed(kUp, query("SELECT 1"));
  EXPECT_THAT(many.lines(), Contains("event to_server too_many_transactions"));

  LetIn chatty;
  chatty.feed(kUp, query("CALL p()"));
  for (unsigned i = 0; i <= PgsqlTransaction::kMaxResponses; ++i) chatty.feed(kDown, error("00000", "x", 'N'));
  EXPECT_THAT(chatty.lines(), ElementsAre(testing::_, "event to_client too_many_responses"));

  LetIn queries;
  for (unsigned i = 0; i <= PgsqlTransaction::kMaxQueries; ++i)
    queries.feed(kUp, message('P', z("") + z("SELECT " + std::to_string(i)) + u16(0)));
  EXPECT_EQ(queries.told(), "event to_server too_many_queries\n");

  SessionDriver options{protocol};
  std::string list = z("user") + z("u");
  for (unsigned i = 0; i <= PgsqlTransaction::kMaxParameters; ++i) list += z("o" + std::to_string(i)) + z("v");
  options.feed(kUp, untyped(3 << 16, list + '\0'));
  EXPECT_EQ(options.text(), "event to_server too_many_parameters\n");
}

TEST(Pgsql, WhatIsNoMessageIsAnEvent) {
  const struct {
    Direction direction;
    std::string bytes;
    std::string_view event;
  } cases[] = {{kUp, message('Q', "no end"), "event to_server malformed_request"},
               {kUp, "?garbage", "event to_server malformed_request"},
               {kUp, std::string("Q\0\0\0\3", 5), "event to_server invalid_length"},
               {kDown, std::string("C\x7f\xff\xff\xff", 5), "event to_client invalid_length"},
               {kDown, "hello", "event to_client malformed_response"},
               {kDown, message('K', "1"), "event to_client malformed_response"},
               {kDown, message('R', u32(99)), "event to_client malformed_response"}};
  for (const auto& c : cases) {
    LetIn driver;
    driver.feed(c.direction, c.bytes);
    EXPECT_EQ(driver.last_status(), Status::malformed);
    EXPECT_THAT(driver.lines(), Contains(std::string(c.event)));
  }
}

TEST(Pgsql, PrefixesNeedMore) {
  test::expect_prefixes_need_more(protocol, kUp, kStartup);
  test::expect_prefixes_need_more(protocol, kUp, kSslRequest);
  test::expect_prefixes_need_more(protocol, kUp, query("SELECT 1"));
}

TEST(Pgsql, IsRecognisedByContentAlone) {
  const auto probe = [](Direction d, std::string_view bytes) { return protocol.detector.probe(d, as_bytes(bytes), 9); };
  for (const std::string& opening : {kSslRequest, untyped(80877104), untyped(80877102, u32(1) + u32(2)), kStartup,
                                     query("select 1;"), message('P', z("") + z("BEGIN") + u16(0))}) {
    EXPECT_EQ(probe(kUp, opening), Probe::yes);
    for (std::size_t size = 1; size < 8; ++size) EXPECT_EQ(probe(kUp, opening.substr(0, size)), Probe::need_more);
  }
  for (const std::string& answer :
       {kMd5, kWelcome, error("28000", "no entry"), message('R', u32(10) + z("SCRAM-SHA-256") + '\0')})
    EXPECT_EQ(probe(kDown, answer), Probe::yes);
  for (const std::string& other :
       {std::string("Quit\r\n"), std::string("PING\r\n"), query("tell me"), std::string(64, '\0'),
        std::string("\0\0\0\x18\0\3\0\0\xff\xfe\0\1\0\0\0\0\0\0\0\0\0\0\0\0", 24),
        std::string("POST / HTTP/1.1\r\n\r\n"), std::string("\0\0\0\x08\0\0\0\1", 8)})
    EXPECT_EQ(probe(kUp, other), Probe::no) << other;
  for (const std::string& other :
       {std::string("R\0\0\0\x0a"
                    "5.7.33\0",
                    12),
        std::string("RFB 003.008\n"), std::string("ERR unknown\r\n"), message('E', "Sxy" + std::string(9, '\0'))})
    EXPECT_EQ(probe(kDown, other), Probe::no) << other;
}

}  // namespace
}  // namespace gatehouse::proto::pgsql
