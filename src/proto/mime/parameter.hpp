// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters of structured header fields: "attachment; filename=\"x.txt\"".
#pragma once

#include <span>
#include <string_view>

namespace gatehouse::proto::mime {

struct Parameter {
  bool present = false;
  bool cut = false;  // longer than the room given
  std::string_view value;
};

// The value before the first ';', trimmed.
std::string_view main_value(std::string_view field) noexcept;

// A parameter of `field` by name, written into `out`. Continuations (name*0, name*1, …) are put together and extended
// values (name*=utf-8''a%20b) decoded as RFC 2231 has them; of several plain ones the last counts.
Parameter find_parameter(std::string_view field, std::string_view name, std::span<char> out) noexcept;

}  // namespace gatehouse::proto::mime
