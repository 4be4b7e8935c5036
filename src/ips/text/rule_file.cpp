// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/text/rule_file.hpp"

#include <algorithm>
#include <fstream>

#include "ips/text/rule_parser.hpp"

namespace gatehouse::ips::text {
namespace {

constexpr std::size_t kUsualRule = 256;  // bytes; few rules are shorter

std::string_view without_end(std::string_view line) noexcept {
  while (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// What a '#' may hide: a rule that is switched off. Prose seldom gets past this first look.
std::string_view behind_hashes(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == '#' || is_blank(text.front()))) text.remove_prefix(1);
  return text.ends_with(')') && text.contains('(') ? text : std::string_view{};
}

}  // namespace

Result<RuleFile> RuleFile::read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return system_failure("opening " + path.string());
  const auto size = in.tellg();
  if (size < 0) return system_failure("reading " + path.string());
  if (static_cast<std::uintmax_t>(size) >= kLargestFile)
    return failure(path.string() + ": the file is larger than " + std::to_string(kLargestFile >> 20) +
                       " MiB: split it into several",
                   ErrorCode::invalid_config);
  std::string text;
  in.seekg(0);
  text.resize_and_overwrite(static_cast<std::size_t>(size), [&in](char* out, std::size_t most) {
    in.read(out, static_cast<std::streamsize>(most));
    return static_cast<std::size_t>(in.gcount());
  });
  if (text.size() != static_cast<std::size_t>(size)) return system_failure("reading " + path.string());
  return from_text(path.string(), std::move(text));
}

RuleFile RuleFile::from_text(std::string name, std::string text) {
  RuleFile file;
  file.name_ = std::move(name);
  file.text_ = std::make_unique<std::string>(std::move(text));
  if (file.text_->size() >= kLargestFile)
    file.refuse(
        {{}, {1, 1}, 0, {}, "the text is larger than " + std::to_string(kLargestFile >> 20) + " MiB: split it"});
  else
    file.parse();
  return file;
}

bool RuleFile::refuse(Refusal refusal) {
  refusal.file = name_;
  refusals_.push_back(std::move(refusal));
  return refusals_.size() < kMostRefusals;
}

void RuleFile::parse() {
  std::string_view rest = *text_;
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  rules_.reserve(std::min(static_cast<std::size_t>(std::ranges::count(rest, '\n')), rest.size() / kUsualRule));
  std::uint32_t number = 0;
  std::vector<std::string_view> lines;  // of one rule
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = without_end(rest.substr(0, end));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    ++number;
    lines.push_back(line);
    if (line.ends_with('\\') && !rest.empty()) continue;
    const std::uint32_t first = number - static_cast<std::uint32_t>(lines.size()) + 1;
    const bool goes_on = lines.size() == 1 ? take_line(line, first) : take_lines(lines, first);
    if (!goes_on) return;
    lines.clear();
  }
}

bool RuleFile::take_line(std::string_view line, std::uint32_t number) {
  const Piece piece{0, {number, 1}};
  return take(line, {&piece, 1});
}

// Views need one text: the lines are copied behind each other, without their backslashes.
bool RuleFile::take_lines(std::span<const std::string_view> lines, std::uint32_t number) {
  std::size_t size = 0;
  for (const std::string_view line : lines) size += line.size();
  if (size >= kLongestRule)
    return refuse({{},
                   {number, 1},
                   0,
                   {},
                   "the rule is longer than " + std::to_string(kLongestRule) +
                       " bytes: split it, or take away the '\\' that joins these lines"});
  std::string joined;
  joined.reserve(size);
  std::vector<Piece> pieces;
  for (std::string_view line : lines) {
    pieces.push_back({joined.size(), {number++, 1}});
    if (line.ends_with('\\')) line.remove_suffix(1);
    joined += line;
  }
  return take(joined_.emplace_back(std::move(joined)), pieces);
}

bool RuleFile::take(std::string_view text, std::span<const Piece> pieces) {
  const std::string_view shown = trim(text);
  if (shown.empty() || shown.front() == ';') return true;
  const bool enabled = shown.front() != '#';
  const std::string_view body = enabled ? shown : behind_hashes(shown);
  if (body.empty()) return true;

  // The parser counts from the beginning of `text`, so that places stay true behind hashes and blanks.
  const auto skipped = static_cast<std::size_t>(body.data() - text.data());
  auto rule = parse_rule(text.substr(0, skipped + body.size()), pieces, skipped);
  if (!rule) return enabled ? refuse(std::move(rule).error()) : true;
  if (rules_.size() == kMostRules)
    return refuse({{},
                   rule->place,
                   0,
                   {},
                   "the file has more than " + std::to_string(kMostRules) +
                       " rules; this one and those behind it are not read: split the file"}),
           false;
  rule->enabled = enabled;
  rules_.push_back(std::move(*rule));
  return true;
}

}  // namespace gatehouse::ips::text
