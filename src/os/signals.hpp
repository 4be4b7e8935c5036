// SPDX-License-Identifier: GPL-3.0-or-later
// Signals as something to read: no handler ever runs in the middle of the packet path.
#pragma once

#include <csignal>
#include <initializer_list>
#include <optional>

#include "base/result.hpp"
#include "os/fd.hpp"

namespace gatehouse::os {

class SignalFd {
 public:
  // Blocks the signals for this thread and for all it starts later: call it first in main().
  static Result<SignalFd> block(std::initializer_list<int> signals);

  int fd() const noexcept { return fd_.get(); }  // readable when a signal waits
  std::optional<int> next() noexcept;            // the next signal's number, none where none waits

 private:
  explicit SignalFd(Fd fd) noexcept : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace gatehouse::os
