// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/stun/session.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::proto::stun {
namespace {

constexpr std::uint8_t kComplete = 1;

// RFC 7983, 7: what the first octet of a datagram says where several protocols share two ports.
bool may_be_stun(std::uint8_t first) noexcept {
  return first < 4;
}
bool is_channel(std::uint8_t first) noexcept {
  return first >= 0x40 && first <= 0x7f;
}
bool is_dtls(Bytes bytes) noexcept {
  return bytes.size() >= 3 && bytes[0] >= 20 && bytes[0] <= 25 && bytes[1] == 0xfe &&
         (bytes[2] == 0xff || bytes[2] == 0xfd);
}

}  // namespace

void EndpointText::set(const Endpoint& endpoint) noexcept {
  size = 0;
  if (endpoint.address.version == 0) return;
  const bool v6 = endpoint.address.version == 6;
  if (v6) room[size++] = '[';
  size += format_ip(endpoint.address, room.data() + size).size();
  if (v6) room[size++] = ']';
  room[size++] = ':';
  const auto end = std::to_chars(room.data() + size, room.data() + room.size(), endpoint.port).ptr;
  size = static_cast<std::size_t>(end - room.data());
}

Progress StunSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  const Progress progress = datagrams_ ? datagram(direction, bytes, sink) : stream(direction, bytes, sink);
  return messages_ >= kMaxMessages || foreign_ >= kMaxForeign ? Progress::finished(progress.consumed) : progress;
}

Progress StunSession::datagram(Direction direction, Bytes bytes, Sink& sink) noexcept {
  if (is_dtls(bytes)) {
    sink.change_protocol("dtls");
    return Progress::ok(0);
  }
  Cursor c{bytes};
  const Header header{c};
  if (!c.ok() || !may_be_stun(bytes[0])) {
    ++foreign_;
    return Progress::ok(bytes.size());
  }
  if (!header.plausible() || header.length != bytes.size() - kHeader) {
    if (header.has_cookie()) {
      sink.event(nullptr, event::malformed_message, direction);
      return Progress::malformed();
    }
    ++foreign_;
    return Progress::ok(bytes.size());
  }
  message(direction, bytes, sink);
  return Progress::ok(bytes.size());
}

// RFC 8489, 6.2.2 and RFC 8656, 12.5: messages one behind the other; over TCP channel data is padded to 4 octets too.
Progress StunSession::stream(Direction direction, Bytes bytes, Sink& sink) noexcept {
  std::size_t& skip = skip_[index(direction)];
  std::size_t used = 0;
  while (used < bytes.size()) {
    const Bytes rest = bytes.subspan(used);
    if (skip > 0) {
      const std::size_t now = std::min(skip, rest.size());
      skip -= now, used += now;
      continue;
    }
    Cursor c{rest};
    if (is_channel(rest[0])) {
      c.skip(2);
      const std::size_t length = c.u16();
      if (!c.ok()) return Progress::need_more(used);
      used += c.position();
      skip = (length + 3) / 4 * 4;
      ++foreign_;
      continue;
    }
    const Header header{c};
    if (!c.ok()) return Progress::need_more(used);
    if (!header.plausible() || !header.has_cookie()) {
      sink.event(nullptr, event::malformed_message, direction);
      return Progress::malformed();
    }
    if (c.remaining() < header.length) return Progress::need_more(used);
    message(direction, rest.first(kHeader + header.length), sink);
    used += kHeader + header.length;
  }
  return Progress::ok(used);
}

// The first message of its kind is worth a line of the log: a call has hundreds of the others.
void StunSession::message(Direction direction, Bytes bytes, Sink& sink) noexcept {
  StunTransaction tx;
  tx.id = messages_++;
  tx.message = read_message(bytes);
  tx.mapped.set(tx.message.mapped);
  tx.relayed.set(tx.message.relayed);
  tx.peer.set(tx.message.peer);
  if (!tx.message.attributes_fit) sink.event(&tx, event::malformed_message, direction);
  if (tx.message.fingerprint_wrong) sink.event(&tx, event::wrong_fingerprint, direction);
  tx.stage[index(direction)] = kComplete;
  sink.update(tx, direction);
  const std::uint32_t bit = 1u << (tx.message.header.method() & 31);
  std::uint32_t& logged = logged_[static_cast<std::size_t>(tx.message.header.kind())];
  if ((logged & bit) == 0) sink.log(tx, direction);
  logged |= bit;
  sink.close(tx);
}

Session* create_stream(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<StunSession>(false);
}
Session* create_datagrams(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<StunSession>(true);
}

}  // namespace gatehouse::proto::stun
