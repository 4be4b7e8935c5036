// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/text/rule_parser.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "ips/text/rule_file.hpp"

namespace gatehouse::ips::text {
namespace {

constexpr std::size_t kUsualOptions = 16;  // of most rules: their list need not grow

class Parser {
 public:
  Parser(std::string_view text, std::span<const Piece> pieces, std::size_t from)
      : text_(text), pieces_(pieces), at_(from) {}

  std::expected<Rule, Refusal> run() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    end_ = text_.size();
    while (end_ > at_ && is_blank(text_[end_ - 1])) --end_;
    rule_.raw = text_.substr(at_, end_ - at_);
    rule_.place = place(at_);
    if (read_header()) read_options();
    if (refusal_) return std::unexpected(std::move(*refusal_));
    return std::move(rule_);
  }

 private:
  Place place(std::size_t offset) const noexcept {
    const auto behind = std::ranges::upper_bound(pieces_, offset, {}, &Piece::offset);
    const Piece& piece = behind == pieces_.begin() ? *behind : *std::prev(behind);
    return {piece.place.line, piece.place.column + static_cast<std::uint32_t>(offset - piece.offset)};
  }

  bool refuse(std::size_t offset, std::string reason, std::string_view keyword = {}) {
    refusal_ = Refusal{{}, place(offset), find_sid(text_), std::string{keyword}, std::move(reason)};
    return false;
  }

  // ---- header

  bool read_header() {
    if (rule_.raw.size() >= RuleFile::kLongestRule)
      return refuse(at_, "the rule is longer than " + std::to_string(RuleFile::kLongestRule) +
                             " bytes: split its lists into several rules");
    Word arrow;
    return next(rule_.action, "an action such as 'alert'") && next(rule_.protocol, "a protocol such as 'tcp'") &&
           next(rule_.src, "the source's addresses, or 'any'") &&
           next(rule_.src_ports, "the source's ports, or 'any'") && next(arrow, "a direction: '->', '<>' or '=>'") &&
           take_arrow(arrow) && next(rule_.dst, "the destination's addresses, or 'any'") &&
           next(rule_.dst_ports, "the destination's ports, or 'any'");
  }

  // White space ends a word, except within brackets.
  bool next(Word& word, std::string_view what) {
    skip_blanks(end_);
    const std::size_t begin = at_;
    std::size_t depth = 0;
    for (; at_ < end_; ++at_) {
      const char c = text_[at_];
      if (c == '[' && ++depth == RuleFile::kDeepestList)
        return refuse(at_, "lists stand " + std::to_string(depth) + " deep within each other: write them flat");
      if (c == ']') {
        if (depth == 0) return refuse(at_, "this ']' has no '[' before it");
        --depth;
      }
      if (depth == 0 && (is_blank(c) || c == '(')) break;
    }
    if (depth > 0) return refuse(begin, "a list begins here that is never closed: add a ']'");
    if (at_ == begin) return refuse(at_, "here should stand " + std::string{what});
    word = {text_.substr(begin, at_ - begin), place(begin)};
    return true;
  }

  bool take_arrow(const Word& word) {
    if (word.text == "->")
      rule_.arrow = Arrow::forward;
    else if (word.text == "<>")
      rule_.arrow = Arrow::both_ways;
    else if (word.text == "=>")
      rule_.arrow = Arrow::transactional;
    else if (word.text == "<-")
      return refuse(at_ - 2, "there is no '<-': exchange source and destination, and write '->'");
    else
      return refuse(at_ - word.text.size(),
                    "here should stand the direction, '->', '<>' or '=>', not '" + shown(word.text) + "'");
    return true;
  }

  // ---- options

  bool read_options() {
    skip_blanks(end_);
    if (at_ == end_ || text_[at_] != '(') return refuse(at_, "the options are missing: they stand in round brackets");
    if (text_[end_ - 1] != ')' || end_ - 1 == at_) return refuse(end_ - 1, "the rule does not end with ')'");
    ++at_;
    const std::size_t close = end_ - 1;
    rule_.options.reserve(kUsualOptions);
    for (skip_blanks(close); at_ < close; skip_blanks(close)) {
      if (rule_.options.size() == RuleFile::kMostOptions)
        return refuse(at_, "the rule has more than " + std::to_string(RuleFile::kMostOptions) + " options: split it");
      if (!read_option(close)) return false;
    }
    return true;
  }

  bool read_option(std::size_t close) {
    const std::size_t begin = at_;
    const std::size_t semicolon = find_semicolon(close);
    if (semicolon == close) return refuse(begin, "this option has no ';' behind it");
    const std::string_view whole = text_.substr(begin, semicolon - begin);
    const std::size_t colon = whole.find(':');
    Option option;
    const std::string_view name = trim(whole.substr(0, colon));
    option.name = {name, place(begin)};
    if (name.empty()) return refuse(begin, "here should stand an option's name");
    if (colon != whole.npos) {
      option.has_value = true;
      option.value.text = trim(whole.substr(colon + 1));
      const std::size_t at =
          option.value.empty() ? begin + colon : static_cast<std::size_t>(option.value.text.data() - text_.data());
      option.value.place = place(at);
      if (!is_closed(option.value.text))
        return refuse(at, "the quoted text is not closed before the ';': within quotes write '\\;', '\\\"' and '\\\\'",
                      name);
    }
    rule_.options.push_back(option);
    at_ = semicolon + 1;
    return true;
  }

  // As everywhere in this language a ';' ends an option even within quotes, unless a backslash stands before it.
  std::size_t find_semicolon(std::size_t close) const noexcept {
    std::size_t from = at_;
    while (true) {
      const std::size_t found = text_.find(';', from);
      if (found >= close) return close;
      if (text_[found - 1] != '\\') return found;
      from = found + 1;
    }
  }

  static bool is_closed(std::string_view value) noexcept {
    if (value.starts_with('!')) value = trim(value.substr(1));
    return !value.starts_with('"') || is_quoted(value);
  }

  static std::string shown(std::string_view text) {
    constexpr std::size_t kShown = 40;
    return text.size() <= kShown ? std::string{text} : std::string{text.substr(0, kShown)} + "…";
  }

  void skip_blanks(std::size_t end) noexcept {
    while (at_ < end && is_blank(text_[at_])) ++at_;
  }

  std::string_view text_;
  std::span<const Piece> pieces_;
  std::size_t at_, end_ = 0;
  Rule rule_;
  std::optional<Refusal> refusal_;
};

}  // namespace

std::expected<Rule, Refusal> parse_rule(std::string_view text, std::span<const Piece> pieces, std::size_t from) {
  return Parser{text, pieces, from}.run();
}

std::expected<Rule, Refusal> parse_rule(std::string_view text, Place begin) {
  const Piece whole{0, begin};
  return parse_rule(text, {&whole, 1}, 0);
}

std::uint32_t find_sid(std::string_view text) noexcept {
  for (std::size_t at = text.find("sid:"); at != text.npos; at = text.find("sid:", at + 4)) {
    if (at > 0 && !is_blank(text[at - 1]) && text[at - 1] != ';' && text[at - 1] != '(') continue;
    const std::string_view digits = trim(text.substr(at + 4, 24));
    std::uint32_t sid = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), sid);
    if (read.ec == std::errc{}) return sid;
  }
  return 0;
}

bool is_quoted(std::string_view value) noexcept {
  return value.size() >= 2 && value.front() == '"' && value.back() == '"';
}

std::string_view without_quotes(std::string_view value) noexcept {
  return is_quoted(value) ? value.substr(1, value.size() - 2) : value;
}

}  // namespace gatehouse::ips::text
