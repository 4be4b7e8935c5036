// SPDX-License-Identifier: GPL-3.0-or-later
// What libhtp tells while it parses, made into transactions, fields known, events and files.
#include <algorithm>
#include <utility>

#include "proto/http/header_values.hpp"
#include "proto/http/http.hpp"
#include "proto/http/limits.hpp"
#include "proto/http/session.hpp"

namespace gatehouse::proto::http {
namespace {

constexpr auto up = Direction::to_server, down = Direction::to_client;

// RFC 9110, 8.4.1, and "br" of RFC 7932: codings a browser does send. libhtp objects to those it cannot decode.
bool all_known_codings(std::string_view value) noexcept {
  constexpr std::array<std::string_view, 9> kKnown{"gzip",    "x-gzip", "deflate", "x-deflate", "identity",
                                                   "inflate", "br",     "none",    "compress"};
  while (true) {
    const std::size_t comma = value.find(',');
    const std::string_view word = trim(value.substr(0, comma));
    if (std::ranges::none_of(kKnown, [&](std::string_view known) { return equals_nocase(known, word); })) return false;
    if (comma == value.npos) return true;
    value.remove_prefix(comma + 1);
  }
}

// RFC 9110, 10.1.1: a client that expects 100-continue and gets a final status instead may not send the body: what it
// sends next is a new request.
bool is_refusal(const HttpTransaction& tx) noexcept {
  const htp_tx_t& htp = *tx.htp;
  return htp.response_status_number / 100 == 4 && htp.request_content_length > 0 && htp.request_message_len == 0 &&
         tx.stage_of(up) == Stage::headers && equals_nocase(header(tx, up, "expect").value_or(""), "100-continue");
}

}  // namespace

HttpTransaction& HttpSession::attach(htp_tx_t& tx) {
  if (void* known = htp_tx_get_user_data(&tx)) return *static_cast<HttpTransaction*>(known);
  auto* made = std::pmr::polymorphic_allocator<>{&memory_}.new_object<HttpTransaction>(memory_, &tx);
  made->protocol = &protocol;
  made->id = next_id_++;
  ++parsed_;
  htp_tx_set_user_data(&tx, made);
  live_.push_back(made);
  if (live_.size() > kMaxTransactions) {
    raise(made, Event::too_many_transactions, direction_);
    give_up_ = true;
  }
  return *made;
}

void HttpSession::reach(HttpTransaction& tx, Direction d, Stage stage) noexcept {
  auto& at = tx.stage[index(d)];
  at = std::max(at, static_cast<std::uint8_t>(stage));
  tx.side(d).news = true;
}

void HttpSession::show(HttpTransaction& tx, Direction d) noexcept {
  if (!tx.side(d).news) return;
  tx.side(d).news = false;
  sink_->update(tx, d);
}

void HttpSession::raise(HttpTransaction* tx, Event event, Direction d) noexcept {
  const auto row = static_cast<std::uint8_t>(event);
  if (tx != nullptr && (tx->events >> row & 1) != 0) return;  // once per transaction
  sink_->event(tx, row, d);
  if (tx != nullptr) tx->events |= 1ull << row;
}

void HttpSession::on_start(htp_tx_t& tx, Direction d) noexcept {
  attach(tx).side(d).news = true;
}

void HttpSession::on_line(htp_tx_t& tx, Direction d) noexcept {
  HttpTransaction& http = attach(tx);
  if (d == down) {
    // One 100 Continue is what libhtp allows. A proxy and its server may each send one.
    if (tx.response_status_number == 100 && tx.seen_100continue != 0) {
      raise(&http, Event::continue_already_seen, d);
      tx.seen_100continue = 0;
    }
  } else {
    http.uri_built = false;
    if (tx.is_protocol_0_9 != 0 && more_than_line()) {
      raise(&http, Event::request_line_missing_protocol, d);
      tx.is_protocol_0_9 = 0;
    }
    old_style_ = old_style_ || tx.is_protocol_0_9 != 0;
    if ((tx.flags & HTP_HOSTU_INVALID) != 0) raise(&http, Event::request_uri_host_invalid, d);
  }
  reach(http, d, Stage::line);
}

// HTTP/0.9 is one line. With more behind it the protocol was left out, and headers follow.
bool HttpSession::more_than_line() const noexcept {
  const std::string_view rest = as_text(bytes_.subspan(std::min(parser_->consumed(up), bytes_.size())));
  return rest.find_first_not_of(" \t\v\f") != rest.npos;
}

bool HttpSession::on_head(htp_tx_t& tx, Direction d, Bytes raw) noexcept {
  HttpTransaction& http = attach(tx);
  std::pmr::string& head = http.side(d).raw_head;
  if (raw.size() > kMaxHead - head.size()) {
    raise(&http, d == up ? Event::request_too_many_headers : Event::response_too_many_headers, d);
    give_up_ = true;
    return false;
  }
  head.append(as_text(raw));
  return true;
}

void HttpSession::on_headers(htp_tx_t& tx, Direction d) noexcept {
  HttpTransaction& http = attach(tx);
  if (http.closed) return;
  if (has_long_line(http, d)) {
    raise(&http, d == up ? Event::request_field_too_long : Event::response_field_too_long, d);
    give_up_ = true;
  }
  if (d == up)
    check_request(http);
  else
    check_response(http);
  const auto coding = d == up ? tx.request_transfer_coding : tx.response_transfer_coding;
  if (coding == HTP_CODING_CHUNKED) {
    http.side(d).chunks.emplace();
    scanned_[index(d)] = parser_->consumed(d);
  }
  reach(http, d, Stage::headers);
  // RFC 9110, 9.3.6: "Any 2xx (Successful) response indicates that the sender (and all inbound proxies) will switch to
  // tunnel mode immediately after the response header section".
  const bool accepted = tx.request_method_number == HTP_M_CONNECT && tx.response_status_number / 100 == 2;
  const bool upgraded = tx.response_status_number == 101 && coding == HTP_CODING_UNKNOWN;
  if (d == down && (accepted || upgraded)) switch_protocol(http);
}

// libhtp looks at the length of a line only where it had to wait for its end.
bool HttpSession::has_long_line(HttpTransaction& tx, Direction d) noexcept {
  const htp_tx_t& htp = *tx.htp;
  if (view(d == up ? htp.request_line : htp.response_line).size() > kLineHardLimit) return true;
  std::string_view head = tx.side(d).raw_head;
  while (head.size() > kLineHardLimit) {
    const std::size_t newline = head.find('\n');
    if (newline == head.npos || newline > kLineHardLimit) return true;
    head.remove_prefix(newline + 1);
  }
  return false;
}

void HttpSession::check_request(HttpTransaction& tx) noexcept {
  if (tx.htp->request_hostname != nullptr) bstr_to_lowercase(tx.htp->request_hostname);
  struct Row {
    std::uint64_t flag;
    Event event;
  };
  constexpr std::array kFlags{
      Row{HTP_REQUEST_INVALID_T_E, Event::invalid_transfer_encoding_value_in_request},
      Row{HTP_REQUEST_INVALID_C_L, Event::invalid_content_length_field_in_request},
      Row{HTP_HOST_MISSING, Event::missing_host_header},
      Row{HTP_HOST_AMBIGUOUS, Event::host_header_ambiguous},
      Row{HTP_HOSTU_INVALID, Event::request_uri_host_invalid},
      Row{HTP_HOSTH_INVALID, Event::request_header_host_invalid},
  };
  for (const Row& row : kFlags)
    if ((tx.htp->flags & row.flag) != 0) raise(&tx, row.event, up);
  if (tx.htp->request_auth_type == HTP_AUTH_UNRECOGNIZED &&
      !starts_with_nocase(header(tx, up, "authorization").value_or(""), "bearer"))
    raise(&tx, Event::request_auth_unrecognized, up);
}

void HttpSession::check_response(HttpTransaction& tx) noexcept {
  // libhtp gives the head of an interim response and the line behind it as one with the real head.
  std::pmr::string& head = tx.side(down).raw_head;
  if (const std::string_view line = view(tx.htp->response_line); tx.htp->seen_100continue != 0 && !line.empty()) {
    const std::size_t found = head.rfind(line);
    const std::size_t newline = found == head.npos ? found : head.find('\n', found);
    if (newline != head.npos) head.erase(0, newline + 1);
  }
  if (const auto coding = header(tx, down, "content-encoding"); coding && has_word(*coding, "br"))
    tx.brotli.emplace(memory_);
}

void HttpSession::scan_chunks(HttpTransaction& tx, Direction d, std::size_t up_to) noexcept {
  const std::size_t from = std::min(scanned_[index(d)], bytes_.size());
  up_to = std::min(up_to, bytes_.size());
  if (d != direction_ || from >= up_to) return;
  if (tx.side(d).chunks->scan(bytes_.subspan(from, up_to - from)))
    raise(&tx, d == up ? Event::request_chunk_extension : Event::response_chunk_extension, d);
  scanned_[index(d)] = up_to;
}

void HttpSession::on_trailer(htp_tx_t& tx, Direction d) noexcept {
  reach(attach(tx), d, Stage::trailer);
}

void HttpSession::on_message_complete(htp_tx_t& tx, Direction d) noexcept {
  HttpTransaction& http = attach(tx);
  if (http.closed) return;
  if (http.side(d).chunks) scan_chunks(http, d, parser_->consumed(d));
  if (d == up && http.multipart) {
    multipart_tx_ = &http;
    http.multipart->finish(*this);
    http.multipart.reset();
  }
  judge_inflation(http);
  close_file(http, d, http.side(d).file_hole);
  if (d == down) read_description(http);
  reach(http, d, Stage::complete);
  show(http, d);
  if (d == down && is_refusal(http)) refused_ = true;
}

void HttpSession::on_transaction_complete(htp_tx_t& tx) noexcept {
  close(attach(tx));
}

// The description of a UPnP device, where all of it is still in the window.
void HttpSession::read_description(HttpTransaction& tx) noexcept {
  const BodyWindow& body = tx.side(down).body;
  if (!body.started() || body.offset() > 0) return;
  const std::string_view type = trim(header(tx, down, "content-type").value_or(""));
  if (starts_with_nocase(type, "text/xml") || starts_with_nocase(type, "application/xml"))
    tx.described = upnp::read_description(as_text(body.bytes()));
}

// A body that is not compressed as its header says is tried as the other kinds of deflate and gzip, and libhtp reports
// two failures before it succeeds. Any other number is a body that could not be read.
bool HttpSession::inflating_again(HttpTransaction& tx) noexcept {
  return ++tx.inflate_failures <= 2;
}

void HttpSession::judge_inflation(HttpTransaction& tx) noexcept {
  if (tx.inflate_failures == 1) raise(&tx, Event::gzip_decompression_failed, direction_);
}

void HttpSession::on_message(std::string_view text) noexcept {
  htp_tx_t* at = parser_->current(direction_);
  HttpTransaction* tx = at == nullptr ? nullptr : &attach(*at);
  if (++warnings_ == kMaxWarnings) {
    raise(tx, Event::too_many_warnings, direction_);
    give_up_ = true;
  }
  const Event event = event_of_message(text, direction_);
  if (event == Event::count) return;
  if (event == Event::gzip_decompression_failed && tx != nullptr && inflating_again(*tx)) return;
  if (event == Event::abnormal_ce_header && tx != nullptr &&
      all_known_codings(header(*tx, down, "content-encoding").value_or("")))
    return;
  raise(tx, event, direction_);
}

}  // namespace gatehouse::proto::http
