// SPDX-License-Identifier: GPL-3.0-or-later
// The frames that hellos travel in: of QUIC's Initial packets, and of gQUIC's first ones.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"
#include "proto/quic/header.hpp"

namespace gatehouse::proto::quic {

// A piece of the handshake's stream.
struct HandshakePiece {
  std::uint64_t offset = 0;
  Bytes data{};
};

// RFC 9000, 12.4 and 12.5: in Initial packets are PADDING, PING, ACK, CRYPTO and CONNECTION_CLOSE.
class Frames {
 public:
  Frames(Bytes plain, const VersionTraits& version) noexcept : c_(plain), google_(version.form == Form::google_ietf) {}

  // The next CRYPTO frame; false: there is none, or what comes is no frame, then ok() says so.
  bool next(HandshakePiece& piece) noexcept;
  bool ok() const noexcept { return ok_; }
  bool closes() const noexcept { return closes_; }

 private:
  void ack(bool with_ecn) noexcept;
  bool fail() noexcept {
    ok_ = false;
    return false;
  }

  Cursor c_;
  bool google_, ok_ = true, closes_ = false;
};

// gQUIC: what the first STREAM frame of a packet in the clear carries. Nothing: there is none.
Bytes find_google_stream(Bytes frames, unsigned version_number) noexcept;

}  // namespace gatehouse::proto::quic
