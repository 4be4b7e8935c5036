// SPDX-License-Identifier: GPL-3.0-or-later
// Runs another program by its argument vector. No shell ever stands between: what is in an argument stays an argument.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gatehouse::os {

struct Outcome {
  int status = 0;      // exit status; 128 + signal where one ended it
  std::string output;  // standard output and standard error as they came, at most kMaxOutput bytes
};

inline constexpr std::size_t kMaxOutput = 64 * 1024;
inline constexpr std::size_t kMaxInput = 64 * 1024;

// Runs `arguments` (the program's name first, found along PATH), gives it `input` on its standard input and waits for
// its end. An Error only where the program could not be run at all.
Result<Outcome> run_program(const std::vector<std::string>& arguments, std::string_view input = {});

}  // namespace gatehouse::os
