// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/irc/message.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "proto/line/words.hpp"

namespace gatehouse::proto::irc {

bool Message::is(std::string_view word) const noexcept {
  return equals_nocase(command, word);
}

bool Message::numeric() const noexcept {
  return command.size() == 3 && std::ranges::all_of(command, is_digit);
}

Message read_message(std::string_view line) noexcept {
  Message m;
  if (line.starts_with('@')) take_word(line);  // IRCv3, message tags
  if (line.starts_with(':')) m.prefix = take_word(line).substr(1);
  m.command = take_word(line);
  while (!line.empty() && m.count < Message::kMaxParameters) {
    if (line.starts_with(':') || m.count + 1 == Message::kMaxParameters) {
      m.parameters[m.count++] = line.substr(line.starts_with(':') ? 1 : 0);
      break;
    }
    m.parameters[m.count++] = take_word(line);
  }
  constexpr std::size_t kMaxCommand = 16;
  m.sound = !m.command.empty() && m.command.size() <= kMaxCommand &&
            (m.numeric() ||
             std::ranges::all_of(m.command, [](char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }));
  return m;
}

bool is_known(const Message& message) noexcept {
  constexpr std::string_view words[] = {"NICK",  "USER", "PASS", "JOIN", "PART",   "PRIVMSG",  "NOTICE",      "PING",
                                        "PONG",  "MODE", "CAP",  "QUIT", "KICK",   "TOPIC",    "WHO",         "WHOIS",
                                        "ERROR", "LIST", "AWAY", "OPER", "INVITE", "STARTTLS", "AUTHENTICATE"};
  return message.sound &&
         (message.numeric() || std::ranges::any_of(words, [&](auto word) { return message.is(word); }));
}

}  // namespace gatehouse::proto::irc
