// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/telnet/telnet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/telnet/login.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::telnet {
namespace {

using test::SessionDriver;
using test::Turn;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto C = Direction::to_server;
constexpr auto S = Direction::to_client;

// A camera's shell: the first password is wrong, the name is corrected while it is typed.
const std::vector<Turn> kTalk{
    {S, "\xff\xfd\x18\xff\xfd\x1f\xff\xfb\x01"},  // DO terminal, DO window, WILL echo
    {C, "\xff\xfb\x18\xff\xfb\x1f" + std::string("\xff\xfa\x1f\0\x50\0\x18\xff\xf0", 9)},  // WILL both, 80 by 24
    {S, std::string("\xff\xfa\x18\x01\xff\xf0", 6)},                                       // send the terminal's type
    {C, std::string("\xff\xfa\x18\0XTERM\xff\xf0", 11)},
    {S, "\r\ncamera login: "},
    {C, "admim\x7fn\r\n"},
    {S, "admin\r\nPassword: "},
    {C, "wrong\r\n"},
    {S, "\r\nLogin incorrect\r\ncamera login: "},
    {C, "root\r\n"},
    {S, "root\r\nPassword: "},
    {C, "right\r\n"},
    {S, "\r\n\r\nBusyBox v1.36\r\n~ # "},
    {C, "reboot\r\n"}};

TEST(Telnet, EachAttemptToLogInIsARecord) {
  const std::string rest =
      R"("terminal":"XTERM","columns":80,"rows":24,"options":["echo","terminal_type","window_size"]}})"
      "\n";
  EXPECT_EQ(test::expect_same_in_any_chunks(protocol, kTalk),
            "event to_client login_refused\n"
            R"(log telnet {"telnet":{"user":"admin","login":"refused",)" +
                rest + R"(log telnet {"telnet":{"user":"root","login":"accepted",)" + rest);
}

TEST(Telnet, FieldsHaveTheirValues) {
  SessionDriver driver{protocol};
  for (const Turn& turn : kTalk) driver.feed(turn.direction, turn.bytes);
  EXPECT_EQ(driver.last_status(), Status::finished) << "behind the login nothing is read";
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("telnet.user"), ElementsAre("admin", "root"));
  EXPECT_THAT(fields.at("telnet.login"), ElementsAre("refused", "accepted"));
  EXPECT_THAT(fields.at("telnet.terminal"), ElementsAre("XTERM"));
  EXPECT_THAT(fields.at("telnet.option"), ElementsAre("1")) << "the first of several";
}

TEST(Telnet, ManyServersAreUnderstood) {
  const auto outcome = [](std::string_view answer) {
    Login login;
    Outcome last = Outcome::none;
    for (const char c : std::string_view("User: ")) login.server(c);
    for (const char c : std::string_view("me\r")) login.client(c);
    for (const char c : std::string_view("Password:")) login.server(c);
    for (const char c : std::string_view("pw\r")) login.client(c);
    for (const char c : answer)
      if (const Outcome now = login.server(c); now != Outcome::none && last == Outcome::none) last = now;
    return last;
  };
  for (const std::string_view yes : {"\r\nswitch-7>", "\r\nswitch-7#", "\r\nme@host:~$ ", "\r\n[me@host ~]# ",
                                     "\r\nLast login: Mon", "\r\nWelcome to it"})
    EXPECT_EQ(outcome(yes), Outcome::accepted) << yes;
  for (const std::string_view no : {"\r\n% Login invalid", "\r\nAccess denied", "\r\nlogin: ", "\r\nPassword: "})
    EXPECT_EQ(outcome(no), Outcome::refused) << no;
  for (const std::string_view open : {"\r\n", "\r\n*** notice ***\r\n", "\r\n----> wait"})
    EXPECT_EQ(outcome(open), Outcome::none) << open;
}

TEST(Telnet, EachEventIsTold) {
  SessionDriver driver{protocol};
  driver.feed(C, "\xff\xfa\x18" + std::string(100, 'x') + "\xff\xf0");
  driver.feed(S, std::string(70'000, 'x'));
  EXPECT_THAT(driver.lines(),
              ElementsAre("event to_server subnegotiation_too_long", "event to_client not_watched_any_more"));
  EXPECT_EQ(driver.last_status(), Status::finished);
}

TEST(Telnet, EscapedBytesAreText) {
  SessionDriver driver{protocol};
  driver.feed(S, "login:");
  driver.feed(C,
              "a\xff\xff"
              "b\r");
  driver.finish();
  EXPECT_THAT(driver.lines(), ElementsAre(HasSubstr(R"("user":"a\\xffb")")));
}

TEST(TelnetProbe, WantsNegotiations) {
  const auto looks = [](std::string_view text) { return protocol.detector.probe(S, as_bytes(text), 12345); };
  EXPECT_EQ(looks("\xff\xfd\x18\xff\xfd\x20"), Probe::yes);
  EXPECT_EQ(looks("\xff\xfb\x01"), Probe::yes);
  EXPECT_EQ(looks("\xff\xfb\x01\r\nlogin: "), Probe::yes);
  EXPECT_EQ(looks("\xff"), Probe::need_more);
  EXPECT_EQ(looks("\xff\xfd\x18\xff"), Probe::need_more);
  EXPECT_EQ(looks("\xff\xd8\xff\xe0"), Probe::no) << "JPEG";
  EXPECT_EQ(looks("\xff\xfb\x90\x44"), Probe::no) << "MPEG audio";
  EXPECT_EQ(looks(std::string_view("\xff\xfe<\0?\0", 6)), Probe::no) << "UTF-16";
  EXPECT_EQ(looks("\xff\xff\xff\xff"), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::telnet
