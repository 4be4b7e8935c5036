// SPDX-License-Identifier: GPL-3.0-or-later
// The session as the engine sees it: bytes, gaps and ends go to libhtp; what libhtp tells meanwhile is in told.cpp.
#include "proto/http/session.hpp"

#include <algorithm>
#include <utility>

#include "proto/http/limits.hpp"

namespace gatehouse::proto::http {
namespace {

// What browsers take for a status line: "http" in any case, behind any white space.
bool may_be_status_line(std::string_view text) noexcept {
  constexpr std::string_view blanks{" \t\r\n\v\f\0", 7};
  const std::size_t start = text.find_first_not_of(blanks);
  if (start == text.npos) return true;
  const std::string_view word = text.substr(start, 4);
  return starts_with_nocase("http", word);
}

}  // namespace

HttpSession::HttpSession(Memory& memory) : memory_(memory), live_(&memory), closed_(&memory), held_(&memory) {
  parser_.emplace(static_cast<Listener&>(*this), memory_);
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
  if (direction == Direction::to_client && (!held_.empty() || at_status_line())) return parse_behind_stray_line(bytes);
  return feed(direction, bytes);
}

Progress HttpSession::feed(Direction d, Bytes bytes) noexcept {
  direction_ = d;
  bytes_ = bytes;
  scanned_ = {};
  return settle(d, bytes.size(), parser_->feed(d, bytes, sink_->now()));
}

bool HttpSession::at_status_line() const noexcept {
  return parser_->current(Direction::to_client) == nullptr && !live_.empty() &&
         live_.front()->htp->is_protocol_0_9 == 0;
}

// Browsers pass over a line of junk when a status line follows it; servers of malware know that. libhtp would take both
// for a body without head.
Progress HttpSession::parse_behind_stray_line(Bytes bytes) noexcept {
  if (held_.empty() && may_be_status_line(as_text(bytes))) return feed(Direction::to_client, bytes);
  held_.append(as_text(bytes));
  std::size_t start = 0;
  while (!may_be_status_line(std::string_view{held_}.substr(start))) {
    const std::string_view rest = std::string_view{held_}.substr(start);
    const std::size_t newline = rest.substr(0, kMaxStrayLine).find('\n');
    const bool whole = newline != rest.npos && newline + 1 < rest.size();
    if (!whole && rest.size() < kMaxStrayLine) {
      held_.erase(0, start);
      return Progress::ok(bytes.size());
    }
    if (!whole || (rest[newline + 1] != 'H' && trim(rest.substr(0, newline)).size() > 2)) break;
    start += newline + 1;
  }
  std::pmr::string text{held_.get_allocator()};
  text.swap(held_);
  Progress progress = feed(Direction::to_client, as_bytes(std::string_view{text}.substr(start)));
  const std::size_t left = text.size() - start - std::min(progress.consumed, text.size() - start);
  progress.consumed = bytes.size() - std::min(left, bytes.size());
  return progress;
}

// No more comes that could decide.
void HttpSession::feed_held() noexcept {
  if (held_.empty() || over_) return;
  std::pmr::string text{held_.get_allocator()};
  text.swap(held_);
  (void)feed(Direction::to_client, as_bytes(text));
}

Progress HttpSession::settle(Direction d, std::size_t offered, int state) noexcept {
  const std::size_t consumed = std::min(next_protocol_ ? tunnel_at_ : parser_->consumed(d), offered);
  for (HttpTransaction* tx : live_)
    if (tx->side(d).chunks && tx->stage_of(d) != Stage::complete) scan_chunks(*tx, d, consumed);
  show_news();

  if (give_up_ || state == HTP_STREAM_ERROR || state == HTP_STREAM_STOP) {
    close_all();
    return Progress::malformed();
  }
  if (next_protocol_) {
    close_all();
    sink_->change_protocol(*next_protocol_);
    return Progress::ok(consumed);
  }
  reap();
  if (refused_) renew();
  if (state == HTP_STREAM_DATA_OTHER && consumed < offered) return Progress::need_more(consumed);
  renew_if_idle();
  return Progress::ok(offered);
}

bool HttpSession::gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept {
  if (over_) return false;
  if (lost_[index(direction)] || ended_[index(direction)]) return true;
  sink_ = &sink;
  if (direction == Direction::to_client) feed_held();
  if (over_) return false;
  direction_ = direction;
  bytes_ = {};
  scanned_ = {};
  htp_tx_t* current = parser_->current(direction);
  if (current != nullptr && attach(*current).side(direction).chunks) {
    if (!fill_chunk(attach(*current), direction, missing)) lost_[index(direction)] = true;
    return !over_ && !(lost_[0] && lost_[1]);
  }
  // Where a hole cannot be, in a head, libhtp stays where it is and goes on with what comes next: so do the hosts'
  // eyes.
  const int state = parser_->gap(direction, missing, sink.now());
  return settle(direction, 0, state == HTP_STREAM_CLOSED ? HTP_STREAM_DATA : state).status == Status::ok && !over_;
}

// libhtp knows no holes in chunked bodies. Within the data of one chunk it is given as many bytes that do not count.
bool HttpSession::fill_chunk(HttpTransaction& tx, Direction d, std::uint64_t missing) noexcept {
  static constexpr std::array<std::uint8_t, 4096> kFiller{};
  if (missing > tx.side(d).chunks->left() || missing > kMaxFill) return false;
  filling_ = true;
  while (missing > 0 && !over_) {
    const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(missing, kFiller.size()));
    (void)feed(d, Bytes{kFiller}.first(now));
    missing -= now;
  }
  filling_ = false;
  return true;
}

void HttpSession::end(Direction direction, Sink& sink) noexcept {
  if (over_ || ended_[index(direction)]) return;
  sink_ = &sink;
  if (direction == Direction::to_client) feed_held();
  if (over_) return;
  bytes_ = {};
  scanned_ = {};
  ended_[index(direction)] = true;
  const bool both = ended_[0] && ended_[1];
  if (direction == Direction::to_server || both) end_requests();
  // The end of the connection ends a response without a length: what was held back for it may go now.
  if (both || (direction == Direction::to_client && parser_->current(Direction::to_server) == nullptr)) {
    direction_ = Direction::to_client;
    if (!lost_[0] && !lost_[1]) parser_->close(sink.now());
  }
  show_news();
  if (both)
    close_all();
  else
    reap();
}

void HttpSession::end_requests() noexcept {
  direction_ = Direction::to_server;
  if (lost_[0] || std::exchange(requests_ended_, true)) return;
  if (htp_tx_t* tx = parser_->current(Direction::to_server); tx != nullptr) {
    HttpTransaction& http = attach(*tx);
    if (http.stage_of(Direction::to_server) == Stage::started && !http.closed && tx->request_ignored_lines == 0 &&
        tx->request_uri == nullptr)
      raise(&http, Event::request_line_incomplete, Direction::to_server);
  }
  parser_->close_requests(sink_->now());
}

// A response accepts a CONNECT or an Upgrade: what follows is not HTTP/1.
void HttpSession::switch_protocol(HttpTransaction& tx) noexcept {
  next_protocol_ = "";
  tunnel_at_ = parser_->consumed(Direction::to_client);
  // RFC 9110, 15.2.2: 101 "the server understands and is willing to comply with the client's request, via the Upgrade
  // header field, for a change in the application protocol".
  const std::string_view upgrade = header(tx, Direction::to_client, "upgrade").value_or("");
  if (tx.htp->response_status_number == 101) {
    if (equals_nocase(trim(upgrade), "websocket")) next_protocol_ = "websocket";
    if (equals_nocase(trim(upgrade), "h2c")) next_protocol_ = "http2";
  }
  reach(tx, Direction::to_server, Stage::complete);
  reach(tx, Direction::to_client, Stage::complete);
  close(tx);
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
  judge_inflation(tx);
  for (const Direction d : {Direction::to_server, Direction::to_client}) {
    if (d == Direction::to_server && tx.multipart) {
      multipart_tx_ = &tx;
      tx.multipart->finish(*this);
    }
    close_file(tx, d, true);
    show(tx, d);
  }
  // Empty lines alone are no request.
  if (tx.stage[0] > 0 || tx.stage[1] > 0) sink_->log(tx, Direction::to_server);
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
  renew();
}

void HttpSession::renew() noexcept {
  while (!live_.empty()) close(*live_.front());
  reap();
  refused_ = false;
  parsed_ = 0;
  parser_.emplace(static_cast<Listener&>(*this), memory_);
  over_ = !parser_->ok();
}

}  // namespace gatehouse::proto::http
