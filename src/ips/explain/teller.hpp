// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the options of a rule in their order. A content's modifiers stand behind it, with other options between them
// even, so the sentence of the last content is said anew with each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ips/explain/explain.hpp"

namespace gatehouse::ips::explain {

class Teller {
 public:
  Teller(Explanation& into, bool marks_fast_pattern) : into_(into), marks_fast_pattern_(marks_fast_pattern) {}

  void take(const text::Option& option);

 private:
  struct Sentence {
    std::string buffer;  // "the request's URI"
    std::string claim;   // "contains 'x'"
    std::vector<std::string> tails;
    std::size_t index = 0;  // in the explanation's conditions
    std::string text() const;
  };
  bool take_modifier(std::string_view name, std::string_view value);
  bool take_buffer(const text::Option& option);
  bool take_about(std::string_view name, std::string_view value);
  bool take_effect(std::string_view name, std::string_view value);
  bool take_flow(std::string_view name, std::string_view value);
  bool take_bits(std::string_view name, std::string_view value);
  bool take_flowint(std::string_view value);
  bool take_test(std::string_view name, std::string_view value);
  bool take_bytes(std::string_view name, std::string_view value);

  void content(std::string_view name, std::string_view value);
  void pcre(std::string_view value);
  void flow(std::string_view value);
  void threshold(std::string_view value);
  void dataset(std::string_view value);
  void condition(std::string text) { into_.conditions.push_back(capitalised_sentence(std::move(text))); }
  void effect(std::string text) { into_.effects.push_back(capitalised_sentence(std::move(text))); }
  static std::string capitalised_sentence(std::string text);
  std::string buffer() const;

  Explanation& into_;
  bool marks_fast_pattern_;
  std::string buffer_ = "the payload";
  std::vector<std::string> transforms_;
  std::optional<Sentence> content_;
};

}  // namespace gatehouse::ips::explain
