// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dcerpc/session.hpp"

#include <algorithm>

#include "proto/dcerpc/dcerpc.hpp"

namespace gatehouse::proto::dcerpc {
namespace {

constexpr auto kToServer = Direction::to_server;

bool is_answer(Type type) noexcept {
  return type == Type::response || type == Type::fault || type == Type::bind_nak || is_bind_answer(type);
}
// Units that neither ask nor answer: they cancel, end, or keep the transport going.
bool is_aside(Type type) noexcept {
  return type == Type::shutdown || type == Type::co_cancel || type == Type::orphaned || type == Type::rts;
}

}  // namespace

Progress DcerpcSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  const std::size_t way = index(direction);
  std::size_t at = static_cast<std::size_t>(std::min<std::uint64_t>(skip_[way], bytes.size()));
  skip_[way] -= at;
  while (at < bytes.size()) {
    const Bytes rest = bytes.subspan(at);
    awaited_[way] = {0, rest.size()};
    if (rest.size() < kHeader) return Progress::need_more(at);
    Cursor c{rest};
    const Header header{c};
    if (!header.plausible()) {
      sink.event(nullptr, malformed_header, direction);
      return Progress::malformed();
    }
    awaited_[way].length = header.length;
    if (rest.size() < header.length) return Progress::need_more(at);
    take(direction, rest.first(header.length), sink);
    at += header.length;
  }
  awaited_[way] = {};
  return Progress::ok(at);
}

// Within a unit that is known the rest of it is passed over; elsewhere nothing says where the next one begins.
bool DcerpcSession::gap(Direction direction, std::uint64_t missing, Sink&) noexcept {
  const std::size_t way = index(direction);
  if (skip_[way] > 0) {
    if (missing > skip_[way]) return false;
    skip_[way] -= missing;
    return true;
  }
  const Awaited awaited = awaited_[way];
  if (awaited.length < awaited.there || missing > awaited.length - awaited.there) return false;
  skip_[way] = awaited.length - awaited.there - missing;
  awaited_[way] = {};
  return true;
}

void DcerpcSession::end(Direction direction, Sink& sink) noexcept {
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  while (!open_.empty()) finish(open_.begin(), sink);
}

void DcerpcSession::take(Direction direction, Bytes bytes, Sink& sink) {
  Unit unit;
  if (!read_unit(bytes, unit)) {
    sink.event(nullptr, malformed_data, direction);
    return;
  }
  if (is_aside(unit.type())) return;
  is_answer(unit.type()) ? take_response(direction, unit, sink) : take_request(direction, unit, sink);
}

void DcerpcSession::take_request(Direction direction, const Unit& unit, Sink& sink) {
  auto call = find(unit.header.call_id);
  const bool follows = unit.type() == Type::request && !unit.header.first();
  if (follows) {
    if (call == open_.end() || !call->call.is_request() || call->call.request.complete) return;
  } else {
    // C706, 12.6.4.3: a binding is one fragment. What is not marked as a first one binds nothing here, whatever lenient
    // servers make of it: an interface that is claimed so is not believed.
    if (is_bind(unit.type()) && !unit.header.first()) {
      sink.event(nullptr, malformed_data, direction);
      return;
    }
    if (call != open_.end()) finish(call, sink);
    call = open(unit.header, direction, sink);
  }
  const Call::Taken taken = call->call.take_request(unit, contexts_);
  tell(call, call->call.request, taken, direction, sink);
  // MS-RPCE 2.2.2.13: nobody answers an AUTH3; it is told of and not logged.
  if (unit.type() != Type::auth3) return;
  sink.close(*call);
  open_.erase(call);
}

void DcerpcSession::take_response(Direction direction, const Unit& unit, Sink& sink) {
  auto call = find(unit.header.call_id);
  if (call == open_.end()) {
    call = open(unit.header, direction, sink);
    sink.event(&*call, response_without_request, direction);
  }
  const Call::Taken taken = call->call.take_response(unit, contexts_);
  tell(call, call->call.response, taken, direction, sink);
  if (taken != Call::Taken::partly) finish(call, sink);
}

void DcerpcSession::tell(Calls::iterator call, const Call::Half& half, Call::Taken taken, Direction direction,
                         Sink& sink) {
  constexpr std::uint64_t kCut = 1ull << stub_data_too_long;
  if (half.cut && (call->events & kCut) == 0) sink.event(&*call, stub_data_too_long, direction);
  if (taken == Call::Taken::malformed) sink.event(&*call, malformed_data, direction);
  if (taken == Call::Taken::partly) return;
  call->stage[index(direction)] = 1;
  sink.update(*call, direction);
  call->call.release_stubs();
}

DcerpcSession::Calls::iterator DcerpcSession::find(std::uint32_t call_id) noexcept {
  return std::ranges::find(open_, call_id, [](const DcerpcTransaction& tx) { return tx.call.call_id; });
}

DcerpcSession::Calls::iterator DcerpcSession::open(const Header& header, Direction direction, Sink& sink) {
  if (open_.size() >= kMaxCalls) {
    sink.event(&open_.front(), too_many_calls, direction);
    finish(open_.begin(), sink);
  }
  DcerpcTransaction& tx = open_.emplace_back(*memory_, header.call_id);
  tx.protocol = &protocol;
  tx.id = calls_++;
  tx.minor = header.minor;
  return std::prev(open_.end());
}

void DcerpcSession::finish(Calls::iterator call, Sink& sink) noexcept {
  sink.log(*call, kToServer);
  sink.close(*call);
  open_.erase(call);
}

}  // namespace gatehouse::proto::dcerpc
