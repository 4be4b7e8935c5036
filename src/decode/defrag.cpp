// SPDX-License-Identifier: GPL-3.0-or-later
#include "decode/defrag.hpp"

#include <algorithm>

#include "decode/checksum.hpp"
#include "decode/context.hpp"
#include "decode/fragment_store.hpp"
#include "decode/wire.hpp"

namespace gatehouse::decode {
namespace {

constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40;
constexpr std::size_t kBuffer = kIpv6Header + kMaxDatagram;

PacketEvent choose(const Packet& packet, PacketEvent v4, PacketEvent v6) noexcept {
  return packet.src.version == 4 ? v4 : v6;
}

}  // namespace

// Novak, "Target-Based Fragmentation Reassembly" (2005): which copy of a byte the systems keep.
bool newer_wins(OverlapPolicy policy, std::uint32_t start, std::uint32_t end, std::uint32_t old_start,
                std::uint32_t old_end) noexcept {
  switch (policy) {
    case OverlapPolicy::first:
      return false;
    case OverlapPolicy::last:
      return true;
    case OverlapPolicy::bsd:
      return start < old_start;
    case OverlapPolicy::bsd_right:
      return start >= old_start;
    case OverlapPolicy::linux:
      return start <= old_start;
    case OverlapPolicy::solaris:
      return start < old_start && end >= old_end;
    case OverlapPolicy::windows:
      return start < old_start && end > old_end;
  }
  return false;
}

Defragmenter::Defragmenter(const Settings& settings, Counters& counters)
    : policy_(settings.overlap),
      timeout_(settings.defrag_timeout),
      counters_(counters),
      store_(std::make_unique<FragmentStore>(settings.defrag_memory, settings.defrag_trackers)) {
  for (auto& buffer : buffers_) buffer = std::make_unique_for_overwrite<std::uint8_t[]>(kBuffer);
}

Defragmenter::~Defragmenter() = default;

void Defragmenter::expire(Timestamp now) noexcept {
  while (Tracker* oldest = store_->oldest()) {
    if (now - oldest->created < timeout_) return;
    ++counters_.defrag_timeouts;
    store_->release(*oldest);
  }
}

// A fragment that is not used: the receiver's limits are not ours, so the packet must not pass for inspected.
void Defragmenter::ignore(Packet& packet) noexcept {
  refuse(packet, choose(packet, PacketEvent::ipv4_frag_ignored, PacketEvent::ipv6_frag_ignored));
}

bool Defragmenter::acceptable(Packet& packet, const Fragment& fragment) noexcept {
  const bool v4 = packet.src.version == 4;
  const std::size_t end = fragment.offset + fragment.data.size();
  bool good = true;
  if (end + (v4 ? kIpv4Header : 0) > kMaxDatagram) {
    refuse(packet, choose(packet, PacketEvent::ipv4_frag_pkt_too_large, PacketEvent::ipv6_frag_pkt_too_large));
    good = false;
  }
  // RFC 8200, 4.5: all fragments but the last are a multiple of 8 octets long, or are discarded.
  const bool whole_eights = !fragment.more || fragment.data.size() % 8 == 0;
  if (!v4 && !whole_eights) {
    refuse(packet, PacketEvent::ipv6_frag_invalid_length);
    good = false;
  } else if (good && (!whole_eights || fragment.data.empty() || fragment.header.size() > kMaxUnfragmentable)) {
    ignore(packet);
    good = false;
  }
  return good;
}

Tracker* Defragmenter::tracker_of(const Packet& packet, const Fragment& fragment) noexcept {
  const FragmentKey key{.src = packet.src,
                        .dst = packet.dst,
                        .vlan = packet.vlan,
                        .id = fragment.id,
                        .protocol = packet.src.version == 4 ? fragment.protocol : std::uint8_t{0},
                        .vlan_layers = packet.vlan_layers,
                        .tunnel_depth = packet.tunnel_depth};
  const Timestamp now = packet.raw->time;
  if (Tracker* tracker = store_->find(key)) {
    if (now - tracker->created < timeout_) return tracker;
    ++counters_.defrag_timeouts;
    store_->release(*tracker);
  }
  if (store_->full()) {
    // The oldest gives way: what has waited longest is the least likely to become whole.
    ++counters_.defrag_limit_hits;
    store_->release(*store_->oldest());
  }
  Tracker* tracker = store_->make(key, now);
  if (tracker != nullptr) tracker->verify = true;
  return tracker;
}

// Where the datagram ends. What contradicts an end already known is not taken: systems differ, and the first stands.
bool Defragmenter::settle_end(Tracker& tracker, const Fragment& fragment) noexcept {
  const auto end = static_cast<std::uint32_t>(fragment.offset + fragment.data.size());
  if (tracker.end_known) return fragment.more ? end <= tracker.end : end == tracker.end;
  if (fragment.more) {
    tracker.end = std::max(tracker.end, end);
    return true;
  }
  if (tracker.end > end) return false;
  tracker.end = end;
  tracker.end_known = true;
  return true;
}

bool Defragmenter::make_room(const Tracker& for_whom, std::size_t bytes) noexcept {
  while (!store_->has_room(bytes)) {
    Tracker* oldest = store_->oldest_but(for_whom);
    if (oldest == nullptr) return false;
    ++counters_.defrag_limit_hits;
    store_->release(*oldest);
  }
  return true;
}

bool Defragmenter::keep(Tracker& tracker, const Fragment& fragment, bool& conflict) noexcept {
  if (!make_room(tracker, fragment.data.size() + fragment.header.size())) return false;
  if (fragment.offset == 0) {
    const auto end = static_cast<std::uint32_t>(fragment.data.size());
    if (!tracker.has_header() || newer_wins(policy_, 0, end, 0, end)) store_->keep_header(tracker, fragment);
  }
  tracker.verify = tracker.verify && fragment.verify;
  return store_->lay(tracker, policy_, fragment.offset, fragment.data, conflict);
}

Rebuilt Defragmenter::add(Packet& packet, const Fragment& fragment) noexcept {
  if (!acceptable(packet, fragment)) return {};
  Tracker* tracker = tracker_of(packet, fragment);
  if (tracker == nullptr || !settle_end(*tracker, fragment)) {
    ignore(packet);
    return {};
  }
  bool conflict = false;
  if (!keep(*tracker, fragment, conflict)) {
    ++counters_.defrag_limit_hits;
    ignore(packet);
    store_->release(*tracker);
    return {};
  }
  if (conflict) note(packet, choose(packet, PacketEvent::ipv4_frag_overlap, PacketEvent::ipv6_frag_overlap));
  if (!tracker->complete()) return {};
  const Rebuilt whole = rebuild(packet, *tracker);
  store_->release(*tracker);
  return whole;
}

Rebuilt Defragmenter::rebuild(Packet& packet, Tracker& tracker) noexcept {
  const bool v4 = packet.src.version == 4;
  const std::size_t total = tracker.header_length + tracker.end;
  if (total > kMaxDatagram + (v4 ? 0 : kIpv6Header)) {
    refuse(packet, choose(packet, PacketEvent::ipv4_frag_pkt_too_large, PacketEvent::ipv6_frag_pkt_too_large));
    return {};
  }
  if (rebuilt_in_use_ == kMaxRebuilt) {
    ++counters_.defrag_limit_hits;
    ignore(packet);
    return {};
  }
  std::uint8_t* out = buffers_[rebuilt_in_use_++].get();
  store_->copy_out(tracker, out);
  if (v4) {
    ++counters_.reassembled_v4;
    put_be16(out + 2, total);
    put_be16(out + 6, 0);
    put_be16(out + 10, 0);
    InternetChecksum sum;
    sum.add({out, tracker.header_length});
    put_be16(out + 10, sum.value());
  } else {
    ++counters_.reassembled_v6;
    put_be16(out + 4, total - kIpv6Header);
    out[tracker.next_header_at] = tracker.next_header;
  }
  return {{out, total}, tracker.verify};
}

}  // namespace gatehouse::decode
