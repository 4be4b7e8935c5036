// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of a packet or a session, and why. No drop without a reason.
#pragma once

#include <cstdint>
#include <string_view>

namespace gatehouse {

enum class Action : std::uint8_t {
  pass,
  drop,    // silently
  reject,  // with TCP reset or ICMP unreachable to the initiator
};

// EVE's words for `drop.reason`, as readers of such logs know them.
enum class DropReason : std::uint8_t {
  none,
  decode_error,
  defrag_error,
  defrag_memcap,
  flow_memcap,
  flow_drop,  // a later packet of a session that was refused
  stream_error,
  stream_memcap,
  stream_midstream,
  stream_urgent,
  stream_reassembly,
  applayer_error,
  applayer_memcap,
  rules,           // the IPS
  firewall_rules,  // the policy
  firewall_default,
  firewall_undecided,  // held back while the policy waits for facts
};

constexpr std::string_view to_text(DropReason reason) noexcept {
  switch (reason) {
    case DropReason::none:
      return "";
    case DropReason::decode_error:
      return "decode error";
    case DropReason::defrag_error:
      return "defrag error";
    case DropReason::defrag_memcap:
      return "defrag memcap";
    case DropReason::flow_memcap:
      return "flow memcap";
    case DropReason::flow_drop:
      return "flow drop";
    case DropReason::stream_error:
      return "stream error";
    case DropReason::stream_memcap:
      return "stream memcap";
    case DropReason::stream_midstream:
      return "stream midstream";
    case DropReason::stream_urgent:
      return "stream urgent";
    case DropReason::stream_reassembly:
      return "stream reassembly";
    case DropReason::applayer_error:
      return "applayer error";
    case DropReason::applayer_memcap:
      return "applayer memcap";
    case DropReason::rules:
      return "rules";
    case DropReason::firewall_rules:
      return "firewall rules";
    case DropReason::firewall_default:
      return "firewall default packet policy";
    case DropReason::firewall_undecided:
      return "firewall default app policy";
  }
  return "";
}

struct Verdict {
  Action action = Action::pass;
  DropReason reason = DropReason::none;
};

}  // namespace gatehouse
