// SPDX-License-Identifier: GPL-3.0-or-later
// Records of the log as lines for people: one line a session, a refusal, an anomaly; colours on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::cli {

class LiveView {
 public:
  explicit LiveView(bool colours) : colours_(colours) {}

  // The line for one EVE record, or nothing where the record is not worth one.
  std::string line(std::string_view record) const;
  static std::string_view heading();

 private:
  bool colours_;
};

}  // namespace gatehouse::cli
