// SPDX-License-Identifier: GPL-3.0-or-later
// Brings what is known of a flow before the policy, and keeps the answer with the flow.
#pragma once

#include "capture/source.hpp"
#include "engine/flow_context.hpp"
#include "flow/flow.hpp"
#include "policy/policy.hpp"
#include "store/eve.hpp"

namespace gatehouse::engine {

enum class Judged : std::uint8_t {
  passes,   // allowed, or pending and let through meanwhile
  held,     // pending, and the policy says that its payload waits: the sender will send it again
  refused,  // flow.verdict says how
};

class Judge {
 public:
  // `longtail`: whether the long tail may still name what our own parsers do not know.
  Judge(const capture::Source& source, bool longtail) noexcept : source_(source), longtail_(longtail) {}

  // After each packet of a flow that passes. Cheap while nothing new is known.
  Judged judge(const policy::Policy& policy, flow::Flow& flow, std::size_t payload, Timestamp now) noexcept;
  // After the last packet, for an observer: what the last bytes told is judged, and nothing is awaited any more.
  Judged judge_ended(const policy::Policy& policy, flow::Flow& flow) noexcept;
  policy::Facts facts(const policy::Policy& policy, const flow::Flow& flow) const noexcept;
  policy::ZoneId zone_of(const policy::Policy& policy, const Packet& sender) const noexcept;
  // Zones call interfaces by name: how this source's ports are numbered in the policy's surroundings.
  void learn_interfaces(const std::vector<std::string>& names) noexcept;
  // The deciding rule in words, for the log. Views into the policy and the flow.
  store::PolicyNote note(const policy::Policy& policy, const flow::Flow& flow) const noexcept;

 private:
  Judged decide(const policy::Policy& policy, flow::Flow& flow, policy::Facts known, bool has_payload) noexcept;
  policy::InterfaceIndex interface_of(std::uint8_t port) const noexcept;

  static constexpr policy::InterfaceIndex kNotAsked = 0xfe;
  const capture::Source& source_;
  std::vector<std::string_view> interfaces_;
  mutable std::array<policy::InterfaceIndex, 256> by_port_{};
  bool longtail_;
};

}  // namespace gatehouse::engine
