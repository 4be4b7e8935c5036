// SPDX-License-Identifier: GPL-3.0-or-later
// BitTorrent: the table of peers that all of them keep together (DHT), and the exchange between two of them.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::bittorrent {

extern const ProtocolSpec protocol;
extern const ProtocolSpec dht_protocol;

}  // namespace gatehouse::proto::bittorrent
