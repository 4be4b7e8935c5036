// SPDX-License-Identifier: GPL-3.0-or-later
// Takes the value of an option apart.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace gatehouse::ips::compile {

// Between the separators, without white space around them. An empty text has one empty word.
inline std::vector<std::string_view> words_of(std::string_view text, char separator = ',') {
  std::vector<std::string_view> words;
  for (;;) {
    const auto end = text.find(separator);
    words.push_back(trim(text.substr(0, end)));
    if (end == text.npos) return words;
    text.remove_prefix(end + 1);
  }
}

// "count 5": the first word, and what stands behind it.
inline std::pair<std::string_view, std::string_view> word_and_rest(std::string_view text) {
  text = trim(text);
  const auto end = text.find_first_of(" \t");
  return {text.substr(0, end), end == text.npos ? std::string_view{} : trim(text.substr(end))};
}

// Of keywords whose value may stand in quotes.
inline std::string_view without_optional_quotes(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = trim(text.substr(1, text.size() - 2));
  return text;
}

// What stands between commas, without white space around it. An empty text has no words.
inline std::vector<std::string_view> comma_words(std::string_view text) {
  return trim(text).empty() ? std::vector<std::string_view>{} : words_of(text);
}

// "post_offset -4": the name before the first white space, and what follows.
struct NamedWord {
  std::string_view name, value;
};
inline NamedWord named_word(std::string_view word) {
  const auto space = word.find_first_of(" \t");
  return {word.substr(0, space), space == word.npos ? std::string_view{} : trim(word.substr(space))};
}

// Takes a '!' off the front.
inline bool take_negation(std::string_view& text) {
  if (!text.starts_with('!')) return false;
  text = trim(text.substr(1));
  return true;
}

// What stands between quotes, escapes untouched; nullopt where it is not quoted.
inline std::optional<std::string_view> between_quotes(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  return text.substr(1, text.size() - 2);
}

}  // namespace gatehouse::ips::compile
