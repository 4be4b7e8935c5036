// SPDX-License-Identifier: GPL-3.0-or-later
// Each message is a transaction. It lives as long as the call that parses its bytes, so that it may hold views.
#pragma once

#include "model/protocol.hpp"
#include "proto/krb5/message.hpp"

namespace gatehouse::proto::krb5 {

struct Krb5Transaction : Transaction {
  Message message;
  std::uint8_t failed = 0;  // of an error: the type of the latest request, 0 where none was seen
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::krb5
