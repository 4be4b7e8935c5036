// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/help.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "cli/commands.hpp"

namespace gatehouse::cli {
namespace {

constexpr std::size_t kWidth = 100;

std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out, line;
  const auto flush = [&] {
    if (!line.empty()) out += std::string(indent, ' ') + line + '\n';
    line.clear();
  };
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" \n"), text.size());
    const std::string_view word = text.substr(0, end);
    if (indent + line.size() + 1 + word.size() > kWidth) flush();
    if (!word.empty()) (line += line.empty() ? "" : " ") += word;
    if (end < text.size() && text[end] == '\n') {
      if (word.empty()) out += '\n';  // between paragraphs
      flush();
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  flush();
  return out;
}

struct Row {
  std::string left, right;
};
std::string table(std::span<const Row> rows) {
  std::size_t width = 0;
  for (const Row& row : rows) width = std::max(width, row.left.size());
  std::string out;
  for (const Row& row : rows) {
    const std::string text = wrapped(row.right, width + 4);
    out += fmt::format("  {:{}}  {}", row.left, width, std::string_view{text}.substr(std::min(width + 4, text.size())));
  }
  return out;
}

std::vector<Row> option_rows(std::span<const OptionSpec> options) {
  std::vector<Row> rows;
  for (const OptionSpec& option : options) {
    const std::string form = option_form(option, true);
    rows.push_back({option.letter != 0 ? form : "    " + form, std::string(option.help)});
  }
  return rows;
}

}  // namespace

std::span<const ExitStatusRow> exit_statuses() noexcept {
  static constexpr std::array rows{ExitStatusRow{kOk, "all went well"},
                                   ExitStatusRow{kFailure, "it could not be done; the standard error says why"},
                                   ExitStatusRow{kUsage, "the command line cannot be meant"},
                                   ExitStatusRow{kInvalidConfig, "the configuration or the policy is not valid"},
                                   ExitStatusRow{kNotPermitted, "not permitted"},
                                   ExitStatusRow{kNotRunning, "the engine is not running"}};
  return rows;
}

std::string option_form(const OptionSpec& option, bool with_letter) {
  std::string form;
  if (with_letter && option.letter != 0) form = fmt::format("-{}, ", option.letter);
  form += fmt::format("--{}", option.name);
  if (option.value_name.empty()) return form;
  return form +
         (option.value_optional ? fmt::format("[={}]", option.value_name) : fmt::format(" {}", option.value_name));
}

std::string usage_line(const VerbSpec& verb) {
  std::string line = fmt::format("gatehouse {} [OPTIONS]", verb.name);
  for (const ArgumentSpec& argument : verb.arguments)
    line += argument.required ? fmt::format(" {}", argument.name) : fmt::format(" [{}]", argument.name);
  return line;
}

std::string overall_help() {
  std::vector<Row> rows;
  for (const VerbSpec& verb : verbs()) rows.push_back({std::string(verb.name), std::string(verb.help)});
  std::vector<Row> options = option_rows(common_options());
  std::ranges::move(option_rows(global_options()), std::back_inserter(options));
  return "Guards an Intranet of Things: a layer-7 firewall in the way of all its traffic.\n\n"
         "Usage: gatehouse VERB [OPTIONS] [ARGUMENTS]\n\nVerbs:\n" +
         table(rows) + "\nOptions:\n" + table(options) +
         "\n'gatehouse VERB --help' tells about a verb, 'gatehouse man' about all of them.\n";
}

std::string verb_help(const VerbSpec& verb) {
  std::string text = wrapped(verb.long_help, 0) + "\nUsage: " + usage_line(verb) + '\n';
  if (!verb.arguments.empty()) {
    std::vector<Row> rows;
    for (const ArgumentSpec& argument : verb.arguments)
      rows.push_back({std::string(argument.name), std::string(argument.help)});
    text += "\nArguments:\n" + table(rows);
  }
  std::vector<Row> rows = option_rows(verb.options);
  std::ranges::move(option_rows(common_options()), std::back_inserter(rows));
  return text + "\nOptions:\n" + table(rows);
}

}  // namespace gatehouse::cli
