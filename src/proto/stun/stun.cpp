// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/stun/stun.hpp"

#include "proto/stun/session.hpp"

namespace gatehouse::proto::stun {
namespace {

using enum FieldDirection;
constexpr std::uint8_t kComplete = 1;

// RFC 8489, 18.2 and RFC 8656, 17; RFC 6062, 6.1.
constexpr NamedNumber kMethods[] = {{1, "binding"},
                                    {2, "shared_secret"},
                                    {3, "allocate"},
                                    {4, "refresh"},
                                    {6, "send"},
                                    {7, "data"},
                                    {8, "create_permission"},
                                    {9, "channel_bind"},
                                    {10, "connect"},
                                    {11, "connection_bind"},
                                    {12, "connection_attempt"}};
constexpr NamedNumber kClasses[] = {{0, "request"}, {1, "indication"}, {2, "success"}, {3, "error"}};

FieldValue octets(Bytes b) noexcept {
  return b.empty() ? FieldValue::none() : FieldValue::of(b);
}
FieldValue text(std::string_view t) noexcept {
  return t.empty() ? FieldValue::none() : FieldValue::of(t);
}

constexpr FieldSpec kFields[] = {
    {"stun.method", FieldType::number, both, kComplete, "what the message is about",
     [](const Transaction& tx, unsigned) { return FieldValue::of_number(of(tx).message.header.method()); },
     FieldRole::plain, kMethods},
    {"stun.class", FieldType::number, both, kComplete, "request, indication, success or error",
     [](const Transaction& tx, unsigned) {
       return FieldValue::of_number(static_cast<std::uint64_t>(of(tx).message.header.kind()));
     },
     FieldRole::plain, kClasses},
    {"stun.software", FieldType::bytes, both, kComplete, "software of the sender",
     [](const Transaction& tx, unsigned) { return octets(of(tx).message.software); }, FieldRole::device_software},
    {"stun.username", FieldType::bytes, both, kComplete, "user name",
     [](const Transaction& tx, unsigned) { return octets(of(tx).message.user); }},
    {"stun.realm", FieldType::bytes, both, kComplete, "whose users they are",
     [](const Transaction& tx, unsigned) { return octets(of(tx).message.realm); }, FieldRole::session_domain},
    {"stun.mapped_address", FieldType::bytes, both, kComplete, "the sender of the request as the other end sees it",
     [](const Transaction& tx, unsigned) { return text(of(tx).mapped.view()); }},
    {"stun.relayed_address", FieldType::bytes, both, kComplete, "the place that a relay lends",
     [](const Transaction& tx, unsigned) { return text(of(tx).relayed.view()); }},
    {"stun.peer_address", FieldType::bytes, both, kComplete, "with whom the client talks through the relay",
     [](const Transaction& tx, unsigned) { return text(of(tx).peer.view()); }},
    {"stun.error_code", FieldType::number, both, kComplete, "why a request was refused: 401, 437, …",
     [](const Transaction& tx, unsigned) {
       return of(tx).message.error_code == 0 ? FieldValue::none() : FieldValue::of_number(of(tx).message.error_code);
     }},
};

constexpr std::array kEvents{
    EventSpec{"malformed_message", "a message whose lengths do not add up"},
    EventSpec{"wrong_fingerprint", "a message whose checksum is wrong"},
};
static_assert(kEvents.size() == event::count);

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

// A message's first octet has two bits of zero, and methods so far leave the next four free.
constexpr FirstBytes kFirstBytes = FirstBytes::range(0, 3);

}  // namespace

std::span<const FieldSpec> fields() noexcept {
  return kFields;
}

void log(const Transaction& transaction, JsonWriter& json) {
  const StunTransaction& tx = of(transaction);
  const Message& message = tx.message;
  json.open_object("stun");
  if (const auto name = name_of(kMethods, message.header.method()); !name.empty())
    json.member("method", name);
  else
    json.member("method_number", message.header.method());
  json.member("class", name_of(kClasses, static_cast<std::uint64_t>(message.header.kind())));
  if (!message.header.has_cookie()) json.member("classic", true);
  if (!message.software.empty()) json.member("software", message.software);
  if (!message.user.empty()) json.member("username", message.user);
  if (!message.realm.empty()) json.member("realm", message.realm);
  if (message.error_code != 0) json.member("error_code", message.error_code);
  if (tx.mapped.size > 0) json.member("mapped_address", tx.mapped.view());
  if (tx.relayed.size > 0) json.member("relayed_address", tx.relayed.view());
  if (tx.peer.size > 0) json.member("peer_address", tx.peer.view());
  json.close_object();
}

// Over TCP: the cookie, and a method that exists.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  Cursor c{bytes};
  const std::uint16_t type = c.u16(), length = c.u16();
  const std::uint32_t cookie = c.u32();
  if (bytes.size() >= 4 && ((type & 0xc000) != 0 || length % 4 != 0)) return Probe::no;
  if (!c.ok()) return Probe::need_more;
  Cursor again{bytes};
  return cookie == kCookie && !name_of(kMethods, Header{again}.method()).empty() ? Probe::yes : Probe::no;
}

// RFC 3489 had no cookie: then all attributes must be known to it and fill the datagram, and a message without any is
// believed only where STUN lives.
Probe probe_datagram(Direction, Bytes datagram, std::uint16_t server_port) {
  constexpr std::uint16_t kPort = 3478;
  Cursor c{datagram};
  const Header header{c};
  if (!c.ok() || !header.plausible() || header.length != datagram.size() - kHeader) return Probe::no;
  if (header.has_cookie()) return Probe::yes;
  if (header.method() != 1 || header.kind() == Class::indication) return Probe::no;
  if (header.length == 0) return header.kind() == Class::request && server_port == kPort ? Probe::yes : Probe::no;
  const Message message = read_message(datagram);
  return message.attributes_fit && !message.foreign ? Probe::yes : Probe::no;
}

const ProtocolSpec protocol{
    .name = "stun",
    .about = "STUN and TURN: the way of calls through address translators, and their relays",
    .ndpi_name = "STUN",
    .log_type = "stun",
    .own_record = true,
    .named_further = true,
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe, .first_bytes = {kFirstBytes, kFirstBytes}, .probe_datagram = probe_datagram},
    .max_pending = 65535 + kHeader,
    .create = create_stream,
    .destroy = destroy_session<StunSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = fields(),
    .events = kEvents,
    .create_datagram = create_datagrams,
};

}  // namespace gatehouse::proto::stun
