// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tpkt/session.hpp"

#include <algorithm>
#include <new>

#include "proto/tpkt/tpkt.hpp"

namespace gatehouse::proto::tpkt {
namespace {

// X.224, 13.3.4: the parameters of a connection request behind references and class.
Selectors read_selectors(const Unit& unit) noexcept {
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

Progress UnitSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  try {
    return read(direction, bytes, sink);
  } catch (const std::bad_alloc&) {
    return Progress::finished();
  }
}

Progress UnitSession::read(Direction direction, Bytes bytes, Sink& sink) {
  Pending& unit = units_[index(direction)];
  std::size_t at = 0;
  while (at < bytes.size()) {
    Cursor c{bytes.subspan(at)};
    const Header header{c};
    if (!c.ok() && !unit.lost) return Progress::need_more(at);
    if (!c.ok() || !header.plausible()) {
      if (unit.lost) return Progress::ok(bytes.size());
      sink.event(nullptr, event::malformed_packet, direction);
      return Progress::malformed();
    }
    if (header.length > bytes.size() - at) return Progress::need_more(at);
    unit.lost = false;
    packet(direction, bytes.subspan(at, header.length).subspan(kHeader), sink);
    at += header.length;
  }
  return Progress::ok(at);
}

// The next bytes are believed where they begin like a packet.
bool UnitSession::gap(Direction direction, std::uint64_t, Sink&) noexcept {
  units_[index(direction)].lost = true;
  units_[index(direction)].bytes.clear();
  return true;
}

void UnitSession::packet(Direction direction, Bytes bytes, Sink& sink) {
  Cursor c{bytes};
  const tpkt::Unit packet{c};
  if (!c.ok()) return sink.event(nullptr, event::malformed_message, direction);
  if (packet.type() == Type::connection_request) selectors_ = read_selectors(packet);
  if (packet.type() != Type::data) return;
  Pending& unit = units_[index(direction)];
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

Probe probe_first_unit(Bytes bytes, Probe (*look)(Bytes data, bool whole)) noexcept {
  constexpr std::size_t kDataHeader = 3;       // indicator, code, number and end mark
  constexpr std::uint8_t kFixedOfConnect = 6;  // code, references, class
  while (true) {
    Cursor c{bytes};
    const Header header{c};
    if ((!bytes.empty() && bytes[0] != 3) || (bytes.size() > 1 && bytes[1] != 0)) return Probe::no;
    if (!c.ok()) return Probe::need_more;
    if (!header.plausible()) return Probe::no;
    const std::uint8_t indicator = c.u8(), code = c.u8();
    if (!c.ok()) return Probe::need_more;
    const auto type = static_cast<Type>(code & 0xf0);
    if (type == Type::connection_request || type == Type::connection_confirm) {
      if (indicator < kFixedOfConnect || header.length != kHeader + 1u + indicator) return Probe::no;
      if (bytes.size() <= header.length) return Probe::need_more;
      bytes = bytes.subspan(header.length);
      continue;
    }
    if (type != Type::data || indicator != kDataHeader - 1 || header.length <= kHeader + kDataHeader) return Probe::no;
    const Bytes packet = bytes.first(std::min<std::size_t>(bytes.size(), header.length));
    if (packet.size() <= kHeader + kDataHeader) return Probe::need_more;
    return look(packet.subspan(kHeader + kDataHeader), packet.size() == header.length);
  }
}

}  // namespace gatehouse::proto::tpkt
