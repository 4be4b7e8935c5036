// SPDX-License-Identifier: GPL-3.0-or-later
// The command line as rows. Parsing, help, the manual page and the shells' completions are made from this one table, so
// that they cannot drift apart.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::cli {

class Arguments;

// What a shell offers where a value is due.
enum class Completes : unsigned char { nothing, file, directory, choices, config_keys };

struct OptionSpec {
  std::string_view name;             // "config": typed as --config
  char letter = 0;                   // 'c': typed as -c; 0: none
  std::string_view value_name = {};  // "FILE"; empty: a switch
  std::string_view help = {};        // one line
  std::string_view long_help = {};   // for the manual page
  bool value_optional = false;       // --live-rate or --live-rate=SPEED; never with the value as the next word
  bool repeats = false;
  Completes completes = Completes::nothing;
  std::span<const std::string_view> choices = {};  // the only values accepted, where there are any
};

struct ArgumentSpec {
  std::string_view name;  // "CAPTURE"
  std::string_view help;
  bool required = true;
  Completes completes = Completes::nothing;
  std::span<const std::string_view> choices = {};
};

struct VerbSpec {
  std::string_view name;
  std::string_view help;       // one line
  std::string_view long_help;  // paragraphs are parted by an empty line
  std::span<const ArgumentSpec> arguments;
  std::span<const OptionSpec> options;
  int (*run)(const Arguments&);
};

std::span<const VerbSpec> verbs() noexcept;
const VerbSpec* find_verb(std::string_view name) noexcept;
// Options that every verb has (--help), and those that stand without a verb (--version, --build-info).
std::span<const OptionSpec> common_options() noexcept;
std::span<const OptionSpec> global_options() noexcept;

// What was typed, checked against the verb's row. Names are those of the rows, without dashes.
class Arguments {
 public:
  explicit Arguments(const VerbSpec& verb) noexcept : verb_(&verb) {}

  const VerbSpec& verb() const noexcept { return *verb_; }
  bool has(std::string_view name) const noexcept;
  // The last value given of an option, or the argument of that name. Absent: not given, or given without its value.
  std::optional<std::string_view> value(std::string_view name) const noexcept;
  std::string_view value_or(std::string_view name, std::string_view otherwise) const noexcept;
  std::vector<std::string> values(std::string_view name) const;

  void add(std::string_view name, std::optional<std::string> value);

 private:
  struct Given {
    std::string_view name;  // of the row
    std::optional<std::string> value;
  };
  const VerbSpec* verb_;
  std::vector<Given> given_;
};

}  // namespace gatehouse::cli
