// SPDX-License-Identifier: GPL-3.0-or-later
// One direction of a stream, cut into messages: a head, and a body of the length that the head says.
#pragma once

#include "proto/headerlines/headerlines.hpp"

namespace gatehouse::proto::headerlines {

class Inflow {
 public:
  enum class Found : std::uint8_t {
    message,
    need_more,
    nothing,        // behind a gap: `size` bytes that begin no message
    no_start_line,  // what stands here begins no message
    head_too_long,
    bad_length,  // a Content-Length that is no number
  };
  struct Message {
    Head head;
    Bytes body;                // if it is read
    std::uint64_t length = 0;  // of the body, as the head says
    std::size_t size = 0;      // consumed by it: the head, and the body if it is read
  };

  // Bytes in front of the next message: of a body that nobody reads, and line ends (RFC 3261, 7.5: "... MUST ignore any
  // CRLF appearing before the start-line").
  std::size_t passable(Bytes bytes) noexcept;
  // The next message, whose first byte is the first of `bytes`. A body is read where `reads` says so and it is no
  // longer than `longest`; the others are passable, once they come.
  Found next(Bytes bytes, std::string_view protocol, bool (*reads)(const Head&), std::size_t longest,
             Message& message) noexcept;
  // After a gap within a body all is as before; behind others the next start line is waited for.
  void gap(std::uint64_t missing) noexcept;
  bool lost() const noexcept { return lost_; }

 private:
  HeadFinder finder_;
  std::uint64_t body_left_ = 0;
  bool lost_ = false;
};

}  // namespace gatehouse::proto::headerlines
