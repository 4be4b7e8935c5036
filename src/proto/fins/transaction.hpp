// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/protocol.hpp"
#include "proto/fins/message.hpp"

namespace gatehouse::proto::fins {

// One frame, or what the header over TCP says without one. Its views live as long as the call that tells of it.
struct FinsTransaction : Transaction {
  bool has_tcp = false, has_frame = false;
  TcpHeader tcp;
  Frame frame;
  std::string_view model, version;  // of the controller, from its answer
};

industrial::Access access_of(const FinsTransaction& tx) noexcept;
void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::fins
