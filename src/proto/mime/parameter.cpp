// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mime/parameter.hpp"

#include <charconv>

#include "base/bytes.hpp"
#include "proto/mime/decoder.hpp"

namespace gatehouse::proto::mime {
namespace {

struct Pair {
  std::string_view name, value;
};

// RFC 2231, 3: at most so many pieces of one value are put together.
constexpr unsigned kMaxPieces = 64;

std::size_t closing_quote(std::string_view text) noexcept {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i;
  }
  // A quote that never ends because its last character is escaped: the last quote of all, if there is one.
  const std::size_t last = text.rfind('"');
  return last > 0 ? last : text.npos;
}

// Takes the next "name=value" off the front. False: no more.
bool next(std::string_view& rest, Pair& pair) noexcept {
  const std::size_t equals = rest.find('=');
  if (equals == rest.npos) return false;
  // Something before it that is no parameter ends at its own semicolon.
  const std::size_t begin = rest.substr(0, equals).rfind(';');
  pair.name = trim(begin == rest.npos ? rest.substr(0, equals) : rest.substr(begin + 1, equals - begin - 1));
  rest.remove_prefix(equals + 1);
  const std::string_view value = rest.substr(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
  if (value.starts_with('"')) {
    if (const std::size_t quote = closing_quote(value); quote != value.npos) {
      pair.value = value.substr(1, quote - 1);
      rest = value.substr(quote + 1);
      rest.remove_prefix(std::min(rest.find(';'), rest.size()));
      if (!rest.empty()) rest.remove_prefix(1);
      return true;
    }
  }
  const std::size_t semicolon = rest.find(';');
  pair.value = trim(rest.substr(0, semicolon));
  rest.remove_prefix(semicolon == rest.npos ? rest.size() : semicolon + 1);
  return true;
}

class Builder {
 public:
  explicit Builder(std::span<char> out) noexcept : out_(out) {}
  void plain(std::string_view text) noexcept {
    for (const char c : text) put(c);
  }
  void percent(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const std::uint8_t high = i + 2 < text.size() ? hex_value(static_cast<std::uint8_t>(text[i + 1])) : 16;
      const std::uint8_t low = high < 16 ? hex_value(static_cast<std::uint8_t>(text[i + 2])) : 16;
      if (text[i] == '%' && low < 16) {
        put(static_cast<char>(high << 4 | low));
        i += 2;
      } else {
        put(text[i]);
      }
    }
  }
  Parameter result() const noexcept { return {true, cut_, {out_.data(), size_}}; }

 private:
  void put(char c) noexcept {
    if (size_ < out_.size())
      out_[size_++] = c;
    else
      cut_ = true;
  }
  std::span<char> out_;
  std::size_t size_ = 0;
  bool cut_ = false;
};

// RFC 2231, 4: charset'language'value; the value's bytes are kept in the charset they are in.
std::string_view without_charset(std::string_view value) noexcept {
  const std::size_t first = value.find('\'');
  const std::size_t second = first == value.npos ? value.npos : value.find('\'', first + 1);
  return second == value.npos ? value : value.substr(second + 1);
}

// What follows `name` in a parameter's own name: "", "*", "*0", "*1*".
bool suffix_of(std::string_view whole, std::string_view name, std::string_view& suffix) noexcept {
  if (!starts_with_nocase(whole, name)) return false;
  suffix = whole.substr(name.size());
  return suffix.empty() || suffix[0] == '*';
}

bool find_piece(std::string_view parameters, std::string_view name, unsigned number, std::string_view& value,
                bool& extended) noexcept {
  Pair pair;
  std::string_view suffix;
  while (next(parameters, pair)) {
    if (!suffix_of(pair.name, name, suffix) || suffix.size() < 2) continue;
    suffix.remove_prefix(1);
    extended = suffix.ends_with('*');
    if (extended) suffix.remove_suffix(1);
    unsigned found = 0;
    const auto [end, error] = std::from_chars(suffix.data(), suffix.data() + suffix.size(), found);
    if (error != std::errc{} || end != suffix.data() + suffix.size() || found != number) continue;
    value = pair.value;
    return true;
  }
  return false;
}

}  // namespace

std::string_view main_value(std::string_view field) noexcept {
  return trim(field.substr(0, field.find(';')));
}

Parameter find_parameter(std::string_view field, std::string_view name, std::span<char> out) noexcept {
  const std::size_t semicolon = field.find(';');
  if (semicolon == field.npos) return {};
  const std::string_view parameters = field.substr(semicolon + 1);

  Pair pair;
  std::string_view suffix, plain, extended;
  bool has_plain = false, has_extended = false;
  for (std::string_view rest = parameters; next(rest, pair);) {
    if (!suffix_of(pair.name, name, suffix)) continue;
    if (suffix.empty())
      plain = pair.value, has_plain = true;
    else if (suffix == "*")
      extended = pair.value, has_extended = true;
  }
  Builder builder{out};
  if (has_plain) return builder.plain(plain), builder.result();
  if (has_extended) return builder.percent(without_charset(extended)), builder.result();

  bool is_extended = false;
  std::string_view piece;
  for (unsigned number = 0; number < kMaxPieces && find_piece(parameters, name, number, piece, is_extended); ++number) {
    if (is_extended)
      builder.percent(number == 0 ? without_charset(piece) : piece);
    else
      builder.plain(piece);
    has_plain = true;
  }
  return has_plain ? builder.result() : Parameter{};
}

}  // namespace gatehouse::proto::mime
