// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/file_magic.hpp"

#include <algorithm>
#include <magic.h>
#include <string>

namespace gatehouse::ips {

void FileMagic::Close::operator()(magic_set* cookie) const noexcept {
  ::magic_close(cookie);
}

Result<> FileMagic::open() {
  if (cookie_ != nullptr) return {};
  std::unique_ptr<magic_set, Close> cookie{::magic_open(MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR)};
  if (cookie == nullptr) return failure("libmagic does not open");
  if (::magic_load(cookie.get(), nullptr) != 0) {
    const char* why = ::magic_error(cookie.get());
    return failure(std::string("libmagic's database: ") + (why != nullptr ? why : "not found"));
  }
  cookie_ = std::move(cookie);
  return {};
}

std::string_view FileMagic::name(Bytes beginning) noexcept {
  if (cookie_ == nullptr) return {};
  const char* name = ::magic_buffer(cookie_.get(), beginning.data(), std::min(beginning.size(), kMostBytes));
  return name != nullptr ? std::string_view{name} : std::string_view{};
}

}  // namespace gatehouse::ips
