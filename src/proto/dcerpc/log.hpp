// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json_writer.hpp"
#include "proto/dcerpc/call.hpp"

namespace gatehouse::proto::dcerpc {

// Where the call stands in the log: in a record of its own, or within that of SMB, whose readers know other members.
enum class Within : std::uint8_t { own, smb };

// The members that all calls have, into the open object.
void write_call(const Call& call, Within within, JsonWriter& json) noexcept;

}  // namespace gatehouse::proto::dcerpc
