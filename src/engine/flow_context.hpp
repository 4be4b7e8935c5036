// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine keeps beside a flow while it lives, in recycled memory: recognition's progress, and what is known of
// the session for the policy and the log.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "engine/protocol_set.hpp"
#include "flow/flow.hpp"
#include "proto/longtail/longtail.hpp"
#include "store/community_id.hpp"

namespace gatehouse::engine {

// A name from the wire, kept: at most 255 octets (RFC 1035, 2.3.4).
class KeptName {
 public:
  static constexpr std::size_t kLongest = 255;
  // True if it is another name than before.
  bool set(std::string_view name) noexcept {
    name = name.substr(0, kLongest);
    if (view() == name) return false;
    std::ranges::transform(name, text_.begin(), ascii_lower);
    size_ = static_cast<std::uint8_t>(name.size());
    return true;
  }
  std::string_view view() const noexcept { return {text_.data(), size_}; }

 private:
  std::uint8_t size_ = 0;
  std::array<char, kLongest> text_;
};

// The beginning of the datagram before, for protocols that only two in a row can tell.
class RememberedHead {
 public:
  void set(Bytes datagram) noexcept {
    size_ = static_cast<std::uint8_t>(std::min(datagram.size(), kRememberedHead));
    std::copy_n(datagram.begin(), size_, bytes_.begin());
  }
  Bytes view() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::uint8_t size_ = 0;
  std::array<std::uint8_t, kRememberedHead> bytes_;
};

struct FlowContext {
  // Recognition of streams, by direction: the protocols that these bytes may still turn out to be (set at the first
  // look), and how much was looked at in vain.
  std::array<ProtocolSet, 2> possible;
  std::array<bool, 2> looked_at{};
  std::array<std::uint32_t, 2> waiting{};  // bytes of the stream that no parser has taken yet
  std::array<std::uint64_t, 2> read{};     // bytes of the stream that the parser has taken
  // By direction: the place in the stream of the first byte that will be delivered next, and behind the last one seen.
  std::array<std::uint64_t, 2> stream_at{}, stream_end{};
  std::array<std::uint8_t, 2> attempts{};  // datagrams looked at
  std::array<RememberedHead, 2> before;    // the datagram before
  std::array<bool, 2> direction_failed{};
  // What the flow has spoken, in order, as far as there is room: SMTP, TLS; HTTP, WebSocket; SOCKS, HTTP, TLS.
  static constexpr std::size_t kMostSteps = 8;
  std::array<const ProtocolSpec*, kMostSteps> steps{};
  std::uint8_t changes = 0;                // of protocol, by the sessions' own word
  bool untouched = true;                   // no byte has come yet
  const ProtocolSpec* expected = nullptr;  // STARTTLS and the like said what comes
  const ProtocolSpec* refined = nullptr;   // what the flow was taken for before its protocol got a name of its own
  std::string_view tunnel;                 // nDPI's name for what this flow goes through (SOCKS, CONNECT), or empty
  std::uint8_t protocol_index = 0;         // of flow.app.protocol in the registry
  std::array<bool, 2> end_waits{};         // a direction ended before what waits in it could be read
  bool finished = false;                   // the session was read to its end: what follows is encrypted
  bool redeliver = false;                  // what waits in both directions has a parser now

  proto::LongTail::Flow* longtail = nullptr;
  bool longtail_done = false;

  std::uint64_t session_events = 0;  // events without a transaction that were logged already

  KeptName domain, asked;
  bool facts_changed = true;  // since the policy last looked

  // Bounds of a pending verdict.
  std::uint32_t pending_packets = 0;
  std::uint64_t pending_bytes = 0;
  Timestamp pending_since;
  bool drop_logged = false;

  struct DeferredAlerts* deferred = nullptr;  // the alert queue's own

  std::array<char, store::kCommunityIdText> community_id;
  bool has_community_id = false;
};

inline FlowContext& context_of(const flow::Flow& flow) noexcept {
  return *static_cast<FlowContext*>(flow.app.context);
}

}  // namespace gatehouse::engine
