// SPDX-License-Identifier: GPL-3.0-or-later
// The Trivial File Transfer Protocol: how telephones, switches and boot loaders fetch their firmware and configuration.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::tftp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::tftp
