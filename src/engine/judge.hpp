// SPDX-License-Identifier: GPL-3.0-or-later
// Brings what is known of a flow before the policy, and keeps the answer with the flow.
#pragma once

#include "engine/flow_context.hpp"
#include "flow/flow.hpp"
#include "policy/policy.hpp"
#include "proto/longtail/longtail.hpp"

namespace gatehouse::engine {

class Judge {
 public:
  explicit Judge(const proto::LongTail* longtail) noexcept : longtail_(longtail) {}

  // True when this packet's look at the policy made the session refused.
  bool judge(const policy::Policy& policy, flow::Flow& flow, std::size_t payload, Timestamp now) noexcept;
  policy::Facts facts(const flow::Flow& flow) const noexcept;

 private:
  const proto::LongTail* longtail_;
};

}  // namespace gatehouse::engine
