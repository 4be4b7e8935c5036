// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP/0.9 to 1.1: the row for the list of protocols.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::http {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::http
