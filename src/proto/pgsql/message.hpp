// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of PostgreSQL's protocol, version 3. Sections are those of the chapter "Frontend/Backend Protocol" of
// PostgreSQL's documentation.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/cursor.hpp"

namespace gatehouse::proto::pgsql {

inline constexpr std::size_t kHeader = 5;  // type and length
// Of a longer message no more is looked at.
inline constexpr std::size_t kWindow = 64 * 1024;
inline constexpr std::uint32_t kLengthField = 4;  // the length counts itself
// PostgreSQL's own bound, PQ_LARGE_MESSAGE_LIMIT: a length beyond is no length.
inline constexpr std::uint32_t kLongestMessage = 0x3fffffff;

// "Message Formats": the first message of the frontend has no type, but a code in the place of a version.
namespace startup_code {
inline constexpr std::uint32_t cancel_request = 80877102, ssl_request = 80877103, gss_request = 80877104;
inline constexpr std::uint32_t version_3 = 3 << 16;  // the minor version in the low half
}  // namespace startup_code
inline constexpr std::uint32_t kShortestStartup = 8, kLongestStartup = 10000;  // MAX_STARTUP_PACKET_LENGTH
inline constexpr std::uint32_t kLongestCancel = 268;  // length, code, process, key of at most 256 bytes

enum class Request : std::uint8_t {
  none,  // the server spoke unasked, or the question was not seen
  ssl_request,
  gss_request,
  cancel,
  startup,
  password,
  sasl_initial,
  sasl_response,
  gss_response,
  simple_query,
  extended_query,  // Parse, Bind, Describe, Execute, Close, Flush up to Sync
  function_call,
  copy,  // CopyData, CopyDone or CopyFail
  terminate,
};

// "Message Formats", Authentication…: what the server wants.
enum class Authentication : std::uint8_t {
  ok = 0,
  kerberos_v5 = 2,
  cleartext_password = 3,
  md5_password = 5,
  gss = 7,
  gss_continue = 8,
  sspi = 9,
  sasl = 10,
  sasl_continue = 11,
  sasl_final = 12,
};
std::string_view to_text(Authentication authentication) noexcept;  // "authentication_ok"
bool is_authentication(std::uint32_t code) noexcept;

// Zero-terminated text. Fails the cursor where the zero is missing.
Bytes text(Cursor& c) noexcept;

bool is_request_type(std::uint8_t type) noexcept;
bool is_response_type(std::uint8_t type) noexcept;

}  // namespace gatehouse::proto::pgsql
