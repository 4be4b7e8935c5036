// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/iec104/session.hpp"

#include "proto/iec104/iec104.hpp"
#include "proto/iec104/types.hpp"

namespace gatehouse::proto::iec104 {
namespace {

constexpr std::uint8_t kComplete = 1;

}  // namespace

Progress Iec104Session::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  std::size_t at = 0;
  while (at < bytes.size()) {
    Cursor c{bytes.subspan(at)};
    const Frame frame{c};
    if (!c.ok() && (bytes[at] == kStart || !lost_[index(direction)])) {
      if (bytes[at] == kStart) return Progress::need_more(at);
    } else if (frame.plausible()) {
      const std::size_t size = kPrefix + frame.length;
      if (size > bytes.size() - at) return Progress::need_more(at);
      lost_[index(direction)] = false;
      this->frame(direction, frame, bytes.subspan(at, size).subspan(kPrefix + kShortest), sink);
      at += size;
      continue;
    }
    if (lost_[index(direction)]) return Progress::ok(bytes.size());
    sink.event(nullptr, event::malformed_frame, direction);
    return Progress::malformed();
  }
  return Progress::ok(at);
}

// The next bytes are believed where they begin like a frame.
bool Iec104Session::gap(Direction direction, std::uint64_t, Sink&) noexcept {
  lost_[index(direction)] = true;
  numbered_[index(direction)] = false;
  return true;
}

void Iec104Session::frame(Direction direction, const Frame& frame, Bytes body, Sink& sink) noexcept {
  if (frame.format() == Format::supervisory) return;
  const bool keeps_alive = frame.control() == kTest || frame.control() == kTestConfirmed;
  if (frame.format() == Format::unnumbered && keeps_alive) return;
  Iec104Transaction tx;
  tx.protocol = &protocol;
  tx.id = transactions_++;
  tx.frame = frame;
  if (tx.has_asdu()) {
    Cursor c{body};
    tx.asdu = Asdu{c};
    check_number(tx, direction, sink);
    if (!c.ok())
      sink.event(&tx, event::malformed_asdu, direction);
    else if (find_type(tx.asdu.type) == nullptr)
      sink.event(&tx, event::unknown_type, direction);
    else if (!tx.asdu.fits(tx.asdu.objects.size()))
      sink.event(&tx, event::malformed_asdu, direction);
  }
  tx.stage[index(direction)] = kComplete;
  sink.update(tx, direction);
  sink.log(tx, direction);
  sink.close(tx);
}

// IEC 60870-5-104, 5.1: each end numbers what it sends. A frame that someone slipped in counts twice.
void Iec104Session::check_number(Iec104Transaction& tx, Direction direction, Sink& sink) noexcept {
  const std::size_t i = index(direction);
  const std::uint16_t number = tx.frame.send_number();
  if (numbered_[i] && number != next_number_[i]) sink.event(&tx, event::sequence_error, direction);
  numbered_[i] = true;
  next_number_[i] = (number + 1) & 0x7fff;
}

}  // namespace gatehouse::proto::iec104
