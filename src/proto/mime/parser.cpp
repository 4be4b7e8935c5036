// SPDX-License-Identifier: GPL-3.0-or-later
// Lines, header sections and delimiters. What becomes of a part's body: parser_body.cpp.
#include "proto/mime/parser.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "proto/mime/parameter.hpp"

namespace gatehouse::proto::mime {

void Parser::start(Email& email, Receiver& receiver) noexcept {
  email_ = &email;
  receiver_ = &receiver;
  active_ = true;
  main_headers_ = true;
  line_size_ = kept_ = depth_ = 0;
  last_byte_ = 0;
  holding_ = swallow_ = file_open_ = undecided_ = false;
  eol_size_ = 0;
  base64_ = {}, quoted_ = {}, uu_ = {}, urls_ = {};
  begin_headers();
}

bool Parser::feed(Bytes bytes) noexcept {
  try {
    while (active_ && !bytes.empty()) {
      const auto* end = static_cast<const std::uint8_t*>(std::memchr(bytes.data(), '\n', bytes.size()));
      const std::size_t size = end == nullptr ? bytes.size() : static_cast<std::size_t>(end - bytes.data()) + 1;
      take_line_piece(bytes.first(size), end != nullptr);
      bytes = bytes.subspan(size);
    }
    return true;
  } catch (const std::bad_alloc&) {
    close_file(true);
    active_ = false;
    return false;
  }
}

bool Parser::finish(bool truncated) noexcept {
  if (!active_) return true;
  active_ = false;
  try {
    if (state_ == State::headers) {
      if (kept_ > 0) header_line(line());
      if (state_ == State::headers) end_field();
      if (main_headers_ && encoded_depth_ == 0) receiver_->headers_done();
    } else if (holding_) {
      held_line(true);
    }
    if (line_size_ > 0) end_line();
    end_leaf(truncated);
    if (depth_ > 0 && !truncated) anomaly(Anomaly::malformed_msg);
    return true;
  } catch (const std::bad_alloc&) {
    close_file(true);
    return false;
  }
}

void Parser::gap(std::uint64_t missing) noexcept {
  if (!active_) return;
  if (leaf_ == Leaf::child && !undecided_)
    child_->gap(missing);
  else if (file_open_)
    receiver_->file_gap(missing);
  base64_ = {}, quoted_ = {};
  line_size_ = kept_ = eol_size_ = 0;
  holding_ = swallow_ = false;
}

void Parser::take_line_piece(Bytes piece, bool ends) {
  const bool begins = line_size_ == 0;
  if (begins) {
    kept_ = last_byte_ = 0;
    swallow_ = false;
    holding_ = state_ == State::body && (undecided_ || (depth_ > 0 && piece[0] == '-'));
  }
  line_size_ += piece.size();
  const Bytes content = piece.first(piece.size() - ends);
  if (!content.empty()) last_byte_ = content.back();
  if (swallow_) {
    // The rest of a delimiter says nothing.
  } else if (state_ == State::headers) {
    take_header_piece(content, ends);
  } else {
    take_body_piece(piece, ends);
  }
  if (ends) end_line();
}

void Parser::end_line() {
  const std::size_t size = line_size_ - std::min<std::size_t>(line_size_, last_byte_ == '\r' ? 2 : 1);
  if (size > kLongLine) anomaly(Anomaly::long_line);
  if (leaf_ == Leaf::file && part_.encoding != Encoding::identity && size > kLongEncodedLine)
    anomaly(Anomaly::long_enc_line);
  line_size_ = 0;
}

// Keeps of the piece what there is room for and takes it off. False: there is more.
bool Parser::keep_line(Bytes& piece, std::size_t most) noexcept {
  const Bytes fits = piece.first(std::min(piece.size(), most - kept_));
  std::ranges::copy(as_text(fits), line_.begin() + static_cast<std::ptrdiff_t>(kept_));
  kept_ += fits.size();
  piece = piece.subspan(fits.size());
  return piece.empty();
}

// ---- header sections

void Parser::begin_headers() noexcept {
  state_ = State::headers;
  part_ = {};
  leaf_ = Leaf::none;
  first_line_ = true;
  in_field_ = field_cut_ = false;
  field_size_ = 0;
}

void Parser::take_header_piece(Bytes piece, bool ends) {
  if (!keep_line(piece, kMaxField)) field_cut_ = true;
  if (!ends) return;
  std::string_view whole = line();
  if (whole.ends_with('\r')) whole.remove_suffix(1);
  header_line(whole);
}

void Parser::header_line(std::string_view line) {
  if (line.empty()) {
    end_field();
    end_headers();
    return;
  }
  std::size_t colon = 0;
  if (in_field_ && (line[0] == ' ' || line[0] == '\t')) {
    line.remove_prefix(1);  // unfolded without the white space that made it a continuation
  } else {
    const bool cut = field_cut_;
    field_cut_ = false;
    end_field();
    field_cut_ = cut;
    if (depth_ > 0 && delimiter(line)) return anomaly(Anomaly::malformed_msg);  // the empty line is missing
    colon = line.find(':');
    if (colon == line.npos) {
      // "From someone Thu Jan 1 …" is how mailboxes separate messages; anything else has no place here.
      if (!first_line_ || !line.starts_with("From ")) anomaly(Anomaly::malformed_msg);
      first_line_ = false;
      return;
    }
    in_field_ = true;
    if (colon > kLongHeaderName) anomaly(Anomaly::long_header_name);
    if (line.size() - colon - 1 > kLongHeaderValue) anomaly(Anomaly::long_header_value);
  }
  first_line_ = false;
  const std::size_t size = std::min(line.size(), kMaxField - field_size_);
  field_cut_ |= size < line.size();
  std::ranges::copy(line.substr(0, size), field_.begin() + static_cast<std::ptrdiff_t>(field_size_));
  field_size_ += size;
}

void Parser::end_field() {
  if (in_field_) {
    const std::string_view whole{field_.data(), field_size_};
    const std::size_t colon = whole.find(':');
    std::string_view value = whole.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t\r\n"), value.size()));
    field(trim(whole.substr(0, colon)), value);
    if (field_cut_) anomaly(Anomaly::long_header_value);
  }
  in_field_ = field_cut_ = false;
  field_size_ = 0;
}

void Parser::field(std::string_view name, std::string_view value) {
  if (main_headers_ && encoded_depth_ == 0) email_->keep(name, value);
  if (!starts_with_nocase(name, "content-")) return;
  name.remove_prefix(8);
  if (equals_nocase(name, "type")) {
    // Two types, two readers: the first counts here, and it is told.
    if (part_.has_type) return anomaly(Anomaly::malformed_msg);
    content_type(value);
  } else if (equals_nocase(name, "disposition")) {
    part_.attached |= equals_nocase(main_value(value), "attachment");
    part_.has_name = false;  // goes before a name that Content-Type gave
    set_name(value, "filename");
  } else if (equals_nocase(name, "transfer-encoding")) {
    if (part_.has_encoding) anomaly(Anomaly::malformed_msg);
    part_.has_encoding = true;
    const std::string_view encoding = main_value(value);
    part_.encoding = equals_nocase(encoding, "base64")             ? Encoding::base64
                     : equals_nocase(encoding, "quoted-printable") ? Encoding::quoted_printable
                                                                   : Encoding::identity;
  }
}

void Parser::content_type(std::string_view value) {
  part_.has_type = true;
  const std::string_view type = main_value(value);
  part_.text = starts_with_nocase(type, "text/") || type.empty();
  part_.multipart = starts_with_nocase(type, "multipart/");
  part_.message = equals_nocase(type, "message/rfc822") || equals_nocase(type, "message/global");
  if (part_.name_size == 0) set_name(value, "name");
  if (!part_.multipart) return;
  Boundary& boundary = part_.boundary;
  const Parameter parameter = find_parameter(value, "boundary", boundary.text);
  boundary.size = static_cast<std::uint16_t>(parameter.value.size());
  part_.has_boundary = boundary.size > 0;
  if (parameter.cut) anomaly(Anomaly::long_boundary);
}

void Parser::set_name(std::string_view field, std::string_view parameter) {
  const Parameter name = find_parameter(field, parameter, part_.name);
  if (!name.present || name.value.empty()) return;
  part_.has_name = true;
  part_.name_size = static_cast<std::uint16_t>(name.value.size());
  if (name.cut) anomaly(Anomaly::long_filename);
}

void Parser::end_headers() {
  if (main_headers_ && encoded_depth_ == 0) receiver_->headers_done();
  main_headers_ = false;
  state_ = State::body;
  eol_size_ = 0;
  if (part_.multipart) {
    // RFC 2045, 6.4: of a composite type "7bit", "8bit" or "binary"; it is read as if it said so.
    if (!part_.has_boundary || part_.encoding != Encoding::identity) anomaly(Anomaly::malformed_msg);
    if (part_.has_boundary && depth_ < kMaxDepth) {
      boundaries_[depth_++] = part_.boundary;
      return;  // what stands before the first delimiter is of no consequence
    }
    if (part_.has_boundary) anomaly(Anomaly::parse_failed);
  }
  begin_leaf();
}

// ---- delimiters

bool Parser::matches(const Boundary& boundary, std::string_view line, bool exact) const noexcept {
  line.remove_prefix(2);
  if (!line.starts_with(std::string_view{boundary.text.data(), boundary.size})) return false;
  if (!exact) return true;
  line.remove_prefix(boundary.size);
  return trim(line).empty() || (line.starts_with("--") && trim(line.substr(2)).empty());
}

// RFC 2046, 5.1.1: "--" and the boundary, "--" again if it is the last, white space. A reader may be content with less,
// so a line that only begins so ends the part too. The innermost part that knows the boundary is meant.
bool Parser::delimiter(std::string_view line) {
  if (!line.starts_with("--")) return false;
  std::size_t level = depth_;
  bool exact = true;
  while (level > 0 && !matches(boundaries_[level - 1], line, true)) --level;
  if (level == 0) {
    exact = false;
    for (level = depth_; level > 0 && !matches(boundaries_[level - 1], line, false);) --level;
  }
  if (level == 0) return false;
  if (!exact || level < depth_) anomaly(Anomaly::malformed_msg);  // inner parts lack their last delimiter
  end_leaf(false);
  depth_ = level;
  if (line.substr(2 + boundaries_[level - 1].size).starts_with("--")) {
    --depth_;
    state_ = State::body;
  } else {
    begin_headers();
  }
  return true;
}

void Parser::take_body_piece(Bytes piece, bool ends) {
  if (holding_) {
    const bool all = keep_line(piece, kMaxDelimiter);
    const bool may_be_delimiter = kept_ < 2 || line_[1] == '-' || undecided_;
    if (all && may_be_delimiter && kept_ < kMaxDelimiter && !ends) return;
    held_line(ends && all);
    if (swallow_ || piece.empty()) return;
    if (state_ == State::headers) return take_header_piece(piece.first(piece.size() - ends), ends);
  }
  body(piece);
}

// The line that was held back: a delimiter, the beginning of a message, or body like any other.
void Parser::held_line(bool ends) {
  holding_ = false;
  if (depth_ > 0 && delimiter(line())) {
    swallow_ = !ends;
    return;
  }
  if (undecided_ && !trim(line()).empty()) {
    undecided_ = false;
    // A colon is not of base64's alphabet: the message is not encoded, whatever it says.
    if (part_.encoding == Encoding::base64 && line().find(':') != std::string_view::npos) {
      begin_headers();
      if (!ends) return;
      std::string_view whole = line();
      if (whole.ends_with('\n')) whole.remove_suffix(1);
      if (whole.ends_with('\r')) whole.remove_suffix(1);
      return header_line(whole);
    }
    begin_child();
  }
  if (kept_ > 0) body(as_bytes(line()));
}

}  // namespace gatehouse::proto::mime
