// SPDX-License-Identifier: GPL-3.0-or-later
// What a service tells systemd (sd_notify(3)). Outside of systemd all of it does nothing.
#pragma once

#include <string_view>

#include "base/time.hpp"

namespace gatehouse::os {

void notify_ready() noexcept;
void notify_reloading() noexcept;  // followed by notify_ready()
void notify_stopping() noexcept;
void notify_status(std::string_view sentence) noexcept;
void notify_alive() noexcept;  // WATCHDOG=1

// How often notify_alive() must be called at the latest (WatchdogSec=); zero where nobody watches. Call at half of it.
Duration watchdog_interval() noexcept;

}  // namespace gatehouse::os
