// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dns/probe.hpp"

#include <algorithm>

#include "proto/dns/message.hpp"
#include "proto/dns/types.hpp"

namespace gatehouse::proto::dns {
namespace {

// Ports whose own protocols look like DNS: NetBIOS names, multicast DNS, LLMNR.
constexpr std::array<std::uint16_t, 3> kOthersPorts{137, 5353, 5355};
// A stream's first message longer than this is not waited for: requests are short.
constexpr std::size_t kMaxAwaited = 4096;
constexpr std::uint8_t kLastRcode = 10;

bool is_others_port(std::uint16_t port) noexcept {
  return std::ranges::find(kOthersPorts, port) != kOthersPorts.end();
}

// What an everyday header holds; a random one passes about once in 2^30.
bool plausible(const Header& h) noexcept {
  if (h.opcode() >= opcode::first_unassigned || h.opcode() == 3 || h.z() || h.questions > 1) return false;
  if (h.is_response()) return h.rcode() <= kLastRcode && (h.questions == 1 || h.answers > 0);
  const bool carries_records = h.opcode() == opcode::notify || h.opcode() == opcode::update;
  return h.questions == 1 && h.rcode() == 0 && !h.ra() && (carries_records || h.answers + h.authorities <= 1) &&
         h.additionals <= 4;
}

// RFC 1002 encodes NetBIOS names as 32 letters from A to P: their service shares the header of the DNS.
bool is_netbios(std::string_view name) noexcept {
  return name.size() >= 32 && std::ranges::all_of(name.substr(0, 32), [](char c) { return c >= 'A' && c <= 'P'; }) &&
         (name.size() == 32 || name[32] == '.');
}

// DNSCrypt asks for its server's certificate in plain DNS, on the port where all that follows is encrypted: a TXT
// record whose name begins with the protocol's version.
bool is_dnscrypt(const Question& question, std::string_view name) noexcept {
  return question.type == rr_type::txt && name.starts_with("2.");
}

bool plausible(const Message& message) noexcept {
  std::array<char, kMaxNameText> buffer;
  for (const Question& question : message.questions()) {
    if (question.type == rr_type::nb || !is_assigned_type(question.type) || !is_assigned_class(question.klass))
      return false;
    const std::string_view name = name_text(message.bytes, question.name, buffer);
    if (is_netbios(name) || is_dnscrypt(question, name)) return false;
  }
  return message.name_flags == 0 && message.end() == message.bytes.size() &&
         std::ranges::all_of(message.records(),
                             [](const Record& r) { return is_assigned_type(r.type) && r.type != rr_type::nb; });
}

bool is_dns(Bytes bytes, bool well_known_port) noexcept {
  Cursor c{bytes};
  const Header header{c};
  if (!c.ok() || !header.fits(bytes.size()) || (!well_known_port && !plausible(header))) return false;
  Message message;
  return message.parse(bytes) && (well_known_port || plausible(message));
}

}  // namespace

Probe probe_datagram(Direction, Bytes datagram, std::uint16_t server_port) {
  if (datagram.size() < kHeaderSize || is_others_port(server_port)) return Probe::no;
  return is_dns(datagram, server_port == kPort) ? Probe::yes : Probe::no;
}

Probe probe_kin(Bytes datagram) {
  return is_dns(datagram, true) ? Probe::yes : Probe::no;
}

// RFC 1035, 4.2.2: "The message is prefixed with a two byte length field which gives the message length, excluding the
// two byte length field."
Probe probe_stream(Direction, Bytes bytes, std::uint16_t server_port) {
  if (is_others_port(server_port)) return Probe::no;
  Cursor c{bytes};
  const std::size_t size = c.u16();
  if (!c.ok()) return Probe::need_more;
  if (size < kHeaderSize) return Probe::no;
  const bool well_known_port = server_port == kPort;
  if (c.remaining() >= size) return is_dns(c.take(size), well_known_port) ? Probe::yes : Probe::no;
  const Header header{c};
  if (!c.ok()) return Probe::need_more;
  if (!header.fits(size)) return Probe::no;
  if (well_known_port) return Probe::yes;
  return plausible(header) && size <= kMaxAwaited ? Probe::need_more : Probe::no;
}

}  // namespace gatehouse::proto::dns
