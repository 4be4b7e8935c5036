// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/shared_memory.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <random>
#include <vector>

#include "base/hash.hpp"

namespace gatehouse::ips {
namespace {

constexpr std::size_t kProbed = 8;  // neighbours that are looked at, from the slot that the hash names
constexpr std::size_t kShards = 64;

// Held for a few instructions, by who has a signature that matched.
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

class Held {
 public:
  explicit Held(Spin& spin) noexcept : spin_(spin) { spin_.lock(); }
  ~Held() { spin_.unlock(); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  Spin& spin_;
};

// What is remembered is found by a keyed hash of what it is of: nobody outside can make two that are alike.
class Fingerprint {
 public:
  Fingerprint(std::uint64_t key, std::uint64_t what) noexcept : value_(mix64(key ^ what, 0xa0761d6478bd642fULL)) {}
  void add(std::uint64_t word) noexcept { value_ = mix64(value_ ^ word, 0xe7037ed1a0b428dbULL) + word; }
  void add(const IpAddress& address) noexcept {
    add(load64(address.bytes.data()) ^ address.version);
    add(load64(address.bytes.data() + 8));
  }
  // In one order, whichever way the packet travels.
  void add_pair(const IpAddress& a, const IpAddress& b) noexcept {
    add(std::min(a, b));
    add(std::max(a, b));
  }
  std::uint64_t value() const noexcept { return value_ == 0 ? 1 : value_; }  // 0 is an empty slot

 private:
  std::uint64_t value_;
};

struct BitSlot {
  std::atomic<std::uint64_t> whose = 0;
  std::atomic<std::int64_t> until = 0;
};
struct CountSlot {
  std::uint64_t whose = 0;
  Timestamp touched;
  ThresholdCount count;
};
struct TagSlot {
  std::uint64_t whose = 0;
  SharedMemory::HostTag tag;
};

// A power of two of slots for so many bytes, at least one for each shard's neighbourhood.
std::size_t slots_for(std::size_t bytes, std::size_t slot) noexcept {
  return std::bit_floor(std::max(bytes / slot, kShards * kProbed));
}

std::uint64_t random_key() {
  std::random_device random;
  return std::uint64_t{random()} << 32 | random();
}

}  // namespace

// The slots of a shard stand together, so that one lock covers all that a search looks at.
struct SharedMemory::State {
  explicit State(std::size_t bytes)
      : key(random_key()),
        bits(slots_for(bytes / 4, sizeof(BitSlot))),
        counts(slots_for(bytes / 2, sizeof(CountSlot))),
        tags(slots_for(bytes / 32, sizeof(TagSlot))) {}

  const std::uint64_t key;
  std::vector<BitSlot> bits;
  std::vector<CountSlot> counts;
  std::vector<TagSlot> tags;
  std::array<Spin, kShards> bit_locks, count_locks, tag_locks;
  std::atomic<std::uint32_t> tags_running = 0;  // so that nobody searches while there are none
  std::atomic<std::uint64_t> forgotten_bits = 0, forgotten_counts = 0, forgotten_tags = 0;

  static std::size_t shard(std::uint64_t whose) noexcept { return whose >> 58; }
  // The n-th slot that a search looks at.
  template <typename Slots>
  static auto& slot(Slots& slots, std::uint64_t whose, std::size_t n) noexcept {
    const std::size_t in_shard = slots.size() / kShards;
    return slots[shard(whose) * in_shard + ((whose + n) & (in_shard - 1))];
  }

  std::uint64_t bit_of(NameId bit, const IpAddress& a, const IpAddress* b) const noexcept {
    Fingerprint print(key, bit);
    if (b != nullptr)
      print.add_pair(a, *b);
    else
      print.add(a);
    return print.value();
  }
  const BitSlot* find_bit(std::uint64_t whose) const noexcept {
    for (std::size_t n = 0; n < kProbed; ++n)
      if (const BitSlot& s = slot(bits, whose, n); s.whose.load(std::memory_order_acquire) == whose) return &s;
    return nullptr;
  }
  CountSlot& count_of(std::uint64_t whose, bool& fresh) noexcept;
  TagSlot& tag_of(std::uint64_t whose) noexcept;
};

SharedMemory::SharedMemory(std::size_t bytes) : state_(std::make_unique<State>(bytes)) {}
SharedMemory::~SharedMemory() = default;

// ---- bits

bool SharedMemory::has_bit(NameId bit, const IpAddress& a, const IpAddress* b, Timestamp now) const noexcept {
  const std::uint64_t whose = state_->bit_of(bit, a, b);
  const BitSlot* slot = state_->find_bit(whose);
  if (slot == nullptr) return false;
  const std::int64_t until = slot->until.load(std::memory_order_acquire);
  // It may have become another's between the two reads.
  return until >= now.us && slot->whose.load(std::memory_order_acquire) == whose;
}

void SharedMemory::set_bit(NameId bit, const IpAddress& a, const IpAddress* b, Timestamp until) noexcept {
  State& s = *state_;
  const std::uint64_t whose = s.bit_of(bit, a, b);
  const Held held{s.bit_locks[State::shard(whose)]};
  BitSlot* take = nullptr;
  std::int64_t soonest = std::numeric_limits<std::int64_t>::max();
  for (std::size_t n = 0; n < kProbed; ++n) {
    BitSlot& slot = State::slot(s.bits, whose, n);
    const std::uint64_t owner = slot.whose.load(std::memory_order_relaxed);
    if (owner == whose) {
      slot.until.store(until.us, std::memory_order_release);
      return;
    }
    const std::int64_t end =
        owner == 0 ? std::numeric_limits<std::int64_t>::min() : slot.until.load(std::memory_order_relaxed);
    if (take == nullptr || end < soonest) take = &slot, soonest = end;
  }
  if (take->whose.load(std::memory_order_relaxed) != 0) s.forgotten_bits.fetch_add(1, std::memory_order_relaxed);
  // In this order a reader never sees the new owner with the old one's time, or the other way round.
  take->until.store(0, std::memory_order_release);
  take->whose.store(whose, std::memory_order_release);
  take->until.store(until.us, std::memory_order_release);
}

void SharedMemory::unset_bit(NameId bit, const IpAddress& a, const IpAddress* b) noexcept {
  State& s = *state_;
  const std::uint64_t whose = s.bit_of(bit, a, b);
  const Held held{s.bit_locks[State::shard(whose)]};
  for (std::size_t n = 0; n < kProbed; ++n)
    if (BitSlot& slot = State::slot(s.bits, whose, n); slot.whose.load(std::memory_order_relaxed) == whose) {
      slot.until.store(0, std::memory_order_release);
      slot.whose.store(0, std::memory_order_release);
    }
}

// ---- counts

CountSlot& SharedMemory::State::count_of(std::uint64_t whose, bool& fresh) noexcept {
  CountSlot* oldest = nullptr;
  for (std::size_t n = 0; n < kProbed; ++n) {
    CountSlot& found = slot(counts, whose, n);
    if (found.whose == whose) {
      fresh = false;
      return found;
    }
    const bool better =
        oldest == nullptr || (oldest->whose != 0 && (found.whose == 0 || found.touched < oldest->touched));
    if (better) oldest = &found;
  }
  fresh = true;
  if (oldest->whose != 0) forgotten_counts.fetch_add(1, std::memory_order_relaxed);
  *oldest = {whose, {}, {}};
  return *oldest;
}

SharedMemory::Passed SharedMemory::count(const Signature& signature, const Threshold& threshold, const IpAddress& src,
                                         const IpAddress& dst, Timestamp now, FlowMemory* memory) noexcept {
  const ThresholdKey key{signature.sid, signature.gid, signature.rev, threshold.kind, threshold.track};
  const auto tell = [&](Counted counted) -> Passed {
    const bool changed = counted == Counted::changed;
    return {counted != Counted::no_match, counted == Counted::told || changed,
            changed ? threshold.new_action : signature.action, changed};
  };
  if (threshold.track == Track::by_flow) {
    FlowMemory::Counted* mine = memory != nullptr ? memory->counted(key) : nullptr;
    if (mine == nullptr) return tell(Counted::no_match);
    return tell(mine->fresh ? count_first(threshold, mine->count, now) : count_next(threshold, mine->count, now));
  }

  State& s = *state_;
  Fingerprint print(s.key, std::uint64_t{key.gid} << 32 | key.sid);
  print.add(std::uint64_t{key.rev} << 16 | std::uint64_t{static_cast<std::uint8_t>(key.kind)} << 8 |
            static_cast<std::uint8_t>(key.track));
  if (threshold.track == Track::by_src) print.add(src);
  if (threshold.track == Track::by_dst) print.add(dst);
  if (threshold.track == Track::by_both) print.add_pair(src, dst);
  const std::uint64_t whose = print.value();
  const Held held{s.count_locks[State::shard(whose)]};
  bool fresh = false;
  CountSlot& slot = s.count_of(whose, fresh);
  slot.touched = now;
  return tell(fresh ? count_first(threshold, slot.count, now) : count_next(threshold, slot.count, now));
}

// ---- tags of hosts

TagSlot& SharedMemory::State::tag_of(std::uint64_t whose) noexcept {
  TagSlot* oldest = nullptr;
  for (std::size_t n = 0; n < kProbed; ++n) {
    TagSlot& found = slot(tags, whose, n);
    if (found.whose == whose) return found;
    const bool better =
        oldest == nullptr || (oldest->whose != 0 && (found.whose == 0 || found.tag.until < oldest->tag.until));
    if (better) oldest = &found;
  }
  if (oldest->whose != 0)
    forgotten_tags.fetch_add(1, std::memory_order_relaxed);
  else
    tags_running.fetch_add(1, std::memory_order_relaxed);
  *oldest = {whose, {}};
  return *oldest;
}

void SharedMemory::tag(const IpAddress& host, const HostTag& tag) noexcept {
  State& s = *state_;
  Fingerprint print(s.key, 0);
  print.add(host);
  const std::uint64_t whose = print.value();
  const Held held{s.tag_locks[State::shard(whose)]};
  TagSlot& slot = s.tag_of(whose);
  if (slot.tag.sid == tag.sid && slot.tag.gid == tag.gid && tag.sid != 0) return;
  slot.tag = tag;
}

std::optional<SharedMemory::HostTag> SharedMemory::tagged(const IpAddress& host, std::uint32_t bytes,
                                                          Timestamp now) noexcept {
  State& s = *state_;
  if (s.tags_running.load(std::memory_order_relaxed) == 0) return std::nullopt;
  Fingerprint print(s.key, 0);
  print.add(host);
  const std::uint64_t whose = print.value();
  const Held held{s.tag_locks[State::shard(whose)]};
  for (std::size_t n = 0; n < kProbed; ++n) {
    TagSlot& slot = State::slot(s.tags, whose, n);
    if (slot.whose != whose) continue;
    HostTag& tag = slot.tag;
    const HostTag told = tag;
    const bool too_late = tag.until.us != 0 && now > tag.until;
    const bool last = (tag.packets != 0 && --tag.packets == 0) || (tag.bytes != 0 && tag.bytes <= bytes);
    if (tag.bytes > bytes) tag.bytes -= bytes;
    if (too_late || last) {
      slot = {};
      s.tags_running.fetch_sub(1, std::memory_order_relaxed);
    }
    return too_late ? std::nullopt : std::optional{told};
  }
  return std::nullopt;
}

SharedMemory::Forgotten SharedMemory::forgotten() const noexcept {
  return {state_->forgotten_bits.load(std::memory_order_relaxed),
          state_->forgotten_counts.load(std::memory_order_relaxed),
          state_->forgotten_tags.load(std::memory_order_relaxed)};
}

}  // namespace gatehouse::ips
