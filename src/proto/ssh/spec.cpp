// SPDX-License-Identifier: GPL-3.0-or-later
// SSH as a row: detection, fields, events, log.
#include "proto/ssh/session.hpp"

namespace gatehouse::proto::ssh {
namespace {

using enum FieldDirection;
constexpr auto kBanner = static_cast<std::uint8_t>(Stage::banner_done);

FieldValue text(std::string_view t) noexcept {
  return t.empty() ? FieldValue::none() : FieldValue::of(t);
}

template <Direction D>
const Peer& peer(const Transaction& tx) noexcept {
  return D == Direction::to_server ? of(tx).client : of(tx).server;
}
template <Direction D>
FieldValue version(const Transaction& tx, unsigned) {
  return text(peer<D>(tx).protocol);
}
template <Direction D>
FieldValue software(const Transaction& tx, unsigned) {
  return text(peer<D>(tx).software);
}
template <Direction D>
FieldValue hassh(const Transaction& tx, unsigned) {
  const Peer& who = peer<D>(tx);
  return who.has_hassh ? text({who.hassh_hash.data(), who.hassh_hash.size()}) : FieldValue::none();
}
template <Direction D>
FieldValue hassh_string(const Transaction& tx, unsigned) {
  return text(peer<D>(tx).hassh);
}
template <Direction D, Bytes KexInit::* List>
FieldValue list(const Transaction& tx, unsigned) {
  return text(as_text(peer<D>(tx).kex.*List));
}
// What the sender offers for the bytes that it sends itself.
template <Direction D, std::array<Bytes, 2> KexInit::* Lists>
FieldValue own_list(const Transaction& tx, unsigned) {
  return text(as_text((peer<D>(tx).kex.*Lists)[index(D)]));
}

constexpr auto kToServer = Direction::to_server, kToClient = Direction::to_client;

constexpr FieldSpec row(std::string_view name, FieldDirection direction, std::string_view about,
                        FieldValue (*get)(const Transaction&, unsigned), FieldRole role = FieldRole::plain) {
  return {name, FieldType::bytes, direction, kBanner, about, get, role};
}

constexpr FieldSpec kFields[] = {
    row("ssh.proto", to_server, "protocol version of the client: 2.0", version<kToServer>),
    row("ssh.proto", to_client, "protocol version of the server", version<kToClient>),
    row("ssh.software", to_server, "software of the client: OpenSSH_9.2p1", software<kToServer>,
        FieldRole::device_software),
    row("ssh.software", to_client, "software of the server", software<kToClient>, FieldRole::device_software),
    row("ssh.hassh", to_server, "HASSH of the client", hassh<kToServer>, FieldRole::device_fingerprint),
    row("ssh.hassh.string", to_server, "what HASSH is the hash of", hassh_string<kToServer>),
    row("ssh.hassh.server", to_client, "HASSH of the server", hassh<kToClient>, FieldRole::device_fingerprint),
    row("ssh.hassh.server.string", to_client, "what the server's HASSH is the hash of", hassh_string<kToClient>),
    row("ssh.kex", to_server, "key exchange methods of the client, by comma", list<kToServer, &KexInit::kex>),
    row("ssh.kex", to_client, "key exchange methods of the server", list<kToClient, &KexInit::kex>),
    row("ssh.host_keys", to_server, "host key algorithms of the client", list<kToServer, &KexInit::host_keys>),
    row("ssh.host_keys", to_client, "host key algorithms of the server", list<kToClient, &KexInit::host_keys>),
    row("ssh.ciphers", to_server, "ciphers of the client", own_list<kToServer, &KexInit::ciphers>),
    row("ssh.ciphers", to_client, "ciphers of the server", own_list<kToClient, &KexInit::ciphers>),
    row("ssh.macs", to_server, "message authentication codes of the client", own_list<kToServer, &KexInit::macs>),
    row("ssh.macs", to_client, "message authentication codes of the server", own_list<kToClient, &KexInit::macs>),
};

constexpr std::array<std::string_view, 6> kClientStages{"request_started",         "request_in_progress",
                                                        "request_banner_wait_eol", "request_banner_done",
                                                        "request_finished",        "request_complete"};
constexpr std::array<std::string_view, 6> kServerStages{"response_started",         "response_in_progress",
                                                        "response_banner_wait_eol", "response_banner_done",
                                                        "response_finished",        "response_complete"};

constexpr std::array kEvents{
    EventSpec{"invalid_banner", "an identification line that is none"},
    EventSpec{"long_banner", "an identification line longer than 255 characters"},
    EventSpec{"invalid_record", "a packet of a length that cannot be, or a key exchange whose lists do not fit"},
    EventSpec{"long_kex_record", "a key exchange longer than is read"},
};
static_assert(kEvents.size() == static_cast<std::size_t>(Event::count));

void log_peer(JsonWriter& json, std::string_view key, const Peer& who) noexcept {
  if (!who.has_banner) return;
  json.open_object(key);
  json.member("proto_version", std::string_view{who.protocol});
  if (!who.software.empty()) json.member("software_version", std::string_view{who.software});
  if (who.has_hassh) {
    json.open_object("hassh");
    json.member("hash", std::string_view{who.hassh_hash.data(), who.hassh_hash.size()});
    json.member("string", std::string_view{who.hassh});
    json.close_object();
  }
  json.close_object();
}

}  // namespace

// Only by the line itself, which a client sends first of all. A server that greets with other lines first is known by
// its client.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::string_view kLongest = "SSH-1.";
  const std::string_view text = as_text(bytes.first(std::min(bytes.size(), kLongest.size())));
  for (const std::string_view prefix : {std::string_view{"SSH-2."}, kLongest}) {
    if (!prefix.starts_with(text)) continue;
    return text.size() == prefix.size() ? Probe::yes : Probe::need_more;
  }
  return Probe::no;
}

void log(const Transaction& tx, JsonWriter& json) {
  json.open_object("ssh");
  log_peer(json, "client", of(tx).client);
  log_peer(json, "server", of(tx).server);
  json.close_object();
}

const ProtocolSpec protocol{
    .name = "ssh",
    .about = "SSH: versions, software and key exchange offers of both ends",
    .ndpi_name = "SSH",
    .log_type = "ssh",
    .transports = {.tcp = true},
    .detector = {.probe = &probe, .first_bytes = {FirstBytes::of("S"), FirstBytes::of("S")}},
    .max_pending = kRecordHeader + kMaxKexInit,
    .create = &create_session<SshSession>,
    .destroy = &destroy_session<SshSession>,
    .log = &log,
    .stages = {kClientStages, kServerStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::ssh
