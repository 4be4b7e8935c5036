// SPDX-License-Identifier: GPL-3.0-or-later
// Errors of the control path (start, reload, files) as values. The packet path uses one-byte enums instead.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace gatehouse {

enum class ErrorCode : unsigned char {
  failed,          // the operating system or a library said no
  invalid_config,  // what the person wrote cannot be meant: exit status 3
  not_permitted,
  not_found,
};

struct Error {
  ErrorCode code = ErrorCode::failed;
  std::string text;

  Error with(std::string_view context) && { return {code, std::string(context) + ": " + std::move(text)}; }
};

template <typename T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> failure(std::string text, ErrorCode code = ErrorCode::failed) {
  return std::unexpected(Error{code, std::move(text)});
}
// "opening /dev/x: Permission denied", from errno.
std::unexpected<Error> system_failure(std::string_view what);

#define GATEHOUSE_JOIN2(a, b) a##b
#define GATEHOUSE_JOIN(a, b) GATEHOUSE_JOIN2(a, b)
// ASSIGN_OR_RETURN(auto rules, load(path), "loading rules"): the value, or return the error with that context.
#define ASSIGN_OR_RETURN(declaration, expression, context) \
  ASSIGN_OR_RETURN_AS(GATEHOUSE_JOIN(result_, __LINE__), declaration, expression, context)
#define ASSIGN_OR_RETURN_AS(name, declaration, expression, context)         \
  auto name = (expression);                                                 \
  if (!name) return std::unexpected(std::move(name).error().with(context)); \
  declaration = std::move(*name)
#define RETURN_IF_ERROR(expression, context)                                                                     \
  do {                                                                                                           \
    if (auto outcome = (expression); !outcome) return std::unexpected(std::move(outcome).error().with(context)); \
  } while (false)

}  // namespace gatehouse
