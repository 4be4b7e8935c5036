// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/commands.hpp"

#include <fmt/format.h>

namespace gatehouse::cli {

int exit_status(const Error& error) noexcept {
  switch (error.code) {
    case ErrorCode::invalid_config:
      return kInvalidConfig;
    case ErrorCode::not_permitted:
      return kNotPermitted;
    case ErrorCode::failed:
    case ErrorCode::not_found:
      break;
  }
  return kFailure;
}

int report(const Error& error) {
  // A list of mistakes has a place in each line, as compilers and editors have it; a single sentence says who speaks.
  const bool list = error.code == ErrorCode::invalid_config && error.text.find('\n') != std::string::npos;
  fmt::print(stderr, "{}{}\n", list ? "" : "gatehouse: ", error.text);
  return exit_status(error);
}

}  // namespace gatehouse::cli
