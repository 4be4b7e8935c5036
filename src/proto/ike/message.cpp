// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ike/message.hpp"

#include <algorithm>

namespace gatehouse::proto::ike {
namespace {

// RFC 2408, 3.1 and RFC 2409, appendix A: Base to Transaction, Quick Mode, New Group Mode.
bool is_v1_exchange(std::uint8_t type) noexcept {
  return (type >= 1 && type <= 6) || type == 32 || type == 33;
}
// RFC 7296, 3.1 and what was registered later: IKE_SA_INIT (34) to IKE_FOLLOWUP_KE (44).
bool is_v2_exchange(std::uint8_t type) noexcept {
  return type >= 34 && type <= 44;
}
bool is_v1_payload(std::uint8_t type) noexcept {
  return type <= 22 || type >= 128;
}
bool is_v2_payload(std::uint8_t type) noexcept {
  return type == 0 || (type >= 33 && type <= 54) || type >= 128;
}

bool all_zero(Bytes bytes) noexcept {
  return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0; });
}

void read_notify(Bytes body, Message& message) noexcept {
  Cursor c{body};  // RFC 7296, 3.10: protocol, size of the SPI, type
  c.skip(2);
  const std::uint16_t type = c.u16();
  if (!c.ok()) return message.object(Fault::malformed_data);
  constexpr std::uint16_t kFirstStatus = 16384;
  message.notifies.add(type);
  if (type < kFirstStatus) ++message.errors;
}

void read_payload(std::uint8_t type, Bytes body, bool answer, Message& message) noexcept {
  constexpr std::size_t kGroupNumber = 4;  // RFC 7296, 3.4: group, reserved
  if (message.header.v1()) {
    if (type == payload::v1_association) read_v1_association(body, answer, message);
    if (type == payload::v1_key_exchange) message.key_exchange = body;
    if (type == payload::v1_nonce) message.nonce = body;
    if (type == payload::v1_vendor) message.vendors.add(body);
    return;
  }
  if (type == payload::v2_association) read_v2_association(body, answer, message);
  if (type == payload::v2_key_exchange && body.size() >= kGroupNumber)
    message.key_exchange = body.subspan(kGroupNumber);
  if (type == payload::v2_nonce) message.nonce = body;
  if (type == payload::v2_vendor) message.vendors.add(body);
  if (type == payload::v2_notify) read_notify(body, message);
}

}  // namespace

bool Header::plausible(std::size_t size) const noexcept {
  if (length != size || size < kHeader || all_zero(initiator)) return false;
  if (version == 0x10) return is_v1_exchange(exchange) && flags < 8 && is_v1_payload(next_payload);
  constexpr std::uint8_t kV2Flags = 0x38;
  return version == 0x20 && is_v2_exchange(exchange) && (flags & ~kV2Flags) == 0 && is_v2_payload(next_payload);
}

// RFC 2408, 3.2 and RFC 7296, 3.2: type of the next payload, critical bit, length of this one with these four octets.
void read_message(Bytes bytes, bool answer, Message& message) noexcept {
  constexpr std::size_t kGeneric = 4;
  Cursor c{bytes};
  message.header = Header{c};
  if (message.header.encrypted()) return;
  for (std::uint8_t type = message.header.next_payload; type != 0;) {
    if (message.payloads.full()) return message.object(Fault::too_many_payloads);
    const std::uint8_t next = c.u8();
    c.u8();
    const std::uint16_t length = c.u16();
    if (!c.ok() || length < kGeneric) return message.object(Fault::malformed_data);
    const Bytes body = c.take(length - kGeneric);
    if (!c.ok()) return message.object(Fault::malformed_data);
    message.payloads.add(type);
    // "Next payload" of an encrypted one is within it.
    if (!message.header.v1() && (type == payload::v2_encrypted || type == payload::v2_encrypted_fragment)) return;
    read_payload(type, body, answer, message);
    type = next;
  }
  if (!c.empty()) message.object(Fault::payload_extra_data);
}

}  // namespace gatehouse::proto::ike
