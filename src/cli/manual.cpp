// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "cli/help.hpp"

namespace gatehouse::cli {
namespace {

// Text for roff: backslashes and dashes have a meaning there, and so have dots and apostrophes at a line's beginning.
std::string roff(std::string_view text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    line_begins = c == '\n';
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else if (c == '\'')
      out += "\\(aq";
    else
      out += c;
  }
  return out;
}

std::string paragraphs(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find("\n\n"), text.size());
    out += ".PP\n" + roff(text.substr(0, end)) + '\n';
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return out;
}

std::string option_text(const OptionSpec& option) {
  std::string form = "\\fB";
  if (option.letter != 0) form += fmt::format("\\-{}\\fR, \\fB", option.letter);
  form += "\\-\\-" + roff(option.name) + "\\fR";
  if (!option.value_name.empty())
    form += option.value_optional ? "[=\\fI" + roff(option.value_name) + "\\fR]"
                                  : " \\fI" + roff(option.value_name) + "\\fR";
  std::string text = ".TP\n" + form + '\n' + roff(option.help) + ".\n";
  if (!option.long_help.empty()) text += roff(option.long_help) + '\n';
  return text;
}

std::string verb_text(const VerbSpec& verb) {
  std::string text = ".SS " + roff(usage_line(verb)) + '\n' + paragraphs(verb.long_help);
  for (const ArgumentSpec& argument : verb.arguments)
    text += ".TP\n\\fI" + roff(argument.name) + "\\fR\n" + roff(argument.help) + ".\n";
  for (const OptionSpec& option : verb.options) text += option_text(option);
  return text;
}

}  // namespace

std::string manual_page() {
  std::string page =
      ".TH GATEHOUSE 8\n.SH NAME\ngatehouse \\- guards an Intranet of Things\n.SH SYNOPSIS\n\\fBgatehouse\\fR "
      "\\fIVERB\\fR "
      "[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n.SH DESCRIPTION\n"
      "Stands in the way of all traffic between the things of an intranet and everything else, knows the applications "
      "that "
      "speak there, and lets pass what the policy allows. Every refusal is logged with its reason.\n.SH VERBS\n";
  for (const VerbSpec& verb : verbs()) page += verb_text(verb);
  page += ".SH OPTIONS\n";
  for (const auto options : {common_options(), global_options()})
    for (const OptionSpec& option : options) page += option_text(option);
  page += ".SH EXIT STATUS\n";
  for (const ExitStatusRow& row : exit_statuses())
    page += fmt::format(".TP\n\\fB{}\\fR\n{}.\n", row.status, roff(row.means));
  page +=
      ".SH FILES\n.TP\n\\fI/etc/gatehouse/gatehouse.yaml\\fR\nThe system configuration.\n"
      ".TP\n\\fI/etc/gatehouse/policy.yaml\\fR\nZones and rules.\n"
      ".TP\n\\fI/var/log/gatehouse/eve.json\\fR\nThe log.\n"
      ".TP\n\\fI/run/gatehouse/control.socket\\fR\nWhere commands reach the running engine.\n";
  return page;
}

}  // namespace gatehouse::cli
