// SPDX-License-Identifier: GPL-3.0-or-later
// XMPP, which was called Jabber: messages between people, and between machines.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::jabber {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::jabber
