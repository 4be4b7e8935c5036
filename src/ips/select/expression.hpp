// SPDX-License-Identifier: GPL-3.0-or-later
// Regular expressions of the lists that select rules: search, and replacement with back references. They are the
// operator's own and run when rules are loaded, never on packets.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct pcre2_real_code_8;

namespace gatehouse::ips::select {

// What is wrong with a piece of a line: how far from its beginning, and a sentence.
struct Mistake {
  std::size_t offset = 0;
  std::string reason;
};

// "drop\2", also "drop${2}" and "drop\g<2>": text, and numbers of groups.
class Replacement {
 public:
  static std::expected<Replacement, Mistake> parse(std::string_view text);
  const std::vector<std::variant<std::string, unsigned>>& pieces() const noexcept { return pieces_; }
  unsigned highest_group() const noexcept { return highest_; }

 private:
  std::vector<std::variant<std::string, unsigned>> pieces_;
  unsigned highest_ = 0;
};

enum class LetterCase : bool { matters, ignored };

class Expression {
 public:
  static std::expected<Expression, Mistake> compile(std::string_view text, LetterCase letter_case);

  bool found_in(std::string_view text) const;
  // Every place at which it is found is replaced.
  std::string replaced(std::string_view text, const Replacement& by) const;
  unsigned groups() const noexcept { return groups_; }

 private:
  struct Free {
    void operator()(pcre2_real_code_8* code) const noexcept;
  };
  std::unique_ptr<pcre2_real_code_8, Free> code_;
  unsigned groups_ = 0;
};

}  // namespace gatehouse::ips::select
