// SPDX-License-Identifier: GPL-3.0-or-later
// Finds "http://…" and "https://…" in text that streams.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "base/bytes.hpp"
#include "proto/mime/email.hpp"

namespace gatehouse::proto::mime {

class UrlScanner {
 public:
  // found(std::string_view): a URL without its scheme, as readers of such logs know it.
  template <typename Found>
  void feed(Bytes bytes, Found&& found) noexcept {
    std::string_view text = as_text(bytes);
    while (!text.empty()) text.remove_prefix(state_ == State::text ? seek(text) : read(text, found));
  }
  template <typename Found>
  void finish(Found&& found) noexcept {
    if (state_ == State::url && size_ > 0) found(std::string_view{url_.data(), size_});
    *this = {};
  }

 private:
  enum class State : std::uint8_t { text, slash, second_slash, url };
  static constexpr std::size_t kScheme = 5;  // "https"

  // Up to and including the next colon; remembers what stood before it.
  std::size_t seek(std::string_view text) noexcept {
    const std::size_t colon = text.find(':');
    const std::string_view before = text.substr(0, colon);
    for (const char c : before.substr(before.size() - std::min(before.size(), kScheme))) {
      std::memmove(before_.data(), before_.data() + 1, kScheme - 1);
      before_[kScheme - 1] = ascii_lower(c);
    }
    if (colon == text.npos) return text.size();
    const std::string_view scheme{before_.data(), kScheme};
    if (scheme == "https" || scheme.substr(1) == "http") state_ = State::slash;
    before_ = {};
    return colon + 1;
  }
  template <typename Found>
  std::size_t read(std::string_view text, Found& found) noexcept {
    if (state_ != State::url) {
      if (text[0] != '/') return state_ = State::text, 0;
      state_ = state_ == State::slash ? State::second_slash : State::url;
      size_ = 0;
      return 1;
    }
    const auto ends = [](char c) {
      return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == ']';
    };
    const std::size_t room = kMaxUrl - size_;
    const auto end = static_cast<std::size_t>(std::ranges::find_if(text.substr(0, room), ends) - text.begin());
    std::ranges::copy(text.substr(0, end), url_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += end;
    if (end == text.size() && size_ < kMaxUrl) return end;
    if (size_ > 0) found(std::string_view{url_.data(), size_});
    state_ = State::text;
    return end;
  }

  State state_ = State::text;
  std::array<char, kScheme> before_{};
  std::size_t size_ = 0;
  std::array<char, kMaxUrl> url_;
};

}  // namespace gatehouse::proto::mime
