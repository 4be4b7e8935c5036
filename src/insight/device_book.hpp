// SPDX-License-Identifier: GPL-3.0-or-later
// Who is there, and what each device says of itself: read from the log's records of type "device".
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "insight/mac_vendors.hpp"

namespace gatehouse::insight {

// One thing that a device said, and where it was heard. Times as the log writes them: they sort as text.
struct Saying {
  std::string kind;  // "name", "vendor", "model", "serial", "software", "fingerprint", "service"
  std::string value;
  std::string field;  // "http.user_agent"
  std::string first, last;
  std::uint64_t heard = 0;
};

struct Device {
  std::string mac;     // empty: only known from behind a router
  std::string vendor;  // of the hardware address
  bool mac_made_up = false;
  std::vector<std::string> addresses;
  std::vector<Saying> sayings;  // in the order of first hearing

  // The value of the first saying of a kind, empty where there is none.
  std::string_view first_of(std::string_view kind) const noexcept;
};

class DeviceBook {
 public:
  // A hardware address with more network addresses than this stands for a router, and those behind it are told apart by
  // their network addresses. A host has a few: IPv4, and IPv6 of several lives.
  static constexpr std::size_t kMostAddresses = 12;
  static constexpr std::size_t kMostDevices = 65536;  // further ones are not taken up, and counted
  static constexpr std::size_t kMostSayings = 256;    // of one device

  // One line of the log. False: it is no device record (or none that can be read).
  bool read(std::string_view line);
  std::vector<Device> devices(const MacVendors& vendors) const;  // by address
  std::uint64_t left_out() const noexcept { return left_out_; }

 private:
  struct Entry {
    std::map<std::pair<std::string, std::string>, Saying> sayings;  // by kind and value
  };
  Device device_of(const std::string& mac, const std::vector<std::string>& addresses, const MacVendors& vendors) const;

  std::map<std::pair<std::string, std::string>, Entry> entries_;  // by hardware and network address
  std::uint64_t left_out_ = 0;
};

}  // namespace gatehouse::insight
