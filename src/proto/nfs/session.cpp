// SPDX-License-Identifier: GPL-3.0-or-later
// From bytes to messages: records are taken apart, the data of files passes through, the rest of a message is kept
// until it is whole. What messages mean: exchange.cpp.
#include "proto/nfs/session.hpp"

#include <algorithm>
#include <new>

#include "proto/nfs/nfs.hpp"

namespace gatehouse::proto::nfs {
namespace {

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;
// A long message's memory is given back.
constexpr std::size_t kUsualMessage = 4096;

}  // namespace

Progress NfsSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  sink_ = &sink;
  std::size_t at = 0;
  try {
    if (datagrams_) {
      take_piece(direction, bytes, true);
      return Progress::ok(bytes.size());
    }
    while (at < bytes.size()) {
      std::size_t used = 0;
      sunrpc::Records::Piece piece;
      switch (streams_[index(direction)].records.next(bytes.subspan(at), used, piece)) {
        case sunrpc::Records::Outcome::need_more:
          return Progress::need_more(at);
        case sunrpc::Records::Outcome::malformed:
          event(kMalformedData, direction);
          return Progress::malformed();
        case sunrpc::Records::Outcome::piece:
          break;
      }
      take_piece(direction, piece.bytes, piece.ends);
      at += used;
    }
  } catch (const std::bad_alloc&) {
    return Progress::malformed();
  }
  return Progress::ok(at);
}

void NfsSession::take_piece(Direction direction, Bytes bytes, bool ends) {
  Stream& s = streams_[index(direction)];
  while (!bytes.empty() && !s.lost) {
    if (s.data_left > 0 || s.padding_left > 0) {
      bytes = bytes.subspan(pass_data(direction, bytes));
      continue;
    }
    const std::size_t kept = std::min(bytes.size(), kMaxMessage - s.kept.size());
    if (kept == 0) {
      s.cut = true;
      event(kMessageTooLong, direction);
      break;
    }
    s.kept.insert(s.kept.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(kept));
    bytes = bytes.subspan(kept);
    if (!(ends && bytes.empty())) process(direction, false);
  }
  if (ends) end_message(direction);
}

void NfsSession::end_message(Direction direction) {
  Stream& s = streams_[index(direction)];
  if (!s.lost && (s.data_left == 0 && s.padding_left == 0)) process(direction, true);
  if (s.data_left > 0) {
    // RFC 4506, 4.10: more was promised than the message holds.
    if (!s.lost) event(kMalformedData, direction, s.tx);
    s.data_left = 0;
  }
  if (s.kept.capacity() > kUsualMessage) s.kept = std::pmr::vector<std::uint8_t>{s.kept.get_allocator()};
  s.kept.clear();
  s.taken.clear();
  s.padding_left = 0;
  s.tx = nullptr;
  s.settled = s.cut = s.lost = false;
}

NfsSession::Look NfsSession::look(Direction direction) noexcept {
  const Stream& s = streams_[index(direction)];
  Look look;
  Cursor c{s.kept};
  look.head = sunrpc::Head{c};
  if (c.ok() && look.head.is_call() && direction == kToServer)
    look_at_call(c, look);
  else if (c.ok() && look.head.is_reply() && direction == kToClient)
    look_at_reply(c, look, s.taken);
  else if (!c.ok())
    look.outcome = Outcome::more;
  // Else: the server's own calls (RFC 7530, 18: callbacks) and their replies.
  if (look.ours && look.outcome == Outcome::whole && look.head.is_call())
    look.outcome = read_call(c, look.call.version, look.call.procedure, s.taken, look.content);
  return look;
}

void NfsSession::look_at_call(Cursor& c, Look& look) noexcept {
  look.call = sunrpc::Call{c};
  if (!c.ok()) {
    look.outcome = Outcome::more;
    return;
  }
  const bool known = look.call.version >= 2 && look.call.version <= 4;
  const auto protection = sunrpc::protection_of(look.call);
  look.ours = look.call.rpc_version == sunrpc::kVersion && look.call.program == sunrpc::program::nfs && known &&
              protection != sunrpc::Protection::privacy;
  if (look.ours && protection == sunrpc::Protection::integrity) c.skip(8);  // RFC 2203, 5.3.2.2: length, sequence
  look.body = c.position();
}

void NfsSession::look_at_reply(Cursor& c, Look& look, const Taken& taken) noexcept {
  const auto asked = waiting(look.head.xid);
  if (asked == calls_.end()) return;
  look.reply = sunrpc::Reply{c};
  if (!c.ok()) {
    look.outcome = Outcome::more;
    return;
  }
  look.ours = true;
  look.asked = &*asked;
  if (asked->protection == sunrpc::Protection::integrity) c.skip(8);
  look.body = c.position();
  look.content.offset = asked->offset;
  if (look.reply.successful()) look.outcome = read_reply(c, asked->version, asked->procedure, taken, look.content);
}

void NfsSession::process(Direction direction, bool ends) {
  Stream& s = streams_[index(direction)];
  while (!s.settled || ends) {
    const Look found = look(direction);
    if (found.outcome == Outcome::data && !s.taken.full()) {
      begin_data(direction, found);
      if (s.data_left > 0 || s.padding_left > 0) return;
      continue;
    }
    if (found.content.too_many_operations || found.outcome == Outcome::data) event(kTooManyOperations, direction);
    if (found.outcome != Outcome::more) s.settled = true;
    if (!ends) return;
    if (found.outcome == Outcome::more && !s.cut) return event(kMalformedData, direction);
    if (direction == kToServer && found.head.is_call()) return call(found);
    if (found.asked != nullptr) return reply(found, s.kept);
    return;
  }
}

// ---- data

void NfsSession::begin_data(Direction direction, const Look& look) {
  Stream& s = streams_[index(direction)];
  const Data& data = look.content.data;
  s.taken.add(data.at);
  s.data_left = data.size;
  s.padding_left = sunrpc::padding(data.size);
  s.last = data.last;
  if (direction == kToServer) {
    s.offset = data.offset;
    s.tx = file_of(as_text(data.handle), direction);
    if (s.tx == nullptr)
      s.tx =
          &open_file(look.head.xid, look.call.version, look.call.version == 4 ? operation::write : look.call.procedure,
                     as_text(data.handle), name_of(data.handle), direction);
  } else {
    s.offset = look.asked->offset;
    s.tx = file_of(look.asked->file, direction);
    if (s.tx == nullptr)
      s.tx = &open_file(look.head.xid, look.asked->version,
                        look.asked->version == 4 ? operation::read : look.asked->procedure, look.asked->file,
                        look.asked->name, direction);
    look.asked->tx = s.tx;
  }
  ++s.tx->chunks;
  s.tx->last_xid = look.head.xid;
  s.tx->last |= data.last;
  sink_->update(*s.tx, direction);
  if (s.data_left == 0) end_data(direction);
  // The data's beginning came with the message's.
  const std::size_t passed = pass_data(direction, Bytes{s.kept}.subspan(data.at));
  const auto from = s.kept.begin() + static_cast<std::ptrdiff_t>(data.at);
  s.kept.erase(from, from + static_cast<std::ptrdiff_t>(passed));
}

std::size_t NfsSession::pass_data(Direction direction, Bytes bytes) {
  Stream& s = streams_[index(direction)];
  const std::size_t data = std::min<std::size_t>(bytes.size(), s.data_left);
  if (data > 0) {
    if (s.tx != nullptr && !s.tx->file.place(s.offset, bytes.first(data), held_, *sink_))
      event(kTooMuchOutOfOrder, direction, s.tx);
    s.offset += data;
    s.data_left -= static_cast<std::uint32_t>(data);
    if (s.data_left == 0) end_data(direction);
  }
  const std::size_t padding = std::min<std::size_t>(bytes.size() - data, s.padding_left);
  s.padding_left -= static_cast<std::uint32_t>(padding);
  return data + padding;
}

void NfsSession::end_data(Direction direction) {
  Stream& s = streams_[index(direction)];
  if (s.tx != nullptr && s.last) s.tx->file.end_at(s.offset, *sink_);
}

bool NfsSession::gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept {
  sink_ = &sink;
  Stream& s = streams_[index(direction)];
  bool ends = false;
  if (datagrams_ || !s.records.gap(missing, ends)) return false;
  try {
    if (missing <= s.data_left) {
      if (s.tx != nullptr) s.tx->file.lose(s.offset, missing, held_, sink);
      s.offset += missing;
      s.data_left -= static_cast<std::uint32_t>(missing);
      if (s.data_left == 0) end_data(direction);
    } else {
      s.lost = true;
    }
    if (ends) end_message(direction);
  } catch (const std::bad_alloc&) {
    return false;
  }
  return true;
}

void NfsSession::end(Direction direction, Sink& sink) noexcept {
  sink_ = &sink;
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  while (!transactions_.empty()) complete(transactions_.front());
  calls_.clear();
}

}  // namespace gatehouse::proto::nfs
