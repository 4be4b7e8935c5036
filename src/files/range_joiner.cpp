// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/range_joiner.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace gatehouse::files {

RangeJoiner::Join* RangeJoiner::find(std::string_view key) noexcept {
  for (const auto& join : joins_)
    if (join->in_use && std::string_view{join->key.data(), join->key_size} == key) return join.get();
  return nullptr;
}

RangeJoiner::Join* RangeJoiner::make(std::string_view key, std::uint64_t total) noexcept {
  const auto unused = std::ranges::find_if(joins_, [](const auto& join) { return !join->in_use; });
  Join* join = unused != joins_.end() ? unused->get() : nullptr;
  if (join == nullptr) {
    if (joins_.size() >= kMaxJoins) return nullptr;
    try {
      joins_.push_back(std::make_unique<Join>());
      join = joins_.back().get();
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }
  std::ranges::copy(key, join->key.begin());
  join->key_size = key.size();
  join->in_use = true;
  join->total = total;
  join->next = 0;
  join->parts = kNone;
  join->digest.start(hashes_);
  return join;
}

void RangeJoiner::expire(Timestamp now) noexcept {
  if (now < next_expiry_) return;
  next_expiry_ = now + seconds(1);
  for (const auto& join : joins_) {
    if (!join->in_use || now - join->last_seen < kTimeout) continue;
    ++counters_.timed_out;
    release(*join);
  }
}

RangeJoiner::PartId RangeJoiner::open(std::string_view key, std::uint64_t start, std::uint64_t total,
                                      Timestamp now) noexcept {
  expire(now);
  if (key.size() > kMaxKey || total == 0 || start >= total) return kNone;
  Join* join = find(key);
  if (join == nullptr) join = make(key, total);
  if (join == nullptr) {
    ++counters_.refused_joins;
    return kNone;
  }
  if (join->total != total) return kNone;  // the file has changed, or someone lies
  join->last_seen = now;

  PartId id = free_parts_;
  if (id != kNone) {
    free_parts_ = parts_[id].next;
  } else if (parts_.size() < kMaxParts) {
    id = static_cast<PartId>(parts_.size());
    try {
      parts_.emplace_back();
    } catch (const std::bad_alloc&) {
      id = kNone;
    }
  }
  if (id == kNone) {
    ++counters_.refused_parts;
    return kNone;
  }
  const auto join_index = static_cast<std::uint16_t>(
      std::ranges::find_if(joins_, [join](const auto& each) { return each.get() == join; }) - joins_.begin());
  parts_[id] = {.join = join_index, .next = join->parts, .open = true, .position = start, .waiting_from = start};
  join->parts = id;
  return id;
}

void RangeJoiner::advance(Join& join, Bytes data) noexcept {
  data = data.first(static_cast<std::size_t>(std::min<std::uint64_t>(data.size(), join.total - join.next)));
  join.digest.update(data);
  join.next += data.size();
}

RangeJoiner::Block* RangeJoiner::new_block() noexcept {
  Block* block = free_blocks_;
  if (block != nullptr) {
    free_blocks_ = block->next;
  } else {
    if (blocks_.size() >= kMaxBlocks) return nullptr;
    try {
      blocks_.push_back(std::make_unique_for_overwrite<Block>());
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
    block = blocks_.back().get();
  }
  block->next = nullptr;
  block->begin = block->end = 0;
  ++blocks_in_use_;
  return block;
}

void RangeJoiner::drop_blocks(Part& part) noexcept {
  while (part.first != nullptr) {
    Block* block = part.first;
    part.first = block->next;
    block->next = free_blocks_;
    free_blocks_ = block;
    --blocks_in_use_;
  }
  part.last = nullptr;
}

// Keeps bytes that came too early.
void RangeJoiner::wait(Part& part, Bytes data) noexcept {
  while (!data.empty()) {
    if (part.last == nullptr || part.last->end == kBlock) {
      Block* block = new_block();
      if (block == nullptr) {
        counters_.refused_bytes += data.size();
        part.stopped = true;
        return;
      }
      (part.last != nullptr ? part.last->next : part.first) = block;
      part.last = block;
    }
    Block& block = *part.last;
    const std::size_t size = std::min<std::size_t>(data.size(), kBlock - block.end);
    std::memcpy(block.bytes.data() + block.end, data.data(), size);
    block.end += static_cast<std::uint32_t>(size);
    part.position += size;
    data = data.subspan(size);
  }
}

// True if the file has grown by what this part had waiting.
bool RangeJoiner::take_waiting(Join& join, Part& part) noexcept {
  if (part.first == nullptr || part.waiting_from > join.next) return false;
  const std::uint64_t before = join.next;
  while (part.first != nullptr) {
    Block* block = part.first;
    const Bytes bytes{block->bytes.data(), block->end};
    const std::uint64_t known = std::min<std::uint64_t>(join.next - part.waiting_from, bytes.size());
    advance(join, bytes.subspan(static_cast<std::size_t>(known)));
    part.waiting_from += bytes.size();
    part.first = block->next;
    block->next = free_blocks_;
    free_blocks_ = block;
    --blocks_in_use_;
  }
  part.last = nullptr;
  return join.next > before;
}

void RangeJoiner::take_all_waiting(Join& join) noexcept {
  bool grown = true;
  while (grown) {
    grown = false;
    for (std::uint16_t id = join.parts; id != kNone; id = parts_[id].next) grown |= take_waiting(join, parts_[id]);
  }
}

void RangeJoiner::data(PartId id, Bytes data) noexcept {
  Part& part = parts_[id];
  if (part.join == kNone || part.stopped) return;
  Join& join = *joins_[part.join];
  if (part.position > join.next) {
    wait(part, data);
    return;
  }
  const std::uint64_t known = std::min<std::uint64_t>(join.next - part.position, data.size());
  part.position += data.size();
  if (known == data.size()) return;
  advance(join, data.subspan(static_cast<std::size_t>(known)));
  part.waiting_from = part.position;
  take_all_waiting(join);
}

void RangeJoiner::free_part(PartId id) noexcept {
  drop_blocks(parts_[id]);
  parts_[id].join = kNone;
  parts_[id].next = free_parts_;
  free_parts_ = id;
}

// Frees the parts that have nothing more to give.
void RangeJoiner::sweep(Join& join) noexcept {
  std::uint16_t* link = &join.parts;
  while (*link != kNone) {
    Part& part = parts_[*link];
    if (part.open || part.first != nullptr) {
      link = &part.next;
      continue;
    }
    const PartId id = *link;
    *link = part.next;
    free_part(id);
  }
}

void RangeJoiner::release(Join& join) noexcept {
  while (join.parts != kNone) {
    const PartId id = join.parts;
    Part& part = parts_[id];
    join.parts = part.next;
    if (!part.open) {
      free_part(id);
    } else {
      drop_blocks(part);
      part.join = kNone;  // freed when its session closes it
    }
  }
  join.in_use = false;
}

std::optional<RangeJoiner::Whole> RangeJoiner::close(PartId id) noexcept {
  Part& part = parts_[id];
  part.open = false;
  if (part.join == kNone) {
    free_part(id);
    return std::nullopt;
  }
  Join& join = *joins_[part.join];
  if (join.next < join.total) {
    sweep(join);
    return std::nullopt;
  }
  Whole whole{join.total, join.digest.finish()};
  release(join);
  ++counters_.joined;
  return whole;
}

}  // namespace gatehouse::files
