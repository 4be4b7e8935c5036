// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <unistd.h>

#include "insight/device_book.hpp"
#include "insight/mac_vendors.hpp"

namespace gatehouse::insight {
namespace {

using testing::ElementsAre;

// The three tables as the registry publishes them: quoted cells, lines that are no rows.
class Registry : public testing::Test {
 protected:
  Registry() {
    std::filesystem::create_directories(folder_);
    std::ofstream{folder_ / "oui.csv"} << "Registry,Assignment,Organization Name,Organization Address\n"
                                          "MA-L,0050C2,IEEE Registration Authority,somewhere\n"
                                          "MA-L,98F4AB,\"Lamps, Locks and Co.\",\"1 Street, Town\"\n"
                                          "MA-L,XYZ,nobody,nowhere\n"
                                          "MA-L,9\n";
    std::ofstream{folder_ / "oui36.csv"} << "MA-S,0050C2123,Small Plant Controls,\n";
  }
  ~Registry() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("gatehouse-registry-" + std::to_string(::getpid()));
};

TEST_F(Registry, TheLongestPrefixNamesTheMaker) {
  const MacVendors vendors = MacVendors::load(folder_);
  EXPECT_EQ(vendors.vendor_of({0x98, 0xf4, 0xab, 1, 2, 3}), "Lamps, Locks and Co.");
  EXPECT_EQ(vendors.vendor_of({0x00, 0x50, 0xc2, 0x12, 0x30, 1}), "Small Plant Controls");
  EXPECT_EQ(vendors.vendor_of({0x00, 0x50, 0xc2, 0x99, 0x30, 1}), "IEEE Registration Authority");
  EXPECT_EQ(vendors.vendor_of({0x00, 0x11, 0x22, 0, 0, 0}), "");
}

TEST_F(Registry, AnAddressThatADeviceMadeUpHasNoMaker) {
  const MacVendors vendors = MacVendors::load(folder_);
  EXPECT_TRUE(is_made_up({0x9a, 0xf4, 0xab, 1, 2, 3}));
  EXPECT_EQ(vendors.vendor_of({0x9a, 0xf4, 0xab, 1, 2, 3}), "");
}

TEST_F(Registry, WithoutTablesNobodyIsNamed) {
  EXPECT_TRUE(MacVendors::load(folder_ / "not-there").empty());
}

TEST(Mac, IsReadStrictly) {
  MacAddress mac{};
  EXPECT_TRUE(parse_mac("00:1d:09:f0:92:ab", mac));
  EXPECT_EQ(mac, (MacAddress{0x00, 0x1d, 0x09, 0xf0, 0x92, 0xab}));
  for (const char* wrong : {"", "00:1d:09:f0:92", "00-1d-09-f0-92-ab", "00:1d:09:f0:92:ag", "00:1d:09:f0:92:ab "})
    EXPECT_FALSE(parse_mac(wrong, mac)) << wrong;
}

std::string record(std::string_view time, std::string_view address, std::string_view mac, std::string_view kind,
                   std::string_view value) {
  std::string text = R"({"timestamp":")" + std::string(time) + R"(","event_type":"device","src_ip":")" +
                     std::string(address) + R"(","ndpi":{"device":{)";
  if (!mac.empty()) text += R"("mac":")" + std::string(mac) + R"(",)";
  return text + R"("kind":")" + std::string(kind) + R"(","value":")" + std::string(value) + R"(","field":"a.b"}}})";
}

TEST(DeviceBook, WhatADeviceSaysUnderSeveralAddressesIsSaidByOneDevice) {
  DeviceBook book;
  EXPECT_TRUE(book.read(record("2026-01-02T03:04:06", "10.0.0.7", "98:f4:ab:00:00:01", "name", "lamp")));
  EXPECT_TRUE(book.read(record("2026-01-02T03:04:05", "0.0.0.0", "98:f4:ab:00:00:01", "name", "lamp")));
  EXPECT_TRUE(book.read(record("2026-01-02T03:04:07", "fe80::1", "98:f4:ab:00:00:01", "model", "L-1")));
  const auto devices = book.devices({});
  ASSERT_EQ(devices.size(), 1u);
  EXPECT_THAT(devices[0].addresses, ElementsAre("10.0.0.7", "fe80::1"));
  EXPECT_EQ(devices[0].first_of("name"), "lamp");
  EXPECT_EQ(devices[0].first_of("model"), "L-1");
  EXPECT_EQ(devices[0].sayings[0].first, "2026-01-02T03:04:05");
  EXPECT_EQ(devices[0].sayings[0].last, "2026-01-02T03:04:06");
  EXPECT_EQ(devices[0].sayings[0].heard, 2u);
}

TEST(DeviceBook, BehindARouterDevicesAreToldApartByAddress) {
  DeviceBook book;
  for (int i = 0; i < 20; ++i)
    book.read(record("2026-01-02T03:04:05", "10.9.0." + std::to_string(i + 1), "98:f4:ab:00:00:02", "name",
                     "host" + std::to_string(i)));
  const auto devices = book.devices({});
  ASSERT_EQ(devices.size(), 20u);
  EXPECT_EQ(devices[0].mac, "");
  EXPECT_EQ(devices[0].sayings.size(), 1u);
}

TEST(DeviceBook, OtherRecordsAndBrokenLinesAreNotTaken) {
  DeviceBook book;
  for (const char* line :
       {R"({"event_type":"flow"})", R"({"event_type":"device")", R"({"event_type":"device"})",
        R"({"event_type":"device","ndpi":{"device":{"kind":"name"}}})", R"(["event_type":"device"])"})
    EXPECT_FALSE(book.read(line)) << line;
  EXPECT_TRUE(book.devices({}).empty());
}

TEST(DeviceBook, ADeviceThatNeverStopsTalkingIsBounded) {
  DeviceBook book;
  for (std::size_t i = 0; i < DeviceBook::kMostSayings + 10; ++i)
    book.read(record("2026-01-02T03:04:05", "10.0.0.7", "", "software", "agent" + std::to_string(i)));
  EXPECT_EQ(book.devices({})[0].sayings.size(), DeviceBook::kMostSayings);
  EXPECT_EQ(book.left_out(), 10u);
}

}  // namespace
}  // namespace gatehouse::insight
