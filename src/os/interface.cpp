// SPDX-License-Identifier: GPL-3.0-or-later
#include "os/interface.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "os/fd.hpp"

namespace gatehouse::os {
namespace {

Result<ifreq> request_for(std::string_view name) {
  ifreq request{};
  if (name.empty()) return failure("an interface needs a name", ErrorCode::invalid_config);
  if (name.size() >= sizeof request.ifr_name)
    return failure("interface " + std::string(name) + " does not exist: its name is longer than the kernel allows",
                   ErrorCode::not_found);
  std::copy(name.begin(), name.end(), request.ifr_name);
  return request;
}

Result<> ask(int socket, unsigned long what, ifreq& request) {
  if (::ioctl(socket, what, &request) == 0) return {};
  const std::string name = request.ifr_name;
  if (errno == ENODEV) return failure("interface " + name + " does not exist", ErrorCode::not_found);
  if (errno == EPERM)
    return failure("changing interface " + name + " needs the capability CAP_NET_ADMIN", ErrorCode::not_permitted);
  return system_failure("asking about interface " + name);
}

}  // namespace

Result<Interface> find_interface(std::string_view name) {
  ASSIGN_OR_RETURN_AS(checked, ifreq request, request_for(name), "looking for an interface");
  const Fd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!socket.valid()) return system_failure("opening a socket to ask about interfaces");

  Interface found;
  found.name = name;
  if (auto ok = ask(socket.get(), SIOCGIFINDEX, request); !ok) return std::unexpected(std::move(ok).error());
  found.index = request.ifr_ifindex;
  if (auto ok = ask(socket.get(), SIOCGIFMTU, request); !ok) return std::unexpected(std::move(ok).error());
  found.mtu = static_cast<unsigned>(std::max(request.ifr_mtu, 0));
  if (auto ok = ask(socket.get(), SIOCGIFFLAGS, request); !ok) return std::unexpected(std::move(ok).error());
  found.up = (request.ifr_flags & IFF_UP) != 0;
  found.promiscuous = (request.ifr_flags & IFF_PROMISC) != 0;
  if (auto ok = ask(socket.get(), SIOCGIFHWADDR, request); !ok) return std::unexpected(std::move(ok).error());
  found.ethernet = request.ifr_hwaddr.sa_family == ARPHRD_ETHER || request.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK;
  found.raw_ip = request.ifr_hwaddr.sa_family == ARPHRD_NONE || request.ifr_hwaddr.sa_family == ARPHRD_RAWIP ||
                 request.ifr_hwaddr.sa_family == ARPHRD_PPP;
  std::memcpy(found.mac.data(), request.ifr_hwaddr.sa_data, found.mac.size());
  return found;
}

Result<> set_promiscuous(std::string_view name, bool on) {
  ASSIGN_OR_RETURN_AS(checked, ifreq request, request_for(name), "setting promiscuous mode");
  const Fd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  if (!socket.valid()) return system_failure("opening a socket to change an interface");
  if (auto ok = ask(socket.get(), SIOCGIFFLAGS, request); !ok) return ok;
  const int wanted = on ? request.ifr_flags | IFF_PROMISC : request.ifr_flags & ~IFF_PROMISC;
  request.ifr_flags = static_cast<short>(wanted);
  return ask(socket.get(), SIOCSIFFLAGS, request);
}

}  // namespace gatehouse::os
