// SPDX-License-Identifier: GPL-3.0-or-later
// Recognition by content. The first message of a client is telling; of a conversation that runs already, a query or
// what the server says of itself.
#include <algorithm>

#include "base/utf8.hpp"
#include "proto/pgsql/transaction.hpp"

namespace gatehouse::proto::pgsql {
namespace {

constexpr std::size_t kLongestProbe = 4096;    // a message that is longer is not waited for
constexpr std::size_t kLongestParameter = 63;  // NAMEDATALEN - 1

bool is_name(Bytes name) noexcept {
  return !name.empty() && name.size() <= kLongestParameter && std::ranges::all_of(name, [](std::uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

Probe probe_startup(Bytes bytes) noexcept {
  Cursor c{bytes};
  const std::uint32_t length = c.u32(), code = c.u32();
  if (bytes.size() < 2) return Probe::need_more;
  if (bytes[1] != 0) return Probe::no;  // longer than any
  if (!c.ok()) return Probe::need_more;
  switch (code) {
    case startup_code::ssl_request:
    case startup_code::gss_request:
      return length == kShortestStartup ? Probe::yes : Probe::no;
    case startup_code::cancel_request:
      return length > kShortestStartup + 4 && length <= kLongestCancel ? Probe::yes : Probe::no;
    default:
      break;
  }
  if (code >> 16 != 3 || length <= kShortestStartup || length > kLongestStartup) return Probe::no;
  const Bytes name = text(c), value = text(c);
  if (c.ok()) return is_name(name) && is_utf8(value) && c.position() < length ? Probe::yes : Probe::no;
  return bytes.size() < std::min<std::size_t>(length, kLongestProbe) ? Probe::need_more : Probe::no;
}

bool begins_with_sql(Bytes query) noexcept {
  constexpr std::string_view words[] = {"SELECT", "INSERT",  "UPDATE", "DELETE", "BEGIN", "COMMIT",  "ROLLBACK",
                                        "CREATE", "ALTER",   "DROP",   "SET",    "SHOW",  "WITH",    "COPY",
                                        "LISTEN", "DECLARE", "FETCH",  "START",  "GRANT", "TRUNCATE"};
  const std::string_view said = trim(as_text(query));
  return is_utf8(query) && std::ranges::any_of(words, [said](std::string_view word) {
           return starts_with_nocase(said, word) &&
                  (said.size() == word.size() || said[word.size()] == ' ' || said[word.size()] == ';');
         });
}

// A message that the window should hold whole.
Probe whole(Bytes bytes, std::uint32_t& length) noexcept {
  if (bytes.size() < kHeader) return bytes.size() > 1 && bytes[1] != 0 ? Probe::no : Probe::need_more;
  length = Cursor{bytes.subspan(1)}.u32();
  if (length < kLengthField || length > kLongestProbe) return Probe::no;
  return bytes.size() > length ? Probe::yes : Probe::need_more;
}

Probe probe_query(Bytes bytes) noexcept {
  std::uint32_t length = 0;
  const Probe there = whole(bytes, length);
  if (there != Probe::yes) return there;
  Cursor c{bytes.subspan(kHeader, length - kLengthField)};
  if (bytes[0] == 'P' && !is_utf8(text(c))) return Probe::no;  // the statement's name
  const Bytes query = text(c);
  if (!c.ok() || !begins_with_sql(query)) return Probe::no;
  if (bytes[0] == 'Q') return c.empty() ? Probe::yes : Probe::no;
  const std::uint16_t types = c.u16();
  return c.ok() && c.remaining() == 4 * std::size_t{types} ? Probe::yes : Probe::no;
}

// "Message Formats": the length of each request for authentication follows from its kind.
bool fits(Authentication kind, std::uint32_t length) noexcept {
  constexpr std::uint32_t kPlain = 8;
  switch (kind) {
    case Authentication::md5_password:
      return length == kPlain + 4;
    case Authentication::gss_continue:
    case Authentication::sasl_continue:
    case Authentication::sasl_final:
      return length > kPlain;
    case Authentication::sasl:
      return length > kPlain + 2;
    default:
      return length == kPlain;
  }
}

Probe probe_authentication(Bytes bytes) noexcept {
  std::uint32_t length = 0;
  const Probe there = whole(bytes, length);
  if (there != Probe::yes) return there;
  Cursor c{bytes.subspan(kHeader, length - kLengthField)};
  const std::uint32_t code = c.u32();
  if (!c.ok() || !is_authentication(code) || !fits(static_cast<Authentication>(code), length)) return Probe::no;
  if (static_cast<Authentication>(code) == Authentication::sasl)
    return starts_with(c.rest(), "SCRAM-") ? Probe::yes : Probe::no;
  const Bytes next = bytes.subspan(1 + length);
  return next.empty() || is_response_type(next[0]) ? Probe::yes : Probe::no;
}

// "Error and Notice Message Fields": severity is the first.
Probe probe_error(Bytes bytes) noexcept {
  std::uint32_t length = 0;
  const Probe there = whole(bytes, length);
  if (there != Probe::yes) return there;
  Cursor c{bytes.subspan(kHeader, length - kLengthField)};
  if (c.u8() != 'S') return Probe::no;
  const std::string_view severity = as_text(text(c));
  const std::uint8_t second = c.u8();
  const bool known = severity == "ERROR" || severity == "FATAL" || severity == "PANIC";
  return c.ok() && (known || second == 'V') && (second == 'V' || second == 'C') && bytes[length] == 0 ? Probe::yes
                                                                                                      : Probe::no;
}

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t) {
  if (direction == Direction::to_server) return bytes[0] == 0 ? probe_startup(bytes) : probe_query(bytes);
  return bytes[0] == 'R' ? probe_authentication(bytes) : probe_error(bytes);
}

}  // namespace gatehouse::proto::pgsql
