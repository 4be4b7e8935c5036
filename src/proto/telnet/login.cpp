// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/telnet/login.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace gatehouse::proto::telnet {
namespace {

bool ends_with_one_of(std::string_view line, std::initializer_list<std::string_view> words) noexcept {
  return std::ranges::any_of(words, [line](auto word) { return line.ends_with(word); });
}

}  // namespace

void Login::ask_name() noexcept {
  state_ = State::name;
  user_size_ = 0;
}

Outcome Login::server(char c) noexcept {
  if (c == '\r' || c == '\n') {
    line_size_ = 0;
    return Outcome::none;
  }
  if (line_size_ == line_.size()) return Outcome::none;
  line_[line_size_++] = ascii_lower(c);
  if (c == ':') {
    if (line().ends_with("last login:")) return Outcome::none;
    if (ends_with_one_of(line(), {"password:", "passcode:", "passwd:"})) {
      const bool again = state_ == State::answer;
      state_ = State::password;
      return again ? Outcome::refused : Outcome::none;
    }
    if (ends_with_one_of(line(), {"login:", "username:", "user name:", "user:"})) {
      const bool again = state_ == State::answer;
      ask_name();
      return again ? Outcome::refused : Outcome::none;
    }
  }
  return state_ == State::answer ? judge(c) : Outcome::none;
}

// What the server says behind the password.
Outcome Login::judge(char c) noexcept {
  if (ends_with_one_of(line(), {"incorrect", "failed", "failure", "denied", "invalid", "bad password"})) {
    state_ = State::idle;
    return Outcome::refused;
  }
  // "router>", "router#"; "user@host:~$ ", "[root@host ~]# ", "# ". Rulers ("----> ") and marks ("% Error") are none.
  const std::string_view before = line().substr(0, line().size() - 1);
  if (before.empty() || std::string_view{"-*="}.contains(before[0])) return Outcome::none;
  const bool bare = (c == '>' || c == '#') && before.size() >= 2 && before.find_first_of(" #>*=") == before.npos;
  const bool spaced = c == ' ' && std::string_view{"$#>%"}.contains(before.back()) && before != "%" &&
                      before.find_first_of("$#>%") == before.size() - 1;
  if (!bare && !spaced && !line().ends_with("last login") && !line().ends_with("welcome")) return Outcome::none;
  state_ = State::idle;
  return Outcome::accepted;
}

bool Login::client(char c) noexcept {
  const bool end = c == '\r' || c == '\n';
  if (state_ == State::password) {
    if (end) state_ = State::answer;
    return false;
  }
  if (state_ != State::name) return false;
  if (end) {
    if (user_size_ == 0) return false;
    state_ = State::idle;
    return true;
  }
  constexpr char kDelete = 0x7f;
  if (c == '\b' || c == kDelete) {
    if (user_size_ > 0) --user_size_;
  } else if (static_cast<unsigned char>(c) >= ' ' && user_size_ < user_.size()) {
    user_[user_size_++] = c;
  }
  return false;
}

}  // namespace gatehouse::proto::telnet
