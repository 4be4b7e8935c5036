// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/raw_inject.hpp"

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

namespace gatehouse::capture {
namespace {

constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40;

Result<os::Fd> raw_socket(int family, std::uint32_t mark) {
  os::Fd socket{::socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW)};
  if (!socket.valid()) {
    if (errno == EPERM) return failure("sending resets needs the capability CAP_NET_RAW", ErrorCode::not_permitted);
    return system_failure("opening a raw socket");
  }
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_MARK, &mark, sizeof mark) != 0)
    return system_failure("marking the packets of a raw socket");
  return socket;
}

}  // namespace

Result<RawInjector> RawInjector::open(std::uint32_t mark) {
  RawInjector injector;
  ASSIGN_OR_RETURN(injector.ipv4_, raw_socket(AF_INET, mark), "IPv4");
  // A host without IPv6 has nothing to send there.
  if (auto socket = raw_socket(AF_INET6, mark)) {
    const int on = 1;
    if (::setsockopt(socket->get(), IPPROTO_IPV6, IPV6_HDRINCL, &on, sizeof on) == 0)
      injector.ipv6_ = std::move(*socket);
  }
  return injector;
}

bool RawInjector::send(Bytes packet) noexcept {
  if (packet.empty()) return false;
  const unsigned version = packet[0] >> 4;
  if (version == 4 && packet.size() >= kIpv4Header) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    std::memcpy(&to.sin_addr, packet.data() + 16, 4);
    return ::sendto(ipv4_.get(), packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) >=
           0;
  }
  if (version == 6 && packet.size() >= kIpv6Header) {
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    std::memcpy(&to.sin6_addr, packet.data() + 24, 16);
    return ::sendto(ipv6_.get(), packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) >=
           0;
  }
  return false;
}

}  // namespace gatehouse::capture
