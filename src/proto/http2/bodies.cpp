// SPDX-License-Identifier: GPL-3.0-or-later
// DATA: decoded, kept in its window, handed on as files; and DNS messages in it (RFC 8484).
#include <algorithm>

#include "proto/http/header_values.hpp"
#include "proto/http2/session.hpp"

namespace gatehouse::proto::http2 {
namespace {

constexpr auto up = Direction::to_server, down = Direction::to_client;
constexpr std::string_view kDnsMessage = "application/dns-message";

bool names_dns(const HeaderList& headers, std::string_view name) noexcept {
  const auto value = headers.last(name);
  return value && equals_nocase(trim(value->substr(0, value->find(';'))), kDnsMessage);
}

// RFC 4648, 5. Base 64 Encoding with URL and Filename Safe Alphabet. -1: not of it.
int base64url_digit(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-') return 62;
  return c == '_' ? 63 : -1;
}

// False where it is not of the alphabet. RFC 8484, 6: "trailing '=' pad characters MUST NOT be included"; some do.
bool decode_base64url(std::string_view text, std::pmr::vector<std::uint8_t>& bytes) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const int digit = base64url_digit(c);
    if (digit < 0) return false;
    held = held << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(held >> bits));
  }
  return true;
}

// RFC 8484, 4.1: "the single variable "dns" is defined as the content of the DNS request".
std::optional<std::string_view> dns_variable(std::string_view path) noexcept {
  std::size_t at = path.find('?');
  while (at != path.npos) {
    const std::string_view rest = path.substr(at + 1);
    const std::string_view variable = rest.substr(0, rest.find('&'));
    if (variable.starts_with("dns=")) return variable.substr(4);
    at = path.find('&', at + 1);
  }
  return std::nullopt;
}

}  // namespace

void Http2Session::body_bytes(Http2Transaction& tx, Direction d, Bytes coded) noexcept {
  Side& side = tx.side(d);
  if (!side.body_begun) begin_body(tx, d);
  if (side.broken) return;
  const auto give = [&](Bytes piece) { decoded(tx, d, piece); };
  if (side.brotli) {
    const auto outcome = side.brotli->decode(coded, give);
    if (outcome == http::BrotliBody::Outcome::bomb) raise(&tx, event::compression_bomb, d);
    if (outcome == http::BrotliBody::Outcome::broken) raise(&tx, event::failed_decompression, d);
  } else if (side.inflater) {
    const auto outcome = side.inflater->decode(coded, give);
    if (outcome == inflate::Outcome::bomb) raise(&tx, event::compression_bomb, d);
    if (outcome == inflate::Outcome::broken) raise(&tx, event::failed_decompression, d);
  } else {
    decoded(tx, d, coded);
  }
}

void Http2Session::decoded(Http2Transaction& tx, Direction d, Bytes data) noexcept {
  Side& side = tx.side(d);
  if (side.file) sink_->file_data(*side.file, data);
  if (side.is_dns && side.dns_bytes.size() <= kMaxDns) {
    const std::size_t room = kMaxDns + 1 - side.dns_bytes.size();
    const Bytes kept = data.first(std::min(room, data.size()));
    side.dns_bytes.insert(side.dns_bytes.end(), kept.begin(), kept.end());
  }
  while (!data.empty()) {
    if (side.body.room() == 0) {
      show(tx, d);
      side.body.slide();
    }
    const std::size_t now = std::min(side.body.room(), data.size());
    side.body.append(data.first(now));
    data = data.subspan(now);
  }
}

void Http2Session::begin_body(Http2Transaction& tx, Direction d) noexcept {
  tx.side(d).body_begun = true;
  // RFC 9113, 8.5: after CONNECT, DATA is another protocol's bytes.
  if (tx.side(up).headers.last(":method") == "CONNECT") return;
  FileMeta meta{.name = file_path(tx)};
  if (d == up)
    open_file(tx, d, meta);
  else
    open_response_file(tx, meta);
}

void Http2Session::open_response_file(Http2Transaction& tx, FileMeta meta) noexcept {
  const HeaderList& headers = tx.side(down).headers;
  if (const auto disposition = headers.last("content-disposition"))
    if (const auto name = http::parameter(*disposition, "filename"); name && !name->empty()) meta.name = *name;
  std::pmr::string key{&memory_};  // names the whole file, of which other streams may carry other parts
  // RFC 9110, 15.3.7: 206 "the server is successfully fulfilling a range request".
  if (const auto text = headers.last("content-range"); text && status(tx) == 206) {
    const auto range = http::parse_content_range(*text);
    if (range && range->start <= range->end && (!range->size || range->end < *range->size)) {
      meta.has_range = range->size && range->end - range->start != *range->size - 1;
      meta.range_start = range->start;
      meta.range_end = range->end;
      meta.range_size = range->size.value_or(0);
      key.append(authority(tx)).append(file_path(tx));
      meta.range_key = key;
    } else {
      raise(&tx, event::invalid_range, down);
    }
  }
  open_file(tx, down, meta);
}

void Http2Session::open_file(Http2Transaction& tx, Direction d, FileMeta meta) noexcept {
  if (meta.name.size() > kMaxFileName) {
    raise(&tx, event::file_name_too_long, d);
    meta.name = meta.name.substr(0, kMaxFileName);
  }
  tx.side(d).file = sink_->file_open(tx, d, meta);
}

void Http2Session::close_file(Http2Transaction& tx, Direction d, bool truncated) noexcept {
  std::optional<FileId>& file = tx.side(d).file;
  if (file) sink_->file_close(*file, truncated);
  file.reset();
}

// Headers are known: is what they go with a DNS message?
void Http2Session::look_for_dns(Http2Transaction& tx, Direction d) noexcept {
  Side& side = tx.side(d);
  if (side.is_dns || side.dns != nullptr) return;
  const HeaderList& headers = side.headers;
  if (names_dns(headers, "content-type")) {
    side.is_dns = true;
  } else if (d == up && names_dns(headers, "accept") && headers.last(":method") == "GET") {
    const auto variable = dns_variable(headers.last(":path").value_or(""));
    if (!variable) return;
    if (variable->size() / 4 * 3 > kMaxDns)
      raise(&tx, event::dns_request_too_long, d);
    else if (decode_base64url(*variable, side.dns_bytes))
      read_dns(tx, d);
    else
      raise(&tx, event::invalid_dns, d);
  }
}

void Http2Session::read_dns(Http2Transaction& tx, Direction d) noexcept {
  Side& side = tx.side(d);
  if (side.dns_bytes.empty() || side.dns != nullptr) return;
  if (side.dns_bytes.size() > kMaxDns) {
    raise(&tx, d == up ? event::dns_request_too_long : event::dns_response_too_long, d);
    return;
  }
  std::pmr::polymorphic_allocator<> allocator{&memory_};
  auto* made = allocator.new_object<dns::DnsTransaction>(memory_);
  if (!made->message.parse(side.dns_bytes) || made->message.header.is_response() != (d == down)) {
    allocator.delete_object(made);
    raise(&tx, event::invalid_dns, d);
    return;
  }
  made->from_client = d == up;
  made->texts.prepare(made->message);
  side.dns = made;
  if (dns_spec_ == nullptr) dns_spec_ = sink_->refine_protocol("doh2");
  if (dns_spec_ != nullptr) tx.protocol = dns_spec_;
}

}  // namespace gatehouse::proto::http2
