// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/protocol.hpp"
#include "proto/dcerpc/call.hpp"

namespace gatehouse::proto::dcerpc {

enum Event : std::uint8_t {
  malformed_header,
  malformed_data,
  too_many_calls,
  stub_data_too_long,
  response_without_request,
};

// Calls that wait for their answers; reaching it gives up the oldest.
inline constexpr std::size_t kMaxCalls = 256;

struct DcerpcTransaction : Transaction {
  DcerpcTransaction(Memory& memory, std::uint32_t call_id) noexcept : call(memory, call_id) {}

  Call call;
  std::uint8_t minor = 0;  // 5.0 or 5.1
  // Over UDP: C706, 12.5.1.
  bool datagrams = false;
  Uuid object{}, activity{};
  std::uint32_t sequence = 0;
  std::array<std::uint16_t, 2> next_fragment{};  // of the request, of the answer
  DcerpcTransaction* next = nullptr;             // in the session's list
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::dcerpc
