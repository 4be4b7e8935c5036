// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes as `content` writes them: text, with hexadecimal between pipes.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::ips::compile {

// `text`: between the quotes. The error is a sentence.
std::expected<std::vector<std::uint8_t>, std::string> read_pattern(std::string_view text);

}  // namespace gatehouse::ips::compile
