// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dhcpv6/transaction.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace gatehouse::proto::dhcpv6 {
namespace {

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

std::string_view ip(Bytes sixteen, char* out) noexcept {
  return sixteen.size() == 16 ? format_ip(IpAddress::v6(sixteen.data()), out) : std::string_view{};
}

// RFC 4704, 4.2: labels as in the DNS, a partial name without the root's at the end.
std::string_view dotted_labels(Bytes labels, std::span<char> out) noexcept {
  std::size_t n = 0;
  for (Cursor c{labels}; c.ok() && !c.empty();) {
    const Bytes label = c.take(c.u8());
    if (label.empty() || n + 1 + label.size() > out.size()) break;
    if (n > 0) out[n++] = '.';
    std::memcpy(out.data() + n, label.data(), label.size());
    n += label.size();
  }
  return {out.data(), n};
}

}  // namespace

void Dhcpv6Transaction::describe() noexcept {
  const Message& m = message;
  client_duid = colons(m.client.whole, client_);
  server_duid = colons(m.server.whole, server_);
  mac = colons(m.client.hardware(), mac_);
  fqdn = dotted_labels(m.fqdn, fqdn_);
  link = ip(m.relay_link, relay_[0].data());
  peer = ip(m.relay_peer, relay_[1].data());
  for (unsigned i = 0; i < m.address_count; ++i) addresses[i] = ip(m.addresses[i], ips_[i].data());
  for (unsigned i = 0; i < m.prefix_count; ++i) {
    char* const out = ips_[kMaxAddresses + i].data();
    char* end = out + ip(m.prefixes[i].address, out).size();
    *end++ = '/';
    end = std::to_chars(end, out + kIpText + 4, m.prefixes[i].length).ptr;
    prefixes[i] = {out, static_cast<std::size_t>(end - out)};
  }
  char* at = fingerprint_.data();
  Cursor codes{m.requested.first(std::min(m.requested.size() & ~std::size_t{1}, 2 * kMaxFingerprint))};
  while (!codes.empty()) {
    if (at != fingerprint_.data()) *at++ = ',';
    at = std::to_chars(at, fingerprint_.data() + fingerprint_.size(), codes.u16()).ptr;
  }
  fingerprint = {fingerprint_.data(), static_cast<std::size_t>(at - fingerprint_.data())};
}

}  // namespace gatehouse::proto::dhcpv6
