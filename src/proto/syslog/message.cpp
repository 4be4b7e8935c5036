// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/syslog/message.hpp"

#include <algorithm>
#include <optional>

#include "base/bytes.hpp"
#include "proto/line/words.hpp"

namespace gatehouse::proto::syslog {
namespace {

constexpr std::size_t kMaxHostname = 255;  // RFC 5424, 6

// RFC 5424, 6.2.1: "<", 1 to 3 digits, ">"; the highest is 191, "leading "0"s … MUST NOT be used".
std::optional<std::uint8_t> take_priority(std::string_view& rest) noexcept {
  const std::size_t end = rest.substr(0, 5).find('>');
  if (end == rest.npos || !rest.starts_with('<')) return std::nullopt;
  const std::string_view digits = rest.substr(1, end - 1);
  const auto priority = whole_number<std::uint8_t>(digits);
  if (!priority || *priority > 191 || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  rest.remove_prefix(end + 1);
  return priority;
}

// Digits where the pattern has '0', otherwise its own characters.
bool has_form(std::string_view text, std::string_view pattern) noexcept {
  if (text.size() < pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (pattern[i] == '0' ? !is_digit(text[i]) : text[i] != pattern[i]) return false;
  return true;
}

// RFC 5424's NILVALUE "-" says nothing.
std::string_view value(std::string_view word) noexcept {
  return word == "-" ? std::string_view{} : word;
}

// RFC 5424, 6.3: "[id name="value" …]" once or more, without a space between, or "-". In values '"', '\' and ']' are
// escaped with '\'.
bool take_structured_data(std::string_view& rest, std::string_view& data) noexcept {
  if (rest.starts_with('-')) {
    rest.remove_prefix(1);
    return true;
  }
  std::size_t at = 0;
  while (at < rest.size() && rest[at] == '[') {
    bool quoted = false;
    for (++at; at < rest.size() && (quoted || rest[at] != ']'); ++at) {
      if (rest[at] == '"') quoted = !quoted;
      if (quoted && rest[at] == '\\') ++at;
    }
    if (at >= rest.size()) return false;
    ++at;
  }
  data = rest.substr(0, at);
  rest.remove_prefix(at);
  return at > 0;
}

// RFC 5424, 6: version, timestamp, hostname, application, process, message identifier, structured data, text.
bool read_newer(std::string_view rest, Message& m) noexcept {
  if (!rest.starts_with("1 ")) return false;
  rest.remove_prefix(2);
  for (std::string_view* part : {&m.timestamp, &m.hostname, &m.application, &m.process, &m.message_id}) {
    const std::size_t space = rest.find(' ');
    if (space == 0 || space == rest.npos || space > kMaxHostname) return false;
    *part = value(rest.substr(0, space));
    rest.remove_prefix(space + 1);
  }
  if (!m.timestamp.empty() && !has_form(m.timestamp, "0000-00-00T00:00:00")) return false;
  if (!take_structured_data(rest, m.structured_data)) return false;
  if (!rest.empty() && rest[0] != ' ') return false;
  m.text = rest.substr(std::min<std::size_t>(1, rest.size()));
  if (m.text.starts_with("\xef\xbb\xbf")) m.text.remove_prefix(3);  // 6.4: the mark of UTF-8
  return true;
}

// RFC 3164, 4.1.3: "TAG[pid]: text".
void read_tag(std::string_view rest, Message& m) noexcept {
  const auto in_tag = [](char c) {
    return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '_' || c == '-' || c == '/' ||
           c == '.';
  };
  constexpr std::size_t kMaxTag = 64;  // the RFC has 32; programs have longer names
  const auto end = static_cast<std::size_t>(std::ranges::find_if_not(rest, in_tag) - rest.begin());
  std::string_view behind = rest.substr(end);
  m.text = rest;
  if (end == 0 || end > kMaxTag) return;
  std::string_view process;
  if (behind.starts_with('[')) {
    const std::size_t close = behind.find(']');
    if (close == behind.npos) return;
    process = behind.substr(1, close - 1);
    behind.remove_prefix(close + 1);
  }
  if (!behind.starts_with(':')) return;
  m.application = rest.substr(0, end);
  m.process = process;
  m.text = trim(behind.substr(1));
}

// RFC 3164, 4.1.2: "Mmm dd hh:mm:ss", hostname.
bool read_old(std::string_view rest, Message& m) noexcept {
  constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::size_t kTimestamp = 15;
  if (std::ranges::none_of(months, [rest](auto month) { return rest.starts_with(month); })) return false;
  const std::string_view time = rest.substr(3);
  if (!has_form(time, " 00 00:00:00") && !has_form(time, "  0 00:00:00")) return false;
  m.timestamp = rest.substr(0, kTimestamp);
  rest.remove_prefix(kTimestamp);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  // Many devices leave the hostname out: then the tag, with its colon, comes first.
  const std::size_t space = rest.find(' ');
  const std::string_view word = rest.substr(0, space);
  if (space != rest.npos && !word.empty() && word.size() <= kMaxHostname && !word.ends_with(':') &&
      word.find('[') == word.npos) {
    m.hostname = word;
    rest.remove_prefix(space + 1);
  }
  read_tag(rest, m);
  return true;
}

}  // namespace

Message read_message(std::string_view bytes) noexcept {
  std::string_view rest = bytes;
  const auto priority = take_priority(rest);
  if (!priority) return {};
  Message m{.form = Form::newer, .priority = *priority};
  if (read_newer(rest, m)) return m;
  m = {.form = Form::old, .priority = *priority};
  if (read_old(rest, m)) return m;
  m = {.form = Form::bare, .priority = *priority};
  read_tag(rest, m);
  return m;
}

}  // namespace gatehouse::proto::syslog
