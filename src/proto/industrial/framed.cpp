// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/industrial/framed.hpp"

#include <algorithm>

namespace gatehouse::proto::industrial {

Progress FramedSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  if (datagrams_) return datagram(direction, bytes, sink);
  Side& side = sides_[index(direction)];
  std::size_t at = 0;
  while (at < bytes.size()) {
    const Bytes left = bytes.subspan(at);
    if (side.skip > 0) {
      const auto passed = static_cast<std::size_t>(std::min<std::uint64_t>(side.skip, left.size()));
      side.skip -= passed, at += passed;
      continue;
    }
    const std::size_t size = measure(left);
    if (size == kMoreNeeded) return Progress::need_more(at);
    if (size == kNoFrame) {
      if (side.lost) return Progress::ok(bytes.size());
      sink.event(nullptr, malformed_, direction);
      return Progress::malformed();
    }
    const std::size_t wanted = std::min(size, longest_);
    if (left.size() < wanted) return Progress::need_more(at);
    side.lost = false;
    frame(direction, left.first(wanted), wanted == size, sink);
    if (finished_) return Progress::finished(bytes.size());
    at += wanted, side.skip = size - wanted;
  }
  return Progress::ok(at);
}

Progress FramedSession::datagram(Direction direction, Bytes bytes, Sink& sink) noexcept {
  const std::size_t size = bytes.empty() ? kNoFrame : measure(bytes);
  if (size == kNoFrame || size == kMoreNeeded || size > bytes.size())
    sink.event(nullptr, malformed_, direction);
  else
    frame(direction, bytes.first(size), true, sink);
  return Progress::ok(bytes.size());
}

// The next bytes are believed where they begin like a frame.
bool FramedSession::gap(Direction direction, std::uint64_t missing, Sink&) noexcept {
  Side& side = sides_[index(direction)];
  side.lost = side.lost || missing > side.skip;
  side.skip -= std::min(side.skip, missing);
  return true;
}

}  // namespace gatehouse::proto::industrial
