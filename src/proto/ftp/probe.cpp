// SPDX-License-Identifier: GPL-3.0-or-later
// Recognition by content. FTP's greeting looks like SMTP's, its USER and PASS like POP3's: what tells them apart is the
// word FTP, a reply that only FTP has behind the greeting, or a command that only FTP has.
#include <algorithm>

#include "proto/ftp/transaction.hpp"
#include "proto/line/words.hpp"

namespace gatehouse::proto::ftp {
namespace {

constexpr std::uint16_t kPort = 21;  // decides only what content leaves open
constexpr std::size_t kMaxLook = 1024;

bool has_nocase(std::string_view text, std::string_view word) noexcept {
  for (std::size_t i = 0; i + word.size() <= text.size(); ++i)
    if (equals_nocase(text.substr(i, word.size()), word)) return true;
  return false;
}

enum class Says : std::uint8_t { ftp, maybe, other };

// One line of the client, complete.
Says client_line(std::string_view line) noexcept {
  std::string_view argument = line;
  const std::string_view word = take_word(argument);
  const auto is = [word](std::string_view w) { return equals_nocase(word, w); };
  if (is("USER")) {
    if (equals_nocase(argument, "anonymous") || equals_nocase(argument, "ftp")) return Says::ftp;
    return argument.empty() || argument.find(' ') != argument.npos ? Says::other : Says::maybe;  // IRC's has four words
  }
  if (is("AUTH")) return equals_nocase(argument, "TLS") || equals_nocase(argument, "SSL") ? Says::ftp : Says::other;
  if (is("PORT")) return parse_port(argument) ? Says::ftp : Says::other;
  if (is("EPRT")) return parse_eprt(argument) ? Says::ftp : Says::other;
  if (is("TYPE"))
    return argument.size() == 1 && std::string_view{"AEIaei"}.contains(argument[0]) ? Says::ftp : Says::other;
  if (is("PASV") || is("SYST") || is("FEAT") || is("PWD") || is("XPWD"))
    return argument.empty() ? Says::ftp : Says::other;
  if (is("EPSV") || is("MLSD") || is("NLST")) return Says::ftp;
  if (is("CWD") || is("STOR") || is("MDTM") || is("SIZE") || is("CLNT") || is("OPTS"))
    return argument.empty() ? Says::other : Says::ftp;
  if (is("PASS") || is("QUIT") || is("NOOP") || is("ACCT")) return Says::maybe;
  return Says::other;
}

// A line of the server behind its greeting.
Says server_line(std::string_view line) noexcept {
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return Says::other;
  switch (reply_code(line)) {
    case 215:
    case 230:
    case 232:
    case 234:
    case 331:
    case 332:
    case 530:
    case 532:
    case 534:
      return Says::ftp;  // no reply of SMTP or NNTP right behind 220
    case 220:
      return Says::maybe;
    default:
      return Says::other;
  }
}

// The beginning of a line that is not complete.
bool may_become_command(std::string_view text) noexcept {
  constexpr std::size_t kLongestWord = 4;
  const std::size_t space = text.find_first_of(" \r");
  const std::string_view word = text.substr(0, space);
  return is_printable(trim(text)) && (space == text.npos ? word.size() <= kLongestWord : verb_of(word) != Verb::other);
}

Probe probe_client(std::string_view text, bool ftp_port) noexcept {
  while (true) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) break;
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const Says says = is_printable(line) ? client_line(line) : Says::other;
    if (says == Says::ftp || (says == Says::maybe && ftp_port)) return Probe::yes;
    if (says == Says::other) return Probe::no;
    text.remove_prefix(end + 1);
  }
  return text.size() < kMaxLook && may_become_command(text) ? Probe::need_more : Probe::no;
}

Probe probe_server(std::string_view text, bool ftp_port) noexcept {
  constexpr std::string_view greetings[] = {"220", "120"};
  if (std::ranges::none_of(greetings, [text](auto g) { return g.starts_with(text.substr(0, 3)); })) return Probe::no;
  if (text.size() > 3 && text[3] != ' ' && text[3] != '-') return Probe::no;
  const std::string_view code = text.substr(0, 3);
  bool greeting = true, in_lines = false;
  while (true) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) break;
    const std::string_view line = trim(text.substr(0, end));
    if (greeting) {
      if (has_nocase(line, "SMTP")) return Probe::no;
      if (has_nocase(line, "FTP") || has_nocase(line, "FileZilla")) return Probe::yes;
      in_lines = (in_lines || (line.size() > 3 && line[3] == '-')) &&
                 !(line.starts_with(code) && line.size() > 3 && line[3] == ' ');
      greeting = in_lines;
      if (!greeting && ftp_port) return Probe::yes;
    } else {
      const Says says = server_line(line);
      if (says != Says::maybe) return says == Says::ftp ? Probe::yes : Probe::no;
    }
    text.remove_prefix(end + 1);
  }
  return text.size() < kMaxLook ? Probe::need_more : Probe::no;
}

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port) {
  return direction == Direction::to_server ? probe_client(as_text(bytes), server_port == kPort)
                                           : probe_server(as_text(bytes), server_port == kPort);
}

}  // namespace gatehouse::proto::ftp
