// SPDX-License-Identifier: GPL-3.0-or-later
// app-layer-protocol and app-layer-state: conditions about what a flow speaks, and how far it is.
#pragma once

#include "ips/compile/builder.hpp"

namespace gatehouse::ips::compile {

// "[!]protocol[|protocol…][,mode][,exact]". Mode: direction (of the packet; the default), to_server, to_client, either,
// final, original. Protocol: also failed, and unknown.
void read_app_protocol(Builder& builder, const text::Option& option);

// "state", "<state", ">state": of a protocol that the header, or a keyword before, has named.
void read_app_state(Builder& builder, const text::Option& option);

}  // namespace gatehouse::ips::compile
