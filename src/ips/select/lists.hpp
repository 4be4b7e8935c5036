// SPDX-License-Identifier: GPL-3.0-or-later
// The files that select rules: enable.conf, disable.conf and drop.conf (a matcher a line), and modify.conf (a matcher
// and what it does to the rules' text). '#' begins a comment, at a line's start or behind a space. A line that cannot
// be read is told, and passed over.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ips/select/matcher.hpp"
#include "ips/text/rule.hpp"

namespace gatehouse::ips::select {

class MatcherList {
 public:
  static MatcherList from_text(std::string name, std::string_view text);
  static Result<MatcherList> read(const std::filesystem::path& path);

  struct Line {
    Matcher matcher;
    std::uint32_t number = 0;
  };
  enum class Counting : bool { every_line, lines_of_numbers };
  // The number of the first line that means the rule; 0: none does.
  std::uint32_t line_for(const RuleFacts& rule, Counting counting = Counting::every_line) const;

  const std::string& name() const noexcept { return name_; }
  const std::vector<text::Refusal>& mistakes() const noexcept { return mistakes_; }
  std::size_t size() const noexcept { return size_; }

 private:
  std::string name_;
  // Lists of thousands of sids are common: those are looked up, and only the others are tried one by one.
  std::map<RuleNumber, std::uint32_t> numbers_;
  std::vector<Line> others_;
  std::size_t size_ = 0;
  std::vector<text::Refusal> mistakes_;
};

// `2019401 "seconds \d+" "seconds 3600"`: where FROM is found in the text of a rule, TO is put in its place. A matcher
// with spaces stands in quotes. Two more forms:
//   modifysid 2019401 "FROM" | "TO"       as Oinkmaster has it; also with several sids
//   metadata-add MATCHER KEY VALUE        the rule gets one more entry of metadata
class ModifyList {
 public:
  static ModifyList from_text(std::string name, std::string_view text);
  static Result<ModifyList> read(const std::filesystem::path& path);

  struct Line {
    Matcher matcher;
    std::uint32_t number = 0;
    std::optional<Expression> from;  // absent: `addition` is added to the options
    Replacement to;
    std::string addition;

    // The text with the change; the same text where there is nothing to change.
    std::string apply(std::string_view rule) const;
  };
  const std::string& name() const noexcept { return name_; }
  const std::vector<Line>& lines() const noexcept { return lines_; }
  const std::vector<text::Refusal>& mistakes() const noexcept { return mistakes_; }

 private:
  std::string name_;
  std::vector<Line> lines_;
  std::vector<text::Refusal> mistakes_;
};

// The text with one more option, before the closing bracket.
std::string with_option(std::string_view rule, std::string_view option);

}  // namespace gatehouse::ips::select
