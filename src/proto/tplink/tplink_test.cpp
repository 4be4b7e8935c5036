// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tplink/tplink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/tplink/message.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::tplink {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;
constexpr auto kUp = Direction::to_server, kDown = Direction::to_client;

std::string hidden(std::string_view text) {
  std::string out;
  auto key = static_cast<char>(kFirstKey);
  for (const char c : text) out += key = static_cast<char>(c ^ key);
  return out;
}
std::string framed(std::string_view text) {
  std::string size(4, '\0');
  size[2] = static_cast<char>(text.size() >> 8), size[3] = static_cast<char>(text.size());
  return size + hidden(text);
}

constexpr std::string_view kAsk = R"({"system":{"get_sysinfo":null},"emeter":{"get_realtime":{}}})";
constexpr std::string_view kTell =
    R"({"system":{"get_sysinfo":{"err_code":0,"sw_ver":"1.2.5 Build 1","hw_ver":"1.0","type":"IOT.SMARTPLUGSWITCH",)"
    R"("model":"HS110","mac":"00:00:5E:00:53:01","deviceId":"8006AA","alias":"Heater",)"
    R"("children":[{"alias":"Left"}]}}})";
constexpr std::string_view kSwitch = R"({"context":{"child_ids":["1"]},"system":{"set_relay_state":{"state":1}}})";

TEST(Tplink, TheHidingIsTheOneThatDevicesUse) {
  EXPECT_EQ(hidden(R"({"s)"), from_hex("d0 f2 81"));
  std::string back(kAsk.size(), '\0');
  reveal(as_bytes(hidden(kAsk)), reinterpret_cast<std::uint8_t*>(back.data()));
  EXPECT_EQ(back, kAsk);
}

TEST(Tplink, ADeviceSaysWhatItIs) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(hidden(kAsk)));
  driver.datagram(kDown, as_bytes(hidden(kTell)));
  const std::map<std::string, std::vector<std::string>> expected{
      {"tplink.command", {"system.get_sysinfo", "emeter.get_realtime"}},
      {"tplink.access", {"1"}},
      {"tplink.alias", {"Heater"}},
      {"tplink.model", {"HS110"}},
      {"tplink.kind", {"IOT.SMARTPLUGSWITCH"}},
      {"tplink.hardware", {"1.0"}},
      {"tplink.software", {"1.2.5 Build 1"}},
      {"tplink.mac", {"00:00:5E:00:53:01"}},
      {"tplink.device_id", {"8006AA"}},
      {"tplink.error", {"0"}},
  };
  EXPECT_EQ(driver.fields(), expected);
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log tplink {"tplink":{"commands":["system.get_sysinfo","emeter.get_realtime"]}})",
                          R"(log tplink {"tplink":{"commands":["system.get_sysinfo"],"alias":"Heater",)"
                          R"("model":"HS110","kind":"IOT.SMARTPLUGSWITCH","hardware":"1.0",)"
                          R"("software":"1.2.5 Build 1","mac":"00:00:5E:00:53:01","device_id":"8006AA","error":0}})"));
}

TEST(Tplink, AStreamGivesTheSameInAnyChunks) {
  const std::vector<test::Turn> talk{
      {kUp, framed(kAsk) + framed(kSwitch)},
      {kDown, framed(R"({"system":{"set_relay_state":{"err_code":-3,"err_msg":"invalid argument"}}})")}};
  const std::string text = test::expect_same_in_any_chunks(protocol, talk);
  EXPECT_EQ(text,
            "log tplink {\"tplink\":{\"commands\":[\"system.get_sysinfo\",\"emeter.get_realtime\"]}}\n"
            "log tplink {\"tplink\":{\"commands\":[\"system.set_relay_state\"]}}\n"
            "log tplink {\"tplink\":{\"commands\":[\"system.set_relay_state\"],\"error\":-3}}\n");
  test::expect_prefixes_need_more(protocol, kUp, framed(kSwitch));
}

TEST(Tplink, AccessSaysWhatACommandDoes) {
  using industrial::Access;
  EXPECT_EQ(access_of({"system", "set_relay_state"}), Access::control);
  EXPECT_EQ(access_of({"smartlife.iot.smartbulb.lightingservice", "transition_light_state"}), Access::control);
  EXPECT_EQ(access_of({"netif", "set_stainfo"}), Access::write);
  EXPECT_EQ(access_of({"system", "reboot"}), Access::start);
  EXPECT_EQ(access_of({"system", "reset"}), Access::program);
  EXPECT_EQ(access_of({"system", "download_firmware"}), Access::program);
  EXPECT_EQ(access_of({"emeter", "erase_emeter_stat"}), Access::write);
  EXPECT_EQ(access_of({"new", "thing"}), Access::other);
}

TEST(Tplink, WhoNamesADeviceSaysNothingOfItself) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(hidden(R"({"system":{"set_dev_alias":{"alias":"Heater"}}})")));
  EXPECT_THAT(driver.fields().at("tplink.command"), ElementsAre("system.set_dev_alias"));
  EXPECT_EQ(driver.fields().count("tplink.alias"), 0u);
}

// A search is these bytes and no others; its sum is the well-known 463cb5d3.
const std::string kSearch = from_hex("02 00 00 01 00 00 00 00 00 00 00 00 46 3c b5 d3");
const std::string kFoundBody =
    R"({"result":{"device_id":"ab12","device_type":"SMART.TAPOPLUG","device_model":"P110","mac":"00-00-5E-00-53-02",)"
    R"("mgt_encrypt_schm":{"encrypt_type":"KLAP"}},"error_code":0})";
const std::string kFound = from_hex("02 00 00 01 00 a8 11 00 00 00 00 00  d7 90 37 20") + kFoundBody;

TEST(Tplink, NewerDevicesAreFoundOtherwise) {
  Discovery found;
  EXPECT_TRUE(found.read(as_bytes(kSearch)));
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(kSearch));
  driver.datagram(kDown, as_bytes(kFound));
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log tplink {"tplink":{"discovery":1}})",
                          R"(log tplink {"tplink":{"discovery":1,"model":"P110","kind":"SMART.TAPOPLUG",)"
                          R"("mac":"00-00-5E-00-53-02","device_id":"ab12"}})"));
  std::string changed = kFound;
  changed.back() ^= 1;
  EXPECT_FALSE(found.read(as_bytes(changed)));
}

TEST(Tplink, FaultsAreEvents) {
  SessionDriver garbled{protocol, true};
  garbled.datagram(kUp, as_bytes(hidden(R"({"system":{"get)")));
  EXPECT_EQ(garbled.text(), "event to_server malformed_message\n");
  SessionDriver stream{protocol};
  stream.feed(kDown, framed("[]"));
  EXPECT_EQ(stream.text(), "event to_client malformed_message\n");

  std::string many = R"({"system":{"c0":{})";
  for (unsigned i = 1; i <= kMaxCommands; ++i) many += ",\"c" + std::to_string(i) + "\":{}";
  SessionDriver busy{protocol, true};
  busy.datagram(kUp, as_bytes(hidden(many + "}}")));
  EXPECT_EQ(busy.lines().front(), "event to_server too_many_commands");
  EXPECT_EQ(busy.fields().at("tplink.command").size(), kMaxCommands);
}

TEST(Tplink, ALongMessageIsPassedOver) {
  SessionDriver driver{protocol};
  driver.feed(kDown, from_hex("00 00 80 01") + std::string(10000, 'x'));
  driver.gap(kDown, 20000);
  driver.feed(kDown, std::string(32769 - 30000, 'x') + framed(kSwitch));
  EXPECT_THAT(driver.lines(), ElementsAre("event to_client message_too_long", testing::HasSubstr("set_relay_state")));
}

TEST(Tplink, IsRecognisedByContentAlone) {
  const auto probed = [](bool datagram, const std::string& bytes) {
    return protocol.probe_for(datagram, kUp, as_bytes(bytes), 40000);
  };
  EXPECT_EQ(probed(true, hidden(kAsk)), Probe::yes);
  EXPECT_EQ(probed(true, hidden(R"({ "system": { "get_sysinfo": 1}})")), Probe::yes);
  EXPECT_EQ(probed(true, kSearch), Probe::yes);
  EXPECT_EQ(probed(true, kFound), Probe::yes);
  EXPECT_EQ(probed(false, framed(kTell)), Probe::yes);
  EXPECT_EQ(probed(false, framed(kTell).substr(0, 9)), Probe::need_more);
  EXPECT_EQ(probed(false, framed(kTell).substr(0, 3)), Probe::need_more);
  EXPECT_EQ(probed(true, hidden(R"({"sys)")), Probe::no);
  for (const std::string& other :
       {std::string(kAsk), hidden("[1]"), hidden(R"({"a b":{}})"), hidden(R"({"x":{}})"), hidden(R"({"system":1})"),
        from_hex("02 00 00 01 00 00 00 00 00 00 00 00 46 3c b5 d4")})
    EXPECT_EQ(probed(true, other), Probe::no);
  for (const std::string& other : {hidden(kAsk), std::string(kTell), from_hex("00 00 00 04 d0 f2 81 f8"),
                                   framed(R"({"system)"), std::string(12, '\0'), from_hex("00 ff")})
    EXPECT_EQ(probed(false, other), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::tplink
