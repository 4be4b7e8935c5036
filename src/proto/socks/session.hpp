// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <memory_resource>
#include <optional>
#include <string>

#include "model/protocol.hpp"
#include "proto/socks/message.hpp"

namespace gatehouse::proto::socks {

namespace event {
inline constexpr std::uint8_t malformed_data = 0, no_acceptable_method = 1, login_failed = 2, refused = 3, count = 4;
}

// The whole of a session, up to where the proxied connection begins.
struct SocksTransaction : Transaction {
  explicit SocksTransaction(Memory& memory) : user(&memory), password(&memory), domain(&memory), address(&memory) {}

  std::uint8_t version = 0;
  std::optional<std::uint8_t> method, command, reply;
  std::optional<std::uint16_t> port;
  std::pmr::string user, password, domain, address;
};

void log(const Transaction& tx, JsonWriter& json);

class SocksSession final : public Session {
 public:
  explicit SocksSession(Memory& memory) : tx_(memory) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  // Whose turn it is, and with what.
  enum class Turn : std::uint8_t { hello, method, login, login_reply, request, reply, bound, over };

  Outcome read(Bytes bytes, std::size_t& used, Sink& sink) noexcept;
  Outcome read_hello(Bytes bytes, std::size_t& used, Sink& sink) noexcept;
  Outcome read_method(Bytes bytes, std::size_t& used, Sink& sink) noexcept;
  Outcome read_login_message(Bytes bytes, std::size_t& used, Sink& sink) noexcept;
  Outcome read_login_reply(Bytes bytes, std::size_t& used, Sink& sink) noexcept;
  Outcome read_request(Bytes bytes, std::size_t& used, Sink& sink) noexcept;
  Outcome read_reply(Bytes bytes, std::size_t& used, Sink& sink) noexcept;
  void keep(const Request& request, Sink& sink) noexcept;
  void tell(Direction d, std::uint8_t stage, Sink& sink) noexcept;
  void close(Sink& sink) noexcept;
  Direction speaker() const noexcept;

  SocksTransaction tx_;
  Turn turn_ = Turn::hello;
  std::array<bool, 2> ended_{};
  bool tunnel_ = false;
};

}  // namespace gatehouse::proto::socks
