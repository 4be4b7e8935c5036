// SPDX-License-Identifier: GPL-3.0-or-later
// What a mail consists of: between DATA and its lone dot, or in the chunks of BDAT.
#include <algorithm>

#include "proto/smtp/session.hpp"

namespace gatehouse::proto::smtp {

namespace {
constexpr auto kToServer = Direction::to_server;
}  // namespace

void SmtpSession::begin_content() {
  end_content(true);
  if (mime_ == nullptr) mime_ = std::pmr::polymorphic_allocator<>{&memory_}.new_object<mime::Parser>(memory_);
  current_->stage[index(kToServer)] = kData;
  current_->headers_done = false;
  current_->email.emplace(memory_);
  mime_->start(*current_->email, *this);
  style_ = LineEnd::unknown;
  bare_lf_ = false;
  last_byte_ = 0;
}

void SmtpSession::end_content(bool truncated) noexcept {
  if (mime_ != nullptr && mime_->active()) mime_->finish(truncated);
  mode_ = Mode::commands;
}

// RFC 5321, 4.5.2: a line of a lone dot ends the mail, another leading dot is not part of it.
std::size_t SmtpSession::take_data(Bytes bytes) {
  if (line_begins_ && bytes[0] == '.') {
    if (bytes.size() < 2 || (bytes[1] == '\r' && bytes.size() < 3)) return 0;
    const bool bare_end = bytes[1] == '\n';
    if (bare_end || (bytes[1] == '\r' && bytes[2] == '\n')) {
      end_of_data(bare_end || bare_lf_);
      return bare_end ? 2 : 3;
    }
    line_begins_ = false;
    return 1;
  }
  const std::size_t dot = as_text(bytes).find("\n.");
  const Bytes piece = dot == std::string_view::npos ? bytes : bytes.first(dot + 1);
  if (style_ == LineEnd::unknown) {
    if (const std::size_t first = as_text(piece).find('\n'); first != std::string_view::npos)
      style_ = (first > 0 ? piece[first - 1] : last_byte_) == '\r' ? LineEnd::crlf : LineEnd::lf;
  }
  line_begins_ = piece.back() == '\n';
  bare_lf_ = line_begins_ && (piece.size() > 1 ? piece[piece.size() - 2] : last_byte_) != '\r';
  last_byte_ = piece.back();
  mime_->feed(piece);
  return piece.size();
}

// `bare`: a line feed alone made the line of the dot. Among lines that end as they must, some servers take it for the
// end of the mail and some do not, and two mails are smuggled as one.
void SmtpSession::end_of_data(bool bare) {
  if (bare && style_ == LineEnd::crlf) event(kAmbiguousEndOfData, kToServer);
  end_content(false);
  // The mail has a reply of its own, besides DATA's.
  enqueue(Verb::end_of_data);
  complete_request(*current_);
}

bool SmtpSession::begin_chunk(std::string_view line) {
  const auto chunk = parse_bdat(line);
  if (!chunk) return false;
  if (chunk->size > kMaxChunk) event(kBdatChunkLenExceeded, kToServer);
  enqueue(Verb::bdat, chunk->last);
  if (!current_->email || !mime_->active()) begin_content();
  mode_ = Mode::chunk;
  chunk_left_ = chunk->size;
  chunk_last_ = chunk->last;
  if (chunk_left_ == 0) end_chunk();
  return true;
}

std::size_t SmtpSession::take_chunk(Bytes bytes) {
  const Bytes piece = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), chunk_left_)));
  mime_->feed(piece);
  chunk_left_ -= piece.size();
  if (chunk_left_ == 0) end_chunk();
  return piece.size();
}

void SmtpSession::end_chunk() noexcept {
  mode_ = Mode::commands;
  if (!chunk_last_) return;
  end_content(false);
  complete_request(*current_);
}

// ---- what the mail's reader tells

void SmtpSession::file_open(std::string_view name) noexcept {
  file_ = sink_->file_open(*current_, kToServer, {.name = name});
}
void SmtpSession::file_data(Bytes data) noexcept {
  sink_->file_data(file_, data);
}
void SmtpSession::file_gap(std::uint64_t missing) noexcept {
  sink_->file_gap(file_, missing);
}
void SmtpSession::file_close(bool truncated) noexcept {
  sink_->file_close(file_, truncated);
}
void SmtpSession::anomaly(mime::Anomaly anomaly) noexcept {
  event(static_cast<Event>(kMimeParseFailed + static_cast<std::uint8_t>(anomaly)), kToServer);
}
void SmtpSession::headers_done() noexcept {
  current_->headers_done = true;
  sink_->update(*current_, kToServer);
}

}  // namespace gatehouse::proto::smtp
