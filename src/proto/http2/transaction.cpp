// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http2/transaction.hpp"

#include <charconv>

namespace gatehouse::proto::http2 {
namespace {

constexpr auto up = Direction::to_server, down = Direction::to_client;

}  // namespace

Http2Transaction::~Http2Transaction() {
  for (Side& side : sides)
    if (side.dns != nullptr) std::pmr::polymorphic_allocator<>{memory}.delete_object(side.dns);
}

const dns::DnsTransaction* Http2Transaction::dns() const noexcept {
  return side(down).dns != nullptr ? side(down).dns : side(up).dns;
}

std::string_view host_of(std::string_view authority) noexcept {
  if (const std::size_t at = authority.rfind('@'); at != authority.npos) authority.remove_prefix(at + 1);
  // "IP-literal = "[" ( IPv6address / IPvFuture ) "]""
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

std::string_view authority(const Http2Transaction& tx) noexcept {
  const HeaderList& headers = tx.side(up).headers;
  if (const auto named = headers.last(":authority")) return *named;
  return headers.last("host").value_or("");
}

std::string_view file_path(const Http2Transaction& tx) noexcept {
  const std::string_view path = tx.side(up).headers.last(":path").value_or("");
  return path.substr(0, path.find('?'));
}

unsigned status(const Http2Transaction& tx) noexcept {
  const std::string_view text = tx.side(down).headers.last(":status").value_or("");
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number <= 999 ? number : 0;
}

}  // namespace gatehouse::proto::http2
