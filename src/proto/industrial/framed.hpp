// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions of frames that say their own length, one behind the other on a stream or one in a datagram. What such
// protocols have in common: cutting the stream, skipping what is longer than is read, and finding the next frame behind
// lost bytes. A frame is told whole or, if it is long, by its beginning.
#pragma once

#include <array>

#include "model/protocol.hpp"

namespace gatehouse::proto::industrial {

class FramedSession : public Session {
 public:
  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept final;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept final;

 protected:
  // `longest`: of a frame of a stream, what frame() is given; the rest passes by. `malformed`: the event for bytes that
  // are no frame.
  FramedSession(bool datagrams, std::size_t longest, std::uint8_t malformed) noexcept
      : datagrams_(datagrams), longest_(longest), malformed_(malformed) {}

  static constexpr std::size_t kNoFrame = 0, kMoreNeeded = static_cast<std::size_t>(-1);
  // The size of the frame that `bytes` begin with, by its header.
  virtual std::size_t measure(Bytes bytes) const noexcept = 0;
  virtual void frame(Direction direction, Bytes bytes, bool whole, Sink& sink) noexcept = 0;
  // Nothing behind this frame is worth reading.
  void finish() noexcept { finished_ = true; }

  std::uint64_t frames_ = 0;  // told so far: the next transaction's id

 private:
  struct Side {
    std::uint64_t skip = 0;  // what is left of a long frame
    bool lost = false;       // behind a gap: where a frame begins is not known
  };
  Progress datagram(Direction direction, Bytes bytes, Sink& sink) noexcept;

  bool datagrams_, finished_ = false;
  std::size_t longest_;
  std::uint8_t malformed_;
  std::array<Side, 2> sides_{};
};

}  // namespace gatehouse::proto::industrial
