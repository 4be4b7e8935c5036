// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/diagnostic.hpp"

#include <algorithm>
#include <numeric>

#include "base/bytes.hpp"

namespace gatehouse::config {
namespace {

constexpr std::size_t kLongestCompared = 64;  // longer words are not typing mistakes of ours

// Edit distance with neighbours swapped counting as one (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = ascii_lower(a[i - 1]) == ascii_lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && ascii_lower(a[i - 1]) == ascii_lower(b[j - 2]) &&
          ascii_lower(a[i - 2]) == ascii_lower(b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::exchange(last, row);
  }
  return last[b.size()];
}

}  // namespace

void Diagnostics::add(Diagnostic diagnostic) {
  if (found_.size() < kMaxDiagnostics)
    found_.push_back(std::move(diagnostic));
  else
    ++not_shown_;
}

void Diagnostics::add(Mark mark, std::string_view key, std::string text) {
  add({file_name_, mark, std::string(key), std::move(text)});
}

void Diagnostics::add_from(std::string_view source, std::string_view key, std::string text) {
  add({std::string(source), {}, std::string(key), std::move(text)});
}

std::string Diagnostics::text() const {
  std::vector<const Diagnostic*> ordered;
  for (const Diagnostic& d : found_) ordered.push_back(&d);
  // Of the same place, in the order in which they were found: that is the order of their addresses.
  std::ranges::sort(ordered, {}, [](const Diagnostic* d) { return std::pair{d->mark, d}; });
  std::string text;
  for (const Diagnostic* d : ordered) {
    if (!text.empty()) text += '\n';
    text += d->source;
    if (d->mark.line > 0) text += ':' + std::to_string(d->mark.line) + ':' + std::to_string(d->mark.column);
    text += ": ";
    if (!d->key.empty()) text += d->key + ": ";
    text += d->text;
  }
  if (not_shown_ > 0) text += '\n' + file_name_ + ": and " + std::to_string(not_shown_) + " more";
  return text;
}

std::string in_quotes(std::string_view text) {
  return '\'' + printable(text) + '\'';
}

std::string printable(std::string_view text) {
  constexpr char hex[] = "0123456789abcdef";
  const bool cut = text.size() > kMaxQuoted;
  std::size_t end = std::min(text.size(), kMaxQuoted);
  // Not within a UTF-8 character.
  while (cut && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  std::string out;
  for (const char c : text.substr(0, end)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f)
      out += c;
    else
      (out += "\\x") += {hex[byte >> 4], hex[byte & 15]};
  }
  return out + (cut ? "…" : "");
}

std::string_view closest(std::string_view typed, std::span<const std::string_view> known) {
  if (typed.empty() || typed.size() > kLongestCompared) return {};
  // A third of the letters may be wrong, but two of a short word would make anything near to anything.
  std::size_t best = std::max<std::size_t>(1, typed.size() / 3) + 1;
  std::string_view found;
  for (const std::string_view word : known) {
    if (word.size() > kLongestCompared) continue;
    if (const std::size_t d = distance(typed, word); d < best && d < typed.size()) best = d, found = word;
  }
  return found;
}

std::string suggestion(std::string_view typed, std::span<const std::string_view> known) {
  const std::string_view found = closest(typed, known);
  return found.empty() ? std::string{} : "; did you mean '" + std::string(found) + "'?";
}

std::string listed(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

}  // namespace gatehouse::config
