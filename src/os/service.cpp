// SPDX-License-Identifier: GPL-3.0-or-later
#include "os/service.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <systemd/sd-daemon.h>

#include "os/clock.hpp"

namespace gatehouse::os {

void notify_ready() noexcept {
  ::sd_notify(0, "READY=1");
}

void notify_reloading() noexcept {
  // Type=notify-reload wants the moment too, so that it can tell this reload's READY=1 from an older one.
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "RELOADING=1\nMONOTONIC_USEC=%llu",
                static_cast<unsigned long long>(monotonic_ns() / 1000));
  ::sd_notify(0, text.data());
}

void notify_stopping() noexcept {
  ::sd_notify(0, "STOPPING=1");
}

void notify_status(std::string_view sentence) noexcept {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), "STATUS=%.*s", static_cast<int>(std::min<std::size_t>(sentence.size(), 240)),
                sentence.data());
  ::sd_notify(0, text.data());
}

void notify_alive() noexcept {
  ::sd_notify(0, "WATCHDOG=1");
}

Duration watchdog_interval() noexcept {
  std::uint64_t us = 0;
  if (::sd_watchdog_enabled(0, &us) <= 0) return {};
  return {static_cast<std::int64_t>(us)};
}

}  // namespace gatehouse::os
