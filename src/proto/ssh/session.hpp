// SPDX-License-Identifier: GPL-3.0-or-later
// One SSH session, up to where everything is encrypted.
#pragma once

#include "proto/ssh/ssh.hpp"

namespace gatehouse::proto::ssh {

class SshSession final : public Session {
 public:
  explicit SshSession(Memory& memory) noexcept : tx_(memory) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  struct Side {
    std::size_t skip = 0;       // octets of a packet that nobody reads
    unsigned lines_before = 0;  // of the server
    bool skip_line = false;     // up to and with the next LF
    bool banner = false;
    bool encrypted = false;  // after SSH_MSG_NEWKEYS
    bool ended = false;
  };
  enum class Outcome : std::uint8_t { next, need_more, malformed };

  Progress parse_all(Direction direction, Bytes bytes, Sink& sink);
  Outcome line(Direction direction, Cursor& c, Sink& sink);
  Outcome banner(Direction direction, Bytes text, Sink& sink);
  Outcome packet(Direction direction, Cursor& c, Sink& sink);
  void kex_init(Direction direction, Bytes payload, Sink& sink);

  void reach(Direction direction, Stage stage, Sink& sink) noexcept;
  // Each event is told once in a session: an adversary does not write the log.
  void raise(Event event, Direction direction, Sink& sink) noexcept;
  void log_once(Sink& sink) noexcept;
  void close(Sink& sink) noexcept;

  Side& side(Direction direction) noexcept { return sides_[index(direction)]; }
  Peer& peer(Direction direction) noexcept { return direction == Direction::to_server ? tx_.client : tx_.server; }

  SshTransaction tx_;
  std::array<Side, 2> sides_{};
  std::uint32_t raised_ = 0;
  bool logged_ = false, closed_ = false;
};

}  // namespace gatehouse::proto::ssh
