// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/imap/message.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "proto/line/words.hpp"

namespace gatehouse::proto::imap {

std::optional<Literal> literal_at_end(std::string_view line) noexcept {
  if (!line.ends_with('}')) return std::nullopt;
  const std::size_t open = line.rfind('{');
  if (open == line.npos) return std::nullopt;
  std::string_view digits = line.substr(open + 1, line.size() - open - 2);
  if (digits.ends_with('+') || digits.ends_with('-')) digits.remove_suffix(1);
  const auto size = whole_number<std::uint32_t>(digits);
  return size ? std::optional{Literal{*size, line.substr(0, open)}} : std::nullopt;
}

std::string_view take_string(std::string_view& rest) noexcept {
  if (!rest.starts_with('"')) return take_word(rest);
  std::size_t end = 1;
  while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
  end = std::min(end, rest.size());
  const std::string_view inside = rest.substr(1, end - 1);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return inside;
}

Response read_response(std::string_view line) noexcept {
  Response response;
  std::string_view rest = line;
  response.tag = take_word(rest);
  const std::string_view all = rest;
  const std::string_view word = take_word(rest);
  const auto is = [word](std::string_view w) { return equals_nocase(word, w); };
  response.preauth = is("PREAUTH");
  response.bye = is("BYE");
  response.status = is("OK") || response.preauth ? Status::ok
                    : is("NO")                   ? Status::no
                    : is("BAD")                  ? Status::bad
                                                 : Status::none;
  response.text = response.status != Status::none || response.bye ? rest : all;
  return response;
}

// RFC 3501, 9: tag = 1*<any ASTRING-CHAR except "+">. Clients use letters, digits and a few marks.
bool is_tag(std::string_view word) noexcept {
  constexpr std::size_t kMaxTag = 32;
  return !word.empty() && word.size() <= kMaxTag && std::ranges::all_of(word, [](char c) {
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '.' || c == '-' || c == '_' ||
           c == '$' || c == '#' || c == '@';
  });
}

bool is_command(std::string_view word) noexcept {
  constexpr std::string_view commands[] = {
      "CAPABILITY", "NOOP",         "LOGOUT", "STARTTLS", "AUTHENTICATE", "LOGIN",       "ENABLE",   "SELECT",
      "EXAMINE",    "CREATE",       "DELETE", "RENAME",   "SUBSCRIBE",    "UNSUBSCRIBE", "LIST",     "LSUB",
      "STATUS",     "APPEND",       "IDLE",   "CLOSE",    "UNSELECT",     "EXPUNGE",     "SEARCH",   "FETCH",
      "STORE",      "COPY",         "MOVE",   "UID",      "ID",           "NAMESPACE",   "COMPRESS", "CHECK",
      "GETQUOTA",   "GETQUOTAROOT", "SORT",   "THREAD",   "NOTIFY",       "XLIST",       "GETACL",   "MYRIGHTS"};
  return std::ranges::any_of(commands, [word](auto known) { return equals_nocase(known, word); });
}

bool brings_mail(std::string_view before) noexcept {
  before = trim(before);
  const std::size_t start = before.find_last_of(" (");
  const std::string_view item = start == before.npos ? before : before.substr(start + 1);
  return starts_with_nocase(item, "BODY[]") || equals_nocase(item, "BODY[HEADER]") || equals_nocase(item, "RFC822") ||
         equals_nocase(item, "RFC822.HEADER");
}

}  // namespace gatehouse::proto::imap
