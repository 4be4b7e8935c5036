// SPDX-License-Identifier: GPL-3.0-or-later
// The Real-time Transport Protocol and its control protocol (RFC 3550): sound and pictures.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::rtp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::rtp

namespace gatehouse::proto::rtcp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::rtcp
