// SPDX-License-Identifier: GPL-3.0-or-later
#include "os/landlock.hpp"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "os/fd.hpp"

namespace gatehouse::os {
namespace {

// The C library has no functions for these system calls.
long create_ruleset(const landlock_ruleset_attr* attributes, std::size_t size, unsigned flags) noexcept {
  return ::syscall(SYS_landlock_create_ruleset, attributes, size, flags);
}

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWrite = kRead | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                                 LANDLOCK_ACCESS_FS_MAKE_FIFO;
constexpr std::uint64_t kForFiles =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE;
// All of version 1; what later versions add is below.
constexpr std::uint64_t kHandled1 = kWrite | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
constexpr std::uint64_t kRefer = 1ull << 13;     // version 2: rename from folder to folder
constexpr std::uint64_t kTruncate = 1ull << 14;  // version 3

struct Rights {
  std::uint64_t handled = kHandled1, read = kRead, write = kWrite, for_files = kForFiles;
};

Rights rights_of(int version) noexcept {
  Rights rights;
  if (version >= 2) {
    rights.handled |= kRefer;
    rights.write |= kRefer;
  }
  if (version >= 3) {
    rights.handled |= kTruncate;
    rights.write |= kTruncate;
    rights.for_files |= kTruncate;
  }
  return rights;
}

Result<> allow(const Fd& ruleset, const std::string& path, std::uint64_t access, std::uint64_t for_files) {
  const Fd place{::open(path.c_str(), O_PATH | O_CLOEXEC)};
  if (!place.valid()) {
    if (errno == ENOENT) return {};
    return system_failure("opening " + path);
  }
  struct stat status{};
  if (::fstat(place.get(), &status) != 0) return system_failure("looking at " + path);
  landlock_path_beneath_attr rule{};
  rule.parent_fd = place.get();
  rule.allowed_access = S_ISDIR(status.st_mode) ? access : access & for_files;
  if (::syscall(SYS_landlock_add_rule, ruleset.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
    return system_failure("allowing " + path);
  return {};
}

}  // namespace

int landlock_version() noexcept {
  const long version = create_ruleset(nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version > 0 ? static_cast<int>(version) : 0;
}

Result<> restrict_files(const FileAccess& access) {
  const int version = landlock_version();
  if (version == 0) return failure("this kernel has no Landlock", ErrorCode::not_found);
  const Rights rights = rights_of(version);
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = rights.handled;
  const Fd ruleset{static_cast<int>(create_ruleset(&attributes, sizeof attributes.handled_access_fs, 0))};
  if (!ruleset.valid()) return system_failure("creating a Landlock ruleset");
  for (const auto& path : access.read)
    RETURN_IF_ERROR(allow(ruleset, path, rights.read, rights.for_files), "restricting files");
  for (const auto& path : access.write)
    RETURN_IF_ERROR(allow(ruleset, path, rights.write, rights.for_files), "restricting files");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return system_failure("setting no_new_privs");
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) return system_failure("restricting files");
  return {};
}

}  // namespace gatehouse::os
