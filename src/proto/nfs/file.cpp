// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/nfs/file.hpp"

#include <algorithm>

namespace gatehouse::proto::nfs {

void FileOrder::open(Sink& sink, Transaction& tx, Direction direction, std::string_view name) {
  file_ = sink.file_open(tx, direction, {.name = name});
  open_ = true;
}

// What was told before is not told again: a file that is written over keeps its first content.
void FileOrder::tell(std::uint64_t offset, Bytes bytes, Sink& sink) {
  const std::uint64_t known = next_ - offset;
  if (known >= bytes.size()) return;
  const Bytes fresh = bytes.subspan(static_cast<std::size_t>(known));
  sink.file_data(file_, fresh);
  next_ += fresh.size();
}

bool FileOrder::place(std::uint64_t offset, Bytes bytes, std::size_t& held, Sink& sink) {
  if (!open_ || bytes.empty()) return true;
  if (offset <= next_) {
    tell(offset, bytes, sink);
    tell_what_follows(held, sink);
    return true;
  }
  const auto after = std::ranges::find_if(held_, [offset](const Piece& p) { return p.offset > offset; });
  const auto before = after == held_.begin() ? held_.end() : std::prev(after);
  if (before != held_.end() && before->offset + before->bytes.size() == offset)
    before->bytes.insert(before->bytes.end(), bytes.begin(), bytes.end());
  else
    held_.insert(after, Piece{offset, {bytes.begin(), bytes.end(), held_.get_allocator()}});
  held += bytes.size();
  if (held <= kMaxHeld && held_.size() <= kMaxHeldPieces) return true;
  jump_to_first(held, sink);
  return false;
}

void FileOrder::lose(std::uint64_t offset, std::uint64_t missing, std::size_t& held, Sink& sink) {
  if (!open_ || offset != next_) return;
  sink.file_gap(file_, missing);
  next_ += missing;
  tell_what_follows(held, sink);
}

void FileOrder::tell_what_follows(std::size_t& held, Sink& sink) {
  while (!held_.empty() && held_.front().offset <= next_) {
    tell(held_.front().offset, held_.front().bytes, sink);
    held -= held_.front().bytes.size();
    held_.pop_front();
  }
  close_at_end(sink);
}

void FileOrder::jump_to_first(std::size_t& held, Sink& sink) {
  sink.file_gap(file_, held_.front().offset - next_);
  next_ = held_.front().offset;
  tell_what_follows(held, sink);
}

void FileOrder::end_at(std::uint64_t offset, Sink& sink) {
  end_ = offset;
  if (open_) close_at_end(sink);
}

void FileOrder::close_at_end(Sink& sink) {
  if (!held_.empty() || next_ < end_) return;
  sink.file_close(file_, false);
  open_ = false;
}

void FileOrder::close(bool truncated, std::size_t& held, Sink& sink) {
  while (open_ && !held_.empty()) jump_to_first(held, sink);
  if (!open_) return;
  sink.file_close(file_, truncated);
  open_ = false;
}

}  // namespace gatehouse::proto::nfs
