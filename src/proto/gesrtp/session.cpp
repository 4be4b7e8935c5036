// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/gesrtp/session.hpp"

#include <utility>

#include "proto/gesrtp/gesrtp.hpp"

namespace gatehouse::proto::gesrtp {

std::size_t SrtpSession::measure(Bytes bytes) const noexcept {
  if (bytes[0] > packet::response) return kNoFrame;
  Cursor c{bytes};
  const Packet p{c};
  if (!c.ok()) return kMoreNeeded;
  return p.plausible() ? kHeader + p.text_size : kNoFrame;
}

void SrtpSession::frame(Direction direction, Bytes bytes, bool, Sink& sink) noexcept {
  SrtpTransaction tx;
  tx.protocol = &protocol;
  tx.id = frames_++;
  Cursor c{bytes};
  tx.packet = Packet{c};
  if (tx.packet.is_request()) {
    tx.service = find_service(tx.packet.service);
    asked_[next_++ % asked_.size()] = {tx.packet.mailbox_sequence, tx.service};
    if (tx.service == nullptr) sink.event(&tx, event::unknown_service, direction);
  }
  if (tx.packet.is_response())
    for (Asked& asked : asked_)
      if (asked.service != nullptr && asked.sequence == tx.packet.mailbox_sequence) {
        tx.service = std::exchange(asked.service, nullptr);
        break;
      }
  tx.stage[index(direction)] = 1;
  sink.update(tx, direction);
  sink.log(tx, direction);
  sink.close(tx);
}

industrial::Access access_of(const SrtpTransaction& tx) noexcept {
  return tx.service == nullptr ? industrial::Access::other : tx.service->access;
}

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const SrtpTransaction&>(transaction);
  const Packet& p = tx.packet;
  json.open_object("gesrtp");
  json.member("type", name_of(kPackets, p.type));
  if (p.type >= packet::request) json.member("sequence", p.sequence);
  if (tx.service != nullptr) json.member("service", tx.service->name);
  if (p.is_request() && tx.service == nullptr) json.member("service", p.service);
  if (p.type >= packet::request) json.member("access", to_text(access_of(tx)));
  if (p.is_request() && tx.service != nullptr && tx.service->has_range) {
    const std::string_view area = name_of(kAreas, p.selector);
    area.empty() ? json.member("area", p.selector) : json.member("area", area);
    json.member("address", p.offset);
    json.member("count", p.length);
  }
  if (p.is_response()) {
    json.member("refused", p.mailbox_type == mailbox::refused);
    json.member("major_status", p.major);
    json.member("minor_status", p.minor);
    json.member("privilege", p.privilege);
  }
  json.close_object();
}

}  // namespace gatehouse::proto::gesrtp
