// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dcerpc/pdu.hpp"

#include <array>

namespace gatehouse::proto::dcerpc {
namespace {

constexpr std::array<std::string_view, kTypes> kNames{
    "REQUEST",   "PING",     "RESPONSE",   "FAULT",    "WORKING", "NOCALL",  "REJECT",        "ACK",
    "CL_CANCEL", "FACK",     "CANCEL_ACK", "BIND",     "BINDACK", "BINDNAK", "ALTER_CONTEXT", "ALTER_CONTEXT_RESP",
    "AUTH3",     "SHUTDOWN", "CO_CANCEL",  "ORPHANED", "RTS"};

// The verifier is the last of the unit, and says how much padding stands before it.
bool take_verifier(Unit& unit) noexcept {
  constexpr std::size_t kFixed = 8;
  const std::size_t size = kFixed + unit.header.auth_length;
  if (size > unit.body.size()) return false;
  Cursor c{unit.body.last(size)};
  unit.verifier.type = c.u8();
  unit.verifier.level = c.u8();
  const std::size_t padding = c.u8();
  c.skip(1 + 4);
  unit.verifier.token = c.rest();
  unit.has_verifier = true;
  if (padding + size > unit.body.size()) return false;
  unit.body = unit.body.first(unit.body.size() - size - padding);
  return true;
}

}  // namespace

std::string_view to_text(Type type) noexcept {
  const auto number = static_cast<std::size_t>(type);
  return number < kNames.size() ? kNames[number] : "UNKNOWN";
}

Header::Header(Cursor& c) noexcept
    : version{c.u8()}, minor{c.u8()}, type{c.u8()}, flags{c.u8()}, representation{c.u8()} {
  c.skip(3);
  length = little() ? c.le16() : c.u16();
  auth_length = little() ? c.le16() : c.u16();
  call_id = little() ? c.le32() : c.u32();
}

bool read_unit(Bytes bytes, Unit& unit) noexcept {
  Cursor c{bytes};
  unit.header = Header{c};
  unit.body = c.rest();
  if (!c.ok() || (unit.header.auth_length > 0 && !take_verifier(unit))) return false;
  Numbers n{unit.body, unit.header.little()};
  switch (unit.type()) {
    case Type::request:  // C706, 12.6.4.9: allocation hint, context, operation, object if there is one, stub data
      n.c.skip(4);
      unit.context = n.u16();
      unit.opnum = n.u16();
      if ((unit.header.flags & pfc::object_uuid) != 0) n.c.skip(16);
      unit.stub = n.c.rest();
      break;
    case Type::response:  // 12.6.4.10: allocation hint, context, cancel count, reserved, stub data
      n.c.skip(4);
      unit.context = n.u16();
      n.c.skip(2);
      unit.stub = n.c.rest();
      break;
    case Type::fault:  // 12.6.4.7: as a response, then the status and four reserved octets
      n.c.skip(4);
      unit.context = n.u16();
      n.c.skip(2);
      unit.status = n.u32();
      break;
    default:
      break;
  }
  return n.c.ok();
}

// C706, 12.6.4.3: largest fragments sent and received, association group, then the list of presentation contexts.
BindItems::BindItems(const Unit& unit) noexcept : n_{unit.body, unit.header.little()} {
  n_.c.skip(2 + 2 + 4);
  left_ = n_.c.u8();
  n_.c.skip(3);
}

bool BindItems::next(BindItem& item) noexcept {
  if (left_ == 0) return false;
  --left_;
  item.context = n_.u16();
  const std::size_t transfer_syntaxes = n_.c.u8();
  n_.c.skip(1);
  item.interface = n_.uuid();
  item.version = n_.u16();
  item.minor = n_.u16();
  n_.c.skip(transfer_syntaxes * (16 + 4));
  return n_.c.ok();
}

// C706, 12.6.4.4: as in the request, then the secondary address, padding to a multiple of four, the results.
BindResults::BindResults(const Unit& unit) noexcept : n_{unit.body, unit.header.little()} {
  n_.c.skip(2 + 2 + 4);
  n_.c.skip(n_.u16());
  if (n_.c.ok()) n_.c.skip((4 - n_.c.position() % 4) % 4);
  left_ = n_.c.u8();
  n_.c.skip(3);
}

bool BindResults::next(BindResult& result) noexcept {
  if (left_ == 0) return false;
  --left_;
  result.result = n_.u16();
  result.reason = n_.u16();
  n_.c.skip(16 + 4);
  return n_.c.ok();
}

DatagramHeader::DatagramHeader(Cursor& c) noexcept
    : version{c.u8()}, type{c.u8()}, flags1{c.u8()}, flags2{c.u8()}, representation{c.u8()} {
  c.skip(2 + 1);  // the rest of the representation, high octet of the serial number
  object = Uuid::read(c, little());
  interface = Uuid::read(c, little());
  activity = Uuid::read(c, little());
  const auto u32 = [&] { return little() ? c.le32() : c.u32(); };
  const auto u16 = [&] { return little() ? c.le16() : c.u16(); };
  (void)u32();  // when the server started
  interface_version = u32();
  sequence = u32();
  opnum = u16();
  (void)u16(), (void)u16();  // hints
  length = u16();
  fragment = u16();
  auth_protocol = c.u8();
  c.skip(1);  // low octet of the serial number
}

bool DatagramHeader::plausible(std::size_t size) const noexcept {
  constexpr std::uint8_t kLastType = static_cast<std::uint8_t>(Type::cancel_ack);
  return version == 4 && type <= kLastType && (flags1 & cl_flag::reserved) == 0 && (flags2 & 0xfd) == 0 &&
         (representation & 0xef) == 0 && size >= kDatagramHeader && length <= size - kDatagramHeader &&
         (fragmented() || fragment == 0);
}

}  // namespace gatehouse::proto::dcerpc
