// SPDX-License-Identifier: GPL-3.0-or-later
// Applies the options of a rule, given as text, to a Builder: "content:\"a\"; nocase;". For tests and fuzzing of rows.
// A name without a row is taken for a sticky buffer.
#pragma once

#include <algorithm>
#include <string>

#include "ips/compile/keyword.hpp"
#include "ips/compile/payload_checks.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/match/inspect.hpp"

namespace gatehouse::ips::compile::test {

class BuiltOptions {
 public:
  explicit BuiltOptions(std::string_view text) {
    while (!text.empty() && !builder.refused()) apply(take_option(text));
    if (!builder.refused()) check_payload(builder);
  }

  // The reason of the refusal, or empty.
  std::string reason() const { return builder.refused() ? builder.refusal()->reason : std::string{}; }
  const DraftChain* chain(std::string_view buffer) const {
    for (const DraftChain& c : builder.chains)
      if (c.buffer.name == buffer) return &c;
    return nullptr;
  }
  const std::vector<Step>& steps(std::string_view buffer = "payload") const {
    static const std::vector<Step> none;
    const DraftChain* found = chain(buffer);
    return found == nullptr ? none : found->steps;
  }
  bool matches(std::string_view bytes, std::string_view buffer = "payload") const {
    InspectSpace space;
    return inspect(steps(buffer), {as_bytes(bytes), 0, true}, space, Scene{});
  }

  text::Rule rule;
  Surroundings around{{}};
  Builder builder{rule, around};

 private:
  static std::string_view take_option(std::string_view& text) {
    bool quoted = false;
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
      if (text[end] == '\\')
        ++end;
      else if (text[end] == '"')
        quoted = !quoted;
      else if (text[end] == ';' && !quoted)
        break;
    }
    end = std::min(end, text.size());
    const std::string_view option = trim(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
    return option;
  }

  void apply(std::string_view written) {
    if (written.empty()) return;
    text::Option option;
    const auto colon = written.find(':');
    option.name.text = trim(written.substr(0, colon));
    option.has_value = colon != written.npos;
    if (option.has_value) option.value.text = trim(written.substr(colon + 1));
    const Keyword* row = find_keyword(option.name.text);
    if (row != nullptr)
      row->apply(builder, option);
    else
      builder.use_buffer(option, std::string(option.name.text));
  }
};

}  // namespace gatehouse::ips::compile::test
