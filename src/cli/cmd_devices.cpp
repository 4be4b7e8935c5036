// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/listing.hpp"
#include "engine/settings.hpp"
#include "insight/device_book.hpp"

namespace gatehouse::cli {
namespace {

using Json = nlohmann::ordered_json;
using insight::Device;

Result<std::string> log_of(const Arguments& arguments) {
  if (const auto log = arguments.value("LOG")) return std::string(*log);
  const auto overrides = arguments.values("set");
  const auto file = arguments.value_or("config", "/etc/gatehouse/gatehouse.yaml");
  ASSIGN_OR_RETURN(const auto config, config::load(std::string(file), overrides, engine::surroundings()), "devices");
  return config.log.eve.string();
}

Json as_json(const Device& device) {
  Json sayings = Json::array();
  for (const insight::Saying& s : device.sayings)
    sayings.push_back({{"kind", s.kind}, {"value", s.value}, {"field", s.field}, {"first", s.first}, {"last", s.last}});
  return {{"addresses", device.addresses},
          {"mac", device.mac},
          {"mac_vendor", device.vendor},
          {"mac_made_up", device.mac_made_up},
          {"says", sayings}};
}

// The first two sayings of a kind, and how many more there are.
std::string short_list(const Device& device, std::string_view kind) {
  constexpr std::size_t kShown = 2, kLongest = 40;
  std::string text;
  std::size_t count = 0;
  for (const insight::Saying& s : device.sayings) {
    if (s.kind != kind || ++count > kShown) continue;
    if (!text.empty()) text += ", ";
    std::size_t end = std::min(s.value.size(), kLongest);
    while (end > 0 && end < s.value.size() && (s.value[end] & 0xc0) == 0x80) --end;  // not within a character
    text += s.value.substr(0, end) + (end < s.value.size() ? "…" : "");
  }
  if (count > kShown) text += fmt::format(" +{}", count - kShown);
  return text.empty() ? "-" : text;
}

std::vector<std::string> as_row(const Device& device) {
  std::string address = device.addresses.empty() ? "-" : device.addresses.front();
  if (device.addresses.size() > 1) address += fmt::format(" +{}", device.addresses.size() - 1);
  const std::string vendor = !device.vendor.empty() ? device.vendor
                             : device.mac_made_up   ? "(made-up address)"
                                                    : short_list(device, "vendor");
  return {address,
          device.mac.empty() ? "-" : device.mac,
          vendor,
          short_list(device, "name"),
          short_list(device, "model"),
          short_list(device, "software"),
          short_list(device, "service")};
}

}  // namespace

int cmd_devices(const Arguments& arguments) {
  const auto log = log_of(arguments);
  if (!log) return report(log.error());
  std::ifstream in{*log};
  if (!in) return report({ErrorCode::failed, fmt::format("{}: cannot be read", *log)});
  insight::DeviceBook book;
  for (std::string line; std::getline(in, line);) book.read(line);
  const auto devices = book.devices(insight::MacVendors::load());
  if (book.left_out() > 0)
    fmt::print(stderr,
               "gatehouse: {} records of further devices or words were left out: the limits are {} devices and {} "
               "words each\n",
               book.left_out(), insight::DeviceBook::kMostDevices, insight::DeviceBook::kMostSayings);
  if (arguments.has("json")) {
    Json list = Json::array();
    for (const Device& device : devices) list.push_back(as_json(device));
    fmt::print("{}\n", list.dump(2, ' ', false, Json::error_handler_t::replace));
    return kOk;
  }
  std::vector<std::vector<std::string>> rows{{"ADDRESS", "MAC", "MAKER", "NAME", "MODEL", "SOFTWARE", "SERVICES"}};
  for (const Device& device : devices) rows.push_back(as_row(device));
  fmt::print("{}", format_listing(rows));
  return kOk;
}

}  // namespace gatehouse::cli
