// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dtls/dtls.hpp"

namespace gatehouse::proto::dtls {
namespace {

bool is_handshake(Bytes body) noexcept {
  Cursor c{body};
  const Fragment first{c};
  return c.ok() && first.plausible() && first.fits();
}

// What a record in the clear must look like within.
bool is_sound(const Record& record) noexcept {
  if (record.epoch > 0) return true;
  switch (static_cast<tls::ContentType>(record.type)) {
    case tls::ContentType::handshake:
      return is_handshake(record.fragment);
    case tls::ContentType::alert:
      return record.fragment.size() == 2 && (record.fragment[0] == 1 || record.fragment[0] == 2);
    case tls::ContentType::change_cipher_spec:
      return record.fragment[0] == 1 && record.fragment.size() <= 3;
    default:
      return false;
  }
}

}  // namespace

// Every record of the datagram must be one, and end where the datagram ends.
Probe probe(Direction, Bytes datagram, std::uint16_t) {
  Cursor c{datagram};
  for (bool first = true; !c.empty(); first = false) {
    if (!first && is_unified_header(c.peek())) return Probe::yes;  // DTLS 1.3: encrypted records behind a hello
    const Record record{c};
    if (!c.ok() || !record.plausible() || !is_sound(record)) return Probe::no;
    // The old version's two octets are too common to be believed without a handshake behind them.
    constexpr std::size_t kSmallestSealed = 48;
    if (record.version == version::old && record.epoch > 0 &&
        (record.sequence_number >> 32 != 0 || record.epoch > 3 || record.fragment.size() < kSmallestSealed))
      return Probe::no;
  }
  return datagram.empty() ? Probe::no : Probe::yes;
}

}  // namespace gatehouse::proto::dtls
