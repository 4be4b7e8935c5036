// SPDX-License-Identifier: GPL-3.0-or-later
// The session as the engine sees it: bytes, gaps and ends go to libhtp; what libhtp tells meanwhile is in told.cpp.
#include "proto/http/session.hpp"

#include <algorithm>

#include "proto/http/limits.hpp"

namespace gatehouse::proto::http {

HttpSession::HttpSession(Memory& memory) : memory_(memory), live_(&memory), closed_(&memory) {
  parser_.emplace(static_cast<Listener&>(*this));
  over_ = !parser_->ok();
}

HttpSession::~HttpSession() {
  parser_.reset();
  std::pmr::polymorphic_allocator<> allocator{&memory_};
  for (HttpTransaction* tx : live_) allocator.delete_object(tx);
  for (HttpTransaction* tx : closed_) allocator.delete_object(tx);
}

Progress HttpSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  if (over_) return Progress::finished(bytes.size());
  if (lost_[index(direction)] || ended_[index(direction)] || bytes.empty()) return Progress::ok(bytes.size());
  sink_ = &sink;
  direction_ = direction;
  bytes_ = bytes;
  scanned_ = {};
  const int state = parser_->feed(direction, bytes, sink.now());
  return settle(direction, bytes.size(), state);
}

Progress HttpSession::settle(Direction d, std::size_t offered, int state) noexcept {
  const std::size_t consumed = std::min(parser_->consumed(d), offered);
  for (HttpTransaction* tx : live_)
    if (tx->side(d).chunks && tx->stage_of(d) != Stage::complete) scan_chunks(*tx, d, consumed);
  show_news();

  if (give_up_ || state == HTP_STREAM_ERROR || state == HTP_STREAM_STOP) {
    close_all();
    return Progress::malformed();
  }
  if (htp_tx_t* tx = parser_->current(Direction::to_client);
      state == HTP_STREAM_TUNNEL && !next_protocol_ && tx != nullptr)
    switch_protocol(attach(*tx));
  if (next_protocol_) {
    close_all();
    sink_->change_protocol(*next_protocol_);
    return Progress::ok(consumed);
  }
  reap();
  if (state == HTP_STREAM_CLOSED) lost_[index(d)] = true;
  if (state == HTP_STREAM_DATA_OTHER && consumed < offered) return Progress::need_more(consumed);
  renew_if_idle();
  return Progress::ok(offered);
}

bool HttpSession::gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept {
  if (over_) return false;
  if (lost_[index(direction)] || ended_[index(direction)]) return true;
  sink_ = &sink;
  direction_ = direction;
  bytes_ = {};
  scanned_ = {};
  const int state = parser_->gap(direction, missing, sink.now());
  if (state == HTP_STREAM_ERROR || state == HTP_STREAM_CLOSED) {
    lost_[index(direction)] = true;
    show_news();
    reap();
    return !(lost_[0] && lost_[1]);
  }
  return settle(direction, 0, state).status == Status::ok && !over_;
}

void HttpSession::end(Direction direction, Sink& sink) noexcept {
  if (over_ || ended_[index(direction)]) return;
  sink_ = &sink;
  direction_ = direction;
  bytes_ = {};
  scanned_ = {};
  ended_[index(direction)] = true;
  const bool both = ended_[0] && ended_[1];
  if (direction == Direction::to_server && !both) {
    if (!lost_[0]) parser_->close_requests(sink.now());
  } else if (both || parser_->current(Direction::to_server) == nullptr) {
    // The end of the connection ends a response without a length: what was held back for it may go now.
    if (!lost_[0] && !lost_[1]) parser_->close(sink.now());
  }
  show_news();
  if (both)
    close_all();
  else
    reap();
}

// A response accepts a CONNECT or an Upgrade: what follows is not HTTP/1.
void HttpSession::switch_protocol(HttpTransaction& tx) noexcept {
  next_protocol_ = "";
  if (tx.htp->response_status_number != 101) return;
  // RFC 9110, 15.2.2: 101 "the server understands and is willing to comply with the client's request, via the Upgrade
  // header field, for a change in the application protocol".
  const std::string_view upgrade = header(tx, Direction::to_client, "upgrade").value_or("");
  if (equals_nocase(trim(upgrade), "websocket")) next_protocol_ = "websocket";
  if (equals_nocase(trim(upgrade), "h2c")) next_protocol_ = "http2";
  reach(tx, Direction::to_server, Stage::complete);
  reach(tx, Direction::to_client, Stage::complete);
}

void HttpSession::show_news() noexcept {
  for (HttpTransaction* tx : live_) {
    show(*tx, Direction::to_server);
    show(*tx, Direction::to_client);
  }
}

void HttpSession::close(HttpTransaction& tx) noexcept {
  if (tx.closed) return;
  tx.closed = true;
  for (const Direction d : {Direction::to_server, Direction::to_client}) {
    if (d == Direction::to_server && tx.multipart) {
      multipart_tx_ = &tx;
      tx.multipart->finish(*this);
    }
    close_file(tx, d, true);
    show(tx, d);
  }
  sink_->log(tx, Direction::to_server);
  sink_->close(tx);
  std::erase(live_, &tx);
  closed_.push_back(&tx);
}

void HttpSession::close_all() noexcept {
  while (!live_.empty()) close(*live_.front());
  over_ = true;
}

// Only now: libhtp still holds a transaction while it tells that it is complete.
void HttpSession::reap() noexcept {
  std::pmr::polymorphic_allocator<> allocator{&memory_};
  for (HttpTransaction* tx : closed_) {
    htp_tx_set_user_data(tx->htp, nullptr);
    htp_tx_destroy(tx->htp);
    allocator.delete_object(tx);
  }
  closed_.clear();
}

void HttpSession::renew_if_idle() noexcept {
  if (parsed_ < kRenewAfter || !live_.empty() || old_style_ || lost_[0] || lost_[1] || ended_[0] || ended_[1]) return;
  if (parser_->current(Direction::to_server) != nullptr || parser_->current(Direction::to_client) != nullptr) return;
  parsed_ = 0;
  parser_.emplace(static_cast<Listener&>(*this));
  over_ = !parser_->ok();
}

}  // namespace gatehouse::proto::http
