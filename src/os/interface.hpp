// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernel says of a network interface, by name. Errors are sentences: "interface eth7 does not exist".
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gatehouse::os {

struct Interface {
  std::string name;
  int index = 0;
  unsigned mtu = 0;  // bytes behind the link header
  bool up = false;
  bool promiscuous = false;  // by its flag, as `ip link set … promisc on` sets it
  bool ethernet = false;     // frames begin with an Ethernet header (loopback's do too)
  bool raw_ip = false;       // frames begin with the IP header: tun, ppp, rmnet
  std::array<std::uint8_t, 6> mac{};
};

Result<Interface> find_interface(std::string_view name);

// Sets or clears the interface's own promiscuous flag. Unlike a packet socket's membership it outlives the process.
Result<> set_promiscuous(std::string_view name, bool on);

}  // namespace gatehouse::os
