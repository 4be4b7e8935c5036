// SPDX-License-Identifier: GPL-3.0-or-later
// Files: what is read and written of each, from its opening to its closing.
#include <algorithm>

#include "proto/smb/names.hpp"
#include "proto/smb/session.hpp"

namespace gatehouse::proto::smb {

SmbSession::OpenFile& SmbSession::open_file(const FileKey& key) {
  if (OpenFile* known = find_file(key)) return *known;
  if (files_.size() >= kMaxOpenFiles) {
    event(internal_error, Direction::to_server);
    forget_file(files_.begin()->first);
  }
  return files_.emplace(key, *memory_).first->second;
}

SmbSession::OpenFile* SmbSession::find_file(const FileKey& key) noexcept {
  const auto found = files_.find(key);
  return found == files_.end() ? nullptr : &found->second;
}

void SmbSession::close_file(const FileKey& key) noexcept {
  OpenFile* const file = find_file(key);
  if (file == nullptr) return;
  for (SmbTransaction* tx : file->transfers)
    if (tx != nullptr) finish_transfer(tx, true);
  files_.erase(key);
}

// A CLOSE is answered: reads that were asked for before it will not be any more.
void SmbSession::end_closing(std::uint64_t close_message) noexcept {
  if (closing_ == 0) return;
  std::erase_if(reads_, [&](const PendingRead& read) {
    const OpenFile* file = find_file(read.key);
    return file != nullptr && file->closing && read.message_id < close_message;
  });
  closing_ = 0;
  for (auto at = files_.begin(); at != files_.end();) {
    const FileKey key = at->first;
    const bool done = at->second.closing && !has_reads(key);
    if (at->second.closing && !done) ++closing_;
    ++at;
    if (done) close_file(key);
  }
}

// `key` may be the table's own.
void SmbSession::forget_file(const FileKey& key) noexcept {
  const auto found = files_.find(key);
  if (found == files_.end()) return;
  for (SmbTransaction* tx : found->second.transfers)
    if (tx != nullptr) finish_transfer(tx, false);
  files_.erase(found);
}

// `closed`: the client says that it has done with the file. Without that it is whole if its end was seen.
void SmbSession::finish_transfer(SmbTransaction* tx, bool closed) noexcept {
  Transfer& transfer = *tx->get<Transfer>();
  if (OpenFile* file = find_file(transfer.id)) {
    SmbTransaction*& own = file->transfers[index(transfer.direction)];
    if (own == tx) own = nullptr;
  }
  for (Lane& way : lanes_)
    if (way.data_tx == tx) way.data_tx = nullptr;
  const bool whole = closed || transfer.read_to_its_end || (transfer.size > 0 && transfer.file.told() == transfer.size);
  if (closed) {
    tx->status = status::success;
    tx->has_status = true;
  }
  transfer.file.close(!whole, *sink_);
  const auto at = std::ranges::find_if(open_, [&](const SmbTransaction& kept) { return &kept == tx; });
  tx->stage = {1, 1};
  sink_->update(*tx, transfer.direction);
  finish(at);
}

// What was known of a file by the command that opens it is known by its identifier now.
void SmbSession::move_file(const FileKey& from, const FileKey& to) {
  auto node = files_.extract(from);
  if (node.empty()) return;
  forget_file(to);
  node.key() = to;
  for (SmbTransaction* tx : node.mapped().transfers)
    if (tx != nullptr) tx->get<Transfer>()->id = to;
  files_.insert(std::move(node));
  for (PendingRead& read : reads_)
    if (read.key == from) read.key = to;
}

void SmbSession::ask_read(const Origin& origin, const FileKey& key, std::uint64_t offset) {
  if (reads_.size() >= kMaxReads) {
    event(internal_error, Direction::to_server);
    reads_.erase(reads_.begin());
  }
  reads_.push_back({origin.message_id, key, offset});
}

bool SmbSession::take_read(std::uint64_t message_id, PendingRead& out) noexcept {
  const auto found = std::ranges::find(reads_, message_id, &PendingRead::message_id);
  if (found == reads_.end()) return false;
  out = *found;
  reads_.erase(found);
  return true;
}

bool SmbSession::has_reads(const FileKey& key) const noexcept {
  return std::ranges::find(reads_, key, &PendingRead::key) != reads_.end();
}

SmbTransaction* SmbSession::transfer_of(Direction direction, const Origin& origin, const FileKey& key,
                                        std::uint64_t offset, std::uint64_t length) {
  OpenFile* file = &open_file(key);
  if (file->pipe) return nullptr;
  SmbTransaction* tx = file->transfers[index(direction)];
  if (tx == nullptr) {
    tx = &*open(origin);
    file = &open_file(key);  // making room for the transaction may have closed files
    file->transfers[index(direction)] = tx;
    Transfer& transfer = tx->what.emplace<Transfer>(*memory_, budget_);
    transfer.name = file->name.empty() ? std::string_view{"<unknown>"} : std::string_view{file->name};
    if (const Tree* tree = find_tree(origin.session_id, origin.tree_id)) transfer.share = tree->path;
    transfer.id = key;
    transfer.direction = direction;
    transfer.size = direction == Direction::to_client ? file->size : 0;
    tx->stage[index(direction)] = 1;
    transfer.file.open(sink_->file_open(*tx, direction, FileMeta{transfer.name}));
    sink_->update(*tx, direction);
  }
  Transfer& transfer = *tx->get<Transfer>();
  const bool reads = direction == Direction::to_client;
  switch (transfer.file.prepare(offset, length, *sink_)) {
    case Fit::fits:
      break;
    case Fit::overlaps:
      event(file_overlap, direction, tx);
      break;
    case Fit::too_many_pieces:
      event(reads ? read_queue_cnt_exceeded : write_queue_cnt_exceeded, direction, tx);
      break;
    case Fit::too_many_bytes:
      event(reads ? read_queue_size_exceeded : write_queue_size_exceeded, direction, tx);
      break;
  }
  return tx;
}

}  // namespace gatehouse::proto::smb
