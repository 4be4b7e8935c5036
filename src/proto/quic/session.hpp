// SPDX-License-Identifier: GPL-3.0-or-later
// The beginning of a QUIC session: Initial packets are opened and their CRYPTO frames put together until both hellos
// are known. Everything behind them is encrypted with keys that nobody here has.
#pragma once

#include <array>
#include <memory_resource>
#include <vector>

#include "proto/pieces/pieces.hpp"
#include "proto/quic/frames.hpp"
#include "proto/quic/keys.hpp"
#include "proto/quic/transaction.hpp"

namespace gatehouse::proto::quic {

// Of a direction's handshake. Hellos have some 300 to 2000 bytes.
inline constexpr std::size_t kMaxCrypto = 65535;
// Datagrams of one direction that are looked at: a session whose hellos did not come in so many has none to show.
inline constexpr unsigned kMaxDatagrams = 64;

class QuicSession final : public Session {
 public:
  explicit QuicSession(Memory& memory) noexcept
      : plain_(&memory), sides_{Side{memory}, Side{memory}}, first_name_(&memory) {}

  Progress parse(Direction direction, Bytes datagram, Sink& sink) noexcept override;

 private:
  struct Side {
    explicit Side(Memory& memory) noexcept : crypto(memory, kMaxCrypto) {}
    Pieces crypto;  // RFC 9000, 19.6: the handshake's stream
    unsigned datagrams = 0;
    bool hello = false;  // the one that counts was read
  };
  enum class Outcome : std::uint8_t { next, rest_is_dark, malformed };

  Progress parse_all(Direction direction, Bytes datagram, Sink& sink);
  Outcome packet(Direction direction, const Header& header, Bytes bytes, Sink& sink);
  bool open(Direction direction, const Header& header, Bytes bytes, Bytes& plain);
  bool open_with(Direction direction, const Header& header, Bytes bytes, Bytes& plain) noexcept;
  bool derive(const Header& header, Bytes destination) noexcept;
  Outcome initial(QuicTransaction& tx, Direction direction, Bytes bytes, Sink& sink);
  void google(QuicTransaction& tx, Direction direction, Bytes stream) noexcept;
  void read_hello(QuicTransaction& tx, Direction direction, Sink& sink);
  void client_hello(QuicTransaction& tx, Bytes body, Sink& sink);
  void server_hello(QuicTransaction& tx, Bytes body, Sink& sink);
  void start_again() noexcept;
  void tell(QuicTransaction& tx, Direction direction, Sink& sink) noexcept;
  bool settled() const noexcept;

  Side& side(Direction direction) noexcept { return sides_[index(direction)]; }

  std::pmr::vector<std::uint8_t> plain_;  // the packet at hand
  std::array<Side, 2> sides_;
  std::uint64_t transactions_ = 0;
  std::uint32_t version_ = 0;  // what the flow speaks, as far as it said
  // The keys, of which version, and what they were derived from.
  InitialKeys keys_;
  std::uint32_t keys_version_ = 0;
  std::array<std::uint8_t, kMaxConnectionId> destination_{};
  std::uint8_t destination_size_ = 0;
  bool has_keys_ = false;
  std::pmr::vector<std::uint8_t> first_name_;  // the server name of the first hello
  bool again_ = false;                         // HelloRetryRequest: both ends say hello once more
  bool second_ = false;                        // what comes is that second hello
  bool dark_ = false;                          // the client sends what only the server can read
};

}  // namespace gatehouse::proto::quic
