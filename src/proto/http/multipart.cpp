// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/multipart.hpp"

#include <algorithm>

#include "proto/http/header_values.hpp"
#include "proto/http/limits.hpp"

namespace gatehouse::proto::http {

// RFC 2046, 5.1.1: "delimiter := CRLF dash-boundary", "dash-boundary := "--" boundary". The first one needs no CRLF.
MultipartReader::MultipartReader(Memory& memory, std::string_view boundary) : delimiter_(&memory), held_(&memory) {
  delimiter_ = "\r\n--";
  delimiter_ += boundary.substr(0, kMaxBoundary);
}

void MultipartReader::feed(Bytes body, Receiver& receiver) {
  if (state_ == State::over) return;
  held_.append(as_text(body));
  while (step(receiver)) {
  }
  held_.erase(0, at_);
  at_ = 0;
}

void MultipartReader::finish(Receiver& receiver) noexcept {
  if (state_ == State::data) give(rest(), receiver);
  if (state_ != State::over && state_ != State::preamble) receiver.part_event(Event::multipart_generic_error);
  close_part(true, receiver);
  state_ = State::over;
  held_.clear();
  at_ = 0;
}

bool MultipartReader::step(Receiver& receiver) noexcept {
  switch (state_) {
    case State::preamble:
      return skip_preamble();
    case State::delimiter:
      return read_delimiter(receiver);
    case State::head:
      return read_head(receiver);
    case State::data:
      return read_data(receiver);
    case State::over:
      at_ = held_.size();
      return false;
  }
  return false;
}

bool MultipartReader::skip_preamble() noexcept {
  const std::string_view dash_boundary = std::string_view{delimiter_}.substr(2);
  const std::size_t found = rest().find(dash_boundary);
  if (found == std::string_view::npos) {
    at_ += rest().size() - std::min(rest().size(), dash_boundary.size() - 1);
    return false;
  }
  at_ += found + dash_boundary.size();
  state_ = State::delimiter;
  return true;
}

// Behind a boundary: "--" ends the body, otherwise white space up to the end of the line.
bool MultipartReader::read_delimiter(Receiver& receiver) noexcept {
  if (rest().size() < 2) return false;
  if (rest().starts_with("--")) {
    state_ = State::over;
    return true;
  }
  // The limits count from fixed places, so that it makes no difference how the body was cut.
  const std::size_t newline = rest().substr(0, kMaxBoundary).find('\n');
  if (newline == std::string_view::npos) {
    if (rest().size() < kMaxBoundary) return false;
    receiver.part_event(Event::multipart_generic_error);
    state_ = State::over;
    return true;
  }
  at_ += newline + 1;
  state_ = State::head;
  return true;
}

bool MultipartReader::read_head(Receiver& receiver) noexcept {
  // Line by line up to the empty one; CRLF, or LF alone as some clients write it.
  const std::string_view head = rest().substr(0, kMaxPartHead);
  std::size_t line = 0;
  while (true) {
    const std::size_t newline = head.find('\n', line);
    if (newline == std::string_view::npos) {
      if (head.size() < kMaxPartHead) return false;
      receiver.part_event(Event::multipart_invalid_header);
      state_ = State::over;
      return true;
    }
    if (trim(head.substr(line, newline - line)).empty()) {
      read_head_lines(head.substr(0, line), receiver);
      // The CRLF before an empty part's delimiter is also the end of its head.
      at_ += newline + 1;
      state_ = State::data;
      any_data_ = false;
      return true;
    }
    line = newline + 1;
  }
}

void MultipartReader::read_head_lines(std::string_view head, Receiver& receiver) noexcept {
  constexpr std::string_view disposition = "content-disposition:";
  bool disposed = false;
  while (!head.empty()) {
    const std::size_t newline = head.find('\n');
    const std::string_view line = head.substr(0, newline);
    head.remove_prefix(newline == head.npos ? head.size() : newline + 1);
    const bool folded = line.starts_with(' ') || line.starts_with('\t');
    if (!folded && line.find(':') == line.npos) receiver.part_event(Event::multipart_invalid_header);
    if (disposed || !starts_with_nocase(line, disposition)) continue;
    disposed = true;
    const std::string_view value = trim(line.substr(disposition.size()));
    if (!starts_with_nocase(value, "form-data")) receiver.part_event(Event::multipart_invalid_header);
    if (const auto name = parameter(value, "filename"); name && !name->empty()) {
      receiver.part_open(*name);
      open_ = true;
    }
  }
}

bool MultipartReader::read_data(Receiver& receiver) noexcept {
  // A part may be empty: its delimiter then follows the head at once.
  const std::string_view dash_boundary = std::string_view{delimiter_}.substr(2);
  if (!any_data_ && rest().size() < dash_boundary.size() && dash_boundary.starts_with(rest())) return false;
  std::size_t found = std::string_view::npos;
  std::size_t skipped = delimiter_.size();
  if (!any_data_ && rest().starts_with(dash_boundary)) {
    found = 0;
    skipped = dash_boundary.size();
  } else {
    found = rest().find(delimiter_);
  }
  if (found == std::string_view::npos) {
    const std::size_t sure = rest().size() - std::min(rest().size(), delimiter_.size() - 1);
    give(rest().substr(0, sure), receiver);
    at_ += sure;
    return false;
  }
  give(rest().substr(0, found), receiver);
  close_part(false, receiver);
  at_ += found + skipped;
  state_ = State::delimiter;
  return true;
}

void MultipartReader::give(std::string_view data, Receiver& receiver) noexcept {
  if (data.empty()) return;
  any_data_ = true;
  if (open_) receiver.part_data(as_bytes(data));
}

void MultipartReader::close_part(bool truncated, Receiver& receiver) noexcept {
  if (!open_) return;
  if (!any_data_) receiver.part_event(Event::multipart_no_filedata);
  receiver.part_close(truncated);
  open_ = false;
}

}  // namespace gatehouse::proto::http
