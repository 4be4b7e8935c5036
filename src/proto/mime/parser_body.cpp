// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of a part's body: a file, text to look through, or a message of its own.
#include <algorithm>
#include <new>

#include "proto/mime/parser.hpp"

namespace gatehouse::proto::mime {

Parser::~Parser() {
  if (child_ != nullptr) std::pmr::polymorphic_allocator<>{&memory_}.delete_object(child_);
}

void Parser::open_file(std::string_view name) {
  file_open_ = true;
  if (!name.empty()) email_->keep_attachment(name);
  receiver_->file_open(name);
}

void Parser::close_file(bool truncated) noexcept {
  if (file_open_) receiver_->file_close(truncated);
  file_open_ = false;
}

void Parser::begin_leaf() {
  if (part_.message) {
    // It is read in place: its parts end at the delimiters of the parts around it.
    if (part_.encoding == Encoding::identity) return begin_headers();
    anomaly(Anomaly::malformed_msg);  // RFC 2046, 5.2.1: "7bit", "8bit" or "binary"
    leaf_ = Leaf::child;
    undecided_ = true;
    return;
  }
  if (part_.name_size > 0 || part_.attached || !(part_.text || part_.multipart)) {
    leaf_ = Leaf::file;
    open_file({part_.name.data(), part_.name_size});
  } else {
    leaf_ = Leaf::text;
  }
}

// A message that is encoded is read by a parser of its own.
void Parser::begin_child() {
  if (encoded_depth_ >= kMaxEncoded) {
    anomaly(Anomaly::parse_failed);
    leaf_ = Leaf::other;
    return;
  }
  if (child_ == nullptr) {
    child_ = std::pmr::polymorphic_allocator<>{&memory_}.new_object<Parser>(memory_);
    child_->encoded_depth_ = encoded_depth_ + 1;
  }
  child_->start(*email_, *receiver_);
}

void Parser::body(Bytes bytes) {
  if (leaf_ == Leaf::none || leaf_ == Leaf::other) return;
  if (eol_size_ == 1 && eol_[0] == '\r' && bytes.size() == 1 && bytes[0] == '\n') {
    eol_[eol_size_++] = '\n';
    return;
  }
  if (eol_size_ > 0) encoded(Bytes{eol_.data(), eol_size_});
  const std::size_t size = bytes.size();
  std::size_t keep = bytes[size - 1] == '\n' || bytes[size - 1] == '\r';
  if (keep == 1 && bytes[size - 1] == '\n' && size > 1 && bytes[size - 2] == '\r') keep = 2;
  eol_size_ = static_cast<std::uint8_t>(keep);
  std::ranges::copy(bytes.last(keep), eol_.begin());
  if (size > keep) encoded(bytes.first(size - keep));
}

void Parser::encoded(Bytes bytes) {
  const auto out = [this](Bytes piece) { decoded(piece); };
  switch (part_.encoding) {
    case Encoding::identity:
      decoded(bytes);
      break;
    case Encoding::base64:
      if (!base64_.feed(bytes, out)) anomaly(Anomaly::invalid_base64);
      break;
    case Encoding::quoted_printable:
      if (!quoted_.feed(bytes, out)) anomaly(Anomaly::invalid_qp);
      break;
  }
}

void Parser::decoded(Bytes bytes) {
  if (leaf_ == Leaf::child) {
    if (!undecided_) child_->feed(bytes);
    return;
  }
  if (leaf_ == Leaf::file) receiver_->file_data(bytes);
  if (leaf_ == Leaf::text) text(bytes);
  if (part_.text || leaf_ == Leaf::text) urls_.feed(bytes, [this](std::string_view url) { email_->keep_url(url); });
}

void Parser::text(Bytes bytes) {
  uu_.feed(
      bytes, [this](std::string_view name) { open_file(name.substr(0, kMaxFilename)); },
      [this](Bytes data) {
        if (!data.empty()) receiver_->file_data(data);
      },
      [this] { close_file(false); });
}

void Parser::end_leaf(bool truncated) {
  const auto out = [this](Bytes piece) { decoded(piece); };
  eol_size_ = 0;
  if (leaf_ != Leaf::none && leaf_ != Leaf::other) {
    if (!base64_.finish(out) && !truncated) anomaly(Anomaly::invalid_base64);
    if (!quoted_.finish(out) && !truncated) anomaly(Anomaly::invalid_qp);
    urls_.finish([this](std::string_view url) { email_->keep_url(url); });
    if (leaf_ == Leaf::child && !undecided_) child_->finish(truncated);
  }
  if (leaf_ == Leaf::text && !truncated) text(as_bytes("\n"));  // the last line's end, which was held back
  if (leaf_ == Leaf::text && uu_.finish()) {
    if (!truncated) anomaly(Anomaly::malformed_msg);  // no "end"
    truncated = true;
  }
  close_file(truncated);
  undecided_ = false;
  leaf_ = Leaf::none;
}

}  // namespace gatehouse::proto::mime
