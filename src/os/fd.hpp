// SPDX-License-Identifier: GPL-3.0-or-later
// A file descriptor with one owner. Born valid or not born: whoever opens one turns errno into an Error first.
#pragma once

#include <unistd.h>
#include <utility>

namespace gatehouse::os {

class Fd {
 public:
  Fd() noexcept = default;  // owns nothing: for members that are set later
  explicit Fd(int number) noexcept : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { close(); }

  int get() const noexcept { return number_; }
  bool valid() const noexcept { return number_ >= 0; }
  int release() noexcept { return std::exchange(number_, -1); }
  void close() noexcept {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_ = -1;
};

}  // namespace gatehouse::os
