// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/detector.hpp"

#include <algorithm>
#include <array>

#include "proto/http/limits.hpp"

namespace gatehouse::proto::http {
namespace {

constexpr std::size_t kMaxMethod = 32;
constexpr std::size_t kMaxBlanks = 64;  // white space and empty lines before the request line

// Methods that no neighbour in style (RTSP, SIP, ICAP) uses: with a path behind them there is no doubt.
constexpr std::array<std::string_view, 9> kOwnMethods{"GET",   "POST",  "HEAD",     "PUT",   "DELETE",
                                                      "PATCH", "TRACE", "PROPFIND", "REPORT"};

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_gap(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// RFC 9110, 5.6.2 allows fifteen more in a token. No method has them: "GET%00" is somebody's probe, not a request.
bool is_method(char c) noexcept {
  return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' || c == '_' || c == '.';
}

// " HTTP/1.1" somewhere in the line, but not HTTP/2.
bool names_http(std::string_view line) noexcept {
  for (std::size_t at = 0; at + 6 < line.size(); ++at) {
    if (!is_gap(line[at]) || !starts_with_nocase(line.substr(at + 1), "http/")) continue;
    if (at + 6 < line.size() && (line[at + 6] == '0' || line[at + 6] == '1')) return true;
  }
  return false;
}

Probe probe_request(std::string_view text) noexcept {
  std::size_t start = 0;
  while (start < text.size() && is_blank(text[start])) ++start;
  if (start > kMaxBlanks) return Probe::no;
  text.remove_prefix(start);

  std::size_t end = 0;
  while (end < text.size() && end <= kMaxMethod && is_method(text[end])) ++end;
  if (end == text.size()) return end > kMaxMethod ? Probe::no : Probe::need_more;
  if (end == 0 || end > kMaxMethod || !is_gap(text[end])) return Probe::no;
  const std::string_view method = text.substr(0, end);

  std::size_t uri = end;
  while (uri < text.size() && is_gap(text[uri])) ++uri;
  const std::string_view rest = text.substr(uri);
  // RFC 9113, 3.4: "PRI * HTTP/2.0" begins HTTP/2. SSDP shares the request line but is a protocol of datagrams.
  if (method == "PRI" || method == "M-SEARCH") return Probe::no;
  if (method == "NOTIFY" && rest.starts_with('*')) return Probe::no;

  const bool own = std::ranges::find(kOwnMethods, method) != kOwnMethods.end();
  if (own && (rest.starts_with('/') || starts_with_nocase(rest, "http://"))) return Probe::yes;

  const std::size_t newline = rest.find('\n');
  const std::string_view line = text.substr(0, newline == rest.npos ? text.size() : uri + newline);
  if (names_http(line)) return Probe::yes;
  if (newline != rest.npos) return Probe::no;
  return text.size() < kMaxProbe ? Probe::need_more : Probe::no;
}

// RFC 9112, 4: "status-line = HTTP-version SP status-code SP [ reason-phrase ]".
Probe probe_response(std::string_view text) noexcept {
  constexpr std::string_view start = "HTTP/";
  const std::string_view seen = text.substr(0, start.size());
  if (!start.starts_with(seen)) return Probe::no;
  if (text.size() < 8) return Probe::need_more;
  return (text[5] == '1' || text[5] == '0') && text[6] == '.' && is_digit(text[7]) ? Probe::yes : Probe::no;
}

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t) noexcept {
  if (bytes.empty()) return Probe::need_more;
  return direction == Direction::to_server ? probe_request(as_text(bytes)) : probe_response(as_text(bytes));
}

}  // namespace gatehouse::proto::http
