// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dhcp/transaction.hpp"

#include <charconv>

namespace gatehouse::proto::dhcp {
namespace {

char* decimal(char* at, char* end, unsigned value) noexcept {
  return std::to_chars(at, end, value).ptr;
}

std::string_view colons(Bytes bytes, std::span<char> out) noexcept {
  constexpr char hex[] = "0123456789abcdef";
  std::size_t n = 0;
  for (const std::uint8_t byte : bytes) {
    if (n + 3 > out.size()) break;
    if (n > 0) out[n++] = ':';
    out[n++] = hex[byte >> 4];
    out[n++] = hex[byte & 15];
  }
  return {out.data(), n};
}

}  // namespace

std::string_view dotted(Bytes four, std::span<char, kDottedText> out) noexcept {
  if (four.size() != 4) return {};
  char* at = out.data();
  char* const end = at + out.size();
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) *at++ = '.';
    at = decimal(at, end, four[i]);
  }
  return {out.data(), static_cast<std::size_t>(at - out.data())};
}

void DhcpTransaction::describe() noexcept {
  mac = colons(message.header.client_hardware(), mac_);
  client_id = message.client_id.empty() ? std::string_view{} : colons(message.client_id.subspan(1), client_id_);
  requested_ip = dotted(message.requested_ip, addresses_[0]);
  assigned_ip = dotted(message.header.your_ip, addresses_[1]);
  server_ip = dotted(message.server_id, addresses_[2]);
  char* at = fingerprint_.data();
  for (const std::uint8_t parameter : message.parameters) {
    if (at != fingerprint_.data()) *at++ = ',';
    at = decimal(at, fingerprint_.data() + fingerprint_.size(), parameter);
  }
  fingerprint = {fingerprint_.data(), static_cast<std::size_t>(at - fingerprint_.data())};
}

}  // namespace gatehouse::proto::dhcp
