// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/value_set.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <random>

#include "base/hash.hpp"

namespace gatehouse::ips::compile {
namespace {

constexpr std::size_t kBlock = 64u << 10;  // values are put into blocks of this size, larger ones into their own
constexpr std::size_t kFirstSlots = 64;

struct Record {
  std::uint64_t hash = 0;
  const std::uint8_t* bytes = nullptr;  // the value, then its context; null: an empty slot
  std::uint32_t size = 0, context = 0;
  std::uint16_t reputation = 0;
  bool removed = false;

  Bytes value() const noexcept { return {bytes, size}; }
};

class Spin {
 public:
  void lock() noexcept {
    while (flag_.test_and_set(std::memory_order_acquire))
      while (flag_.test(std::memory_order_relaxed)) {
      }
  }
  void unlock() noexcept { flag_.clear(std::memory_order_release); }

 private:
  std::atomic_flag flag_;
};

std::uint64_t hash_of(Bytes value, std::uint64_t key) noexcept {
  std::uint64_t hash = key ^ value.size();
  std::size_t at = 0;
  for (; at + 8 <= value.size(); at += 8)
    hash = mix64(hash ^ load64(value.data() + at), 0xa0761d6478bd642fULL) + load64(value.data() + at);
  std::uint8_t rest[8] = {};
  for (std::size_t i = 0; at < value.size(); ++i, ++at) rest[i] = value[at];
  return mix64(hash ^ load64(rest), 0xe7037ed1a0b428dbULL);
}

}  // namespace

struct ValueSet::Shard {
  mutable Spin lock;
  std::vector<Record> slots;  // open addressing; a power of two
  std::size_t taken = 0;      // slots that are not empty, those of removed values too
  std::vector<std::unique_ptr<std::uint8_t[]>> blocks;
  std::size_t left = 0;  // of the last block
  std::uint8_t* next = nullptr;

  static bool is(const Record& r, std::uint64_t hash, Bytes value) noexcept {
    return r.hash == hash && !r.removed && std::ranges::equal(r.value(), value);
  }

  const Record* find(std::uint64_t hash, Bytes value) const noexcept {
    if (slots.empty()) return nullptr;
    for (std::size_t at = hash & (slots.size() - 1); slots[at].bytes != nullptr; at = (at + 1) & (slots.size() - 1))
      if (is(slots[at], hash, value)) return &slots[at];
    return nullptr;
  }

  void put(const Record& record) noexcept {
    std::size_t at = record.hash & (slots.size() - 1);
    while (slots[at].bytes != nullptr) at = (at + 1) & (slots.size() - 1);
    slots[at] = record;
    ++taken;
  }

  // Room for one more: at most three quarters are taken, so that searches end.
  void grow() {
    if (!slots.empty() && (taken + 1) * 4 <= slots.size() * 3) return;
    const auto alive = static_cast<std::size_t>(
        std::ranges::count_if(slots, [](const Record& r) { return r.bytes != nullptr && !r.removed; }));
    std::size_t wanted = kFirstSlots;
    while (wanted < (alive + 1) * 2) wanted *= 2;
    std::vector<Record> before(wanted);
    before.swap(slots);
    taken = 0;
    for (const Record& r : before)
      if (r.bytes != nullptr && !r.removed) put(r);
  }

  std::uint8_t* room(std::size_t bytes) {
    if (bytes > kBlock / 2) return blocks.emplace_back(new std::uint8_t[bytes]).get();
    if (bytes > left) {
      next = blocks.emplace_back(new std::uint8_t[kBlock]).get();
      left = kBlock;
    }
    std::uint8_t* taken_here = next;
    next += bytes;
    left -= bytes;
    return taken_here;
  }
};

ValueSet::ValueSet(std::size_t memory)
    : shards_(std::make_unique<std::array<Shard, kShards>>()),
      key_([] {
        std::random_device random;
        return std::uint64_t{random()} << 32 | random();
      }()),
      memory_(memory) {}
ValueSet::~ValueSet() = default;

std::optional<ValueSet::Found> ValueSet::find(Bytes value) const noexcept {
  const std::uint64_t hash = hash_of(value, key_);
  const Shard& shard = (*shards_)[hash >> 60];
  const std::lock_guard held{shard.lock};
  const Record* record = shard.find(hash, value);
  if (record == nullptr) return std::nullopt;
  return Found{record->reputation, as_text({record->bytes + record->size, record->context})};
}

bool ValueSet::reserve(std::size_t bytes) noexcept {
  if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= memory_) return true;
  used_.fetch_sub(bytes, std::memory_order_relaxed);
  return false;
}

ValueSet::Added ValueSet::add(Bytes value, std::uint16_t reputation, std::string_view context) noexcept {
  if (value.size() > kLongestValue) return Added::no_room;
  const std::uint64_t hash = hash_of(value, key_);
  Shard& shard = (*shards_)[hash >> 60];
  const std::lock_guard held{shard.lock};
  if (shard.find(hash, value) != nullptr) return Added::known;
  const std::size_t bytes = value.size() + context.size();
  if (!reserve(bytes + 2 * sizeof(Record))) return Added::no_room;
  try {
    shard.grow();
    std::uint8_t* room = shard.room(std::max<std::size_t>(bytes, 1));
    if (!value.empty()) std::memcpy(room, value.data(), value.size());
    if (!context.empty()) std::memcpy(room + value.size(), context.data(), context.size());
    shard.put({hash, room, static_cast<std::uint32_t>(value.size()), static_cast<std::uint32_t>(context.size()),
               reputation, false});
  } catch (const std::bad_alloc&) {
    used_.fetch_sub(bytes + 2 * sizeof(Record), std::memory_order_relaxed);
    return Added::no_room;
  }
  size_.fetch_add(1, std::memory_order_relaxed);
  return Added::fresh;
}

bool ValueSet::remove(Bytes value) noexcept {
  const std::uint64_t hash = hash_of(value, key_);
  Shard& shard = (*shards_)[hash >> 60];
  const std::lock_guard held{shard.lock};
  const Record* record = shard.find(hash, value);
  if (record == nullptr) return false;
  // Its bytes stay until the set goes: somebody may still be writing its context.
  const_cast<Record*>(record)->removed = true;
  size_.fetch_sub(1, std::memory_order_relaxed);
  return true;
}

void ValueSet::for_each(const std::function<void(Bytes, std::uint16_t)>& use) const {
  for (const Shard& shard : *shards_) {
    std::vector<Record> copy;  // use() may be slow, and workers wait for the lock
    {
      const std::lock_guard held{shard.lock};
      copy = shard.slots;
    }
    for (const Record& r : copy)
      if (r.bytes != nullptr && !r.removed) use(r.value(), r.reputation);
  }
}

}  // namespace gatehouse::ips::compile
