// SPDX-License-Identifier: GPL-3.0-or-later
#include "os/signals.hpp"

#include <sys/signalfd.h>

namespace gatehouse::os {

Result<SignalFd> SignalFd::block(std::initializer_list<int> signals) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : signals) ::sigaddset(&set, signal);
  if (const int error = ::pthread_sigmask(SIG_BLOCK, &set, nullptr); error != 0) return failure("blocking signals");
  Fd fd{::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
  if (!fd.valid()) return system_failure("opening a descriptor for signals");
  return SignalFd{std::move(fd)};
}

std::optional<int> SignalFd::next() noexcept {
  signalfd_siginfo info{};
  if (::read(fd_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

}  // namespace gatehouse::os
