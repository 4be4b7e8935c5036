// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dnp3/session.hpp"

#include <algorithm>
#include <new>

#include "proto/dnp3/dnp3.hpp"

namespace gatehouse::proto::dnp3 {
namespace {

constexpr std::uint8_t kComplete = 1;
constexpr std::uint8_t kFinal = 0x80, kFirst = 0x40, kSequence = 0x3f;  // IEEE 1815, 8.2.1

// Where the next start of a frame may be, from `at` on.
std::size_t find_start(Bytes bytes, std::size_t at) noexcept {
  for (; at < bytes.size(); ++at)
    if (bytes[at] == kStart >> 8 && (at + 1 == bytes.size() || bytes[at + 1] == (kStart & 0xff))) break;
  return at;
}

// Reads all objects once, for what is wrong with them.
void check_objects(Dnp3Transaction& tx, Direction direction, Sink& sink) noexcept {
  Objects objects = tx.walk();
  unsigned count = 0, points = 0;
  ObjectHeader header;
  Point point;
  while (objects.next(header)) {
    if (++count > kMaxObjects) return sink.event(&tx, event::too_many_objects, direction);
    while (objects.next_point(point))
      if (++points > kMaxPoints) return sink.event(&tx, event::too_many_points, direction);
  }
  tx.complete = objects.complete();
  if (objects.unknown()) sink.event(&tx, event::unknown_object, direction);
}

}  // namespace

Progress Dnp3Session::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  try {
    return read(direction, bytes, sink);
  } catch (const std::bad_alloc&) {
    return Progress::finished();
  }
}

Progress Dnp3Session::read(Direction direction, Bytes bytes, Sink& sink) {
  Assembly& assembly = assemblies_[index(direction)];
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (assembly.lost) at = find_start(bytes, at);
    Cursor c{bytes.subspan(at)};
    const LinkHeader link{c};
    const bool short_length = c.ok() && link.start == kStart && link.length < kShortestLength;
    if (c.ok() && (short_length || link.start != kStart || !checksum_holds(bytes.subspan(at, kLinkHeader)))) {
      if (!assembly.lost) sink.event(nullptr, short_length ? event::len_too_small : event::bad_link_crc, direction);
      assembly.lost = true, assembly.open = false;
      ++at;
      continue;
    }
    if (!c.ok() || link.frame_size() > bytes.size() - at) {
      if (!datagrams_) return Progress::need_more(at);
      if (at < bytes.size()) sink.event(nullptr, event::len_too_small, direction);
      return Progress::ok(bytes.size());
    }
    assembly.lost = false;
    frame(direction, link, bytes.subspan(at + kLinkHeader, link.frame_size() - kLinkHeader), sink);
    at += link.frame_size();
  }
  return Progress::ok(at);
}

bool Dnp3Session::gap(Direction direction, std::uint64_t, Sink&) noexcept {
  assemblies_[index(direction)].open = false;
  assemblies_[index(direction)].lost = true;
  return true;
}

// User data without the checksums of its blocks.
void Dnp3Session::frame(Direction direction, const LinkHeader& link, Bytes blocks, Sink& sink) {
  if (!link.has_user_data()) return;
  if (link.user_data() == 0) return sink.event(nullptr, event::len_too_small, direction);
  std::array<std::uint8_t, 256> data;
  std::size_t size = 0;
  while (!blocks.empty()) {
    const std::size_t whole = std::min(blocks.size(), kBlock + kChecksum);
    const Bytes block = blocks.first(whole);
    if (!checksum_holds(block)) {
      assemblies_[index(direction)].open = false;
      return sink.event(nullptr, event::bad_transport_crc, direction);
    }
    std::ranges::copy(block.first(whole - kChecksum), data.begin() + static_cast<std::ptrdiff_t>(size));
    size += whole - kChecksum;
    blocks = blocks.subspan(whole);
  }
  segment(direction, link, {data.data(), size}, sink);
}

void Dnp3Session::segment(Direction direction, const LinkHeader& link, Bytes data, Sink& sink) {
  Assembly& assembly = assemblies_[index(direction)];
  const std::uint8_t transport = data[0];
  if ((transport & kFirst) != 0) {
    assembly.bytes.clear();
    assembly.link = link;
    assembly.open = true;
  } else if (!assembly.open || (transport & kSequence) != assembly.next_sequence) {
    // 8.2.1.3: a segment out of sequence ends the fragment, whose rest is discarded.
    assembly.open = false;
    return;
  }
  assembly.next_sequence = (transport + 1) & kSequence;
  if (assembly.bytes.size() + data.size() > kMaxFragment) {
    assembly.open = false;
    return sink.event(nullptr, event::too_long_reassembly, direction);
  }
  assembly.bytes.insert(assembly.bytes.end(), data.begin() + 1, data.end());
  if ((transport & kFinal) == 0) return;
  assembly.open = false;
  fragment(direction, assembly, sink);
}

void Dnp3Session::fragment(Direction direction, Assembly& assembly, Sink& sink) {
  Cursor c{assembly.bytes};
  Dnp3Transaction tx;
  tx.protocol = &protocol;
  tx.link = assembly.link;
  tx.header = ApplicationHeader{c};
  if (!c.ok()) return sink.event(nullptr, event::len_too_small, direction);
  tx.id = transactions_++;
  tx.data = assembly.bytes;
  tx.objects = c.rest();
  check_objects(tx, direction, sink);
  const bool logged = is_logged(tx, direction, sink);
  tx.stage[index(direction)] = kComplete;
  sink.update(tx, direction);
  // Both are written as of the flow: the client is the source.
  if (logged) sink.log(tx, Direction::to_server);
  sink.close(tx);
}

// Whether the log wants it: not a request that comes after too many without a response.
bool Dnp3Session::is_logged(Dnp3Transaction& tx, Direction direction, Sink& sink) noexcept {
  // A confirmation says nothing that the log would want.
  if (tx.header.function == code::confirm) return false;
  if (tx.header.is_response()) {
    if (tx.header.function != code::unsolicited_response) unanswered_ = 0;
    return true;
  }
  if (unanswered_ > kMaxUnanswered) return false;
  if (++unanswered_ > kMaxUnanswered) sink.event(&tx, event::flooded, direction);
  return true;
}

}  // namespace gatehouse::proto::dnp3
