// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ssh/messages.hpp"

#include <algorithm>

namespace gatehouse::proto::ssh {

// RFC 4253, 4.2: "SSH-protoversion-softwareversion SP comments CR LF". A software version may be missing in old ones.
bool read_banner(Bytes line, Banner& banner) noexcept {
  constexpr std::string_view kPrefix = "SSH-";
  const std::string_view text = as_text(line);
  if (!text.starts_with(kPrefix)) return false;
  const std::size_t dash = text.find('-', kPrefix.size());
  if (dash == text.npos || dash == kPrefix.size()) return false;
  banner.protocol = as_bytes(text.substr(kPrefix.size(), dash - kPrefix.size()));
  const std::string_view rest = text.substr(dash + 1);
  const std::size_t end = std::min(rest.find_first_of(" \r"), rest.size());
  banner.software = as_bytes(rest.substr(0, end));
  banner.comments = as_bytes(rest.substr(std::min(end + 1, rest.size())));
  return true;
}

// RFC 4253, 7.1:
//   byte[16] cookie; name-list kex_algorithms, server_host_key_algorithms, encryption_algorithms_client_to_server,
//   encryption_algorithms_server_to_client, mac_…, mac_…, compression_…, compression_…, languages_…, languages_…;
//   boolean first_kex_packet_follows; uint32 0
bool read_kex_init(Bytes payload, KexInit& kex) noexcept {
  Cursor c{payload};
  const auto list = [&c] { return c.take(c.u32()); };
  kex.cookie = c.take(16);
  kex.kex = list();
  kex.host_keys = list();
  for (auto* lists : {&kex.ciphers, &kex.macs, &kex.compressions, &kex.languages})
    for (Bytes& one : *lists) one = list();
  kex.first_follows = c.u8() != 0;
  c.u32();
  return c.ok();
}

void write_hassh(const KexInit& kex, bool server, BoundedText& out) noexcept {
  const std::size_t own = server ? 1 : 0;
  out.put(as_text(kex.kex));
  for (const Bytes list : {kex.ciphers[own], kex.macs[own], kex.compressions[own]}) {
    out.put(';');
    out.put(as_text(list));
  }
}

}  // namespace gatehouse::proto::ssh
