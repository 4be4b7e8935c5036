// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dcerpc/datagram_session.hpp"

namespace gatehouse::proto::dcerpc {

Progress DatagramSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  Cursor c{bytes};
  const DatagramHeader header{c};
  if (!c.ok() || !header.plausible(bytes.size())) {
    sink.event(nullptr, malformed_header, direction);
    return Progress::malformed();
  }
  take(direction, header, c.take(header.length), sink);
  return Progress::ok(bytes.size());
}

void DatagramSession::end(Direction direction, Sink& sink) noexcept {
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  while (oldest_ != nullptr) finish(*oldest_, sink);
}

void DatagramSession::take(Direction direction, const DatagramHeader& header, Bytes body, Sink& sink) {
  const auto type = static_cast<Type>(header.type);
  const bool answer = type == Type::response || type == Type::fault || type == Type::reject;
  if (type != Type::request && !answer) return;  // acknowledgements, questions for a call's state
  DcerpcTransaction* tx = find(header);
  // C706, 9.5.3: servers may answer from a port of their own, so an answer here need not have had its question here.
  if (tx == nullptr) {
    if (over_ && header.activity == over_activity_ && header.sequence == over_sequence_) return;  // sent again
    tx = &begin(header, direction, sink);
  }
  Call::Half& half = answer ? tx->call.response : tx->call.request;
  std::uint16_t& wanted = tx->next_fragment[answer ? 1 : 0];
  if (half.complete || header.fragment < wanted) return;  // sent again
  if (header.fragment > wanted) {
    sink.event(tx, malformed_data, direction);  // a hole: the call is told of as far as it went
    return;
  }
  ++wanted;
  half.type = type;
  tx->call.add_stub(half, body, header.last());
  if (type != Type::response && answer) {
    Numbers n{body, header.little()};
    tx->call.fault = n.u32();
    half.complete = true;
  }
  if (!half.complete) return;
  if (!look(*tx, answer, header.little())) sink.event(tx, malformed_data, direction);
  tell(*tx, half, direction, header.little(), sink);
  constexpr std::uint8_t kMaybe = 0x10;  // C706, 12.5.1.3: no answer is wanted
  if (answer || (header.flags1 & kMaybe) != 0) finish(*tx, sink);
}

void DatagramSession::tell(DcerpcTransaction& tx, const Call::Half& half, Direction direction, bool little,
                           Sink& sink) {
  if (half.cut) sink.event(&tx, stub_data_too_long, direction);
  tx.call.map_endpoint(half, little);
  tx.stage[index(direction)] = 1;
  sink.update(tx, direction);
  tx.call.release_stubs();
}

DcerpcTransaction* DatagramSession::find(const DatagramHeader& header) noexcept {
  for (DcerpcTransaction* tx = oldest_; tx != nullptr; tx = tx->next)
    if (tx->sequence == header.sequence && tx->activity == header.activity) return tx;
  return nullptr;
}

DcerpcTransaction& DatagramSession::begin(const DatagramHeader& header, Direction direction, Sink& sink) {
  if (open_ >= kMaxDatagramCalls) {
    sink.event(oldest_, too_many_calls, direction);
    finish(*oldest_, sink);
  }
  DcerpcTransaction* const tx = make(header.sequence);
  tx->protocol = spec_;
  tx->id = calls_++;
  tx->datagrams = true;
  tx->object = header.object;
  tx->activity = header.activity;
  tx->sequence = header.sequence;
  tx->call.opnum = header.opnum;
  constexpr unsigned kMinor = 16;  // C706, 12.5.2.8: the major version is the low half
  tx->call.interfaces.push_back(make_interface(header.interface, static_cast<std::uint16_t>(header.interface_version),
                                               static_cast<std::uint16_t>(header.interface_version >> kMinor), 0));
  DcerpcTransaction** last = &oldest_;
  while (*last != nullptr) last = &(*last)->next;
  *last = tx;
  ++open_;
  return *tx;
}

void DatagramSession::finish(DcerpcTransaction& tx, Sink& sink) noexcept {
  DcerpcTransaction** at = &oldest_;
  while (*at != &tx) at = &(*at)->next;
  *at = tx.next;
  --open_;
  over_ = true;
  over_activity_ = tx.activity;
  over_sequence_ = tx.sequence;
  sink.log(tx, Direction::to_server);
  sink.close(tx);
  destroy(&tx);
}

void DatagramSession::clear() noexcept {
  while (oldest_ != nullptr) {
    DcerpcTransaction* const tx = oldest_;
    oldest_ = tx->next;
    destroy(tx);
  }
}

}  // namespace gatehouse::proto::dcerpc
