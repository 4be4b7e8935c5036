// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rpc/session.hpp"

#include <algorithm>
#include <new>

namespace gatehouse::proto::rpc {

constinit const std::array<EventSpec, kEventCount> kEvents{{
    {"malformed_message", "a message that is shorter than what it says it holds, or no message"},
    {"message_too_long", "a message of more than 64 KiB; the session is given up"},
    {"too_many_transactions", "64 calls wait for their replies; the oldest was given up"},
}};

Progress RpcSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  sink_ = &sink;
  std::size_t at = 0;
  try {
    if (datagrams_) {
      if (!message(direction, bytes)) event(kMalformedMessage, direction);
      return Progress::ok(bytes.size());
    }
    auto& kept = kept_[index(direction)];
    while (at < bytes.size()) {
      std::size_t used = 0;
      sunrpc::Records::Piece piece;
      const auto outcome = records_[index(direction)].next(bytes.subspan(at), used, piece);
      if (outcome == sunrpc::Records::Outcome::need_more) return Progress::need_more(at);
      at += used;
      if (outcome == sunrpc::Records::Outcome::malformed) {
        event(kMalformedMessage, direction);
        return Progress::malformed();
      }
      const bool whole = piece.ends && kept.empty();
      if (!whole && !keep(direction, piece.bytes)) return Progress::malformed();
      if (!piece.ends) continue;
      if (!message(direction, whole ? piece.bytes : Bytes{kept})) event(kMalformedMessage, direction);
      kept.clear();
    }
  } catch (const std::bad_alloc&) {
    return Progress::malformed();
  }
  return Progress::ok(at);
}

bool RpcSession::keep(Direction direction, Bytes bytes) {
  auto& kept = kept_[index(direction)];
  if (kept.size() + bytes.size() > kMaxMessage) {
    event(kMessageTooLong, direction);
    return false;
  }
  kept.insert(kept.end(), bytes.begin(), bytes.end());
  return true;
}

void RpcSession::end(Direction direction, Sink& sink) noexcept {
  sink_ = &sink;
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  while (!waiting_.empty()) complete(waiting_.front());
}

bool RpcSession::message(Direction direction, Bytes bytes) {
  Cursor c{bytes};
  const sunrpc::Head head{c};
  if (!c.ok()) return false;
  if (head.is_call()) return direction == Direction::to_client || call(head.xid, c);
  return head.is_reply() && (direction == Direction::to_server || reply(head.xid, c));
}

bool RpcSession::call(std::uint32_t xid, Cursor& c) {
  const sunrpc::Call call{c};
  if (!c.ok() || call.rpc_version != sunrpc::kVersion) return false;
  if (call.program != program_.number) return true;
  // RFC 5531, 9: a client that has no reply asks again with the same xid.
  if (std::ranges::find(waiting_, xid, &RpcTransaction::xid) != waiting_.end()) return true;
  if (waiting_.size() >= kMaxTransactions) {
    event(kTooManyTransactions, Direction::to_server, &waiting_.front());
    complete(waiting_.front());
  }
  RpcTransaction& tx = waiting_.emplace_back(memory_);
  tx.protocol = program_.protocol;
  tx.id = next_id_++;
  tx.xid = xid;
  tx.version = call.version;
  tx.procedure = call.procedure;
  if (call.credential.flavor == static_cast<std::uint32_t>(sunrpc::Flavor::system)) {
    Cursor credential{call.credential.body};
    const sunrpc::SystemCredential who{credential};
    tx.has_user = credential.ok();
    if (tx.has_user) tx.machine = as_text(who.machine), tx.uid = who.uid, tx.gid = who.gid;
  }
  const bool known = tx.version >= program_.lowest && tx.version <= program_.highest;
  if (known && sunrpc::protection_of(call) == sunrpc::Protection::none) program_.read_call(c, tx);
  tx.stage[index(Direction::to_server)] = kComplete;
  sink_->update(tx, Direction::to_server);
  return c.ok();
}

bool RpcSession::reply(std::uint32_t xid, Cursor& c) {
  const auto asked = std::ranges::find(waiting_, xid, &RpcTransaction::xid);
  if (asked == waiting_.end()) return true;
  const sunrpc::Reply reply{c};
  asked->answered = c.ok();
  asked->accepted = reply.successful();
  if (reply.successful() && c.ok()) program_.read_results(c, *asked);
  complete(*asked);
  return c.ok();
}

void RpcSession::complete(RpcTransaction& tx) noexcept {
  tx.stage = {kComplete, kComplete};
  sink_->update(tx, Direction::to_client);
  sink_->log(tx, Direction::to_server);
  sink_->close(tx);
  waiting_.erase(std::ranges::find_if(waiting_, [&](const RpcTransaction& other) { return &other == &tx; }));
}

void RpcSession::event(Event row, Direction direction, Transaction* tx) noexcept {
  const std::uint64_t bit = 1ull << row;
  if ((tx != nullptr ? tx->events : session_events_) & bit) return;
  if (tx == nullptr) session_events_ |= bit;
  sink_->event(tx, row, direction);
}

Probe probe_datagram(const Program& program, Direction direction, Bytes bytes) noexcept {
  if (direction == Direction::to_client) return Probe::no;
  switch (sunrpc::looks_like_call(bytes, program.number, program.lowest, program.highest, program.last_procedure)) {
    case sunrpc::Looks::yes:
      return Probe::yes;
    case sunrpc::Looks::need_more:
      return Probe::need_more;
    case sunrpc::Looks::no:
      break;
  }
  return Probe::no;
}

Probe probe_stream(const Program& program, Direction direction, Bytes bytes) noexcept {
  Cursor c{bytes};
  const std::uint32_t mark = c.u32();
  if (direction == Direction::to_client) return Probe::no;
  if (!c.ok()) return Probe::need_more;
  if (sunrpc::fragment_size(mark) > RpcSession::kMaxMessage) return Probe::no;
  return probe_datagram(program, direction, c.rest());
}

}  // namespace gatehouse::proto::rpc
