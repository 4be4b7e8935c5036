// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

#include "store/community_id.hpp"
#include "store/eve.hpp"
#include "store/log_file.hpp"

namespace gatehouse::store {
namespace {

std::string id_of(const char* src, std::uint16_t src_port, const char* dst, std::uint16_t dst_port,
                  std::uint8_t protocol) {
  char text[kCommunityIdText];
  return std::string(
      community_id(*IpAddress::parse(src), *IpAddress::parse(dst), src_port, dst_port, protocol, false, text));
}

TEST(CommunityId, MatchesThePublishedBaseline) {
  // Values of the specification's own baseline for seed 0.
  EXPECT_EQ(id_of("128.232.110.120", 34855, "66.35.250.204", 80, 6), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(id_of("66.35.250.204", 80, "128.232.110.120", 34855, 6), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(id_of("192.168.1.52", 54585, "8.8.8.8", 53, 17), "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
}

TEST(Eve, AHeadNamesTheSession) {
  std::array<char, 1024> buffer;
  JsonWriter json{buffer};
  EventHead head;
  head.type = "dns";
  head.time = {1'767'323'045'678'901};
  head.flow_id = 42;
  head.src = *IpAddress::parse("192.0.2.1"), head.dst = *IpAddress::parse("192.0.2.53");
  head.src_port = 5353, head.dst_port = 53, head.protocol = 17, head.has_ports = true;
  head.vlan_layers = 1, head.vlan = {10};
  json.open_object();
  write_head(json, head);
  json.close_object();
  EXPECT_EQ(json.text(),
            R"({"timestamp":"2026-01-02T03:04:05.678901+0000","flow_id":42,"event_type":"dns","vlan":[10],)"
            R"("src_ip":"192.0.2.1","src_port":5353,"dest_ip":"192.0.2.53","dest_port":53,"proto":"UDP","ip_v":4})");
}

class LogFileTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string content(const char* name) {
    std::ifstream file(folder_ / name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("gatehouse-log-" + std::to_string(::getpid()));
};

TEST_F(LogFileTest, GoesOnInANewFileAfterRotation) {
  auto log = LogFile::open(folder_ / "eve.json").value();
  log.append(std::string_view{"one\n"});
  log.flush();
  std::filesystem::rename(folder_ / "eve.json", folder_ / "eve.json.1");
  log.append(std::string_view{"two\n"});
  ASSERT_TRUE(log.reopen());
  log.append(std::string_view{"three\n"});
  log.flush();
  EXPECT_EQ(content("eve.json.1"), "one\ntwo\n");
  EXPECT_EQ(content("eve.json"), "three\n");
}

TEST_F(LogFileTest, SaysWhyItCannotBeOpened) {
  const auto log = LogFile::open(folder_ / "no" / "such" / "folder");
  ASSERT_FALSE(log);
  EXPECT_NE(log.error().text.find("No such file"), std::string::npos) << log.error().text;
}

TEST(LogFile, AFullDiskLosesLinesAndCountsThem) {
  auto log = LogFile::open("/dev/full");
  ASSERT_TRUE(log);
  log->append(std::string_view{"a line\n"});
  EXPECT_FALSE(log->flush());
  EXPECT_EQ(log->lost_bytes(), 7u);
}

}  // namespace
}  // namespace gatehouse::store
