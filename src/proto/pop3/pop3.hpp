// SPDX-License-Identifier: GPL-3.0-or-later
// The Post Office Protocol, version 3: how mails are fetched.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::pop3 {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::pop3
