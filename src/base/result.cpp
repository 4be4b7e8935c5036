// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/result.hpp"

#include <cerrno>
#include <system_error>

namespace gatehouse {

std::unexpected<Error> system_failure(std::string_view what) {
  const int number = errno;
  const ErrorCode code = number == EPERM || number == EACCES ? ErrorCode::not_permitted
                         : number == ENOENT                  ? ErrorCode::not_found
                                                             : ErrorCode::failed;
  return failure(std::string(what) + ": " + std::generic_category().message(number), code);
}

}  // namespace gatehouse
