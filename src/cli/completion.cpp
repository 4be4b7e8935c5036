// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "cli/help.hpp"
#include "config/option.hpp"

namespace gatehouse::cli {
namespace {

std::string joined(std::span<const std::string_view> words) {
  return fmt::format("{}", fmt::join(words, " "));
}

std::vector<const OptionSpec*> options_of(const VerbSpec& verb) {
  std::vector<const OptionSpec*> all;
  for (const auto options : {verb.options, common_options()})
    for (const OptionSpec& option : options) all.push_back(&option);
  return all;
}

std::vector<std::string_view> verb_names() {
  std::vector<std::string_view> names;
  for (const VerbSpec& verb : verbs()) names.push_back(verb.name);
  return names;
}

// The words to choose from; empty where a file, a folder or anything is due.
std::string words_for(Completes completes, std::span<const std::string_view> choices) {
  if (completes == Completes::choices) return joined(choices);
  if (completes == Completes::config_keys) return joined(config::all_keys());
  return {};
}

// ---- bash

std::string bash_reply(Completes completes, std::span<const std::string_view> choices) {
  switch (completes) {
    case Completes::file:
      return "COMPREPLY=($(compgen -f -- \"$word\"))";
    case Completes::directory:
      return "COMPREPLY=($(compgen -d -- \"$word\"))";
    case Completes::config_keys:
    case Completes::choices:
      return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$word\"))", words_for(completes, choices));
    case Completes::nothing:
      break;
  }
  return "COMPREPLY=()";
}

std::string bash() {
  std::string out =
      "# bash completion for gatehouse; made by 'gatehouse completion bash'\n_gatehouse() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}\n"
      "  COMPREPLY=()\n  if ((COMP_CWORD == 1)); then\n";
  out += fmt::format(
      "    COMPREPLY=($(compgen -W '{} --help --version --build-info' -- \"$word\"))\n    return\n  fi\n  case $verb "
      "in\n",
      joined(verb_names()));
  for (const VerbSpec& verb : verbs()) {
    std::string names, values;
    for (const OptionSpec* option : options_of(verb)) {
      names += fmt::format("{}--{}", names.empty() ? "" : " ", option->name);
      if (option->value_name.empty() || option->value_optional) continue;
      const std::string letter = option->letter != 0 ? fmt::format("|-{}", option->letter) : "";
      values += fmt::format("        --{}{}) {}; return ;;\n", option->name, letter,
                            bash_reply(option->completes, option->choices));
    }
    out += fmt::format("    {})\n", verb.name);
    if (!values.empty()) out += "      case $before in\n" + values + "      esac\n";
    out += fmt::format("      if [[ $word == -* ]]; then COMPREPLY=($(compgen -W '{}' -- \"$word\")); return; fi\n",
                       names);
    if (!verb.arguments.empty()) {
      // The last argument's completion stands for those behind it.
      const ArgumentSpec& first = verb.arguments.front();
      const ArgumentSpec& last = verb.arguments.back();
      if (verb.arguments.size() > 1)
        out +=
            fmt::format("      if ((COMP_CWORD > 2)); then {}; return; fi\n", bash_reply(last.completes, last.choices));
      out += "      " + bash_reply(first.completes, first.choices) + '\n';
    }
    out += "      ;;\n";
  }
  return out + "  esac\n}\ncomplete -o filenames -F _gatehouse gatehouse\n";
}

// ---- zsh

// Within single quotes, where brackets and colons have a meaning for _arguments.
std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else if (c == '[' || c == ']' || c == ':')
      (out += '\\') += c;
    else
      out += c;
  }
  return out;
}

std::string zsh_action(Completes completes, std::span<const std::string_view> choices) {
  switch (completes) {
    case Completes::file:
      return "_files";
    case Completes::directory:
      return "_files -/";
    case Completes::config_keys:
    case Completes::choices:
      return "(" + words_for(completes, choices) + ")";
    case Completes::nothing:
      break;
  }
  return " ";
}

std::string zsh() {
  std::string out =
      "#compdef gatehouse\n# zsh completion for gatehouse; made by 'gatehouse completion zsh'\n_gatehouse() {\n  local "
      "-a verbs\n  verbs=(\n";
  for (const VerbSpec& verb : verbs()) out += fmt::format("    '{}:{}'\n", verb.name, zsh_text(verb.help));
  out +=
      "  )\n  if ((CURRENT == 2)); then _describe verb verbs; return; fi\n  local verb=$words[2]\n  shift words; "
      "((CURRENT--))\n  case $verb in\n";
  for (const VerbSpec& verb : verbs()) {
    out += fmt::format("    {})\n      _arguments", verb.name);
    for (const OptionSpec* option : options_of(verb)) {
      const std::string_view star = option->repeats ? "*" : "";
      const std::string help = fmt::format("[{}]", zsh_text(option->help));
      // ":FILE:_files"; two colons where the value may be left out, which "=-" takes behind the sign of equality only.
      std::string_view sign;
      std::string value;
      if (!option->value_name.empty()) {
        sign = option->value_optional ? "=-" : "=";
        value = fmt::format("{}:{}:{}", option->value_optional ? ":" : "", option->value_name,
                            zsh_action(option->completes, option->choices));
      }
      out += fmt::format(" \\\n        '{}--{}{}{}{}'", star, option->name, sign, help, value);
      if (option->letter != 0) out += fmt::format(" \\\n        '{}-{}{}{}'", star, option->letter, help, value);
    }
    for (std::size_t i = 0; i < verb.arguments.size(); ++i) {
      const ArgumentSpec& argument = verb.arguments[i];
      out += fmt::format(" \\\n        '{}{}:{}:{}'", i + 1, argument.required ? "" : ":", argument.name,
                         zsh_action(argument.completes, argument.choices));
    }
    out += "\n      ;;\n";
  }
  return out + "  esac\n}\n_gatehouse \"$@\"\n";
}

// ---- fish

std::string fish_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string fish_value(Completes completes, std::span<const std::string_view> choices) {
  switch (completes) {
    case Completes::file:
      return " -rF";
    case Completes::directory:
      return " -xa '(__fish_complete_directories)'";
    case Completes::config_keys:
    case Completes::choices:
      return fmt::format(" -xa '{}'", words_for(completes, choices));
    case Completes::nothing:
      break;
  }
  return " -x";
}

std::string fish() {
  std::string out = "# fish completion for gatehouse; made by 'gatehouse completion fish'\ncomplete -c gatehouse -f\n";
  for (const VerbSpec& verb : verbs())
    out +=
        fmt::format("complete -c gatehouse -n __fish_use_subcommand -a {} -d '{}'\n", verb.name, fish_text(verb.help));
  for (const OptionSpec& option : global_options())
    out += fmt::format("complete -c gatehouse -n __fish_use_subcommand -l {} -d '{}'\n", option.name,
                       fish_text(option.help));
  for (const VerbSpec& verb : verbs()) {
    const std::string when = fmt::format("complete -c gatehouse -n '__fish_seen_subcommand_from {}'", verb.name);
    for (const OptionSpec* option : options_of(verb))
      out += fmt::format(
          "{} -l {}{}{} -d '{}'\n", when, option->name,
          option->letter != 0 ? fmt::format(" -s {}", option->letter) : "",
          option->value_name.empty() || option->value_optional ? "" : fish_value(option->completes, option->choices),
          fish_text(option->help));
    for (const ArgumentSpec& argument : verb.arguments) {
      if (argument.completes == Completes::file)
        out += when + " -F\n";
      else if (const std::string words = words_for(argument.completes, argument.choices); !words.empty())
        out += fmt::format("{} -a '{}'\n", when, words);
    }
  }
  return out;
}

}  // namespace

std::string completion_script(std::string_view shell) {
  if (shell == "zsh") return zsh();
  if (shell == "fish") return fish();
  return bash();
}

}  // namespace gatehouse::cli
