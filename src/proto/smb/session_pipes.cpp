// SPDX-License-Identifier: GPL-3.0-or-later
// Named pipes: remote calls in what is written to them and read from them.
#include <algorithm>

#include "proto/dcerpc/dcerpc.hpp"
#include "proto/smb/names.hpp"
#include "proto/smb/session.hpp"

namespace gatehouse::proto::smb {
namespace {

bool is_answer(dcerpc::Type type) noexcept {
  return type == dcerpc::Type::response || type == dcerpc::Type::fault || type == dcerpc::Type::bind_nak ||
         dcerpc::is_bind_answer(type);
}

}  // namespace

SmbSession::Pipe& SmbSession::pipe_of(const FileKey& key) {
  OpenFile& file = open_file(key);
  if (file.pipe) return *file.pipe;
  std::size_t pipes = 0;
  OpenFile* other = nullptr;
  for (auto& [id, known] : files_)
    if (known.pipe) ++pipes, other = &known;
  if (pipes >= kMaxPipes) {
    event(internal_error, Direction::to_server);
    other->pipe.reset();
  }
  file.pipe.emplace(*memory_);
  return *file.pipe;
}

// What is no remote call, some other protocol of the pipe, is not looked at.
void SmbSession::pipe_data(Direction direction, const Origin& origin, const FileKey& key, Bytes data) {
  Pipe& pipe = pipe_of(key);
  (void)pipe.ways[index(direction)].feed(data, [&](Bytes unit) { pipe_unit(direction, origin, key, pipe, unit); });
}

void SmbSession::pipe_unit(Direction direction, const Origin& origin, const FileKey& key, Pipe& pipe, Bytes bytes) {
  dcerpc::Unit unit;
  if (!dcerpc::read_unit(bytes, unit)) return malformed(direction);
  if (is_answer(unit.type()) != (direction == Direction::to_client)) return malformed(direction);
  direction == Direction::to_server ? pipe_request(origin, key, pipe, unit) : pipe_response(origin, key, pipe, unit);
}

void SmbSession::pipe_request(const Origin& origin, const FileKey& key, Pipe& pipe, const dcerpc::Unit& unit) {
  Tx tx = find_call(key, unit.header.call_id);
  if (unit.type() == dcerpc::Type::request && !unit.header.first()) {
    if (tx == open_.end() || tx->get<PipeCall>()->call.request.complete) return;
  } else {
    if (tx != open_.end()) finish(tx);
    tx = open(origin);
    tx->what.emplace<PipeCall>(*memory_, unit.header.call_id, key);
  }
  dcerpc::Call& call = tx->get<PipeCall>()->call;
  const dcerpc::Call::Taken taken = call.take_request(unit, pipe.contexts);
  if (taken == dcerpc::Call::Taken::malformed) event(malformed_data, Direction::to_server, &*tx);
  if (taken == dcerpc::Call::Taken::partly) return;
  tell_request(tx);
  call.release_stubs();
  if (unit.type() == dcerpc::Type::auth3) finish(tx);  // nobody answers it
}

void SmbSession::pipe_response(const Origin& origin, const FileKey& key, Pipe& pipe, const dcerpc::Unit& unit) {
  Tx tx = find_call(key, unit.header.call_id);
  if (tx == open_.end()) {
    tx = open(origin);
    tx->what.emplace<PipeCall>(*memory_, unit.header.call_id, key);
  }
  dcerpc::Call& call = tx->get<PipeCall>()->call;
  const dcerpc::Call::Taken taken = call.take_response(unit, pipe.contexts);
  if (taken == dcerpc::Call::Taken::malformed) event(malformed_data, Direction::to_client, &*tx);
  if (taken == dcerpc::Call::Taken::partly) return;
  answer(tx, origin);
}

SmbSession::Tx SmbSession::find_call(const FileKey& key, std::uint32_t call_id) noexcept {
  return std::ranges::find_if(open_, [&](const SmbTransaction& tx) {
    const PipeCall* call = tx.get<PipeCall>();
    return call != nullptr && call->call.call_id == call_id && call->pipe == key;
  });
}

}  // namespace gatehouse::proto::smb
