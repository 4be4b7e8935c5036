// SPDX-License-Identifier: GPL-3.0-or-later
// Recognition by content. Greetings of FTP and greetings of SMTP look alike; what tells them apart is a word, or the
// client.
#include <algorithm>

#include "proto/smtp/mail.hpp"

namespace gatehouse::proto::smtp {
namespace {

constexpr std::size_t kMaxGreeting = 1024;

// Ports where mail is usual: they decide only what content leaves open.
bool is_mail_port(std::uint16_t port) noexcept {
  return port == 25 || port == 465 || port == 587 || port == 2525;
}

bool is_letter(char c) noexcept {
  return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}

// `word` as a word of its own, in any letter case; names like "smtp.example.com" count.
bool has_word(std::string_view text, std::string_view word) noexcept {
  for (std::size_t i = 0; i + word.size() <= text.size(); ++i) {
    if (!equals_nocase(text.substr(i, word.size()), word)) continue;
    const bool begins = i == 0 || !is_letter(text[i - 1]);
    const bool ends = i + word.size() == text.size() || !is_letter(text[i + word.size()]);
    if (begins && ends) return true;
  }
  return false;
}

Probe probe_client(std::string_view text, bool mail_port) noexcept {
  struct Opening {
    std::string_view word;
    bool telling;  // no other protocol begins so
  };
  constexpr Opening openings[] = {{"EHLO", true},  {"HELO", true},  {"MAIL FROM:", true}, {"RCPT TO:", true},
                                  {"QUIT", false}, {"RSET", false}, {"STARTTLS", false}};
  bool undecided = false;
  for (const auto& [word, telling] : openings) {
    if (!telling && !mail_port) continue;
    if (text.size() <= word.size()) {
      undecided |= starts_with_nocase(word, text);
      continue;
    }
    if (!starts_with_nocase(text, word)) continue;
    const char next = text[word.size()];
    if (word.ends_with(':') || next == ' ' || next == '\t' || next == '\r' || next == '\n') return Probe::yes;
  }
  return undecided ? Probe::need_more : Probe::no;
}

Probe probe_server(std::string_view text, bool mail_port) noexcept {
  constexpr std::string_view greetings[] = {"220", "421", "554"};  // RFC 5321, 3.1 and 4.2.4.2
  const auto code = text.substr(0, 3);
  if (!std::ranges::any_of(greetings, [code](std::string_view g) { return g.starts_with(code); })) return Probe::no;
  if (text.size() > 3 && text[3] != ' ' && text[3] != '-') return Probe::no;

  // All lines of the greeting, as far as they are there.
  std::size_t end = 0;
  bool complete = false;
  while (!complete && end < text.size()) {
    const std::size_t feed = text.find('\n', end);
    if (feed == text.npos) break;
    complete = text.substr(end).size() < 4 || text[end + 3] != '-';
    end = feed + 1;
  }
  const std::string_view said = text.substr(0, std::min(complete ? end : text.size(), kMaxGreeting));
  if (has_word(said, "FTP")) return Probe::no;
  if (complete || (end > 0 && (has_word(said, "SMTP") || has_word(said, "ESMTP"))) || said.size() == kMaxGreeting)
    return has_word(said, "SMTP") || has_word(said, "ESMTP") || mail_port ? Probe::yes : Probe::no;
  return Probe::need_more;
}

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port) {
  const bool mail_port = is_mail_port(server_port);
  return direction == Direction::to_server ? probe_client(as_text(bytes), mail_port)
                                           : probe_server(as_text(bytes), mail_port);
}

}  // namespace gatehouse::proto::smtp
