// SPDX-License-Identifier: GPL-3.0-or-later
// Recognition by content: the server's greeting, the client's login, or a query that stands whole in the first packet.
#include <algorithm>

#include "base/utf8.hpp"
#include "proto/mysql/session.hpp"

namespace gatehouse::proto::mysql {
namespace {

constexpr std::uint32_t kLongestOpening = 16 * 1024;
constexpr std::uint32_t kLongestGreeting = 1024;
constexpr std::size_t kLongestVersion = 64;

bool is_printable(Bytes text) noexcept {
  return std::ranges::all_of(text, [](std::uint8_t c) { return c >= ' ' && c < 0x7f; });
}

// "8.0.36-0ubuntu0.22.04.1", "5.5.5-10.11.6-MariaDB"
bool is_version(Bytes text) noexcept {
  return text.size() >= 3 && text.size() <= kLongestVersion && text[0] >= '0' && text[0] <= '9' && is_printable(text) &&
         std::ranges::find(text, '.') != text.end();
}

Probe probe_server(const Header& header, Bytes body) noexcept {
  constexpr std::uint8_t kVersion = 10, kError = 0xff;
  if (header.sequence != 0 || header.length > kLongestGreeting) return Probe::no;
  if (body.empty()) return Probe::need_more;
  if (body[0] != kVersion && body[0] != kError) return Probe::no;
  if (body.size() < header.length) return Probe::need_more;
  Cursor c{body.first(header.length)};
  if (body[0] == kVersion) {
    const Greeting greeting{c};
    return c.ok() && is_version(greeting.server_version) && greeting.reserved_is_zero &&
                   (greeting.capabilities & capability::protocol_41) != 0
               ? Probe::yes
               : Probe::no;
  }
  // A server that will not serve: ER_CON_COUNT_ERROR, ER_HOST_IS_BLOCKED, ER_HOST_NOT_PRIVILEGED.
  c.skip(1);
  const Failure failure{c};
  const bool refuses = failure.code == 1040 || failure.code == 1129 || failure.code == 1130;
  return refuses && !failure.message.empty() && is_utf8(failure.message) && body.size() == header.length ? Probe::yes
                                                                                                         : Probe::no;
}

Probe probe_login(const Header& header, Bytes body) noexcept {
  if (header.length < kLoginHead) return Probe::no;
  if (body.size() < kLoginHead) return Probe::need_more;
  Cursor c{body.first(kLoginHead)};
  const Login login{c};
  const bool zero = std::ranges::all_of(login.filler.first(19), [](std::uint8_t b) { return b == 0; });
  return zero && (login.capabilities & capability::protocol_41) != 0 && login.charset != 0 ? Probe::yes : Probe::no;
}

bool begins_with_sql(Bytes query) noexcept {
  constexpr std::string_view words[] = {"SELECT ", "INSERT ", "UPDATE ",          "DELETE ",
                                        "SHOW ",   "SET ",    "REPLACE ",         "CREATE ",
                                        "COMMIT",  "BEGIN",   "START TRANSACTION"};
  return is_utf8(query) && std::ranges::any_of(words, [query](std::string_view word) {
           return starts_with_nocase(as_text(query), word);
         });
}

Probe probe_command(const Header& header, Bytes body) noexcept {
  constexpr std::uint32_t kShortest = 6;
  if (header.length < kShortest) return Probe::no;
  if (body.empty()) return Probe::need_more;
  if (body[0] != static_cast<std::uint8_t>(Command::query)) return Probe::no;
  if (body.size() < header.length) return Probe::need_more;
  return body.size() == header.length && begins_with_sql(body.subspan(1)) ? Probe::yes : Probe::no;
}

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t) {
  if (bytes.size() > 2 && bytes[2] != 0) return Probe::no;  // nothing begins with so much
  if (bytes.size() < kHeader) return Probe::need_more;
  Cursor c{bytes};
  const Header header{c};
  if (header.length == 0 || header.length > kLongestOpening || header.sequence > 1) return Probe::no;
  if (direction == Direction::to_client) return probe_server(header, c.rest());
  return header.sequence == 1 ? probe_login(header, c.rest()) : probe_command(header, c.rest());
}

}  // namespace gatehouse::proto::mysql
