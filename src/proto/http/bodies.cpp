// SPDX-License-Identifier: GPL-3.0-or-later
// Bodies of an HTTP session: decoded, kept in their window, and handed on as files.
#include <algorithm>

#include "proto/http/header_values.hpp"
#include "proto/http/limits.hpp"
#include "proto/http/session.hpp"

namespace gatehouse::proto::http {
namespace {

constexpr auto up = Direction::to_server;

// The boundary where the body is a form with files.
std::optional<std::string_view> form_boundary(const HttpTransaction& tx) noexcept {
  const std::string_view type = header(tx, up, "content-type").value_or("");
  if (!starts_with_nocase(trim(type), "multipart/form-data")) return std::nullopt;
  const auto boundary = parameter(type, "boundary");
  return boundary && !boundary->empty() && boundary->size() <= kMaxBoundary ? boundary : std::nullopt;
}

bool is_upload(const HttpTransaction& tx) noexcept {
  return tx.htp->request_method_number == HTP_M_POST || tx.htp->request_method_number == HTP_M_PUT;
}

}  // namespace

void HttpSession::on_body(htp_tx_t& htp, Direction d, Bytes data) noexcept {
  if (filling_) {
    on_body_hole(htp, d, data.size());
    return;
  }
  HttpTransaction& tx = attach(htp);
  if (tx.closed) return;
  if (tx.side(d).chunks) scan_chunks(tx, d, parser_->consumed(d));
  if (d == up || !tx.brotli) {
    body_bytes(tx, d, data);
    return;
  }
  const auto outcome = tx.brotli->decode(data, [&](Bytes piece) { body_bytes(tx, d, piece); });
  if (outcome == BrotliBody::Outcome::bomb) raise(&tx, Event::compression_bomb, d);
  if (outcome == BrotliBody::Outcome::broken) raise(&tx, Event::gzip_decompression_failed, d);
}

void HttpSession::on_body_hole(htp_tx_t& htp, Direction d, std::uint64_t missing) noexcept {
  HttpTransaction& tx = attach(htp);
  if (tx.closed) return;
  Side& side = tx.side(d);
  if (!side.body_begun) begin_body(tx, d);
  side.file_hole = true;
  if (d == up && tx.multipart) {
    multipart_tx_ = &tx;
    tx.multipart->finish(*this);
  } else if (side.file) {
    sink_->file_gap(*side.file, missing);
  }
  show(tx, d);
  side.body.gap(missing);
  reach(tx, d, Stage::body);
}

void HttpSession::body_bytes(HttpTransaction& tx, Direction d, Bytes data) noexcept {
  Side& side = tx.side(d);
  if (!side.body_begun) begin_body(tx, d);
  if (d == up && tx.multipart) {
    multipart_tx_ = &tx;
    tx.multipart->feed(data, *this);
  } else if (side.file) {
    sink_->file_data(*side.file, data);
  }
  while (!data.empty()) {
    if (side.body.room() == 0) {
      show(tx, d);
      side.body.slide();
    }
    const std::size_t now = std::min(side.body.room(), data.size());
    side.body.append(data.first(now));
    data = data.subspan(now);
    reach(tx, d, Stage::body);
  }
}

void HttpSession::begin_body(HttpTransaction& tx, Direction d) noexcept {
  Side& side = tx.side(d);
  side.body_begun = true;
  FileMeta meta{.name = path(tx)};
  if (d == up) {
    if (!is_upload(tx)) return;
    if (const auto boundary = form_boundary(tx))
      tx.multipart.emplace(memory_, *boundary);
    else
      open_file(tx, d, meta);
    return;
  }
  std::pmr::string key{&memory_};  // names the whole file, of which other sessions may carry other parts
  if (const auto disposition = header(tx, d, "content-disposition"))
    if (const auto name = parameter(*disposition, "filename"); name && !name->empty()) meta.name = *name;
  // RFC 9110, 15.3.7: 206 "the server is successfully fulfilling a range request".
  if (const auto text = header(tx, d, "content-range"); text && tx.htp->response_status_number == 206) {
    const auto range = parse_content_range(*text);
    if (range && range->start <= range->end && (!range->size || range->end < *range->size)) {
      // A part that is the whole is a file like any other.
      meta.has_range = range->size && range->end - range->start != *range->size - 1;
      meta.range_start = range->start;
      meta.range_end = range->end;
      meta.range_size = range->size.value_or(0);
      if (const auto host = header(tx, up, "host")) key = *host;
      key += path(tx);
      meta.range_key = key;
    } else {
      raise(&tx, Event::range_invalid, d);
    }
  }
  open_file(tx, d, meta);
}

void HttpSession::open_file(HttpTransaction& tx, Direction d, FileMeta meta) noexcept {
  if (meta.name.size() > kMaxFileName) {
    raise(&tx, Event::file_name_too_long, d);
    meta.name = meta.name.substr(0, kMaxFileName);
  }
  // What the file belongs to is known before the file: its record shows both.
  show(tx, d);
  tx.side(d).file = sink_->file_open(tx, d, meta);
}

void HttpSession::close_file(HttpTransaction& tx, Direction d, bool truncated) noexcept {
  std::optional<FileId>& file = tx.side(d).file;
  if (file) sink_->file_close(*file, truncated);
  file.reset();
}

void HttpSession::part_open(std::string_view file_name) noexcept {
  open_file(*multipart_tx_, up, {.name = file_name});
}

void HttpSession::part_data(Bytes data) noexcept {
  if (const auto& file = multipart_tx_->side(up).file) sink_->file_data(*file, data);
}

void HttpSession::part_close(bool truncated) noexcept {
  close_file(*multipart_tx_, up, truncated);
}

void HttpSession::part_event(Event event) noexcept {
  raise(multipart_tx_, event, up);
}

}  // namespace gatehouse::proto::http
