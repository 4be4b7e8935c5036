// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/amqp/session.hpp"

#include <algorithm>

#include "proto/amqp/amqp.hpp"

namespace gatehouse::proto::amqp {
namespace {

constexpr std::size_t kFrameHead9 = 7, kFrameHead1 = 8;
constexpr std::uint8_t kMethod = 1, kHeader = 2, kBody = 3, kHeartbeat = 8;
constexpr std::uint8_t kFrameEnd = 0xce;

}  // namespace

Progress AmqpSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  sink_ = &sink;
  std::uint64_t& skip = skip_[index(direction)];
  std::size_t at = 0;
  while (at < bytes.size()) {
    const auto passed = static_cast<std::size_t>(std::min<std::uint64_t>(skip, bytes.size() - at));
    skip -= passed, at += passed;
    if (at == bytes.size()) break;
    std::size_t used = 0;
    const Step result = step(direction, bytes.subspan(at), used);
    at += used;
    switch (result) {
      case Step::done:
        break;
      case Step::need_more:
        return Progress::need_more(at);
      case Step::changed:
        sink.change_protocol("tls");
        return Progress::ok(at);
      case Step::finished:
        return Progress::finished(at);
      case Step::malformed:
        event(kMalformedFrame, direction);
        return Progress::malformed();
    }
  }
  return Progress::ok(at);
}

bool AmqpSession::gap(Direction direction, std::uint64_t missing, Sink&) noexcept {
  std::uint64_t& skip = skip_[index(direction)];
  if (missing > skip) return false;
  skip -= missing;
  return true;
}

AmqpSession::Step AmqpSession::step(Direction direction, Bytes bytes, std::size_t& used) {
  if (bytes[0] == 'A') return protocol_header(direction, bytes, used);
  return is_1_0_ ? frame_1_0(direction, bytes, used) : frame_0_9_1(direction, bytes, used);
}

AmqpSession::Step AmqpSession::protocol_header(Direction direction, Bytes bytes, std::size_t& used) {
  if (bytes.size() < kProtocolHeader) return Step::need_more;
  if (!starts_with(bytes, "AMQP")) return Step::malformed;
  used = kProtocolHeader;
  Cursor c{bytes};
  const ProtocolHeader header{c};
  is_1_0_ = header.is_1_0();
  // A server that will not speak the client's version says its own, and goes.
  if (!is_1_0_ && !header.is_0_9_1()) return direction == Direction::to_client ? Step::finished : Step::done;
  return header.is_tls() && direction == Direction::to_client ? Step::changed : Step::done;
}

// 0-9-1, 4.2.3: type, channel, size, payload, end.
AmqpSession::Step AmqpSession::frame_0_9_1(Direction direction, Bytes bytes, std::size_t& used) {
  if (bytes.size() < kFrameHead9) return Step::need_more;
  Cursor c{bytes};
  const std::uint8_t type = c.u8();
  AmqpTransaction tx;
  tx.channel = c.u16();
  const std::uint32_t size = c.u32();
  if (size > kLongestFrame || (type != kMethod && type != kHeader && type != kBody && type != kHeartbeat))
    return Step::malformed;
  if (type != kMethod) {  // content passes
    used = kFrameHead9;
    skip_[index(direction)] = std::uint64_t{size} + 1;
    return Step::done;
  }
  const std::size_t wanted = std::min<std::size_t>(size + 1, kWindow);
  if (bytes.size() - kFrameHead9 < wanted) return Step::need_more;
  used = kFrameHead9 + wanted;
  skip_[index(direction)] = size + 1 - wanted;
  const bool cut = wanted <= size;
  if (cut)
    event(kFrameTooLong, direction);
  else if (bytes[used - 1] != kFrameEnd)
    return Step::malformed;
  Cursor method{bytes.subspan(kFrameHead9, cut ? wanted : size)};
  const bool whole = read_method(method, tx.message);
  if (!whole && !cut) return Step::malformed;
  tell(direction, tx);
  return Step::done;
}

// 1.0, part 2, 2.3: size, where the body begins, type, channel.
AmqpSession::Step AmqpSession::frame_1_0(Direction direction, Bytes bytes, std::size_t& used) {
  if (bytes.size() < kFrameHead1) return Step::need_more;
  Cursor c{bytes};
  const std::uint32_t size = c.u32();
  const std::uint8_t offset = c.u8(), type = c.u8();
  AmqpTransaction tx;
  tx.is_1_0 = true;
  tx.channel = c.u16();
  const std::size_t begin = 4 * std::size_t{offset};
  if (size < kFrameHead1 || size > kLongestFrame || begin < kFrameHead1 || begin > size || type > 1)
    return Step::malformed;
  // Of a transfer the performative comes first; the rest is its content.
  const std::size_t wanted = std::min<std::size_t>(size, kWindow);
  if (bytes.size() < wanted) return Step::need_more;
  used = wanted;
  skip_[index(direction)] = size - wanted;
  if (begin == size) return Step::done;  // keeps the connection
  if (begin >= wanted) return Step::malformed;
  Cursor body{bytes.subspan(begin, wanted - begin)};
  if (!read_performative(body, tx.message)) {
    if (wanted == size) return Step::malformed;
    event(kFrameTooLong, direction);
    return Step::done;
  }
  tell(direction, tx);
  return Step::done;
}

void AmqpSession::tell(Direction direction, AmqpTransaction& tx) {
  tx.protocol = &amqp::protocol;
  tx.id = next_id_++;
  tx.stage[index(direction)] = 1;
  sink_->update(tx, direction);
  if (!tx.message.name.empty() && !tx.message.quiet) sink_->log(tx, direction);
  sink_->close(tx);
}

void AmqpSession::event(Event row, Direction direction) noexcept {
  const std::uint64_t bit = 1ull << row;
  if (session_events_ & bit) return;
  session_events_ |= bit;
  sink_->event(nullptr, row, direction);
}

}  // namespace gatehouse::proto::amqp
