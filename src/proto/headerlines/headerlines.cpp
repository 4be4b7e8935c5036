// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/headerlines/headerlines.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace gatehouse::proto::headerlines {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_space(char c) noexcept {
  return c == ' ' || c == '\t';
}

std::string_view without_line_end(std::string_view line) noexcept {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_method(std::string_view word) noexcept {
  constexpr std::size_t longest = 24;
  return word.size() >= 2 && word.size() <= longest &&
         std::ranges::all_of(word, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || c == '-'; }) &&
         word.front() != '-' && word.front() != '_';
}

bool is_version(std::string_view word, std::string_view protocol) noexcept {
  if (!word.starts_with(protocol)) return false;
  word.remove_prefix(protocol.size());
  return word.size() == 3 && is_digit(word[0]) && word[1] == '.' && is_digit(word[2]);
}

bool is_printable(std::string_view text) noexcept {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::size_t HeadFinder::find(Bytes bytes) noexcept {
  if (found_ > 0) return found_;
  const auto* const begin = bytes.data();
  while (seen_ < bytes.size()) {
    const auto* feed = static_cast<const std::uint8_t*>(std::memchr(begin + seen_, '\n', bytes.size() - seen_));
    if (feed == nullptr) {
      seen_ = bytes.size();
      return 0;
    }
    const auto at = static_cast<std::size_t>(feed - begin);
    // The empty line: what stands behind this end of line is another, with or without CR.
    if (at + 1 == bytes.size() || (bytes[at + 1] == '\r' && at + 2 == bytes.size())) {
      seen_ = at;
      return 0;
    }
    if (bytes[at + 1] == '\n') return found_ = at + 2;
    if (bytes[at + 1] == '\r' && bytes[at + 2] == '\n') return found_ = at + 3;
    seen_ = at + 1;
  }
  return 0;
}

bool StartLine::parse(std::string_view text, std::string_view protocol) noexcept {
  *this = {};
  line = without_line_end(text);
  if (!is_printable(line)) return false;
  const std::size_t first = line.find(' ');
  if (first == line.npos) return false;
  if (is_version(line.substr(0, first), protocol)) {
    is_response = true;
    version = line.substr(0, first);
    code = line.substr(first + 1, 3);
    if (code.size() != 3 || !std::ranges::all_of(code, is_digit) || code[0] == '0') return false;
    const std::string_view behind = line.substr(first + 4);
    if (!behind.empty() && behind[0] != ' ') return false;
    reason = behind.empty() ? behind : behind.substr(1);
    return true;
  }
  const std::size_t last = line.rfind(' ');
  method = line.substr(0, first);
  version = line.substr(last + 1);
  if (last == first || !is_method(method) || !is_version(version, protocol)) return false;
  uri = line.substr(first + 1, last - first - 1);
  return !uri.empty() && uri.find(' ') == uri.npos;
}

Probe probe_start_line(Bytes bytes, std::string_view protocol) noexcept {
  const std::string_view text = as_text(bytes.first(std::min(bytes.size(), kLongestStartLine)));
  const std::size_t feed = text.find('\n');
  if (feed != text.npos) {
    StartLine start;
    return start.parse(text.substr(0, feed + 1), protocol) ? Probe::yes : Probe::no;
  }
  if (text.size() == kLongestStartLine || !is_printable(without_line_end(text))) return Probe::no;
  // Either it begins as a version does, or with a method, as far as it is there.
  const std::string_view word = text.substr(0, text.find(' '));
  const bool whole_word = word.size() < text.size();
  if (word.starts_with(protocol.substr(0, word.size())) && (!whole_word || is_version(word, protocol)))
    return Probe::need_more;
  return is_method(whole_word || word.size() > 1 ? word : "AA") && word.front() >= 'A' && word.front() <= 'Z'
             ? Probe::need_more
             : Probe::no;
}

bool Fields::next(Field& field) noexcept {
  std::size_t end = 0;
  // RFC 3261, 7.3.1: "Header fields can be extended over multiple lines by preceding each extra line with at least one
  // SP or horizontal tab (HT)."
  do {
    const std::size_t feed = rest_.find('\n', end);
    end = feed == rest_.npos ? rest_.size() : feed + 1;
  } while (end < rest_.size() && is_space(rest_[end]));
  const std::string_view line = without_line_end(rest_.substr(0, end));
  rest_.remove_prefix(end);
  if (line.empty()) return false;
  const std::size_t colon = line.find(':');
  field.name = colon == line.npos ? std::string_view{} : trim(line.substr(0, colon));
  field.value = trim(colon == line.npos ? line : line.substr(colon + 1));
  return true;
}

bool Head::parse(Bytes head, std::string_view protocol) noexcept {
  const std::string_view text = as_text(head);
  const std::size_t feed = text.find('\n');
  const std::size_t end = feed == text.npos ? text.size() : feed + 1;
  lines = text.substr(end);
  return start.parse(text.substr(0, end), protocol);
}

std::optional<std::string_view> Head::find(std::string_view name, std::string_view compact,
                                           unsigned index) const noexcept {
  if (index >= kMaxListed) return {};
  Fields fields{lines};
  for (Field field; fields.next(field);) {
    const bool is_it = equals_nocase(field.name, name) || (!compact.empty() && equals_nocase(field.name, compact));
    if (is_it && index-- == 0) return field.value;
  }
  return {};
}

bool Head::well_formed() const noexcept {
  Fields fields{lines};
  for (Field field; fields.next(field);)
    if (field.name.empty()) return false;
  return true;
}

std::optional<std::uint64_t> decimal(std::string_view text) noexcept {
  constexpr std::size_t most_digits = 19;  // fit in 64 bits whatever they are
  if (text.empty() || text.size() > most_digits || !std::ranges::all_of(text, is_digit)) return {};
  std::uint64_t value = 0;
  for (const char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

std::optional<std::string_view> parameter(std::string_view value, std::string_view name) noexcept {
  constexpr std::string_view separators = ",; \t\r\n";
  while (!value.empty()) {
    const std::size_t begin = value.find_first_not_of(separators);
    if (begin == value.npos) return {};
    value.remove_prefix(begin);
    const std::size_t end = value.find_first_of(",; \t\r\n=");
    if (end == value.npos) return {};
    const std::string_view word = value.substr(0, end);
    const bool has_value = value[end] == '=';
    value.remove_prefix(end + 1);
    if (!has_value) continue;
    std::string_view found;
    if (value.starts_with('"')) {
      std::size_t quote = 1;
      while (quote < value.size() && value[quote] != '"') quote += value[quote] == '\\' ? 2 : 1;
      found = value.substr(1, std::min(quote, value.size()) - 1);
      value.remove_prefix(std::min(quote + 1, value.size()));
    } else {
      found = value.substr(0, value.find_first_of(separators));
      value.remove_prefix(found.size());
    }
    if (equals_nocase(word, name)) return found;
  }
  return {};
}

std::string_view host_of(std::string_view uri) noexcept {
  const std::size_t colon = uri.find(':');
  if (colon == uri.npos) return {};
  uri.remove_prefix(colon + 1);
  if (uri.starts_with("//")) uri.remove_prefix(2);
  uri = uri.substr(0, uri.find_first_of("/?;>"));
  if (const std::size_t at = uri.rfind('@'); at != uri.npos) uri.remove_prefix(at + 1);
  if (uri.starts_with('[')) return uri.substr(1, std::min(uri.find(']'), uri.size()) - 1);
  return uri.substr(0, uri.find(':'));
}

std::string_view user_of(std::string_view authorization, std::span<char, kLongestUser> room) noexcept {
  if (starts_with_nocase(authorization, "Digest ")) return parameter(authorization, "username").value_or("");
  if (!starts_with_nocase(authorization, "Basic ")) return {};
  // RFC 7617, 2: user-id ":" password, in Base64.
  std::size_t size = 0;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : trim(authorization.substr(6))) {
    const unsigned value = c >= 'A' && c <= 'Z'   ? static_cast<unsigned>(c - 'A')
                           : c >= 'a' && c <= 'z' ? static_cast<unsigned>(c - 'a') + 26
                           : is_digit(c)          ? static_cast<unsigned>(c - '0') + 52
                           : c == '+'             ? 62u
                           : c == '/'             ? 63u
                                                  : 64u;
    if (value > 63) break;
    bits = bits << 6 | value, held += 6;
    if (held < 8) continue;
    held -= 8;
    const char decoded = static_cast<char>(bits >> held & 0xff);
    if (decoded == ':') return {room.data(), size};
    if (size == room.size()) break;
    room[size++] = decoded;
  }
  return {};
}

}  // namespace gatehouse::proto::headerlines
