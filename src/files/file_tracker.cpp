// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/file_tracker.hpp"

#include <algorithm>
#include <new>

#include "base/hash.hpp"

namespace gatehouse::files {
namespace {

// A FileId is a slot and the slot's generation, so that an old id does not reach the slot's next file; never 0.
constexpr FileId make_id(std::uint16_t index, std::uint16_t generation) noexcept {
  return static_cast<FileId>(generation) << 16 | (index + 1u);
}

}  // namespace

FileTracker::FileTracker(const Settings& settings, FileReceiver& receiver)
    : settings_(settings), receiver_(receiver), ranges_(settings) {
  slots_.reserve(kMaxOpen);
  buckets_.fill(kEnd);
}

std::uint16_t& FileTracker::bucket(std::uint64_t session) noexcept {
  return buckets_[mix64(session, 0x9e3779b97f4a7c15ull) % kBuckets];
}

FileTracker::Slot* FileTracker::find(FileId file) noexcept {
  const std::size_t index = (file & 0xffff) - 1u;
  if (index >= slots_.size()) return nullptr;
  Slot& slot = *slots_[index];
  return slot.in_use && slot.generation == file >> 16 ? &slot : nullptr;
}

FileTracker::Slot* FileTracker::take_slot(std::uint64_t session, std::uint16_t& index) noexcept {
  std::size_t of_session = 0;
  for (std::uint16_t i = bucket(session); i != kEnd; i = slots_[i]->next) of_session += slots_[i]->session == session;
  if (of_session >= kMaxOpenPerSession) return nullptr;
  if (free_ == kEnd) {
    if (slots_.size() >= kMaxOpen) return nullptr;
    try {
      slots_.push_back(std::make_unique_for_overwrite<Slot>());
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
    index = static_cast<std::uint16_t>(slots_.size() - 1);
  } else {
    index = free_;
    free_ = slots_[index]->next;
  }
  Slot& slot = *slots_[index];
  slot.next = bucket(session);
  bucket(session) = index;
  ++open_;
  return &slot;
}

FileId FileTracker::open(std::uint64_t session, const Transaction* tx, Direction direction, const FileMeta& meta,
                         Timestamp now) noexcept {
  std::uint16_t index = 0;
  Slot* slot = take_slot(session, index);
  if (slot == nullptr) {
    ++counters_.refused;
    return kNone;
  }
  ++counters_.opened;
  counters_.names_cut += meta.name.size() > kMaxName;
  const std::string_view name = meta.name.substr(0, kMaxName);
  std::ranges::copy(name, slot->name.begin());
  slot->name_size = static_cast<std::uint16_t>(name.size());
  slot->session = session;
  slot->tx = tx;
  slot->tx_id = tx != nullptr ? tx->id : 0;
  slot->size = 0;
  slot->direction = direction;
  slot->gaps = false;
  slot->has_range = meta.has_range;
  slot->start = meta.range_start;
  slot->end = meta.range_end;
  slot->in_use = true;
  ++slot->generation;
  slot->digest.start(settings_);
  slot->part = meta.has_range && !meta.range_key.empty()
                   ? ranges_.open(meta.range_key, meta.range_start, meta.range_size, now)
                   : RangeJoiner::kNone;
  return make_id(index, slot->generation);
}

void FileTracker::data(FileId file, Bytes data) noexcept {
  Slot* slot = find(file);
  if (slot == nullptr || data.empty()) return;
  slot->size += data.size();
  counters_.bytes += data.size();
  if (!slot->gaps) slot->digest.update(data);
  if (slot->part != RangeJoiner::kNone) ranges_.data(slot->part, data);
}

void FileTracker::gap(FileId file, std::uint64_t missing) noexcept {
  Slot* slot = find(file);
  if (slot == nullptr) return;
  slot->gaps = true;
  slot->size += missing;
  if (slot->part != RangeJoiner::kNone) ranges_.stop(slot->part);
}

void FileTracker::give_back(std::uint16_t index) noexcept {
  Slot& slot = *slots_[index];
  std::uint16_t* link = &bucket(slot.session);
  while (*link != index) link = &slots_[*link]->next;
  *link = slot.next;
  slot.in_use = false;
  slot.next = free_;
  free_ = index;
  --open_;
}

void FileTracker::finish(std::uint16_t index, bool truncated) noexcept {
  Slot& slot = *slots_[index];
  truncated |= slot.gaps;
  FileRecord record{.id = make_id(index, slot.generation),
                    .name = {slot.name.data(), slot.name_size},
                    .state = truncated ? FileState::truncated : FileState::closed,
                    .gaps = slot.gaps,
                    .size = slot.size,
                    .digests = truncated ? Digests{} : slot.digest.finish(),
                    .has_range = slot.has_range,
                    .start = slot.start,
                    .end = slot.end,
                    .session = slot.session,
                    .tx_id = slot.tx_id,
                    .direction = slot.direction};
  ++(truncated ? counters_.truncated : counters_.closed);
  receiver_.on_file(record, slot.tx);
  if (slot.part != RangeJoiner::kNone) {
    if (const auto whole = ranges_.close(slot.part)) {
      record.state = FileState::closed;
      record.gaps = false;
      record.size = whole->size;
      record.digests = whole->digests;
      record.has_range = false;
      record.joined = true;
      receiver_.on_file(record, slot.tx);
    }
  }
  give_back(index);
}

void FileTracker::close(FileId file, bool truncated) noexcept {
  if (find(file) != nullptr) finish(static_cast<std::uint16_t>((file & 0xffff) - 1), truncated);
}

void FileTracker::close_transaction(std::uint64_t session, const Transaction& tx) noexcept {
  for (std::uint16_t i = bucket(session); i != kEnd; i = slots_[i]->next)
    if (slots_[i]->tx == &tx) slots_[i]->tx = nullptr;
}

void FileTracker::close_session(std::uint64_t session) noexcept {
  std::uint16_t index = bucket(session);
  while (index != kEnd) {
    const std::uint16_t next = slots_[index]->next;
    if (slots_[index]->session == session) finish(index, true);
    index = next;
  }
}

}  // namespace gatehouse::files
