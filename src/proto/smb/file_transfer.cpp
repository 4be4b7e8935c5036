// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/smb/file_transfer.hpp"

#include <algorithm>

#include "proto/smb/limits.hpp"

namespace gatehouse::proto::smb {

Fit FileTransfer::prepare(std::uint64_t offset, std::uint64_t length, Sink& sink) noexcept {
  if (offset < next_) return Fit::overlaps;
  if (offset == next_) return Fit::fits;
  Fit fit = Fit::fits;
  if (budget_->pieces >= kMaxQueuedPieces) fit = Fit::too_many_pieces;
  if (length > kMaxQueuedBytes - std::min(kMaxQueuedBytes, budget_->bytes)) fit = Fit::too_many_bytes;
  if (fit == Fit::fits) return fit;
  drain(true, sink);
  if (offset > next_) {
    sink.file_gap(file_, offset - next_);
    next_ = offset;
  }
  return fit;
}

void FileTransfer::take(std::uint64_t offset, Bytes data, Sink& sink) {
  if (!open_ || data.empty()) return;
  if (offset <= next_) {
    tell(offset, data, sink);
    return drain(false, sink);
  }
  auto at = std::ranges::find_if(queue_, [&](const Piece& piece) { return piece.offset > offset; });
  const bool continues = at != queue_.begin() && std::prev(at)->end() == offset;
  if (!continues) {
    at = queue_.emplace(at, offset, queue_.get_allocator().resource());
    ++budget_->pieces;
  } else {
    --at;
  }
  at->data.insert(at->data.end(), data.begin(), data.end());
  budget_->bytes += data.size();
}

void FileTransfer::lose(std::uint64_t offset, std::uint64_t missing, Sink& sink) noexcept {
  if (!open_ || offset != next_) return;  // a hole among what waits shows itself when it is told
  sink.file_gap(file_, missing);
  next_ += missing;
  drain(false, sink);
}

void FileTransfer::close(bool truncated, Sink& sink) noexcept {
  if (!open_) return;
  drain(true, sink);
  open_ = false;
  sink.file_close(file_, truncated);
}

void FileTransfer::tell(std::uint64_t offset, Bytes data, Sink& sink) noexcept {
  const std::uint64_t known = next_ - offset;
  if (known >= data.size()) return;
  const Bytes fresh = data.subspan(static_cast<std::size_t>(known));
  sink.file_data(file_, fresh);
  next_ += fresh.size();
}

void FileTransfer::drain(bool over_holes, Sink& sink) noexcept {
  while (!queue_.empty() && (over_holes || queue_.front().offset <= next_)) {
    Piece& piece = queue_.front();
    if (piece.offset > next_) {
      sink.file_gap(file_, piece.offset - next_);
      next_ = piece.offset;
    }
    tell(piece.offset, piece.data, sink);
    --budget_->pieces;
    budget_->bytes -= piece.data.size();
    queue_.pop_front();
  }
}

void FileTransfer::forget() noexcept {
  for (const Piece& piece : queue_) budget_->bytes -= piece.data.size();
  budget_->pieces -= queue_.size();
  queue_.clear();
}

}  // namespace gatehouse::proto::smb
