// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mongodb/session.hpp"

#include <algorithm>
#include <new>

#include "proto/mongodb/mongodb.hpp"

namespace gatehouse::proto::mongodb {
namespace {

std::string_view shortened(Bytes text) noexcept {
  return as_text(text).substr(0, kMaxText);
}

}  // namespace

Progress MongoSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  sink_ = &sink;
  std::uint64_t& skip = skip_[index(direction)];
  std::size_t at = 0;
  try {
    while (at < bytes.size()) {
      const auto passed = static_cast<std::size_t>(std::min<std::uint64_t>(skip, bytes.size() - at));
      skip -= passed, at += passed;
      const Bytes rest = bytes.subspan(at);
      if (rest.empty()) break;
      if (rest.size() < kHeader) return Progress::need_more(at);
      Cursor c{rest};
      const Header header{c};
      if (!header.plausible()) {
        event(kMalformedMessage, direction);
        return Progress::malformed();
      }
      const std::size_t wanted = std::min<std::size_t>(header.length, kWindow);
      if (rest.size() < wanted) return Progress::need_more(at);
      at += wanted;
      skip = header.length - wanted;
      Cursor body = c.sub(wanted - kHeader);
      const bool good =
          direction == Direction::to_server ? request(header, body, skip > 0) : reply(header, body, skip > 0);
      if (!good) event(kMalformedMessage, direction);
    }
  } catch (const std::bad_alloc&) {
    return Progress::malformed();
  }
  return Progress::ok(at);
}

bool MongoSession::gap(Direction direction, std::uint64_t missing, Sink&) noexcept {
  std::uint64_t& skip = skip_[index(direction)];
  if (missing > skip) return false;
  skip -= missing;
  return true;
}

void MongoSession::end(Direction direction, Sink& sink) noexcept {
  sink_ = &sink;
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  while (!waiting_.empty()) complete(waiting_.front());
}

bool MongoSession::request(const Header& header, Cursor& c, bool cut) {
  Content content;
  const bool good = read_request(c, header, cut, content);
  if (waiting_.size() >= kMaxTransactions) {
    event(kTooManyTransactions, Direction::to_server, &waiting_.front());
    complete(waiting_.front());
  }
  MongoTransaction& tx = waiting_.emplace_back(memory_);
  tx.protocol = &mongodb::protocol;
  tx.id = next_id_++;
  tx.request_id = header.request_id;
  tx.code = header.code;
  tx.compressed = header.code == opcode::compressed;
  tx.command = shortened(content.command);
  tx.collection = shortened(content.collection);
  tx.database = shortened(content.database);
  tx.mechanism = shortened(content.mechanism);
  tx.user = shortened(content.user);
  tx.application = shortened(content.application);
  tx.driver = shortened(content.driver);
  tx.stage[index(Direction::to_server)] = kComplete;
  sink_->update(tx, Direction::to_server);
  const bool unanswered = header.code == opcode::insert || header.code == opcode::update ||
                          header.code == opcode::remove || header.code == opcode::kill_cursors;
  if (unanswered) complete(tx);
  return good;
}

bool MongoSession::reply(const Header& header, Cursor& c, bool cut) {
  const auto asked = std::ranges::find(waiting_, header.response_to, &MongoTransaction::request_id);
  if (asked == waiting_.end()) return true;
  Content content;
  const bool good = read_reply(c, header, cut, content);
  asked->answered = true;
  asked->has_ok = content.has_ok, asked->ok = content.ok;
  asked->has_error_code = content.has_code, asked->error_code = content.code;
  asked->error = shortened(content.error);
  complete(*asked);
  return good;
}

void MongoSession::complete(MongoTransaction& tx) noexcept {
  tx.stage = {kComplete, kComplete};
  sink_->update(tx, Direction::to_client);
  sink_->log(tx, Direction::to_server);
  sink_->close(tx);
  waiting_.erase(std::ranges::find_if(waiting_, [&](const MongoTransaction& other) { return &other == &tx; }));
}

void MongoSession::event(Event row, Direction direction, Transaction* tx) noexcept {
  const std::uint64_t bit = 1ull << row;
  if ((tx != nullptr ? tx->events : session_events_) & bit) return;
  if (tx == nullptr) session_events_ |= bit;
  sink_->event(tx, row, direction);
}

}  // namespace gatehouse::proto::mongodb
