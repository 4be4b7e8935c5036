// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/tc_filters.hpp"

#include <array>
#include <initializer_list>
#include <libmnl/libmnl.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <memory>

namespace gatehouse::capture {
namespace {

struct Close {
  void operator()(mnl_socket* socket) const noexcept { ::mnl_socket_close(socket); }
};
using Socket = std::unique_ptr<mnl_socket, Close>;

int note_filter(const nlmsghdr* message, void* found) {
  if (message->nlmsg_type == RTM_NEWTFILTER) *static_cast<bool*>(found) = true;
  return MNL_CB_OK;
}

bool filters_at(const Socket& socket, int interface, std::uint32_t parent, unsigned sequence) noexcept {
  alignas(nlmsghdr) std::array<char, 8192> buffer{};
  nlmsghdr* message = ::mnl_nlmsg_put_header(buffer.data());
  message->nlmsg_type = RTM_GETTFILTER;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  message->nlmsg_seq = sequence;
  auto* tc = static_cast<tcmsg*>(::mnl_nlmsg_put_extra_header(message, sizeof(tcmsg)));
  tc->tcm_family = AF_UNSPEC;
  tc->tcm_ifindex = interface;
  tc->tcm_parent = parent;
  if (::mnl_socket_sendto(socket.get(), message, message->nlmsg_len) < 0) return true;
  bool found = false;
  for (;;) {
    const ssize_t got = ::mnl_socket_recvfrom(socket.get(), buffer.data(), buffer.size());
    if (got < 0) return true;
    const int status = ::mnl_cb_run(buffer.data(), static_cast<std::size_t>(got), sequence,
                                    ::mnl_socket_get_portid(socket.get()), note_filter, &found);
    if (status < 0) return true;
    if (status == MNL_CB_STOP) return found;
  }
}

}  // namespace

bool has_tc_filters(int interface) noexcept {
  const Socket socket{::mnl_socket_open(NETLINK_ROUTE)};
  if (socket == nullptr || ::mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) return true;
  unsigned sequence = 1;
  for (const std::uint32_t minor : {TC_H_MIN_INGRESS, TC_H_MIN_EGRESS})
    if (filters_at(socket, interface, TC_H_MAKE(TC_H_CLSACT, minor), sequence++)) return true;
  return false;
}

}  // namespace gatehouse::capture
