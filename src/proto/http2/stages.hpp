// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

namespace gatehouse::proto::http2 {

inline constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
inline constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace gatehouse::proto::http2
