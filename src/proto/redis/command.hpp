// SPDX-License-Identifier: GPL-3.0-or-later
// What the arguments of a command are: keys, secrets, or neither. "Commands" in Redis's documentation.
#pragma once

#include <cstdint>
#include <string_view>

namespace gatehouse::proto::redis {

enum class Arguments : std::uint8_t {
  first_is_key,  // what follows are values, which are not kept
  all_are_keys,
  every_other_is_key,
  plain,   // no keys: kept as they are
  secret,  // AUTH: [user] password
  hello,   // HELLO [version [AUTH user password] …]
};
Arguments arguments_of(std::string_view command) noexcept;

// From here on the server speaks unasked.
bool begins_pushes(std::string_view command) noexcept;

}  // namespace gatehouse::proto::redis
