// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::http {

// "http": {…} as readers of EVE know it.
void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::http
