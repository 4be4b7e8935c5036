// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/upnp/upnp.hpp"

#include <gtest/gtest.h>
#include <string>

namespace gatehouse::proto::upnp {
namespace {

// Device Architecture 2.0, 2.3, with a device within the device.
const std::string kDescription = R"(<?xml version="1.0"?>
<!-- <root> in a comment is none -->
<root xmlns="urn:schemas-upnp-org:device-1-0" configId="7">
  <specVersion><major>2</major><minor>0</minor></specVersion>
  <device>
    <deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
    <friendlyName> Router of A &amp; B </friendlyName>
    <manufacturer>Maker</manufacturer>
    <modelDescription/>
    <modelName>R1</modelName>
    <modelNumber>1.2</modelNumber>
    <serialNumber>S-77</serialNumber>
    <UDN>uuid:0123</UDN>
    <deviceList><device><friendlyName>WAN</friendlyName><UDN>uuid:4567</UDN></device></deviceList>
  </device>
</root>)";

TEST(Upnp, ADescriptionSaysWhatADeviceIs) {
  const auto described = read_description(kDescription);
  ASSERT_TRUE(described);
  EXPECT_EQ(described->device_type, "urn:schemas-upnp-org:device:InternetGatewayDevice:1");
  EXPECT_EQ(described->friendly_name, "Router of A &amp; B");
  EXPECT_EQ(described->manufacturer, "Maker");
  EXPECT_EQ(described->model_name, "R1");
  EXPECT_EQ(described->model_number, "1.2");
  EXPECT_EQ(described->serial_number, "S-77");
  EXPECT_EQ(described->udn, "uuid:0123");
}

TEST(Upnp, WhatIsCutOffIsReadAsFarAsItGoes) {
  const auto described = read_description(std::string_view{kDescription}.substr(0, kDescription.find("<modelName>")));
  ASSERT_TRUE(described);
  EXPECT_EQ(described->manufacturer, "Maker");
  EXPECT_EQ(described->model_name, "");
  std::string padded = kDescription;
  padded.insert(padded.find("<serialNumber>"), std::string(kLongestDescription, ' '));
  EXPECT_EQ(read_description(padded)->model_number, "1.2");
  EXPECT_EQ(read_description(padded)->serial_number, "");
}

TEST(Upnp, OtherTextIsNoDescription) {
  for (const std::string_view text :
       {"", "<root>", "<root><device></device></root>", "<rss xmlns='urn:schemas-upnp-org:device-1-0'><device/></rss>",
        "<root xmlns='urn:schemas-upnp-org:device-1-0'></root>", "<!-- <root xmlns='urn:schemas-upnp-org:device-1-0'>",
        "</root>", "<root xmlns='urn:schemas-upnp-org:device-1-0'></root></root><device>", "<>", "no XML"})
    EXPECT_FALSE(read_description(text)) << text;
}

TEST(Upnp, AnActionOfAService) {
  const auto action = read_action(R"( "urn:schemas-upnp-org:service:WANIPConnection:1#AddPortMapping" )");
  ASSERT_TRUE(action);
  EXPECT_EQ(action->service, "urn:schemas-upnp-org:service:WANIPConnection:1");
  EXPECT_EQ(action->name, "AddPortMapping");
  EXPECT_EQ(read_action("urn:Belkin:service:basicevent:1#SetBinaryState")->name, "SetBinaryState");
  for (const std::string_view other : {"", "\"\"", "\"http://tempuri.org/Add\"", "urn:a:service:b:1",
                                       "urn:a:service:b:1#", "urn:a:thing:b:1#Do", "#Do"})
    EXPECT_FALSE(read_action(other)) << other;
}

}  // namespace
}  // namespace gatehouse::proto::upnp
