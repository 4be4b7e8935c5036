// SPDX-License-Identifier: GPL-3.0-or-later
// The names that `application:` may use: our own protocols', and those of the long tail.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/protocol.hpp"
#include "proto/longtail/longtail.hpp"

namespace gatehouse::policy {

using proto::AppName;

// One name of a rule's list. Our own protocol is recognised by our own detector; where that is silent, the long tail's
// word for the same protocol counts.
struct ApplicationName {
  std::string_view text;  // as the policy shows it
  const ProtocolSpec* protocol = nullptr;
  AppName long_tail = 0;
};

// Immutable; a policy keeps the one it was compiled with.
class Applications {
 public:
  // `long_tail`: names by index, as proto::LongTail gives them; empty ones are no names.
  Applications(std::span<const ProtocolSpec* const> protocols, std::vector<std::string> long_tail);
  // The registry's protocols and nDPI's names.
  static Result<std::shared_ptr<const Applications>> standard();

  // Letter case is ignored.
  std::optional<ApplicationName> find(std::string_view name) const noexcept;
  std::string_view name(AppName long_tail) const noexcept;
  // For suggestions.
  std::vector<std::string_view> all_names() const;

 private:
  AppName find_long_tail(std::string_view name) const noexcept;  // 0: none

  std::vector<const ProtocolSpec*> protocols_;
  std::vector<std::string> long_tail_;
};

}  // namespace gatehouse::policy
