// SPDX-License-Identifier: GPL-3.0-or-later
// Framing, and which answer belongs to which question. What the messages say: requests.cpp, responses.cpp.
#include "proto/pgsql/session.hpp"

#include <algorithm>
#include <new>

#include "proto/pgsql/pgsql.hpp"

namespace gatehouse::proto::pgsql {
namespace {

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;

// Messages whose content is not looked at, only counted: they pass as they come.
std::size_t bytes_wanted(Direction direction, std::uint8_t type, std::size_t body) noexcept {
  if (type == 'd') return 0;
  if (direction == kToClient && type == 'D') return std::min<std::size_t>(body, 2);  // how many columns
  return std::min(body, kWindow);
}

}  // namespace

Progress PgsqlSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  sink_ = &sink;
  std::size_t at = 0;
  try {
    while (at < bytes.size()) {
      std::uint64_t& skip = skip_[index(direction)];
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
        case Step::malformed:
          return Progress::malformed();
        case Step::changed:
          sink.change_protocol("tls");
          return Progress::ok(at);
        case Step::finished:
          return Progress::finished(at);
      }
    }
  } catch (const std::bad_alloc&) {
    return Progress::malformed();
  }
  return Progress::ok(at);
}

PgsqlSession::Step PgsqlSession::step(Direction direction, Bytes bytes, std::size_t& used) {
  if (direction == kToServer && !introduced_ && bytes[0] == 0) return first_message(bytes, used);
  if (direction == kToClient && !waiting_.empty()) {
    const Request asked = waiting_.front().request;
    const bool about_encryption = asked == Request::ssl_request || asked == Request::gss_request;
    // "SSL Session Encryption": an old server answers with an error, which is a message as all others.
    if (about_encryption && bytes[0] != 'E') {
      used = 1;
      return encryption_answer(bytes[0]);
    }
  }
  if (direction == kToServer) introduced_ = true;
  const std::uint8_t type = bytes[0];
  if (direction == kToServer ? !is_request_type(type) : !is_response_type(type))
    return fail(direction, direction == kToServer ? kMalformedRequest : kMalformedResponse);
  if (bytes.size() < kHeader) return Step::need_more;
  Cursor head{bytes.subspan(1)};
  const std::uint32_t length = head.u32();
  if (length < kLengthField || length > kLongestMessage) return fail(direction, kInvalidLength);
  const std::size_t body = length - kLengthField;
  const std::size_t wanted = bytes_wanted(direction, type, body);
  if (bytes.size() - kHeader < wanted) return Step::need_more;

  const bool counted_only = type == 'd' || (direction == kToClient && type == 'D');
  const bool cut = wanted < body && !counted_only;
  if (cut) event(kMessageTooLong, direction, nullptr);
  Cursor c{bytes.subspan(kHeader, wanted)};
  used = kHeader + wanted;
  skip_[index(direction)] = body - wanted;
  const bool good = direction == kToServer ? request(type, c, length, cut) : response(type, c, length, cut);
  return good ? Step::done : fail(direction, direction == kToServer ? kMalformedRequest : kMalformedResponse);
}

// "Message Formats": StartupMessage, SSLRequest, GSSENCRequest, CancelRequest.
PgsqlSession::Step PgsqlSession::first_message(Bytes bytes, std::size_t& used) {
  Cursor c{bytes};
  const std::uint32_t length = c.u32();
  if (bytes.size() < sizeof length) return Step::need_more;
  if (length < kShortestStartup || length > kLongestStartup) return fail(kToServer, kInvalidLength);
  if (bytes.size() < length) return Step::need_more;
  used = length;
  Cursor body = c.sub(length - kLengthField);
  const std::uint32_t code = body.u32();
  return startup(body, code) ? Step::done : fail(kToServer, kMalformedRequest);
}

PgsqlSession::Step PgsqlSession::encryption_answer(std::uint8_t answer) {
  PgsqlTransaction& tx = waiting_.front();
  const bool ssl = tx.request == Request::ssl_request;
  const bool accepted = answer == (ssl ? 'S' : 'G');
  if (!accepted && answer != 'N') return fail(kToClient, kMalformedResponse);
  tx.ssl_answered = ssl;
  tx.ssl_accepted = ssl && accepted;
  complete(tx);
  if (!accepted) return Step::done;
  return ssl ? Step::changed : Step::finished;
}

PgsqlSession::Step PgsqlSession::fail(Direction direction, Event row) {
  event(row, direction, waiting_.empty() ? nullptr : &waiting_.front());
  return Step::malformed;
}

bool PgsqlSession::gap(Direction direction, std::uint64_t missing, Sink&) noexcept {
  std::uint64_t& skip = skip_[index(direction)];
  if (missing > skip) return false;
  skip -= missing;
  return true;
}

void PgsqlSession::end(Direction direction, Sink& sink) noexcept {
  sink_ = &sink;
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  while (!waiting_.empty()) complete(waiting_.front());
}

// ---- transactions

PgsqlTransaction& PgsqlSession::open(Request request) {
  if (waiting_.size() >= kMaxTransactions) {
    event(kTooManyTransactions, kToServer, &waiting_.front());
    complete(waiting_.front());
  }
  PgsqlTransaction& tx = waiting_.emplace_back(memory_);
  tx.protocol = &pgsql::protocol;
  tx.id = next_id_++;
  tx.request = request;
  return tx;
}

// Messages of the extended query protocol belong together up to the next Sync.
PgsqlTransaction& PgsqlSession::open_extended() {
  if (!waiting_.empty() && waiting_.back().request == Request::extended_query && !waiting_.back().request_done)
    return waiting_.back();
  return open(Request::extended_query);
}

PgsqlTransaction& PgsqlSession::answering() {
  return waiting_.empty() ? open(Request::none) : waiting_.front();
}

void PgsqlSession::tell_request(PgsqlTransaction& tx, bool done) {
  tx.request_done = done;
  if (done) tx.stage[index(kToServer)] = kComplete;
  sink_->update(tx, kToServer);
}

void PgsqlSession::complete(PgsqlTransaction& tx) noexcept {
  if (!tx.request_done) tell_request(tx, true);
  tx.stage[index(kToClient)] = kComplete;
  sink_->update(tx, kToClient);
  sink_->log(tx, kToServer);
  sink_->close(tx);
  waiting_.erase(std::ranges::find_if(waiting_, [&](const PgsqlTransaction& other) { return &other == &tx; }));
}

void PgsqlSession::event(Event row, Direction direction, Transaction* tx) noexcept {
  const std::uint64_t bit = 1ull << row;
  if ((tx != nullptr ? tx->events : session_events_) & bit) return;
  if (tx == nullptr) session_events_ |= bit;
  sink_->event(tx, row, direction);
}

}  // namespace gatehouse::proto::pgsql
