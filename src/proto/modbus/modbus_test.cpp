// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/modbus/modbus.hpp"

#include <gtest/gtest.h>

#include "proto/modbus/message.hpp"
#include "proto/modbus/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::modbus {
namespace {

using test::from_hex;
constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

// Transaction 0x0001, unit 17: read three holding registers from 107 on, and what the device answers.
const std::string kRead = from_hex("00 01 00 00 00 06 11  03 00 6b 00 03");
const std::string kReadAnswer = from_hex("00 01 00 00 00 09 11  03 06 02 2b 00 00 00 64");
// Transaction 2: coil 172 on. A single write is answered with its echo.
const std::string kCoil = from_hex("00 02 00 00 00 06 11  05 00 ac ff 00");
// Transaction 3: two registers from 1 on become 10 and 258.
const std::string kWrite = from_hex("00 03 00 00 00 0b 11  10 00 01 00 02 04 00 0a 01 02");
const std::string kWriteAnswer = from_hex("00 03 00 00 00 06 11  10 00 01 00 02");
// Transaction 4: read device identification, basic, from object 0 on; three objects.
const std::string kIdentify = from_hex("00 04 00 00 00 05 ff  2b 0e 01 00");
const std::string kIdentity = from_hex(R"(
  00 04 00 00 00 1b ff  2b 0e 01 01 00 00 03
  00 04 41 43 4d 45     # vendor "ACME"
  01 05 50 4c 43 2d 39  # product "PLC-9"
  02 04 76 32 2e 31     # revision "v2.1"
)");

// All values of a field that has several, as they are while the transaction is told of.
class Values : public test::SessionDriver {
 public:
  explicit Values(std::string_view field) : SessionDriver(protocol), field_(field) {}
  void update(Transaction& tx, Direction direction) noexcept override {
    if (direction != to_server) return;
    for (const FieldSpec& field : protocol.fields)
      for (unsigned i = 0; field.name == field_ && field.get(tx, i).present; ++i)
        values.push_back(field.get(tx, i).number);
  }
  std::vector<std::uint64_t> values;

 private:
  std::string_view field_;
};

std::string told(const std::vector<test::Turn>& talk) {
  test::SessionDriver driver{protocol};
  for (const auto& turn : talk) driver.feed(turn.direction, turn.bytes);
  driver.finish();
  return driver.text();
}

TEST(Modbus, AReadAndItsAnswerAreOneRecord) {
  EXPECT_EQ(told({{to_server, kRead}, {to_client, kReadAnswer}}),
            "log modbus {\"modbus\":{\"id\":1,\"request\":{\"transaction_id\":1,\"protocol_id\":0,\"unit_id\":17,"
            "\"function_raw\":3,\"function_code\":\"RdHoldRegs\",\"access_type\":\"READ | HOLDING\","
            "\"category\":\"PUBLIC_ASSIGNED\",\"error_flags\":\"NONE\",\"read\":{\"address\":107,\"quantity\":3}},"
            "\"response\":{\"transaction_id\":1,\"protocol_id\":0,\"unit_id\":17,\"function_raw\":3,"
            "\"function_code\":\"RdHoldRegs\",\"access_type\":\"READ | HOLDING\",\"category\":\"PUBLIC_ASSIGNED\","
            "\"error_flags\":\"NONE\",\"read\":{\"data\":\"\\u0002+\\u0000\\u0000\\u0000d\"}}}}\n");
}

// Function 90, no reservation: who are you; a controller of 14 letters.
TEST(Modbus, TheProgrammingProtocolBehindFunction90HasItsOwn) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, from_hex("00 01 00 00 00 04 00  5a 00 02"));
  driver.feed(to_client, from_hex("00 01 00 00 00 29 00  5a 00 fe") + std::string(22, '\1') + "\x0eTSX P57 104 XX");
  driver.feed(to_server, from_hex("00 02 00 00 00 06 00  5a 07 41 ff 00"));
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("modbus.umas.function"), (std::vector<std::string>{"2", "65"}));
  EXPECT_EQ(fields.at("modbus.umas.model").front(), "TSX P57 104 XX");
  EXPECT_EQ(fields.at("modbus.access"), (std::vector<std::string>{"7", "6"}));  // diagnoses, then stops
}

TEST(Modbus, FieldsSayWhatIsTouched) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kWrite);
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("modbus.function").front(), "16");
  EXPECT_EQ(fields.at("modbus.access").front(), "2");
  EXPECT_EQ(fields.at("modbus.access_type").front(), "162");
  EXPECT_EQ(fields.at("modbus.category").front(), "1");
  EXPECT_EQ(fields.at("modbus.unit").front(), "17");
  EXPECT_EQ(fields.at("modbus.address").front(), "1");
  EXPECT_EQ(fields.at("modbus.write_address").front(), "1");
  EXPECT_EQ(fields.at("modbus.count").front(), "2");
  Values written{"modbus.value"};
  written.feed(to_server, kWrite);
  EXPECT_EQ(written.values, (std::vector<std::uint64_t>{10, 258}));
}

TEST(Modbus, CoilsAreValuesToo) {
  Values written{"modbus.value"};
  written.feed(to_server, kCoil);
  EXPECT_EQ(written.values, std::vector<std::uint64_t>{1});
  written.values.clear();
  written.feed(to_server, from_hex("00 09 00 00 00 09 11  0f 00 13 00 0a 02 cd 01"));  // ten coils from 19 on
  EXPECT_EQ(written.values, (std::vector<std::uint64_t>{1, 0, 1, 1, 0, 0, 1, 1, 1, 0}));
}

TEST(Modbus, ReadingAndWritingAtOnceHasTwoRanges) {
  Values driver{"modbus.address"};
  driver.feed(to_server, from_hex("00 05 00 00 00 0f 01  17 00 03 00 06 00 0e 00 02 04 00 ff 00 fe"));
  driver.feed(to_client, from_hex("00 05 00 00 00 0f 01  17 0c 00 fe 0a cd 00 01 00 03 00 0d 00 ff"));
  EXPECT_EQ(driver.values, (std::vector<std::uint64_t>{3, 14}));
  EXPECT_EQ(driver.text().find("event"), std::string::npos) << driver.text();
}

TEST(Modbus, ADeviceSaysWhatItIs) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kIdentify);
  driver.feed(to_client, kIdentity);
  EXPECT_EQ(driver.fields().at("modbus.device.vendor").front(), "ACME");
  EXPECT_EQ(driver.fields().at("modbus.device.product").front(), "PLC-9");
  EXPECT_EQ(driver.fields().at("modbus.device.revision").front(), "v2.1");
  EXPECT_EQ(driver.fields().at("modbus.mei").front(), "14");
  EXPECT_NE(driver.text().find("\"mei\":{\"raw\":14,\"code\":\"RdDevId\""), std::string::npos) << driver.text();
}

TEST(Modbus, DiagnosticsThatRestartOrSilenceAreNoQuestions) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, from_hex("00 06 00 00 00 06 01  08 00 01 00 00"));  // restart communications
  driver.feed(to_server, from_hex("00 07 00 00 00 06 01  08 00 04 00 00"));  // listen only
  driver.feed(to_server, from_hex("00 08 00 00 00 06 01  08 00 00 a5 37"));  // return query data
  EXPECT_EQ(driver.fields().at("modbus.access"), (std::vector<std::string>{"5", "6", "7"}));
  EXPECT_EQ(driver.fields().at("modbus.subfunction"), (std::vector<std::string>{"1", "4", "0"}));
}

TEST(Modbus, AnswersMayOvertakeEachOther) {
  const std::string text = told({{to_server, kRead + kWrite}, {to_client, kWriteAnswer}, {to_client, kReadAnswer}});
  EXPECT_LT(text.find("\"id\":2"), text.find("\"id\":1"));
  EXPECT_EQ(text.find("event"), std::string::npos) << text;
}

TEST(Modbus, ARefusalNamesItsReason) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kRead);
  driver.feed(to_client, from_hex("00 01 00 00 00 03 11  83 02"));
  EXPECT_EQ(driver.fields().at("modbus.exception").front(), "2");
  EXPECT_NE(driver.text().find("\"exception\":{\"raw\":2,\"code\":\"IllegalDataAddr\"}"), std::string::npos);
}

// Each event, and the shortest conversation that raises it.
TEST(Modbus, EachEventOnce) {
  struct Case {
    std::string_view event;
    std::vector<test::Turn> talk;
  };
  const Case cases[] = {
      {"to_client unsolicited_response", {{to_client, kReadAnswer}}},
      {"to_server invalid_function_code", {{to_server, kRead}, {to_server, from_hex("00 01 00 00 00 03 11 83 02")}}},
      {"to_server invalid_length", {{to_server, from_hex("00 01 00 00 00 07 11 03 00 6b 00 03 00")}}},
      {"to_server invalid_value", {{to_server, from_hex("00 01 00 00 00 06 11 03 00 6b 00 00")}}},
      {"to_client invalid_exception_code", {{to_server, kRead}, {to_client, from_hex("00 01 00 00 00 03 11 83 63")}}},
      {"to_client value_mismatch", {{to_server, kRead}, {to_client, from_hex("00 01 00 00 00 05 11 03 02 02 2b")}}},
      {"to_client value_mismatch", {{to_server, kCoil}, {to_client, from_hex("00 02 00 00 00 06 11 05 00 ac 00 00")}}},
      {"to_server invalid_protocol_id", {{to_server, from_hex("00 01 00 07 00 06 11 03 00 6b 00 03")}}},
  };
  for (const Case& c : cases) {
    const std::string text = told(c.talk), line = "event " + std::string(c.event) + "\n";
    const auto at = text.find("event ");
    ASSERT_NE(at, std::string::npos) << c.event;
    EXPECT_EQ(text.substr(at, text.find('\n', at) + 1 - at), line);
    EXPECT_EQ(text.find("event ", at + 1), std::string::npos) << text;
  }
}

TEST(Modbus, TheOldestRequestGivesWayInAFlood) {
  test::SessionDriver driver{protocol};
  for (unsigned i = 0; i <= kMaxWaiting; ++i) driver.feed(to_server, kRead);
  EXPECT_EQ(driver.lines().front(), "event to_server flooded");
  EXPECT_EQ(driver.lines().size(), 2u);
}

TEST(Modbus, ALengthThatNoMessageHasEndsTheSession) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kRead);
  driver.feed(to_server, from_hex("00 02 00 00 ff ff 11 03"));
  EXPECT_EQ(driver.lines().front(), "event to_server invalid_length");
  EXPECT_EQ(driver.last_status(), Status::malformed);
}

TEST(Modbus, BehindLostBytesTheNextMessageIsRead) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kRead);
  driver.gap(to_client, 15);
  driver.feed(to_client, std::string("\x00\x64 rest of something", 19));
  driver.feed(to_client, kReadAnswer);
  EXPECT_EQ(driver.lines().size(), 1u) << driver.text();
}

TEST(Modbus, AFlowEnteredLateMayHaveItsEndsExchanged) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kReadAnswer);  // the "client" answers
  driver.feed(to_client, kRead);
  driver.feed(to_server, kReadAnswer);
  EXPECT_TRUE(driver.text().starts_with("event to_server unsolicited_response\n")) << driver.text();
  EXPECT_EQ(driver.lines().size(), 3u);
  EXPECT_NE(driver.lines()[2].find("\"request\":{"), std::string::npos);
  EXPECT_NE(driver.lines()[2].find("\"response\":{"), std::string::npos);
}

TEST(Modbus, AStreamGivesTheSameInAnyChunks) {
  test::expect_same_in_any_chunks(protocol, {{to_server, kRead + kCoil + kWrite + kIdentify},
                                             {to_client, kReadAnswer + kCoil + kWriteAnswer + kIdentity}});
  for (const auto& message : {kRead, kCoil, kWrite, kIdentify})
    test::expect_prefixes_need_more(protocol, to_server, message);
}

TEST(Modbus, ADatagramIsOneMessage) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(to_server, as_bytes(kRead));
  driver.datagram(to_client, as_bytes(kReadAnswer));
  EXPECT_EQ(driver.lines().size(), 1u);
  driver.datagram(to_server, as_bytes(kWrite.substr(0, 12)));
  EXPECT_EQ(driver.lines().back(), "event to_server invalid_length");
}

TEST(Modbus, IsRecognisedOnAnyPortByWhatAgrees) {
  const auto probe = protocol.detector.probe;
  for (const auto& message : {kRead, kCoil, kWrite, kIdentify})
    EXPECT_EQ(probe(to_server, as_bytes(message), 40000), Probe::yes);
  for (const auto& message : {kReadAnswer, kWriteAnswer, kIdentity})
    EXPECT_EQ(probe(to_client, as_bytes(message), 40000), Probe::yes);
  EXPECT_EQ(probe(to_server, as_bytes(kWrite.substr(0, 9)), 40000), Probe::need_more);
  EXPECT_EQ(protocol.detector.probe_datagram(to_server, as_bytes(kRead), 40000), Probe::yes);
  EXPECT_EQ(protocol.detector.probe_datagram(to_server, as_bytes(kRead + "x"), 40000), Probe::no);
}

TEST(Modbus, WhatIsTooBareIsBelievedAtItsPortOnly) {
  const std::string bare = from_hex("00 01 00 00 00 02 11 11");  // report server id
  EXPECT_EQ(protocol.detector.probe(to_server, as_bytes(bare), 502), Probe::yes);
  EXPECT_EQ(protocol.detector.probe(to_server, as_bytes(bare), 5020), Probe::no);
}

TEST(Modbus, OthersAreRefused) {
  const std::string others[] = {
      from_hex("00 00 00 2f ff 53 4d 42 72 00 00 00 00"),              // SMB behind its length
      from_hex("00 1d 12 34 01 00 00 01 00 00 00 00 00 00 03 77 77"),  // DNS over TCP
      from_hex("00 01 00 00 00 06 11 03 00 6b 00 00"),                 // nothing is read
      from_hex("00 01 00 00 00 0b 11 10 00 01 00 02 05 00 0a 01 02"),  // two registers in five bytes
      std::string(64, '\0'),
      "GET / HTTP/1.1\r\n\r\n"};
  for (const auto& other : others) EXPECT_EQ(protocol.detector.probe(to_server, as_bytes(other), 40000), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::modbus
