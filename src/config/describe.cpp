// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/describe.hpp"

#include <algorithm>

#include "config/diagnostic.hpp"
#include "config/option.hpp"
#include "config/yaml.hpp"

namespace gatehouse::config {
namespace {

constexpr std::size_t kWidth = 100;

// `text` in lines of at most kWidth characters, each behind `indent`.
std::string wrapped(std::string_view text, std::string_view indent) {
  std::string out, line;
  while (!text.empty()) {
    const auto space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (!line.empty() && indent.size() + line.size() + 1 + word.size() > kWidth) {
      ((out += indent) += line) += '\n';
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) ((out += indent) += line) += '\n';
  return out;
}

// "size, 48MiB to 64GiB; a change needs a restart"
std::string facts_of(const Option& option) {
  std::string facts{type_name(option.type)};
  if (!option.choices.empty()) facts += ": " + listed(option.choices);
  if (const std::string bounds = bounds_text(option); !bounds.empty()) facts += ", " + bounds;
  facts += option.restart == Restart::needed ? "; a change needs a restart" : "; a change needs a reload";
  return facts;
}

std::string shown(std::string_view value) {
  return value.empty() ? "\"\"" : std::string(value);
}

std::string explain_option(const Option& option) {
  std::string text = std::string(option.key) + '\n' + wrapped(option.about, "  ") + "  " + facts_of(option) + '\n' +
                     "  default: " + shown(option.standard) + '\n';
  if (!option.example.empty()) text += "  example: " + std::string(option.example) + '\n';
  return text;
}

bool is_within(std::string_view key, std::string_view group) {
  return key.starts_with(group) && key.size() > group.size() && key[group.size()] == '.';
}

// Writes the maps on the way to an option, as far as they are not open already, and its own line.
class DefaultFile {
 public:
  void section(const Section& section) {
    text_ += '\n' + wrapped(section.about, "# ");
    for (const Option& option : section.options) add(option);
  }
  std::string take() { return std::move(text_); }

 private:
  void add(const Option& option) {
    std::size_t from = 0, depth = 0;
    for (auto dot = option.key.find('.'); dot != option.key.npos; dot = option.key.find('.', from), ++depth) {
      if (!is_within(last_, option.key.substr(0, dot)))
        text_ += indent(depth) + std::string(option.key.substr(from, dot - from)) + ":\n";
      from = dot + 1;
    }
    const std::string margin = indent(depth);
    text_ += wrapped(option.about, margin + "# ") + wrapped('(' + facts_of(option) + ')', margin + "# ");
    if (!option.example.empty() && option.example != option.standard)
      text_ += margin + "# for example: " + std::string(option.example) + '\n';
    text_ += margin + std::string(option.key.substr(from)) + ':' +
             (option.type == Type::text_map ? entries(option, margin) : ' ' + shown(option.standard)) + '\n';
    last_ = option.key;
  }
  // A map of texts, a line each: on one line nobody could read it.
  static std::string entries(const Option& option, const std::string& margin) {
    Diagnostics none{"the defaults"};
    std::string text;
    if (const auto map = read_yaml(option.standard, none))
      for (const Node::Entry& entry : map->entries)
        text += '\n' + margin + "  " + entry.key + ": \"" + entry.value.text + '"';
    return text.empty() ? " {}" : text;
  }
  static std::string indent(std::size_t depth) { return std::string(2 * depth, ' '); }

  std::string text_;
  std::string_view last_;
};

// Angle brackets and pipes have a meaning in markdown.
std::string in_table(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

Result<std::string> explain(std::string_view key) {
  if (const Option* option = find_option(key)) return explain_option(*option);
  std::string text;
  for (const Section& section : sections()) {
    if (key.empty() || key == section.name)
      text += std::string(section.name) + '\n' + wrapped(section.about, "  ") + '\n';
    for (const Option& option : section.options)
      if (key.empty() || is_within(option.key, key)) text += explain_option(option) + '\n';
  }
  if (text.empty())
    return failure("unknown option " + in_quotes(key) + suggestion(key, all_keys()), ErrorCode::not_found);
  return text;
}

std::string default_file() {
  DefaultFile file;
  for (const Section& section : sections()) file.section(section);
  return "# The configuration of Gatehouse. Every option stands here at its default; what is left out keeps it.\n"
         "# Check a change with: gatehouse check -c FILE\n\nversion: 1\n" +
         file.take();
}

std::string markdown() {
  std::string page =
      "# Configuration\n\n"
      "Made from the program's own table of options by `gatehouse config markdown`; do not edit.\n\n"
      "The file is YAML, read strictly: unknown and repeated keys are errors, `yes` and `no` are words, sizes and "
      "durations "
      "carry a unit (`256MiB`, `30s`, `5m`, `2h`), and a relative path starts at the file's own folder. Each option "
      "can be "
      "given on the command line as `--set KEY=VALUE`.\n";
  for (const Section& section : sections()) {
    page += "\n## " + std::string(section.name) + "\n\n" + std::string(section.about) +
            "\n\n| option | type | default | meaning |\n|---|---|---|---|\n";
    for (const Option& option : section.options) {
      page += "| `" + std::string(option.key) + "` | " + in_table(facts_of(option)) + " | `" +
              in_table(shown(option.standard)) + "` | " + in_table(option.about);
      if (!option.example.empty() && option.example != option.standard)
        page += " Example: `" + in_table(option.example) + "`";
      page += " |\n";
    }
  }
  return page;
}

}  // namespace gatehouse::config
