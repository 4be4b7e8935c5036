// SPDX-License-Identifier: GPL-3.0-or-later
// The roof: finds the verb, reads its arguments, runs it. What it returns is the exit status.
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/build_info.hpp"
#include "cli/commands.hpp"
#include "cli/help.hpp"

namespace gatehouse::cli {
namespace {

int usage(const Error& error, std::string_view hint) {
  report(error);
  fmt::print(stderr, "Try '{} --help'.\n", hint);
  return kUsage;
}

int run(std::span<const std::string_view> words) {
  if (words.empty()) {
    fmt::print(stderr, "{}", overall_help());
    return kUsage;
  }
  const std::string_view first = words.front();
  if (first == "--help" || first == "-h") return fmt::print("{}", overall_help()), kOk;
  if (first == "--version" || first == "-V") return fmt::print("{}", version_text()), kOk;
  if (first == "--build-info") return fmt::print("{}", build_info_text()), kOk;

  const VerbSpec* verb = find_verb(first);
  if (verb == nullptr) return usage(unknown_verb(first), "gatehouse");
  auto line = parse(*verb, words.subspan(1));
  if (!line) return usage(line.error(), fmt::format("gatehouse {}", verb->name));
  if (line->wants_help) return fmt::print("{}", verb_help(*verb)), kOk;
  return verb->run(line->arguments);
}

}  // namespace
}  // namespace gatehouse::cli

int main(int count, char** words) {
  using namespace gatehouse::cli;
  try {
    const std::vector<std::string_view> typed(words + (count > 0 ? 1 : 0), words + count);
    const int status = run(typed);
    if (std::fflush(stdout) == 0) return status;
    return report(gatehouse::system_failure("writing to the standard output").error());
  } catch (const std::exception& e) {
    // Libraries throw where memory or the system fail them; nothing of ours does.
    fmt::print(stderr, "gatehouse: {}\n", e.what());
    return kFailure;
  }
}
