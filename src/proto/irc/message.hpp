// SPDX-License-Identifier: GPL-3.0-or-later
// One message of IRC (RFC 2812, 2.3.1): views into its line.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gatehouse::proto::irc {

struct Message {
  static constexpr std::size_t kMaxParameters = 15;  // "all … parameters … a maximum of fifteen"

  std::string_view prefix, command;
  std::array<std::string_view, kMaxParameters> parameters{};
  std::size_t count = 0;
  bool sound = false;

  std::string_view parameter(std::size_t index) const noexcept {
    return index < count ? parameters[index] : std::string_view{};
  }
  std::string_view nick() const noexcept { return prefix.substr(0, prefix.find('!')); }
  bool is(std::string_view word) const noexcept;
  bool numeric() const noexcept;
};

Message read_message(std::string_view line) noexcept;
// A word that begins messages of clients or servers and that a standard names.
bool is_known(const Message& message) noexcept;

}  // namespace gatehouse::proto::irc
