// SPDX-License-Identifier: GPL-3.0-or-later
// The order of a file's pieces. READs and WRITEs may be answered and sent in any order; files are told from first to
// last.
#pragma once

#include <cstdint>
#include <list>
#include <memory_resource>
#include <vector>

#include "model/protocol.hpp"

namespace gatehouse::proto::nfs {

// What all files of a session hold back together. Reached, the piece that is missing is told as a gap.
inline constexpr std::size_t kMaxHeld = 4 * 1024 * 1024;
inline constexpr std::size_t kMaxHeldPieces = 64;  // of one file

class FileOrder {
 public:
  explicit FileOrder(Memory& memory) noexcept : held_(&memory) {}

  void open(Sink& sink, Transaction& tx, Direction direction, std::string_view name);
  // Bytes that stand at `offset` of the file. False: a limit was reached, and a gap told.
  bool place(std::uint64_t offset, Bytes bytes, std::size_t& held, Sink& sink);
  // `missing` bytes at `offset` will never come.
  void lose(std::uint64_t offset, std::uint64_t missing, std::size_t& held, Sink& sink);
  // The file's end is known.
  void end_at(std::uint64_t offset, Sink& sink);
  // What is held back is told, with gaps before it, and the file is over.
  void close(bool truncated, std::size_t& held, Sink& sink);

  bool is_open() const noexcept { return open_; }
  bool is_empty() const noexcept { return next_ == 0 && held_.empty(); }

 private:
  struct Piece {
    std::uint64_t offset;
    std::pmr::vector<std::uint8_t> bytes;
  };
  void tell(std::uint64_t offset, Bytes bytes, Sink& sink);
  void tell_what_follows(std::size_t& held, Sink& sink);
  void jump_to_first(std::size_t& held, Sink& sink);
  void close_at_end(Sink& sink);

  std::pmr::list<Piece> held_;  // by offset
  std::uint64_t next_ = 0, end_ = ~std::uint64_t{0};
  FileId file_ = 0;
  bool open_ = false;
};

}  // namespace gatehouse::proto::nfs
