// SPDX-License-Identifier: GPL-3.0-or-later
// Follows a login through the text of both sides: prompts, what is typed, and what the server says to it. No standard
// describes it; servers resemble each other.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gatehouse::proto::telnet {

inline constexpr std::size_t kMaxUser = 64;

enum class Outcome : std::uint8_t { none, accepted, refused };

class Login {
 public:
  // Tells once, with the character that decides.
  Outcome server(char c) noexcept;
  // True: with this character the user's name is complete.
  bool client(char c) noexcept;
  std::string_view user() const noexcept { return {user_.data(), user_size_}; }
  bool password_typed() const noexcept { return state_ == State::answer; }

 private:
  enum class State : std::uint8_t { idle, name, password, answer };
  static constexpr std::size_t kMaxLine = 80;

  std::string_view line() const noexcept { return {line_.data(), line_size_}; }
  void ask_name() noexcept;
  Outcome judge(char c) noexcept;

  State state_ = State::idle;
  std::array<char, kMaxLine> line_{};  // the server's, in small letters
  std::size_t line_size_ = 0;
  std::array<char, kMaxUser> user_{};
  std::size_t user_size_ = 0;
};

}  // namespace gatehouse::proto::telnet
