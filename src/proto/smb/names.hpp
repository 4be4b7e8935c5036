// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of the protocol as the log and policies write them.
#pragma once

#include <array>
#include <string_view>

#include "model/field.hpp"

namespace gatehouse::proto::smb {

// Room for a number that has no name.
using NumberText = std::array<char, 24>;

std::string_view command_name(std::uint8_t version, std::uint16_t command, NumberText& buffer) noexcept;
std::string_view dialect_name(std::uint16_t dialect, NumberText& buffer) noexcept;
std::string_view function_name(std::uint32_t function, NumberText& buffer) noexcept;
std::string_view status_name(std::uint32_t status, NumberText& buffer) noexcept;
std::string_view dos_status_name(std::uint8_t error_class, std::uint16_t code, NumberText& buffer) noexcept;
inline constexpr std::size_t kStatusCount = 191, kFunctionCount = 56;
extern const std::array<NamedNumber, kStatusCount> kStatuses;
extern const std::array<NamedNumber, kFunctionCount> kFunctions;

namespace status {
inline constexpr std::uint32_t success = 0, pending = 0x103, buffer_overflow = 0x80000005, end_of_file = 0xc0000011,
                               more_processing = 0xc0000016, first_error = 0xc0000000;
}

}  // namespace gatehouse::proto::smb
