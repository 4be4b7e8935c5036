// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/select/rule_files.hpp"

#include <algorithm>
#include <glob.h>

namespace gatehouse::ips::select {

std::vector<std::filesystem::path> files_named(std::span<const std::filesystem::path> names) {
  std::vector<std::filesystem::path> files;
  for (const std::filesystem::path& name : names) {
    if (name.string().find_first_of("*?[") == std::string::npos) {
      files.push_back(name);
      continue;
    }
    glob_t found{};
    if (glob(name.c_str(), 0, nullptr, &found) == 0)
      for (std::size_t i = 0; i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
    globfree(&found);
  }
  std::vector<std::filesystem::path> once;
  for (const std::filesystem::path& file : files)
    if (std::ranges::find(once, file) == once.end()) once.push_back(file);
  return once;
}

Result<std::vector<text::RuleFile>> read_rule_files(std::span<const std::filesystem::path> names) {
  std::vector<text::RuleFile> files;
  for (const std::filesystem::path& name : files_named(names)) {
    ASSIGN_OR_RETURN(auto file, text::RuleFile::read(name), "reading rules");
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace gatehouse::ips::select
