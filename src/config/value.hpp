// SPDX-License-Identifier: GPL-3.0-or-later
// The values that options take, as people write them and as the program holds them.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "config/config.hpp"

namespace gatehouse::config {

inline constexpr std::uint64_t kKiB = 1024, kMiB = 1024 * kKiB, kGiB = 1024 * kMiB;

// One of a row's choices, by its place in the row.
struct Choice {
  std::size_t index = 0;
};

using Value =
    std::variant<bool, std::uint64_t, Duration, Choice, std::string, std::filesystem::path, std::vector<std::string>,
                 std::vector<InterfacePair>, QueueRange, std::map<std::string, Choice>,
                 std::vector<std::filesystem::path>, std::map<std::string, std::string>>;

// Each answers the value, or a hint beyond "expected …" (may be empty).
template <typename T>
using Parsed = std::expected<T, std::string>;

// Decimal digits only: 0x1F, 1_000, 1e3 are no numbers, and 0123 might be meant as octal.
Parsed<std::uint64_t> parse_number(std::string_view text);
Parsed<std::uint64_t> parse_size(std::string_view text);  // "256MiB"
Parsed<Duration> parse_duration(std::string_view text);   // "30s", "5m", "2h"
Parsed<QueueRange> parse_queues(std::string_view text);   // "0" or "0-3"

// In the largest unit that divides it.
std::string format_size(std::uint64_t bytes);
std::string format_duration(Duration duration);

bool is_interface_name(std::string_view name) noexcept;
bool is_user_name(std::string_view name) noexcept;

}  // namespace gatehouse::config
