// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mysql/mysql.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/mysql/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::mysql {
namespace {

using test::SessionDriver;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

std::string le(std::uint64_t n, unsigned bytes) {
  std::string out;
  for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(n >> (8 * i));
  return out;
}
std::string z(std::string_view text) {
  return std::string(text) + '\0';
}
std::string counted(std::string_view text) {
  return le(text.size(), 1) + std::string(text);
}
std::string packet(unsigned sequence, const std::string& body) {
  return le(body.size(), 3) + le(sequence, 1) + body;
}

constexpr std::uint32_t kCapabilities = capability::protocol_41 | capability::secure_connection |
                                        capability::plugin_auth | capability::connect_with_database |
                                        capability::connect_attributes;

// "Protocol::HandshakeV10"
const std::string kGreeting =
    packet(0, le(10, 1) + z("8.0.36") + le(7, 4) + "12345678" + le(0, 1) + le(0xffff, 2) + le(45, 1) + le(2, 2) +
                  le(0xdfff, 2) + le(21, 1) + std::string(10, '\0') + z("123456789012") + z("caching_sha2_password"));
std::string login_head(std::uint32_t capabilities) {
  return le(capabilities, 4) + le(1 << 24, 4) + le(45, 1) + std::string(23, '\0');
}
std::string login(std::uint32_t capabilities = kCapabilities) {
  const std::string attributes =
      counted("_client_name") + counted("libmysql") + counted("program_name") + counted("mysql");
  return packet(1, login_head(capabilities) + z("ada") + counted("scramble") + z("plant") + z("mysql_native_password") +
                       counted(attributes));
}
const std::string kOkay = packet(2, std::string("\0\0\0\2\0\0\0", 7));
std::string query(std::string_view text) {
  return packet(0, "\x03" + std::string(text));
}
std::string error(unsigned sequence, unsigned code, std::string_view state, std::string_view text) {
  return packet(sequence, "\xff" + le(code, 2) + "#" + std::string(state) + std::string(text));
}
const std::string kEofPacket = packet(5, std::string("\xfe\0\0\2\0", 5));

class LoggedIn : public SessionDriver {
 public:
  explicit LoggedIn(std::uint32_t capabilities = kCapabilities) : SessionDriver(protocol) {
    feed(kDown, kGreeting);
    feed(kUp, login(capabilities));
    feed(kDown, kOkay);
    before_ = text().size();
  }
  std::string told() const { return text().substr(before_); }

 private:
  std::size_t before_;
};

TEST(Mysql, AConnectionFromFirstToLast) {
  const std::vector<test::Turn> talk{{kDown, kGreeting},
                                     {kUp, login()},
                                     {kDown, packet(2, "\xfe" + z("caching_sha2_password") + "scramble")},
                                     {kUp, packet(3, "scrambled")},
                                     {kDown, packet(4, "\x01\x03")},
                                     {kDown, kOkay},
                                     {kUp, query("SELECT name FROM things")},
                                     {kDown, packet(1, "\x01") + packet(2, "definition") + kEofPacket +
                                                 packet(4, counted("lamp")) + packet(5, counted("pump")) + kEofPacket},
                                     {kUp, query("DROP TABLE t")},
                                     {kDown, error(1, 1051, "42S02", "Unknown table")},
                                     {kUp, packet(0, "\x01")}};
  EXPECT_EQ(
      test::expect_same_in_any_chunks(protocol, talk),
      R"(log mysql {"mysql":{"command":"login","server_version":"8.0.36","plugin":"caching_sha2_password","user":"ada","database":"plant","program":"mysql","status":"ok"}}
log mysql {"mysql":{"command":"query","query":"SELECT name FROM things","status":"ok","columns":1,"rows":2}}
log mysql {"mysql":{"command":"query","query":"DROP TABLE t","status":"error","code":1051,"sqlstate":"42S02","message":"Unknown table"}}
log mysql {"mysql":{"command":"quit"}}
)");
}

TEST(Mysql, AnSslRequestMakesItTls) {
  SessionDriver driver{protocol};
  driver.feed(kDown, kGreeting);
  driver.feed(kUp, packet(1, login_head(kCapabilities | capability::ssl)));
  EXPECT_THAT(driver.lines(), ElementsAre(HasSubstr(R"("encrypted":true)"), "change tls"));
}

TEST(Mysql, ALoginThatFails) {
  SessionDriver driver{protocol};
  driver.feed(kDown, kGreeting);
  driver.feed(kUp, login());
  driver.feed(kDown, error(2, 1045, "28000", "Access denied for user 'ada'"));
  EXPECT_THAT(driver.text(),
              HasSubstr(R"("user":"ada","database":"plant","program":"mysql","status":"error","code":1045)"));
}

TEST(Mysql, RowsEndWithAnOkWhereEofIsDeprecated) {
  LoggedIn driver{kCapabilities | capability::deprecate_eof};
  driver.feed(kUp, query("SELECT 1"));
  driver.feed(kDown, packet(1, "\x01") + packet(2, "definition") + packet(3, counted("1")) +
                         packet(4, std::string("\xfe\0\0\2\0\0\0and a message", 20)));
  EXPECT_THAT(driver.told(), HasSubstr(R"("columns":1,"rows":1)"));
}

TEST(Mysql, QueriesMayHaveAttributes) {
  LoggedIn driver{kCapabilities | capability::query_attributes};
  driver.feed(kUp, packet(0, std::string("\x03\0\1", 3) + "SELECT 2"));
  EXPECT_THAT(driver.fields().at("mysql.query"), ElementsAre("SELECT 2"));
}

TEST(Mysql, AServerThatAsksForAFileGetsIt) {
  LoggedIn driver;
  driver.feed(kUp, query("SELECT 1"));
  driver.feed(kDown, packet(1, "\xfb/etc/passwd"));
  driver.feed(kUp, packet(2, "root:x:0") + packet(3, ":0\n") + packet(4, ""));
  driver.feed(kDown, kOkay);
  EXPECT_THAT(driver.lines(),
              ElementsAre(testing::_, "event to_client local_infile", "file 0 open to_server /etc/passwd",
                          HasSubstr("file 0 close 11 bytes"), HasSubstr(R"("infile":"/etc/passwd")")));
  EXPECT_EQ(driver.file(0), "root:x:0:0\n");
}

TEST(Mysql, PreparedStatementsAndOtherCommands) {
  LoggedIn driver;
  driver.feed(kUp, packet(0, "\x16" + std::string("SELECT ?")));
  driver.feed(kDown, packet(1, std::string("\0\1\0\0\0\1\0\1\0\0\0\0", 12)) + packet(2, "parameter") + kEofPacket);
  driver.feed(kUp, packet(0, "\x02" + std::string("other")));
  driver.feed(kDown, kOkay);
  driver.feed(kUp, packet(0, "\x11" + z("bob") + counted("scramble") + z("plant") + "rest"));
  driver.feed(kDown, packet(1, "\xfe" + z("mysql_native_password")));
  driver.feed(kUp, packet(2, "scrambled"));
  driver.feed(kDown, kOkay);
  EXPECT_THAT(driver.lines(), ElementsAre(testing::_, HasSubstr(R"("command":"stmt_prepare","query":"SELECT ?")"),
                                          HasSubstr(R"("command":"init_db","database":"other","status":"ok")"),
                                          HasSubstr(R"("command":"change_user","user":"bob","database":"plant")")));
}

TEST(Mysql, EachFieldHasItsValue) {
  LoggedIn driver;
  driver.feed(kUp, query("SELECT x"));
  driver.feed(kDown, error(1, 1054, "42S22", "Unknown column"));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("mysql.server_version"), ElementsAre("8.0.36"));
  EXPECT_THAT(fields.at("mysql.plugin"), ElementsAre("caching_sha2_password", "mysql_native_password"));
  EXPECT_THAT(fields.at("mysql.user"), ElementsAre("ada"));
  EXPECT_THAT(fields.at("mysql.database"), ElementsAre("plant"));
  EXPECT_THAT(fields.at("mysql.program"), ElementsAre("mysql"));
  EXPECT_THAT(fields.at("mysql.command"), ElementsAre("255", "3"));
  EXPECT_THAT(fields.at("mysql.code"), ElementsAre("1054"));
  EXPECT_THAT(fields.at("mysql.sqlstate"), ElementsAre("42S22"));
  EXPECT_THAT(fields.at("mysql.message"), ElementsAre("Unknown column"));
}

TEST(Mysql, CompressionEndsTheReading) {
  LoggedIn driver{kCapabilities | capability::compress};
  EXPECT_EQ(driver.last_status(), Status::finished);
  EXPECT_THAT(driver.lines(), Contains("event to_client compressed"));
}

TEST(Mysql, LongPacketsAreReadUpToTheirLimit) {
  LoggedIn driver;
  driver.feed(kUp, le(kFullPacket, 3) + le(0, 1) + "\x03SELECT '" + std::string(kFullPacket - 9, 'x'));
  driver.feed(kUp, packet(1, "'"));  // goes on
  driver.feed(kUp, query("SELECT 1"));
  EXPECT_EQ(driver.fields().at("mysql.query").front().size(), kWindow - 1);
  EXPECT_EQ(driver.fields().at("mysql.query").back(), "SELECT 1");
  EXPECT_EQ(driver.told(), "event to_server packet_too_long\n");
}

TEST(Mysql, LostPiecesOfRowsAreBridged) {
  LoggedIn driver;
  driver.feed(kUp, query("SELECT blob"));
  const std::string row = packet(4, "\xfd" + le(100'000, 3) + std::string(100'000, 'b'));
  driver.feed(kDown, packet(1, "\x01") + packet(2, "definition") + kEofPacket + row.substr(0, 5000));
  driver.gap(kDown, 90'000);
  driver.feed(kDown, row.substr(95'000) + kEofPacket);
  EXPECT_THAT(driver.told(), HasSubstr(R"("rows":1)"));
  driver.gap(kDown, 1);
  EXPECT_TRUE(driver.stopped());
}

TEST(Mysql, WhatIsWrongOrTooMuchIsAnEvent) {
  LoggedIn command;
  command.feed(kUp, packet(0, "\x7f"));
  EXPECT_EQ(command.told(), "event to_server malformed_packet\n");
  LoggedIn many;
  for (std::size_t i = 0; i <= MysqlSession::kMaxTransactions; ++i) many.feed(kUp, query("SELECT 1"));
  EXPECT_THAT(many.lines(), Contains("event to_server too_many_transactions"));
}

TEST(Mysql, IsRecognisedByContentAlone) {
  const auto probe = [](Direction d, std::string_view bytes) { return protocol.detector.probe(d, as_bytes(bytes), 9); };
  EXPECT_EQ(probe(kDown, kGreeting), Probe::yes);
  EXPECT_EQ(probe(kDown, packet(0, "\xff" + le(1129, 2) + "Host is blocked")), Probe::yes);
  EXPECT_EQ(probe(kUp, login()), Probe::yes);
  EXPECT_EQ(probe(kUp, packet(1, login_head(kCapabilities | capability::ssl))), Probe::yes);
  EXPECT_EQ(probe(kUp, query("select 1")), Probe::yes);
  for (std::size_t size = 1; size < 36; ++size) EXPECT_EQ(probe(kUp, login().substr(0, size)), Probe::need_more);
  for (std::size_t size = 1; size < kGreeting.size(); ++size)
    EXPECT_EQ(probe(kDown, kGreeting.substr(0, size)), Probe::need_more);
  for (const std::string& other :
       {std::string("SSH-2.0-OpenSSH_9.2\r\n"), std::string("HTTP/1.1 200 OK\r\n"), std::string(80, '\0'),
        std::string("\x16\3\1\0\x10"), packet(0, "\x0a" + z("not a version") + std::string(60, '\0')),
        packet(1, std::string(40, 'x')), query("tell me all of it")}) {
    EXPECT_EQ(probe(kDown, other), Probe::no) << other;
    EXPECT_EQ(probe(kUp, other), Probe::no) << other;
  }
  test::expect_prefixes_need_more(protocol, kDown, kGreeting);
}

}  // namespace
}  // namespace gatehouse::proto::mysql
