// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

#include "model/protocol.hpp"
#include "proto/headerlines/headerlines.hpp"
#include "proto/sdp/sdp.hpp"

namespace gatehouse::proto::sip {

inline constexpr std::string_view kVersions = "SIP/";

namespace event {
inline constexpr std::uint8_t invalid_data = 0, incomplete_data = 1, message_too_long = 2, body_too_long = 3,
                              too_many_media = 4;
}

// One message is one transaction; its views live as long as the parse call that tells of it.
struct SipTransaction : Transaction {
  headerlines::Head head;
  sdp::Description sdp;  // empty where the body is none
  mutable std::array<char, headerlines::kLongestUser> user;
};

extern const std::array<FieldSpec, 38> kFields;

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::sip
