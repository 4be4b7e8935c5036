// SPDX-License-Identifier: GPL-3.0-or-later
// A file of log lines: appended whole lines at a time, reopened on request (log rotation).
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace gatehouse::store {

class LogFile {
 public:
  // Appends to the file, making it if it is not there; "-" is standard output. `truncate`: begin anew.
  static Result<LogFile> open(const std::filesystem::path& path, bool truncate = false);
  ~LogFile();
  LogFile(LogFile&& other) noexcept;
  LogFile& operator=(LogFile&&) = delete;

  void append(std::span<const char> lines) noexcept;
  // Hands what is buffered to the system. False: the disk refused; the lines are counted as lost.
  bool flush() noexcept;
  Result<> reopen();
  std::uint64_t lost_bytes() const noexcept { return lost_bytes_; }

 private:
  LogFile(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {
    buffer_.reserve(kBuffer);
  }
  static constexpr std::size_t kBuffer = 256 * 1024;

  std::filesystem::path path_;
  int descriptor_;
  std::vector<char> buffer_;
  std::uint64_t lost_bytes_ = 0;
};

}  // namespace gatehouse::store
