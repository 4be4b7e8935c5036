// SPDX-License-Identifier: GPL-3.0-or-later
// The record layer and the handshake of one TLS session over TCP, up to where everything is encrypted.
#pragma once

#include <array>
#include <memory_resource>
#include <vector>

#include "base/cursor.hpp"
#include "proto/tls/tls.hpp"

namespace gatehouse::proto::tls {

class TlsSession final : public Session {
 public:
  explicit TlsSession(Memory& memory) noexcept : tx_(memory), sides_{Side{memory}, Side{memory}} {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  // What is known of one direction's stream.
  struct Side {
    explicit Side(Memory& memory) noexcept : message(&memory) {}
    // Gives its memory back too: a session lives longer than its handshake.
    void forget_message() noexcept { std::pmr::vector<std::uint8_t>{message.get_allocator()}.swap(message); }

    std::size_t skip = 0;                    // octets of a record that nobody reads
    std::pmr::vector<std::uint8_t> message;  // the begun handshake message, header included
    std::size_t message_skip = 0;            // octets of a handshake message that nobody reads
    std::uint16_t last_heartbeat = 0;        // length of the encrypted request that is not answered yet
    std::uint8_t empty_records = 0;
    bool begun = false;      // the first record's header was read
    bool ssl2 = false;       // and was of SSLv2
    bool hello = false;      // the hello that counts was read
    bool encrypted = false;  // after ChangeCipherSpec
    bool done = false;       // the handshake, as far as it can be seen
    bool ended = false;
  };
  enum class Outcome : std::uint8_t { next, need_more, malformed };

  Progress parse_all(Direction direction, Bytes bytes, Sink& sink);
  Outcome record(Direction direction, Cursor& c, Sink& sink);
  Outcome empty_record(Direction direction, Sink& sink);
  void content(Direction direction, ContentType type, Bytes fragment, Sink& sink);
  void change_cipher_spec(Direction direction, Bytes fragment, Sink& sink);
  void alert(Direction direction, Bytes fragment, Sink& sink);
  void heartbeat(Direction direction, Bytes fragment, Sink& sink);
  void application_data(Direction direction, Sink& sink);

  void handshake(Direction direction, Bytes fragment, Sink& sink);
  bool begin_message(Direction direction, Bytes header, Sink& sink);
  void message(Direction direction, HandshakeType type, Bytes body, Sink& sink);
  void client_hello(Bytes body, Sink& sink);
  void server_hello(Bytes body, Sink& sink);
  void certificate(Direction direction, Bytes body, Sink& sink);
  void identity_faults(Direction direction, const IdentityFaults& faults, Sink& sink);
  void hello_faults(Direction direction, const HelloFaults& faults, Sink& sink);

  Outcome ssl2_record(Direction direction, Cursor& c, Sink& sink);
  void ssl2_message(Direction direction, Bytes body, Sink& sink);
  void ssl2_client_hello(Bytes body, Sink& sink);
  void ssl2_server_hello(Bytes body, Sink& sink);

  // The direction has come as far as `stage`; never back.
  void reach(Direction direction, std::uint8_t stage, Sink& sink) noexcept;
  void reach(ClientStage stage, Sink& sink) noexcept {
    reach(Direction::to_server, static_cast<std::uint8_t>(stage), sink);
  }
  void reach(ServerStage stage, Sink& sink) noexcept {
    reach(Direction::to_client, static_cast<std::uint8_t>(stage), sink);
  }
  void handshake_done(Direction direction, Sink& sink) noexcept;
  // Each event is told once in a session: an adversary does not write the log.
  void raise(Event event, Direction direction, Sink& sink) noexcept;
  void log_once(Sink& sink) noexcept;
  void close(Sink& sink) noexcept;
  bool all_done() const noexcept { return over_ || (sides_[0].done && sides_[1].done && !heartbeats_); }

  Side& side(Direction direction) noexcept { return sides_[index(direction)]; }

  TlsTransaction tx_;
  std::array<Side, 2> sides_;
  std::uint64_t raised_ = 0;
  bool retry_ = false;       // HelloRetryRequest was sent and the second ServerHello was not
  bool heartbeats_ = false;  // both ends agreed on heartbeats, which go on behind the handshake
  bool logged_ = false;
  bool over_ = false;  // a fatal alert
  bool closed_ = false;
};

}  // namespace gatehouse::proto::tls
