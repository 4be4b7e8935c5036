// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/s7comm/transport.hpp"

#include <new>

#include "proto/tpkt/tpkt.hpp"

namespace gatehouse::proto::s7comm {
namespace {

// X.224, 13.3.4: the parameters of a connection request behind references and class.
Selectors read_selectors(const tpkt::Unit& unit) noexcept {
  constexpr std::uint8_t kCalling = 0xc1, kCalled = 0xc2;
  Selectors selectors;
  Cursor c{unit.fixed_and_variable};
  c.skip(5);
  while (c.ok() && !c.empty()) {
    const std::uint8_t code = c.u8();
    Cursor value = c.sub(c.u8());
    if (value.whole().size() != 2) continue;
    if (code == kCalling) selectors.calling = value.u16();
    if (code == kCalled) selectors.called = value.u16();
  }
  return selectors;
}

}  // namespace

constinit const std::array<EventSpec, 3> kEvents{
    EventSpec{"malformed_packet", "bytes that are no transport packet; the session is given up"},
    EventSpec{"malformed_message", "a message is not what its header says"},
    EventSpec{"unit_too_long", "a message of more packets than are put together"},
};

Progress TransportSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  try {
    return read(direction, bytes, sink);
  } catch (const std::bad_alloc&) {
    return Progress::finished();
  }
}

Progress TransportSession::read(Direction direction, Bytes bytes, Sink& sink) {
  Unit& unit = units_[index(direction)];
  std::size_t at = 0;
  while (at < bytes.size()) {
    Cursor c{bytes.subspan(at)};
    const tpkt::Header header{c};
    if (!c.ok() && !unit.lost) return Progress::need_more(at);
    if (!c.ok() || !header.plausible()) {
      if (unit.lost) return Progress::ok(bytes.size());
      sink.event(nullptr, event::malformed_packet, direction);
      return Progress::malformed();
    }
    if (header.length > bytes.size() - at) return Progress::need_more(at);
    unit.lost = false;
    packet(direction, bytes.subspan(at, header.length).subspan(tpkt::kHeader), sink);
    at += header.length;
  }
  return Progress::ok(at);
}

// The next bytes are believed where they begin like a packet.
bool TransportSession::gap(Direction direction, std::uint64_t, Sink&) noexcept {
  units_[index(direction)].lost = true;
  units_[index(direction)].bytes.clear();
  return true;
}

void TransportSession::packet(Direction direction, Bytes bytes, Sink& sink) {
  Cursor c{bytes};
  const tpkt::Unit packet{c};
  if (!c.ok()) return sink.event(nullptr, event::malformed_message, direction);
  if (packet.type() == tpkt::Type::connection_request) selectors_ = read_selectors(packet);
  if (packet.type() != tpkt::Type::data) return;
  Unit& unit = units_[index(direction)];
  if (unit.bytes.size() + packet.data.size() > kMaxUnit) {
    if (!unit.dropped) sink.event(nullptr, event::unit_too_long, direction);
    unit.dropped = true;
  }
  if (!packet.end_of_unit() || !unit.bytes.empty())
    if (!unit.dropped) unit.bytes.insert(unit.bytes.end(), packet.data.begin(), packet.data.end());
  if (!packet.end_of_unit()) return;
  const Bytes whole = unit.bytes.empty() ? packet.data : Bytes{unit.bytes};
  if (!unit.dropped && !whole.empty()) this->unit(direction, whole, sink);
  unit.bytes.clear();
  unit.dropped = false;
}

Probe probe_units(Bytes bytes, std::uint8_t first, bool (*is_message)(Bytes)) noexcept {
  while (true) {
    Cursor c{bytes};
    const tpkt::Header header{c};
    if ((!bytes.empty() && bytes[0] != 3) || (bytes.size() > 1 && bytes[1] != 0)) return Probe::no;
    if (!c.ok()) return Probe::need_more;
    if (!header.plausible()) return Probe::no;
    Cursor inner{bytes.subspan(tpkt::kHeader)};
    if (inner.remaining() < 2) return Probe::need_more;
    const std::uint8_t indicator = inner.u8(), code = inner.u8();
    const bool connects = (code & 0xf0) == static_cast<std::uint8_t>(tpkt::Type::connection_request) ||
                          (code & 0xf0) == static_cast<std::uint8_t>(tpkt::Type::connection_confirm);
    if (!connects && (code != static_cast<std::uint8_t>(tpkt::Type::data) || indicator != 2)) return Probe::no;
    if (connects && (indicator < 6 || header.length != tpkt::kHeader + 1u + indicator)) return Probe::no;
    if (!connects) {
      inner.skip(1);
      if (inner.empty()) return inner.ok() && header.length > tpkt::kHeader + 3 ? Probe::need_more : Probe::no;
      if (inner.peek() != first) return Probe::no;
      if (bytes.size() < header.length) return Probe::need_more;
      return is_message(bytes.first(header.length).subspan(inner.position() + tpkt::kHeader)) ? Probe::yes : Probe::no;
    }
    if (bytes.size() <= header.length) return Probe::need_more;
    bytes = bytes.subspan(header.length);
  }
}

}  // namespace gatehouse::proto::s7comm
