// SPDX-License-Identifier: GPL-3.0-or-later
// A file that is read or written in pieces of any order: told in the order of its bytes, as far as that needs no more
// memory than the session may spend.
#pragma once

#include <list>
#include <memory_resource>
#include <vector>

#include "model/protocol.hpp"

namespace gatehouse::proto::smb {

// What the queued pieces of all files of a session take.
struct QueueBudget {
  std::size_t pieces = 0, bytes = 0;
};

enum class Fit : std::uint8_t { fits, overlaps, too_many_pieces, too_many_bytes };

class FileTransfer {
 public:
  FileTransfer(Memory& memory, QueueBudget& budget) noexcept : queue_(&memory), budget_(&budget) {}
  ~FileTransfer() { forget(); }
  FileTransfer(const FileTransfer&) = delete;
  FileTransfer& operator=(const FileTransfer&) = delete;

  void open(FileId file) noexcept { file_ = file, open_ = true; }
  bool is_open() const noexcept { return open_; }
  std::uint64_t told() const noexcept { return next_; }  // every byte before this one was told, or told to be missing

  // Before the piece that begins here: does it fit? If it does not for want of room, what waits is told with its
  // holes, and the piece with it.
  Fit prepare(std::uint64_t offset, std::uint64_t length, Sink& sink) noexcept;
  void take(std::uint64_t offset, Bytes data, Sink& sink);
  // These bytes of a piece were lost on the way.
  void lose(std::uint64_t offset, std::uint64_t missing, Sink& sink) noexcept;
  void close(bool truncated, Sink& sink) noexcept;

 private:
  struct Piece {
    Piece(std::uint64_t at, Memory* memory) : offset(at), data(memory) {}
    std::uint64_t offset;
    std::pmr::vector<std::uint8_t> data;
    std::uint64_t end() const noexcept { return offset + data.size(); }
  };

  void tell(std::uint64_t offset, Bytes data, Sink& sink) noexcept;  // offset <= next_
  void drain(bool over_holes, Sink& sink) noexcept;
  void forget() noexcept;

  FileId file_ = 0;
  bool open_ = false;
  std::uint64_t next_ = 0;
  std::pmr::list<Piece> queue_;  // by offset
  QueueBudget* budget_;
};

}  // namespace gatehouse::proto::smb
