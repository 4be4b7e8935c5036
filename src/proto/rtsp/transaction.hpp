// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

#include "model/protocol.hpp"
#include "proto/headerlines/headerlines.hpp"
#include "proto/sdp/sdp.hpp"

namespace gatehouse::proto::rtsp {

inline constexpr std::string_view kVersions = "RTSP/";

namespace event {
inline constexpr std::uint8_t invalid_data = 0, message_too_long = 1, body_too_long = 2, clear_text_password = 3;
}

// One message is one transaction; its views live as long as the parse call that tells of it.
struct RtspTransaction : Transaction {
  headerlines::Head head;
  sdp::Description sdp;  // empty where the body is none
  mutable std::array<char, headerlines::kLongestUser> user;
};

std::string_view auth_scheme(const headerlines::Head& head) noexcept;
std::string_view auth_user(const RtspTransaction& tx) noexcept;

extern const std::array<FieldSpec, 20> kFields;

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::rtsp
