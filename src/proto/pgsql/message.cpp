// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/pgsql/message.hpp"

#include <algorithm>

namespace gatehouse::proto::pgsql {

std::string_view to_text(Authentication authentication) noexcept {
  switch (authentication) {
    case Authentication::ok:
      return "authentication_ok";
    case Authentication::kerberos_v5:
      return "authentication_kerberos_v5";
    case Authentication::cleartext_password:
      return "authentication_cleartext_password";
    case Authentication::md5_password:
      return "authentication_md5_password";
    case Authentication::gss:
      return "authentication_gss";
    case Authentication::gss_continue:
      return "authentication_gss_continue";
    case Authentication::sspi:
      return "authentication_sspi";
    case Authentication::sasl:
      return "authentication_sasl";
    case Authentication::sasl_continue:
      return "authentication_sasl_continue";
    case Authentication::sasl_final:
      return "authentication_sasl_final";
  }
  return {};
}

bool is_authentication(std::uint32_t code) noexcept {
  return code <= 12 && !to_text(static_cast<Authentication>(code)).empty();
}

Bytes text(Cursor& c) noexcept {
  const Bytes rest = c.rest();
  const auto end = std::ranges::find(rest, 0);
  if (end == rest.end()) {
    c.fail();
    return {};
  }
  const Bytes found = c.take(static_cast<std::size_t>(end - rest.begin()));
  c.skip(1);
  return found;
}

bool is_request_type(std::uint8_t type) noexcept {
  return type != 0 && std::string_view{"QPBDECSHFpXdcf"}.contains(static_cast<char>(type));
}

bool is_response_type(std::uint8_t type) noexcept {
  return type != 0 && std::string_view{"RSKZTDCEINAGHWdc123nstVv"}.contains(static_cast<char>(type));
}

}  // namespace gatehouse::proto::pgsql
