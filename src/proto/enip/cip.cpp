// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/enip/cip.hpp"

namespace gatehouse::proto::enip {

// CIP Volume 1, C-1.4.2: three bits of type, two of format.
void Path::logical(std::uint8_t type, Segment& segment) noexcept {
  constexpr std::uint8_t kSpecial = 0x34, kKey = 0x34;
  constexpr std::size_t kKeyTable = 8;
  if ((type & 0xfc) == kSpecial) {  // an electronic key: format and what the device must be
    if (type == kKey && c_.u8() == 4)
      c_.skip(kKeyTable);
    else
      c_.fail();
    return;
  }
  constexpr std::array kKinds{
      SegmentKind::object_class, SegmentKind::instance, SegmentKind::member, SegmentKind::connection_point,
      SegmentKind::attribute,    SegmentKind::other,    SegmentKind::other,  SegmentKind::other};
  segment.kind = kKinds[type >> 2 & 7];
  switch (type & 3) {
    case 0:
      segment.value = c_.u8();
      break;
    case 1:
      c_.skip(1);
      segment.value = c_.le16();
      break;
    case 2:
      c_.skip(1);
      segment.value = c_.le32();
      break;
    default:
      c_.fail();
  }
}

// C-1.4.1: the way through another device.
void Path::port(std::uint8_t type) noexcept {
  constexpr std::uint8_t kExtendedLink = 0x10, kExtendedPort = 0x0f;
  const std::size_t link = (type & kExtendedLink) != 0 ? c_.u8() : 1u;
  if ((type & 0x0f) == kExtendedPort) c_.skip(2);
  c_.skip(link);
  if ((type & kExtendedLink) != 0 && link % 2 != 0) c_.skip(1);
}

bool Path::next(Segment& segment) noexcept {
  if (c_.empty() || !c_.ok()) return false;
  constexpr std::uint8_t kSimpleData = 0x80, kSymbol = 0x91;
  segment = {SegmentKind::other, 0, {}};
  const std::uint8_t type = c_.u8();
  if ((type & 0xe0) == 0x20) {
    logical(type, segment);
  } else if ((type & 0xe0) == 0) {
    port(type);
  } else if (type == kSymbol) {
    segment.kind = SegmentKind::symbol;
    segment.symbol = c_.take(c_.u8());
    if (segment.symbol.size() % 2 != 0) c_.skip(1);
  } else if (type == kSimpleData) {
    c_.skip(c_.u8() * 2u);
  } else {
    c_.fail();
  }
  return c_.ok();
}

std::uint32_t Cip::find(SegmentKind kind) const noexcept {
  std::uint32_t found = kNone;
  Path segments{path};
  for (Segment segment; segments.next(segment);)
    if (segment.kind == kind) found = segment.value;
  return found;
}

bool read_cip(Bytes bytes, Cip& cip) noexcept {
  constexpr std::uint8_t kResponse = 0x80;
  Cursor c{bytes};
  cip = {};
  const std::uint8_t first = c.u8();
  cip.service = first & 0x7f;
  cip.response = (first & kResponse) != 0;
  if (cip.response) {
    c.skip(1);
    cip.status = c.u8();
    cip.extended = c.take(c.u8() * 2u);
  } else {
    cip.path = c.take(c.u8() * 2u);
  }
  cip.data = c.take(c.remaining());
  return c.ok();
}

void CipMessages::push(const Level& level) noexcept {
  if (depth_ == kDeepest)
    incomplete_ = true;
  else
    levels_[depth_++] = level;
}

// CIP Volume 1, A-4.10 and 3-5.5.4.
void CipMessages::step_inside(const Cip& cip) noexcept {
  if (cip.service == service::multiple) {
    if (cip.response && cip.data.empty()) return;  // refused as a whole
    Cursor c{cip.data};
    push({cip.data, c.le16(), 0, true});
    if (!c.ok()) incomplete_ = true;
  } else if (cip.service == service::unconnected_send && !cip.response && cip.for_connection_manager()) {
    Cursor c{cip.data};
    c.skip(2);  // how long it may take
    const Bytes inner = c.take(c.le16());
    if (c.ok())
      push({inner, 1, 0, false});
    else
      incomplete_ = true;
  }
}

bool CipMessages::next(Cip& cip) noexcept {
  while (depth_ > 0) {
    Level& level = levels_[depth_ - 1];
    if (level.done == level.count) {
      --depth_;
      continue;
    }
    if (total_ == kMost) {
      incomplete_ = true;
      return false;
    }
    Bytes bytes = level.bytes;
    if (level.offsets) {
      // From one offset up to the next; the last message reaches to the end.
      Cursor c{level.bytes};
      c.skip(2 + level.done * std::size_t{2});
      const std::size_t begin = c.le16();
      const std::size_t end = level.done + 1 < level.count ? c.le16() : level.bytes.size();
      if (!c.ok() || begin > end || end > level.bytes.size()) {
        incomplete_ = true;
        --depth_;
        continue;
      }
      bytes = level.bytes.subspan(begin, end - begin);
    }
    ++level.done;
    ++total_;
    if (!read_cip(bytes, cip)) {
      incomplete_ = true;
      continue;
    }
    step_inside(cip);
    return true;
  }
  return false;
}

}  // namespace gatehouse::proto::enip
