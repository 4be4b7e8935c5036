// SPDX-License-Identifier: GPL-3.0-or-later
// Landlock: from here on only the named places of the file system exist for this process.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace gatehouse::os {

struct FileAccess {
  std::vector<std::string> read;   // files and folders: read and list
  std::vector<std::string> write;  // folders: create, write, rename and remove within them, too
};

// The kernel's Landlock version; 0 where there is none.
int landlock_version() noexcept;

// Takes effect for this thread and all that it starts later, and cannot be undone. Paths that do not exist are passed
// over. On a kernel without Landlock: ErrorCode::not_found and nothing has changed.
Result<> restrict_files(const FileAccess& access);

}  // namespace gatehouse::os
