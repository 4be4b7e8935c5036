// SPDX-License-Identifier: GPL-3.0-or-later
// A flow of TFTP is the request, to which few servers answer in the same flow, or what the server answers from a port
// of its own (RFC 1350, 4: "each end of the connection chooses a TID for itself"): the request arranges that flow.
#pragma once

#include <array>
#include <string>

#include "model/protocol.hpp"
#include "proto/tftp/message.hpp"

namespace gatehouse::proto::tftp {

enum Event : std::uint8_t { kMalformedMessage, kBlocksLost, kErrorReply, kEventCount };
enum Stage : std::uint8_t { kStarted, kComplete };

struct Transfer : Transaction {
  explicit Transfer(Memory& memory) noexcept : file(&memory) {}

  Opcode request = Opcode::read;
  bool requested = false;  // the request itself was seen in this flow
  std::pmr::string file;
  std::array<char, 9> mode{};  // in small letters
  std::uint16_t error = 0;
  bool has_error = false;
};

class TftpSession final : public Session {
 public:
  explicit TftpSession(Memory& memory) noexcept : transfer_(memory) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  void introduce(Bytes introduction, Direction to_its_server) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  bool request(Opcode opcode, Cursor& c, Direction direction, Sink& sink);
  void data(Cursor& c, Direction direction, Sink& sink) noexcept;
  bool error(Cursor& c, Direction direction, Sink& sink) noexcept;
  void arrange(Sink& sink) noexcept;
  void close(bool truncated, Sink& sink) noexcept;
  void event(Event row, Direction direction, Sink& sink) noexcept;

  Transfer transfer_;
  bool live_ = false;                           // transfer_ stands for one
  Direction to_server_ = Direction::to_server;  // of TFTP's server, which is the client of a flow that it begins
  std::uint16_t block_size_ = kBlock;
  std::uint16_t next_block_ = 1;
  bool file_open_ = false, file_over_ = false;
  FileId file_ = 0;
  std::array<bool, 2> ended_{};
};

}  // namespace gatehouse::proto::tftp
