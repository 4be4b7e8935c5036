// SPDX-License-Identifier: GPL-3.0-or-later
// Source and destination of what is looked at: of the packet, or of the flow's direction once it has ended.
#pragma once

#include "base/ip.hpp"
#include "ips/match/scene.hpp"

namespace gatehouse::ips::compile {

struct Ends {
  IpAddress src, dst;  // version 0: there are none
};

inline Ends ends_of(const Scene& scene) noexcept {
  if (scene.packet != nullptr) return {scene.packet->src, scene.packet->dst};
  if (scene.flow == nullptr) return {};
  const bool to_server = scene.direction == Direction::to_server;
  return {to_server ? scene.flow->client : scene.flow->server, to_server ? scene.flow->server : scene.flow->client};
}

}  // namespace gatehouse::ips::compile
