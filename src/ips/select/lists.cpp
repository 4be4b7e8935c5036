// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/select/lists.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "ips/select/list_text.hpp"

namespace gatehouse::ips::select {
namespace {

text::Refusal mistake_at(const std::string& file, const ListLine& line, const Mistake& mistake) {
  const text::Place place{line.number, line.column + static_cast<std::uint32_t>(mistake.offset)};
  return {.file = file, .place = place, .sid = 0, .keyword = {}, .reason = mistake.reason};
}

std::unexpected<Mistake> wrong(std::size_t offset, std::string reason) {
  return std::unexpected(Mistake{offset, std::move(reason)});
}

// `at` is where the text that was read begins.
std::unexpected<Mistake> moved(std::size_t at, Mistake mistake) {
  mistake.offset += at;
  return std::unexpected(std::move(mistake));
}

// FROM and TO, as words.
std::expected<ModifyList::Line, Mistake> replacing(Matcher matcher, const ListWord& from, const ListWord& to) {
  auto expression = Expression::compile(from.text, LetterCase::matters);
  if (!expression) return moved(from.offset, expression.error());
  auto replacement = Replacement::parse(to.text);
  if (!replacement) return moved(to.offset, replacement.error());
  if (replacement->highest_group() > expression->groups())
    return wrong(to.offset, "names group " + std::to_string(replacement->highest_group()) +
                                ", but the expression has " + std::to_string(expression->groups()));
  ModifyList::Line line{std::move(matcher), 0, std::move(*expression), std::move(*replacement), {}};
  return line;
}

std::expected<Matcher, Mistake> matcher_of(const ListWord& word) {
  auto matcher = Matcher::parse(word.text);
  if (!matcher) return moved(word.offset, matcher.error());
  return matcher;
}

std::expected<ModifyList::Line, Mistake> adding_metadata(const std::vector<ListWord>& words) {
  if (words.size() != 4) return wrong(0, "metadata-add is followed by a matcher, a key and a value");
  auto matcher = matcher_of(words[1]);
  if (!matcher) return std::unexpected(matcher.error());
  for (const ListWord& word : {words[2], words[3]})
    if (word.text.find_first_of(";,)") != word.text.npos)
      return wrong(word.offset, "metadata cannot hold ';', ',' or ')'; leave it out");
  return ModifyList::Line{
      std::move(*matcher), 0, std::nullopt, {}, "metadata:" + words[2].text + ' ' + words[3].text + ';'};
}

std::expected<ModifyList::Line, Mistake> modification(std::string_view text) {
  constexpr std::string_view form =
      "a line is a matcher, \"FROM\" and \"TO\"; quotes stand around each that holds spaces";
  auto words = words_of(text);
  if (!words) return std::unexpected(words.error());
  if (words->front().text == "metadata-add") return adding_metadata(*words);
  const bool oinkmaster = words->front().text == "modifysid";
  if (oinkmaster) {
    words->erase(words->begin());
    if (words->size() < 4 || (*words)[words->size() - 2].text != "|")
      return wrong(0, "modifysid is followed by sids, \"FROM\", | and \"TO\"");
    words->erase(words->end() - 2);
    // "1, 2 , 3": sids with spaces between them are several words, but one matcher.
    while (words->size() > 3) {
      (*words)[0].text += (*words)[1].text;
      words->erase(words->begin() + 1);
    }
  }
  if (words->size() != 3) return wrong(0, std::string(form));
  auto matcher = matcher_of(words->front());
  if (!matcher) return std::unexpected(matcher.error());
  return replacing(std::move(*matcher), (*words)[1], (*words)[2]);
}

}  // namespace

MatcherList MatcherList::from_text(std::string name, std::string_view text) {
  MatcherList list;
  list.name_ = std::move(name);
  for (const ListLine& line : lines_of(text)) {
    auto matcher = Matcher::parse(without_comment(line.text));
    if (!matcher) {
      list.mistakes_.push_back(mistake_at(list.name_, line, matcher.error()));
      continue;
    }
    ++list.size_;
    const auto numbers = matcher->plain_numbers();
    for (const RuleNumber& number : numbers) list.numbers_.try_emplace(number, line.number);
    if (numbers.empty()) list.others_.push_back({std::move(*matcher), line.number});
  }
  return list;
}

Result<MatcherList> MatcherList::read(const std::filesystem::path& path) {
  ASSIGN_OR_RETURN(const std::string text, read_list(path), "selecting rules");
  return from_text(path.string(), text);
}

std::uint32_t MatcherList::line_for(const RuleFacts& rule, Counting counting) const {
  const auto known = numbers_.find({rule.gid, rule.sid});
  const std::uint32_t by_number = known == numbers_.end() ? 0 : known->second;
  for (const Line& line : others_) {
    if (by_number != 0 && line.number > by_number) break;
    if (counting == Counting::lines_of_numbers && !line.matcher.by_number()) continue;
    if (line.matcher.matches(rule)) return line.number;
  }
  return by_number;
}

ModifyList ModifyList::from_text(std::string name, std::string_view text) {
  ModifyList list;
  list.name_ = std::move(name);
  for (const ListLine& line : lines_of(text)) {
    auto made = modification(line.text);
    if (!made) {
      list.mistakes_.push_back(mistake_at(list.name_, line, made.error()));
      continue;
    }
    made->number = line.number;
    list.lines_.push_back(std::move(*made));
  }
  return list;
}

Result<ModifyList> ModifyList::read(const std::filesystem::path& path) {
  ASSIGN_OR_RETURN(const std::string text, read_list(path), "selecting rules");
  return from_text(path.string(), text);
}

std::string ModifyList::Line::apply(std::string_view rule) const {
  return from ? from->replaced(rule, to) : with_option(rule, addition);
}

std::string with_option(std::string_view rule, std::string_view option) {
  const auto end = rule.rfind(')');
  if (end == rule.npos) return std::string(rule);
  const std::string_view before = trim(rule.substr(0, end));
  const std::string_view parted = before.ends_with(';') || before.ends_with('(') ? " " : "; ";
  return std::string(before) + std::string(parted) + std::string(option) + std::string(rule.substr(end));
}

}  // namespace gatehouse::ips::select
