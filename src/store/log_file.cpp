// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/log_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace gatehouse::store {
namespace {

constexpr mode_t kLogMode = 0640;  // traffic's names and addresses are not for everybody

int open_descriptor(const std::filesystem::path& path, bool truncate) {
  if (path == "-") return ::dup(STDOUT_FILENO);
  const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (truncate ? O_TRUNC : 0);
  return ::open(path.c_str(), flags, kLogMode);
}

}  // namespace

Result<LogFile> LogFile::open(const std::filesystem::path& path, bool truncate) {
  const int descriptor = open_descriptor(path, truncate);
  if (descriptor < 0) return system_failure("opening log " + path.string());
  return LogFile(path, descriptor);
}

LogFile::LogFile(LogFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)),
      lost_bytes_(other.lost_bytes_) {}

LogFile::~LogFile() {
  if (descriptor_ < 0) return;
  flush();
  ::close(descriptor_);
}

void LogFile::append(std::span<const char> lines) noexcept {
  if (buffer_.size() + lines.size() > kBuffer) flush();
  if (lines.size() > kBuffer) {
    lost_bytes_ += lines.size();
    return;
  }
  buffer_.insert(buffer_.end(), lines.begin(), lines.end());
}

bool LogFile::flush() noexcept {
  std::size_t at = 0;
  while (at < buffer_.size()) {
    const ssize_t written = ::write(descriptor_, buffer_.data() + at, buffer_.size() - at);
    if (written > 0) {
      at += static_cast<std::size_t>(written);
    } else if (errno != EINTR) {
      lost_bytes_ += buffer_.size() - at;
      break;
    }
  }
  const bool all = at == buffer_.size();
  buffer_.clear();
  return all;
}

Result<> LogFile::reopen() {
  flush();
  if (path_ == "-") return {};
  const int fresh = open_descriptor(path_, false);
  if (fresh < 0) return system_failure("reopening log " + path_.string());
  ::close(std::exchange(descriptor_, fresh));
  return {};
}

}  // namespace gatehouse::store
