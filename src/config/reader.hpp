// SPDX-License-Identifier: GPL-3.0-or-later
// From a node of the file to the value of an option, or a diagnostic.
#pragma once

#include <optional>

#include "config/option.hpp"
#include "config/yaml.hpp"

namespace gatehouse::config {

// Where messages about a value go: to the file's place, or to "--set".
class Complaints {
 public:
  Complaints(Diagnostics& diagnostics, std::string_view source) : diagnostics_(diagnostics), source_(source) {}
  void operator()(Mark mark, std::string_view key, std::string text) const {
    if (source_.empty())
      diagnostics_.add(mark, key, std::move(text));
    else
      diagnostics_.add_from(source_, key, std::move(text));
  }

 private:
  Diagnostics& diagnostics_;
  std::string_view source_;  // empty: the file
};

std::optional<Value> read_value(const Option& option, const Node& node, const Complaints& complain);

}  // namespace gatehouse::config
