// SPDX-License-Identifier: GPL-3.0-or-later
// What kind of file some bytes begin, in libmagic's words.
#pragma once

#include <memory>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

struct magic_set;

namespace gatehouse::ips {

class FileMagic {
 public:
  static constexpr std::size_t kMostBytes = 4096;  // that are looked at

  // Loads libmagic's database. Again is nothing.
  Result<> open();
  // Valid until the next call. Empty: not open, or libmagic does not say.
  std::string_view name(Bytes beginning) noexcept;

 private:
  struct Close {
    void operator()(magic_set* cookie) const noexcept;
  };
  std::unique_ptr<magic_set, Close> cookie_;
};

}  // namespace gatehouse::ips
