// SPDX-License-Identifier: GPL-3.0-or-later
// What UPnP (Device Architecture 2.0) puts into HTTP: the description of a device, and the action that is asked of it.
#pragma once

#include <optional>
#include <string_view>

namespace gatehouse::proto::upnp {

inline constexpr std::size_t kLongestDescription = std::size_t{16} * 1024;  // that is looked at, of a body

// 2.3: of the device itself, not of those within it. Views into the text; entities ("&amp;") as they stand.
struct Description {
  std::string_view device_type, friendly_name, manufacturer, model_name, model_number, serial_number, udn;
};
// Nothing where the text is no description.
std::optional<Description> read_description(std::string_view xml) noexcept;

// 3.2.1: SOAPACTION: "urn:schemas-upnp-org:service:WANIPConnection:1#AddPortMapping".
struct Action {
  std::string_view service, name;
};
// Nothing where the header asks for something else than a service of a device.
std::optional<Action> read_action(std::string_view soap_action) noexcept;

}  // namespace gatehouse::proto::upnp
