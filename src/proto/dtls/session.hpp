// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "proto/dtls/dtls.hpp"
#include "proto/pieces/pieces.hpp"

namespace gatehouse::proto::dtls {

inline constexpr std::size_t kMaxHandshakeMessage = 65535;
// Datagrams of one direction that are looked at.
inline constexpr unsigned kMaxDatagrams = 128;

class DtlsSession final : public Session {
 public:
  explicit DtlsSession(Memory& memory) noexcept : tx_(memory), sides_{Side{memory}, Side{memory}} {}

  Progress parse(Direction direction, Bytes datagram, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  // One direction. Messages are read in the order of their numbers; of the next one the fragments are kept.
  struct Side {
    explicit Side(Memory& memory) noexcept : message(memory, kMaxHandshakeMessage) {}
    Pieces message;
    std::uint32_t length = 0;
    std::uint16_t sequence = 0;
    std::uint8_t type = 0;
    bool collecting = false;
    bool begun = false;  // a message was read: `sequence` is the next one's number
    bool dark = false;   // encrypted
    unsigned datagrams = 0;
  };

  Progress parse_all(Direction direction, Bytes datagram, Sink& sink);
  void record(Direction direction, const Record& record, Sink& sink);
  void handshake(Direction direction, Bytes fragments, Sink& sink);
  void fragment(Direction direction, const Fragment& piece, Sink& sink);
  void message(Direction direction, std::uint8_t type, Bytes body, Sink& sink);
  void client_hello(Bytes body, Sink& sink);
  void server_hello(Bytes body, Sink& sink);
  void certificate(Direction direction, Bytes body, Sink& sink);
  void tell(Direction direction, Sink& sink) noexcept;
  void raise(std::uint8_t event, Direction direction, Sink& sink) noexcept;
  void close(Sink& sink) noexcept;
  bool settled() const noexcept;

  Side& side(Direction direction) noexcept { return sides_[index(direction)]; }

  DtlsTransaction tx_;
  std::array<Side, 2> sides_;
  std::array<bool, 2> ended_{};
  std::uint64_t raised_ = 0;
  bool told_ = false;
  bool over_ = false;  // a fatal alert
  bool closed_ = false;
};

}  // namespace gatehouse::proto::dtls
