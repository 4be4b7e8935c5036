// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "proto/http2/transaction.hpp"

namespace gatehouse::proto::http2 {

extern const std::array<EventSpec, event::count> kEvents;

}  // namespace gatehouse::proto::http2
