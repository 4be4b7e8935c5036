// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/arguments.hpp"

#include <algorithm>
#include <ranges>

#include "config/diagnostic.hpp"

namespace gatehouse::cli {
namespace {

using config::in_quotes;

Error usage(std::string text) {
  return {ErrorCode::failed, std::move(text)};
}

class Parser {
 public:
  Parser(const VerbSpec& verb, std::span<const std::string_view> words)
      : verb_(verb), words_(words), line_{Arguments{verb}, false} {}

  Result<CommandLine> parse() {
    while (at_ < words_.size()) {
      const std::string_view word = words_[at_++];
      Result<> outcome;
      if (only_arguments_ || word == "-" || !word.starts_with('-'))
        outcome = argument(word);
      else if (word == "--")
        only_arguments_ = true;
      else if (word.starts_with("--"))
        outcome = long_option(word.substr(2));
      else
        outcome = letters(word.substr(1));
      if (!outcome) return std::unexpected(outcome.error());
    }
    if (!line_.wants_help && next_argument_ < verb_.arguments.size() && verb_.arguments[next_argument_].required)
      return std::unexpected(usage(std::string(verb_.arguments[next_argument_].name) +
                                   " is missing: " + std::string(verb_.arguments[next_argument_].help)));
    return std::move(line_);
  }

 private:
  Result<> argument(std::string_view word) {
    if (next_argument_ == verb_.arguments.size())
      return std::unexpected(usage("unexpected argument " + in_quotes(word)));
    const ArgumentSpec& spec = verb_.arguments[next_argument_++];
    RETURN_IF_ERROR(check_choice(word, spec.choices), spec.name);
    line_.arguments.add(spec.name, std::string(word));
    return {};
  }
  Result<> long_option(std::string_view text) {
    const auto equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const OptionSpec* spec = find([&](const OptionSpec& o) { return o.name == name; });
    if (spec == nullptr) return std::unexpected(usage("unknown option --" + std::string(name) + suggestion(name)));
    if (equals != text.npos) return given(*spec, text.substr(equals + 1));
    return given(*spec, std::nullopt);
  }
  // -c FILE, -cFILE, and switches in a row.
  Result<> letters(std::string_view text) {
    while (!text.empty()) {
      const char letter = text.front();
      text.remove_prefix(1);
      const OptionSpec* spec = find([&](const OptionSpec& o) { return o.letter == letter; });
      if (spec == nullptr) return std::unexpected(usage("unknown option -" + std::string(1, letter)));
      if (!spec->value_name.empty() && !text.empty()) return given(*spec, std::exchange(text, {}));
      if (auto outcome = given(*spec, std::nullopt); !outcome) return outcome;
    }
    return {};
  }
  Result<> given(const OptionSpec& spec, std::optional<std::string_view> value) {
    const std::string name = "--" + std::string(spec.name);
    if (spec.name == "help") line_.wants_help = true;
    if (spec.value_name.empty() && value) return std::unexpected(usage(name + " takes no value"));
    if (!spec.value_name.empty() && !value && !spec.value_optional) {
      if (at_ == words_.size()) return std::unexpected(usage(name + " needs a value: " + std::string(spec.value_name)));
      value = words_[at_++];
    }
    if (!spec.repeats && line_.arguments.has(spec.name)) return std::unexpected(usage(name + " is given twice"));
    if (value) RETURN_IF_ERROR(check_choice(*value, spec.choices), name);
    line_.arguments.add(spec.name, value ? std::optional<std::string>{*value} : std::nullopt);
    return {};
  }
  static Result<> check_choice(std::string_view value, std::span<const std::string_view> choices) {
    if (choices.empty() || std::ranges::find(choices, value) != choices.end()) return {};
    return std::unexpected(usage("read " + in_quotes(value) + ", expected " + config::listed(choices) +
                                 config::suggestion(value, choices)));
  }

  template <typename Wanted>
  const OptionSpec* find(Wanted wanted) const {
    for (const auto options : {verb_.options, common_options()})
      if (const auto found = std::ranges::find_if(options, wanted); found != options.end()) return &*found;
    return nullptr;
  }
  std::string suggestion(std::string_view typed) const {
    std::vector<std::string_view> names;
    for (const auto options : {verb_.options, common_options()})
      for (const OptionSpec& option : options) names.push_back(option.name);
    const std::string_view near = config::closest(typed, names);
    return near.empty() ? std::string{} : "; did you mean --" + std::string(near) + "?";
  }

  const VerbSpec& verb_;
  std::span<const std::string_view> words_;
  CommandLine line_;
  std::size_t at_ = 0, next_argument_ = 0;
  bool only_arguments_ = false;
};

}  // namespace

Result<CommandLine> parse(const VerbSpec& verb, std::span<const std::string_view> words) {
  return Parser{verb, words}.parse();
}

Error unknown_verb(std::string_view typed) {
  std::vector<std::string_view> names;
  for (const VerbSpec& verb : verbs()) names.push_back(verb.name);
  return usage("unknown verb " + in_quotes(typed) + config::suggestion(typed, names));
}

// ---- what was given

void Arguments::add(std::string_view name, std::optional<std::string> value) {
  given_.push_back({name, std::move(value)});
}

bool Arguments::has(std::string_view name) const noexcept {
  return std::ranges::find(given_, name, &Given::name) != given_.end();
}

std::optional<std::string_view> Arguments::value(std::string_view name) const noexcept {
  for (const Given& given : given_ | std::views::reverse)
    if (given.name == name && given.value) return *given.value;
  return std::nullopt;
}

std::string_view Arguments::value_or(std::string_view name, std::string_view otherwise) const noexcept {
  return value(name).value_or(otherwise);
}

std::vector<std::string> Arguments::values(std::string_view name) const {
  std::vector<std::string> found;
  for (const Given& given : given_)
    if (given.name == name && given.value) found.push_back(*given.value);
  return found;
}

}  // namespace gatehouse::cli
