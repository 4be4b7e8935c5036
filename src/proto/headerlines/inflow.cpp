// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/headerlines/inflow.hpp"

#include <algorithm>

namespace gatehouse::proto::headerlines {

std::size_t Inflow::passable(Bytes bytes) noexcept {
  auto passed = static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, bytes.size()));
  body_left_ -= passed;
  while (passed < bytes.size() && (bytes[passed] == '\r' || bytes[passed] == '\n')) ++passed;
  if (passed > 0) finder_.reset();
  return passed;
}

Inflow::Found Inflow::next(Bytes bytes, std::string_view protocol, bool (*reads)(const Head&), std::size_t longest,
                           Message& message) noexcept {
  message = {};
  if (probe_start_line(bytes, protocol) == Probe::no) {
    finder_.reset();
    message.size = bytes.size();
    return lost_ ? Found::nothing : Found::no_start_line;
  }
  const std::size_t head_size = finder_.find(bytes);
  if (head_size > kLongestHead || (head_size == 0 && bytes.size() > kLongestHead)) return Found::head_too_long;
  if (head_size == 0) return Found::need_more;
  if (!message.head.parse(bytes.first(head_size), protocol)) return Found::no_start_line;
  // RFC 3261, 18.3, and RFC 2326, 12.14: over streams the length must be said. Who does not say it is taken to have no
  // body.
  const auto said = message.head.find("Content-Length", "l");
  const auto length = said ? decimal(*said) : std::optional<std::uint64_t>{0};
  if (!length) return Found::bad_length;
  message.length = *length;
  const bool read = *length > 0 && *length <= longest && reads(message.head);
  if (read && bytes.size() - head_size < *length) return Found::need_more;
  const auto body = static_cast<std::size_t>(read ? *length : 0);
  message.body = bytes.subspan(head_size, body);
  message.size = head_size + body;
  body_left_ = *length - body;
  finder_.reset();
  lost_ = false;
  return Found::message;
}

void Inflow::gap(std::uint64_t missing) noexcept {
  finder_.reset();
  if (body_left_ >= missing) {
    body_left_ -= missing;
    return;
  }
  body_left_ = 0;
  lost_ = true;
}

}  // namespace gatehouse::proto::headerlines
