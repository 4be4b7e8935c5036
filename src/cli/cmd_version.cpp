// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "cli/build_info.hpp"
#include "cli/commands.hpp"
#include "proto/longtail/longtail.hpp"

namespace gatehouse::cli {

std::string version_text() {
  return "gatehouse " GATEHOUSE_VERSION "\n";
}

std::string build_info_text() {
#if defined(__clang__)
  constexpr std::string_view compiler = "clang " __clang_version__;
#else
  constexpr std::string_view compiler = "g++ " __VERSION__;
#endif
#if defined(NDEBUG)
  constexpr std::string_view assertions = "off";
#else
  constexpr std::string_view assertions = "on";
#endif
  return version_text() +
         fmt::format("compiler: {}\nassertions: {}\nnDPI: {}\n", compiler, assertions, proto::LongTail::version());
}

int cmd_version(const Arguments&) {
  fmt::print("{}", version_text());
  return kOk;
}

}  // namespace gatehouse::cli
