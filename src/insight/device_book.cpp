// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/device_book.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace gatehouse::insight {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kMark = "\"event_type\":\"device\"";  // as our own log writes it

std::string text_of(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string{};
}

// The record's own object stands within "ndpi", or at the top in an extended log.
const Json* object_of(const Json& record) {
  const auto within = record.find("ndpi");
  const Json& holder = within != record.end() && within->is_object() ? *within : record;
  const auto at = holder.find("device");
  return at != holder.end() && at->is_object() ? &*at : nullptr;
}

bool is_address(std::string_view text) noexcept {
  return !text.empty() && text != "0.0.0.0" && text.find_first_not_of("0:") != text.npos;
}

}  // namespace

std::string_view Device::first_of(std::string_view kind) const noexcept {
  const auto at = std::ranges::find(sayings, kind, &Saying::kind);
  return at == sayings.end() ? std::string_view{} : std::string_view{at->value};
}

bool DeviceBook::read(std::string_view line) {
  if (line.find(kMark) == line.npos) return false;
  const Json record = Json::parse(line, nullptr, false);
  const Json* device = record.is_object() ? object_of(record) : nullptr;
  if (device == nullptr) return false;
  const std::string mac = text_of(*device, "mac"), kind = text_of(*device, "kind"), value = text_of(*device, "value");
  std::string address = text_of(record, "src_ip");
  if (!is_address(address)) address.clear();
  if (kind.empty() || value.empty() || (mac.empty() && address.empty())) return false;
  if (entries_.size() >= kMostDevices && !entries_.contains({mac, address})) {
    ++left_out_;
    return true;
  }
  auto& sayings = entries_[{mac, address}].sayings;
  if (sayings.size() >= kMostSayings && !sayings.contains({kind, value})) {
    ++left_out_;
    return true;
  }
  Saying& saying = sayings[{kind, value}];
  const std::string time = text_of(record, "timestamp");
  if (saying.heard++ == 0) saying = {kind, value, text_of(*device, "field"), time, time, 1};
  saying.first = std::min(saying.first, time), saying.last = std::max(saying.last, time);
  return true;
}

Device DeviceBook::device_of(const std::string& mac, const std::vector<std::string>& addresses,
                             const MacVendors& vendors) const {
  Device device;
  device.mac = mac;
  MacAddress octets{};
  if (parse_mac(mac, octets)) {
    device.vendor = vendors.vendor_of(octets);
    device.mac_made_up = is_made_up(octets);
  }
  for (const std::string& address : addresses) {
    if (!address.empty()) device.addresses.push_back(address);
    for (const auto& [key, saying] : entries_.at({mac, address}).sayings) {
      const auto same = std::ranges::find_if(
          device.sayings, [&](const Saying& s) { return s.kind == saying.kind && s.value == saying.value; });
      if (same == device.sayings.end()) {
        device.sayings.push_back(saying);
        continue;
      }
      same->heard += saying.heard;
      same->first = std::min(same->first, saying.first), same->last = std::max(same->last, saying.last);
    }
  }
  std::ranges::stable_sort(device.sayings, {}, &Saying::first);
  return device;
}

std::vector<Device> DeviceBook::devices(const MacVendors& vendors) const {
  std::map<std::string, std::vector<std::string>> addresses_of;
  for (const auto& [key, entry] : entries_) addresses_of[key.first].push_back(key.second);
  std::vector<Device> devices;
  for (const auto& [mac, addresses] : addresses_of) {
    if (!mac.empty() && addresses.size() <= kMostAddresses) {
      devices.push_back(device_of(mac, addresses, vendors));
      continue;
    }
    for (const std::string& address : addresses) {
      devices.push_back(device_of(mac, {address}, vendors));
      devices.back().mac.clear(), devices.back().vendor.clear(), devices.back().mac_made_up = false;
    }
  }
  std::ranges::stable_sort(devices, {},
                           [](const Device& d) { return d.addresses.empty() ? d.mac : d.addresses.front(); });
  return devices;
}

}  // namespace gatehouse::insight
