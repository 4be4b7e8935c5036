// SPDX-License-Identifier: GPL-3.0-or-later
// A region of memory mapped from a file descriptor, unmapped by its owner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <sys/mman.h>
#include <utility>

#include "base/result.hpp"

namespace gatehouse::os {

class Mapping {
 public:
  Mapping() noexcept = default;
  Mapping(Mapping&& other) noexcept : at_(std::exchange(other.at_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Mapping& operator=(Mapping&& other) noexcept {
    if (this != &other) {
      unmap();
      at_ = std::exchange(other.at_, nullptr);
      size_ = std::exchange(other.size_, 0);
    }
    return *this;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { unmap(); }

  // Readable, writable and shared with the kernel or with other processes.
  static Result<Mapping> shared(int fd, std::size_t size, std::string_view what) {
    void* at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) return system_failure(what);
    Mapping mapping;
    mapping.at_ = at;
    mapping.size_ = size;
    return mapping;
  }

  std::uint8_t* data() const noexcept { return static_cast<std::uint8_t*>(at_); }
  std::size_t size() const noexcept { return size_; }

 private:
  void unmap() noexcept {
    if (at_ != nullptr) ::munmap(at_, size_);
    at_ = nullptr;
  }

  void* at_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace gatehouse::os
