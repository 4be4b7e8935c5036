// SPDX-License-Identifier: GPL-3.0-or-later
// A file of rules: one rule a line (a backslash at a line's end joins the next), '#' before comments and before rules
// that are switched off.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ips/text/rule.hpp"

namespace gatehouse::ips::text {

struct Piece;  // rule_parser.hpp

class RuleFile {
 public:
  static constexpr std::size_t kLargestFile = 256u << 20;
  static constexpr std::size_t kLongestRule = 128u << 10;
  static constexpr std::size_t kMostOptions = 512;
  static constexpr std::size_t kDeepestList = 32;  // brackets within brackets
  static constexpr std::size_t kMostRules = 1'000'000;
  static constexpr std::size_t kMostRefusals = 10'000;  // a file that earns as many is no file of rules: reading ends

  static Result<RuleFile> read(const std::filesystem::path& path);
  static RuleFile from_text(std::string name, std::string text);

  const std::string& name() const noexcept { return name_; }
  const std::vector<Rule>& rules() const noexcept { return rules_; }
  const std::vector<Refusal>& refusals() const noexcept { return refusals_; }

  RuleFile(RuleFile&&) noexcept = default;
  RuleFile& operator=(RuleFile&&) noexcept = default;

 private:
  RuleFile() = default;
  void parse();
  // These say whether reading goes on.
  bool take_line(std::string_view line, std::uint32_t number);
  bool take_lines(std::span<const std::string_view> lines, std::uint32_t number);
  bool take(std::string_view text, std::span<const Piece> pieces);
  bool refuse(Refusal refusal);

  std::string name_;
  std::unique_ptr<std::string> text_;  // on the heap, so that views stay valid when the file is moved
  std::deque<std::string> joined_;     // rules that stand on several lines
  std::vector<Rule> rules_;
  std::vector<Refusal> refusals_;
};

// One rule from one line of text. The views point into `text`.
std::expected<Rule, Refusal> parse_rule(std::string_view text, Place begin = {1, 1});

// The bytes between the quotes, escapes still there; what is not quoted stays as it is.
bool is_quoted(std::string_view value) noexcept;
std::string_view without_quotes(std::string_view value) noexcept;

}  // namespace gatehouse::ips::text
