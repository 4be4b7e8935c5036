// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/opcua/session.hpp"

#include <algorithm>
#include <utility>

#include "proto/opcua/opcua.hpp"

namespace gatehouse::proto::opcua {

std::size_t OpcUaSession::measure(Bytes bytes) const noexcept {
  if (bytes.size() < kHeader) {
    const std::string_view begun = as_text(bytes.first(std::min<std::size_t>(bytes.size(), 3)));
    const bool possible = std::ranges::any_of(kMagic, [&](std::string_view m) { return m.starts_with(begun); });
    return possible ? kMoreNeeded : kNoFrame;
  }
  Cursor c{bytes};
  const Header header{c};
  return header.plausible() ? header.size : kNoFrame;
}

void OpcUaSession::frame(Direction direction, Bytes bytes, bool whole, Sink& sink) noexcept {
  OpcUaTransaction tx;
  tx.protocol = &protocol;
  tx.id = frames_++;
  Message& m = tx.message;
  const bool readable = read_chunk(bytes, whole, m);
  const bool continued = std::exchange(continues_[index(direction)], m.header.chunk == 'C');
  if (continued && m.header.type == MessageType::message) return;
  if (m.header.type == MessageType::open) secured_ = m.policy_name() != "None";
  // What cannot be read under a policy is encrypted, and so is all behind it.
  if (secured_ && m.header.type == MessageType::message && m.type == 0) return finish();
  if (!readable || m.cut)
    sink.event(&tx, event::malformed_body, direction);
  else if (m.header.type == MessageType::message && m.header.chunk != 'A' && m.type == 0)
    sink.event(&tx, event::unknown_service, direction);
  else if (m.count > m.node_count && m.node_count == kNodes)
    sink.event(&tx, event::too_many_nodes, direction);
  tx.stage[index(direction)] = 1;
  sink.update(tx, direction);
  sink.log(tx, direction);
  sink.close(tx);
}

}  // namespace gatehouse::proto::opcua
