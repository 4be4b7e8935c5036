// SPDX-License-Identifier: GPL-3.0-or-later
// The Internet Message Access Protocol: how mails are read where they are kept.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::imap {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::imap
