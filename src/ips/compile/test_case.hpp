// SPDX-License-Identifier: GPL-3.0-or-later
// One rule for a test, read by the header and the keywords that the test is about.
#pragma once

#include <memory>
#include <string>

#include "ips/compile/header.hpp"
#include "ips/compile/keyword.hpp"
#include "ips/compile/requirements.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/text/rule_file.hpp"
#include "proto/registry.hpp"

namespace gatehouse::ips::compile {

class TestCase {
 public:
  explicit TestCase(std::string text, const Surroundings& around) : text_(std::move(text)) {
    auto rule = text::parse_rule(text_);
    if (!rule) {
      refusal_ = rule.error();
      return;
    }
    rule_ = std::move(*rule);
    builder = std::make_unique<Builder>(rule_, around);
    HeaderCache cache;
    if (!meets_requirements(*builder)) return;
    read_header(*builder, cache);
    for (const text::Option& option : rule_.options)
      if (const Keyword* row = find_keyword(option.name.text); row != nullptr && !builder->refused())
        row->apply(*builder, option);
  }

  // Empty: it was taken.
  text::Refusal refusal() const { return builder && builder->refused() ? *builder->refusal() : refusal_; }
  std::string reason() const { return refusal().reason; }

  std::unique_ptr<Builder> builder;

 private:
  std::string text_;
  text::Rule rule_;
  text::Refusal refusal_;
};

inline Surroundings usual_surroundings() {
  Surroundings around{proto::all()};
  default_variables(around);
  return around;
}

}  // namespace gatehouse::ips::compile
