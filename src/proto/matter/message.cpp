// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/matter/message.hpp"

namespace gatehouse::proto::matter {
namespace {

constexpr std::uint8_t kReservedFlags = 0xf8;     // version 0, and a bit that is not used
constexpr std::uint8_t kReservedSecurity = 0x1c;  // 4.4.1.3
constexpr std::uint8_t kExtended = 0x20;
constexpr std::uint8_t kReservedExchange = 0xe0;  // 4.4.3.1

}  // namespace

MessageHeader::MessageHeader(Cursor& c) noexcept {
  constexpr std::uint8_t kHasSource = 0x04, kDestination = 0x03;
  constexpr unsigned kNode = 1, kGroup = 2, kNone = 3, kLastSession = 1;
  flags = c.u8();
  session = c.le16();
  security = c.u8();
  counter = c.le32();
  if ((flags & kHasSource) != 0) source = c.le64();
  if ((flags & kDestination) == kNode) destination = c.le64();
  if ((flags & kDestination) == kGroup) group = c.le16();
  if ((security & kExtended) != 0) c.skip(c.le16());
  ok = c.ok() && (flags & kReservedFlags) == 0 && (flags & kDestination) != kNone &&
       (security & kReservedSecurity) == 0 && session_type() <= kLastSession;
}

ProtocolHeader::ProtocolHeader(Cursor& c) noexcept {
  constexpr std::uint8_t kAcknowledges = 0x02, kExtensions = 0x08, kVendor = 0x10;
  flags = c.u8();
  code = c.u8();
  exchange = c.le16();
  protocol = c.le16();
  if ((flags & kVendor) != 0) vendor = c.le16();
  if ((flags & kAcknowledges) != 0) acknowledges = c.le32();
  if ((flags & kExtensions) != 0) c.skip(c.le16());
  ok = c.ok() && (flags & kReservedExchange) == 0;
}

Message::Message(Cursor c) noexcept : header(c) {
  ok = header.ok;
  if (ok && header.unsecured()) {
    inner.emplace(c);
    ok = inner->ok;
  }
  payload = c.rest();
  if (!ok || !inner || !inner->secure_channel() || inner->code != opcode::status_report) return;
  // Appendix D.3: general code, protocol (with vendor), protocol's code.
  Cursor report{payload};
  report.skip(2);
  const std::uint32_t of_protocol = report.le32();
  const std::uint16_t code = report.le16();
  if (report.ok() && of_protocol == 0) status = code;
}

// 4.10.1 to 4.14: the messages that exchange keys are a structure of TLV without a tag (0x15), which ends with 0x18.
bool Message::sound_payload() const noexcept {
  constexpr std::uint8_t kStructure = 0x15, kEnd = 0x18;
  constexpr std::size_t kReport = 8;
  const std::uint8_t code = inner->code;
  const bool exchanges_keys = (code >= opcode::pbkdf_request && code <= opcode::pake3) ||
                              (code >= opcode::sigma1 && code <= opcode::sigma2_resume);
  if (exchanges_keys) return payload.size() > 2 && payload.front() == kStructure && payload.back() == kEnd;
  if (code == opcode::status_report) return payload.size() >= kReport;
  if (code == opcode::acknowledgement) return payload.empty() && inner->acknowledges.has_value();
  return false;
}

}  // namespace gatehouse::proto::matter
