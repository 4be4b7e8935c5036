// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/cursor.hpp"
#include "proto/rfb/transaction.hpp"

namespace gatehouse::proto::rfb {

class RfbSession final : public Session {
 public:
  explicit RfbSession(Memory&) noexcept;

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  enum class Step : std::uint8_t { done, need_more, over, confused, malformed };
  Step of_server(Cursor& c, Sink& sink) noexcept;
  Step of_client(Cursor& c, Sink& sink) noexcept;

  Step version(Cursor& c, std::optional<Version>& into) noexcept;
  Step offer(Cursor& c, Sink& sink) noexcept;
  Step result(Cursor& c, Sink& sink) noexcept;
  Step refusal(Cursor& c, Sink& sink) noexcept;
  Step framebuffer(Cursor& c, Sink& sink) noexcept;
  Step choose(std::uint32_t type, Direction by, Sink& sink) noexcept;
  bool text(Cursor& c, Sink& sink) noexcept;

  unsigned minor() const noexcept;
  void close(Sink& sink) noexcept;

  RfbTransaction tx_;
  bool offered_ = false;  // the server's list of security types is there
  bool refused_ = false;  // a reason follows
  bool closed_ = false;
  std::array<bool, 2> ended_{};
};

}  // namespace gatehouse::proto::rfb
