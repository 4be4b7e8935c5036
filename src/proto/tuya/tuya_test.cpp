// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tuya/tuya.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "proto/tuya/message.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::tuya {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;
constexpr auto kUp = Direction::to_server, kDown = Direction::to_client;

std::string be32(std::uint64_t n) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(n >> shift);
  return out;
}
// A frame of versions 3.1 to 3.3.
std::string frame(std::uint32_t sequence, std::uint32_t command, std::string_view payload) {
  std::string out = from_hex("00 00 55 aa") + be32(sequence) + be32(command) + be32(payload.size() + 8);
  out += payload;
  out += be32(crc32(0, reinterpret_cast<const Bytef*>(out.data()), static_cast<uInt>(out.size())));
  return out + from_hex("00 00 aa 55");
}
// Of 3.4: an HMAC instead of the sum.
std::string longer_frame(std::uint32_t sequence, std::uint32_t command, std::string_view payload) {
  std::string out = from_hex("00 00 55 aa") + be32(sequence) + be32(command) + be32(payload.size() + 36);
  return out + std::string(payload) + std::string(32, '\x5a') + from_hex("00 00 aa 55");
}
// Of 3.5: nonce, ciphertext, tag.
std::string newer_frame(std::uint32_t sequence, std::uint32_t command, std::string_view sealed) {
  return from_hex("00 00 66 99 00 00") + be32(sequence) + be32(command) + be32(sealed.size()) + std::string(sealed) +
         from_hex("00 00 99 66");
}

const std::string kNothing(4, '\0');  // a return code of 0
const std::string kQuery = frame(1, 0x0a, R"({"gwId":"bf00aa11","devId":"bf00aa11"})");
const std::string kControl = frame(2, 7, "3.3" + std::string(12, '\0') + std::string(16, '\x77'));
const std::string kDone = frame(2, 7, kNothing);
// {"ip":"192.0.2.9","gwId":"bf00aa11","active":2,"productKey":"keyjup78v54myhan","version":"3.3"}, encrypted with the
// key of all announcements.
const std::string kAnnouncement = from_hex(R"(
  00 00 55 aa 00 00 00 00 00 00 00 13 00 00 00 6c 00 00 00 00 25 09 77 17 10 f4 32 3f 5c 8c 08 e5
  cb cb 82 7b 4e a1 ce 70 84 6b f1 af 42 51 86 ee 7a 07 50 43 7a d6 44 94 17 2a 60 ad 93 f7 47 a0
  72 d1 f2 84 c1 b7 da 08 02 7b a9 db 73 99 a4 26 e3 6b 8d 30 fd e7 f4 0e 2e 53 00 8b ce b3 e6 c2
  70 f7 a3 60 b8 1a 9e 2e e4 b9 8c 61 27 7a c0 de 50 40 cd bd ef 27 30 b0 00 00 aa 55
)");
// The same of version 3.5.
const std::string kNewAnnouncement = from_hex(R"(
  00 00 66 99 00 00 00 00 00 00 00 00 00 13 00 00 00 7f 30 31 32 33 34 35 36 37 38 39 61 62 04 2c
  e5 2c 19 86 e9 ab b3 be c8 43 69 99 f7 32 31 35 da 2d a0 a4 9f 4e 73 3a e5 b2 6e e6 4f 89 09 0a
  83 f6 2f 64 3d 2c 05 d7 60 49 4f d8 a6 a4 e2 96 1b ae 83 4c 64 ac dd 79 f7 9e 24 63 56 cf 77 02
  90 78 e8 3a 5d e0 cf db 6e 47 da d7 7e b8 af 3a 8a 87 7b 6b d1 08 28 c5 70 5a 54 ee 7d a4 51 e7
  f7 ce 8c 29 ef 4e 57 3d 9e a0 ce 10 59 7b e7 02 ed 00 00 99 66
)");

TEST(Tuya, CommandsAndAnswers) {
  SessionDriver driver{protocol};
  driver.feed(kUp, kQuery + kControl);
  driver.feed(kDown, kDone);
  const std::map<std::string, std::vector<std::string>> expected{
      {"tuya.command", {"10", "7"}}, {"tuya.access", {"1", "3"}},        {"tuya.sequence", {"1", "2"}},
      {"tuya.version", {"3.3"}},     {"tuya.length", {"38", "31", "0"}}, {"tuya.device_id", {"bf00aa11"}},
      {"tuya.return_code", {"0"}},
  };
  EXPECT_EQ(driver.fields(), expected);
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log tuya {"tuya":{"command":"query","sequence":1,"length":38,"device_id":"bf00aa11"}})",
                          R"(log tuya {"tuya":{"command":"control","sequence":2,"version":"3.3","length":31}})",
                          R"(log tuya {"tuya":{"command":"control","sequence":2,"return_code":0,"length":0}})"));
}

TEST(Tuya, AnnouncementsHideNothing) {
  for (const auto& [datagram, version] : {std::pair{kAnnouncement, "3.3"}, std::pair{kNewAnnouncement, "3.5"}}) {
    SessionDriver driver{protocol, true};
    driver.datagram(kUp, as_bytes(datagram));
    EXPECT_THAT(driver.fields().at("tuya.device_id"), ElementsAre("bf00aa11"));
    EXPECT_THAT(driver.fields().at("tuya.serial"), ElementsAre("bf00aa11"));
    EXPECT_THAT(driver.fields().at("tuya.product_key"), ElementsAre("keyjup78v54myhan"));
    EXPECT_THAT(driver.fields().at("tuya.version"), ElementsAre(version));
    EXPECT_THAT(driver.text(), HasSubstr(R"("ip":"192.0.2.9")"));
  }
  SessionDriver open{protocol, true};
  open.datagram(kUp, as_bytes(frame(0, 0, kNothing + R"({"gwId":"ab","version":"3.1"})")));
  EXPECT_EQ(open.text(),
            R"(log tuya {"tuya":{"command":"announce","sequence":0,"version":"3.1","return_code":0,"length":29,)"
            R"("device_id":"ab"}})"
            "\n");
  // A tag that does not fit reveals nothing.
  std::string changed = kNewAnnouncement;
  changed[40] ^= 1;
  SessionDriver sealed{protocol, true};
  sealed.datagram(kUp, as_bytes(changed));
  EXPECT_EQ(sealed.fields().count("tuya.device_id"), 0u);
}

TEST(Tuya, VersionsAreToldByWhatOnlyTheyHave) {
  const auto version = [](const std::string& bytes) {
    SessionDriver driver{protocol};
    driver.feed(kUp, bytes);
    return driver.fields().at("tuya.version").front();
  };
  EXPECT_EQ(version(longer_frame(1, 3, std::string(16, 'x'))), "3.4");
  EXPECT_EQ(version(longer_frame(1, 7, std::string(32, 'x'))), "3.4");
  EXPECT_EQ(version(newer_frame(1, 7, std::string(44, 'x'))), "3.5");
  EXPECT_EQ(version(frame(1, 7, "3.1" + std::string(16, 'a'))), "3.1");
}

TEST(Tuya, AStreamGivesTheSameInAnyChunks) {
  const std::vector<test::Turn> talk{{kUp, kQuery + kControl + newer_frame(9, 9, std::string(40, 'x'))},
                                     {kDown, kDone + longer_frame(3, 8, std::string(48, 'y'))}};
  test::expect_same_in_any_chunks(protocol, talk);
  test::expect_prefixes_need_more(protocol, kUp, kControl);
}

TEST(Tuya, FaultsAreEvents) {
  const auto told = [](const std::string& bytes) {
    SessionDriver driver{protocol};
    driver.feed(kUp, bytes);
    return driver.text();
  };
  constexpr const char* kMalformed = "event to_server malformed_message\n";
  std::string changed = kDone;
  changed[11] = 8;  // another command under the same sum
  EXPECT_THAT(told(changed), testing::StartsWith("event to_server invalid_checksum\nlog"));
  changed = kDone;
  changed.back() = 0;
  EXPECT_EQ(told(changed), kMalformed);
  EXPECT_EQ(told(from_hex("00 00 55 ab")), kMalformed);
  EXPECT_EQ(told(from_hex("00 00 55 aa 00 00 00 01 00 00 00 09 00 00 00 07")), kMalformed);
  EXPECT_EQ(told(from_hex("00 00 55 aa 00 00 00 01 00 00 00 09 00 01 00 00")), kMalformed);
  SessionDriver cut{protocol, true};
  cut.datagram(kUp, as_bytes(kAnnouncement).first(40));
  EXPECT_EQ(cut.text(), kMalformed);
}

TEST(Tuya, AccessSaysWhatACommandDoes) {
  using industrial::Access;
  EXPECT_EQ(access_of(0x0d), Access::control);
  EXPECT_EQ(access_of(0x12), Access::read);
  EXPECT_EQ(access_of(0x08), Access::report);
  EXPECT_EQ(access_of(0xf9), Access::write);
  EXPECT_EQ(access_of(0xfb), Access::program);
  EXPECT_EQ(access_of(0x09), Access::other);
}

TEST(Tuya, IsRecognisedByContentAlone) {
  const auto probed = [](bool datagram, const std::string& bytes) {
    return protocol.probe_for(datagram, kDown, as_bytes(bytes), 40000);
  };
  for (const std::string& message : {kQuery, kControl, kDone, newer_frame(1, 9, std::string(28, 'x'))}) {
    EXPECT_EQ(probed(false, message), Probe::yes);
    EXPECT_EQ(probed(false, message.substr(0, 20)), Probe::yes);
    EXPECT_EQ(probed(false, message.substr(0, 10)), Probe::need_more);
  }
  EXPECT_EQ(probed(true, kAnnouncement), Probe::yes);
  EXPECT_EQ(probed(true, kAnnouncement.substr(0, 40)), Probe::no);
  std::string unended = kDone;
  unended.back() = 0;
  for (const std::string& other :
       {unended, std::string(24, '\0'), from_hex("00 00 55 aa 00 00 00 00 00 00 01 00 00 00 00 08"),
        from_hex("00 00 55 aa 00 00 00 00 00 00 00 07 00 ff 00 08")})
    EXPECT_EQ(probed(false, other), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::tuya
