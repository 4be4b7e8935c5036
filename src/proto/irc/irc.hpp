// SPDX-License-Identifier: GPL-3.0-or-later
// Internet Relay Chat: people, and machines that were taken over.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::irc {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::irc
