// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "os/fd.hpp"

namespace gatehouse::capture {

// Sends whole IP packets, their headers as given (so with anybody's source address), by the host's routes.
class RawInjector {
 public:
  // `mark` (SO_MARK) is what firewall rules know the packets by.
  static Result<RawInjector> open(std::uint32_t mark);
  // False: not an IP packet, or the kernel did not take it.
  bool send(Bytes packet) noexcept;

 private:
  os::Fd ipv4_, ipv6_;
};

}  // namespace gatehouse::capture
