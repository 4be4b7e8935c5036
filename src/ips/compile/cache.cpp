// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/cache.hpp"

#include <algorithm>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "os/fd.hpp"

namespace gatehouse::ips::compile {
namespace {

constexpr std::size_t kLargestFile = 256u << 20;
// Compiling these is quicker than opening a file.
constexpr std::size_t kTooSmallToKeep = 64;

class Mapping {
 public:
  explicit Mapping(const std::filesystem::path& path) {
    const os::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    struct stat about{};
    if (!file.valid() || ::fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode) || about.st_size <= 0) return;
    if (static_cast<std::size_t>(about.st_size) > kLargestFile) return;
    size_ = static_cast<std::size_t>(about.st_size);
    at_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (at_ == MAP_FAILED) at_ = nullptr, size_ = 0;
  }
  ~Mapping() {
    if (at_ != nullptr) ::munmap(at_, size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  std::span<const char> bytes() const noexcept { return {static_cast<const char*>(at_), size_}; }

 private:
  void* at_ = nullptr;
  std::size_t size_ = 0;
};

// Whole or not at all: written beside, flushed, renamed.
bool write_whole(const std::filesystem::path& path, std::span<const char> bytes) {
  const std::filesystem::path beside = path.string() + "." + std::to_string(::getpid()) + ".new";
  const os::Fd file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!file.valid()) return false;
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t n = ::write(file.get(), bytes.data() + written, bytes.size() - written);
    if (n <= 0) break;
    written += static_cast<std::size_t>(n);
  }
  if (written == bytes.size() && ::fsync(file.get()) == 0 && ::rename(beside.c_str(), path.c_str()) == 0) return true;
  ::unlink(beside.c_str());
  return false;
}

}  // namespace

PatternCache::PatternCache(std::filesystem::path folder) : folder_(std::move(folder)) {
  if (folder_.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (!error) return;
  trouble_ = "the cache of compiled signatures cannot be kept in " + folder_.string() + ": " + error.message();
  folder_.clear();
}

Result<bool> PatternCache::make(PatternSet& set) const {
  if (folder_.empty() || set.size() < kTooSmallToKeep) {
    RETURN_IF_ERROR(set.compile(), "prefilter");
    return false;
  }
  const std::filesystem::path path = folder_ / (set.key() + ".hs");
  if (const Mapping known{path}; !known.bytes().empty() && set.load(known.bytes())) {
    ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // in use: not among the oldest
    return true;
  }
  RETURN_IF_ERROR(set.compile(), "prefilter");
  if (const auto bytes = set.serialise()) write_whole(path, *bytes);
  return false;
}

void PatternCache::remove_oldest() const {
  if (folder_.empty()) return;
  std::error_code error;
  std::vector<std::pair<std::filesystem::file_time_type, std::filesystem::path>> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error))
    if (entry.path().extension() == ".hs") files.emplace_back(entry.last_write_time(error), entry.path());
  if (files.size() <= kMostFiles) return;
  std::ranges::sort(files);
  for (std::size_t i = 0; i + kMostFiles < files.size(); ++i) std::filesystem::remove(files[i].second, error);
}

}  // namespace gatehouse::ips::compile
