// SPDX-License-Identifier: GPL-3.0-or-later
// The DHT's row, and its session: each message stands for itself.
#include <algorithm>
#include <array>

#include "proto/bittorrent/bencode.hpp"
#include "proto/bittorrent/bittorrent.hpp"
#include "proto/bittorrent/dht_message.hpp"
#include "proto/line/log_budget.hpp"

namespace gatehouse::proto::bittorrent {
namespace {

constexpr std::size_t kMaxLogged = 64;  // nodes and peers of a message

enum Event : std::uint8_t { kMalformedPacket, kEventCount };
constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"malformed_packet", "a datagram that is no message of the DHT"},
}};

struct Entry : Transaction {
  DhtMessage message;
};
const DhtMessage& of(const Transaction& tx) noexcept {
  return static_cast<const Entry&>(tx).message;
}
template <Bytes DhtMessage::* member>
FieldValue value(const Transaction& tx, unsigned) {
  return (of(tx).*member).empty() ? FieldValue::none() : FieldValue::of(of(tx).*member);
}

using enum FieldType;
using enum FieldDirection;
constexpr std::array kFields{
    FieldSpec{"bittorrent_dht.query", bytes, both, 0, "ping, find_node, get_peers or announce_peer",
              value<&DhtMessage::query>},
    FieldSpec{"bittorrent_dht.info_hash", bytes, both, 0, "the torrent that is asked for, 20 bytes",
              value<&DhtMessage::info_hash>},
    FieldSpec{"bittorrent_dht.client", bytes, both, 0, "the sender's software and version", value<&DhtMessage::client>,
              FieldRole::device_fingerprint},
    FieldSpec{"bittorrent_dht.error", number, both, 0, "the code of an error",
              [](const Transaction& tx, unsigned index) {
                return index > 0 || of(tx).type != 'e'
                           ? FieldValue::none()
                           : FieldValue::of_number(static_cast<std::uint64_t>(of(tx).error));
              }},
};

// ---- log

void write_place(JsonWriter& json, Bytes place) noexcept {
  const bool v6 = place.size() == kPeer6;
  std::array<char, kIpText> text{};
  json.member("ip", v6 ? format_ip_full(IpAddress::v6(place.data()), text.data())
                       : format_ip(IpAddress::v4(place.data()), text.data()));
  json.member("port", place[place.size() - 2] << 8 | place[place.size() - 1]);
}

void write_nodes(JsonWriter& json, std::string_view key, Bytes nodes, std::size_t size) noexcept {
  if (nodes.size() < size) return;
  json.open_array(key);
  for (std::size_t i = 0; i < kMaxLogged && (i + 1) * size <= nodes.size(); ++i) {
    const Bytes node = nodes.subspan(i * size, size);
    json.open_object();
    json.member_hex("id", node.first(kIdentity));
    write_place(json, node.subspan(kIdentity));
    json.close_object();
  }
  json.close_array();
}

void write_values(JsonWriter& json, Bytes values) noexcept {
  Cursor c{values};
  bool open = false;
  for (std::size_t i = 0; i < kMaxLogged && !c.empty(); ++i) {
    const Bytes place = take_string(c);
    if (place.size() != kPeer && place.size() != kPeer6) continue;
    if (!open) json.open_array("values");
    open = true;
    json.open_object();
    write_place(json, place);
    json.close_object();
  }
  if (open) json.close_array();
}

void log(const Transaction& tx, JsonWriter& json) {
  const DhtMessage& m = of(tx);
  constexpr std::size_t kMaxHex = 256;  // of a value of no fixed size
  LogBudget budget{4096};
  const auto hex = [&](std::string_view key, Bytes bytes) {
    if (!bytes.empty()) json.member_hex(key, bytes.first(std::min(bytes.size(), kMaxHex)));
  };
  json.open_object("bittorrent_dht");
  hex("transaction_id", m.transaction);
  hex("client_version", m.client);
  if (m.type == 'q') {
    json.member("request_type", budget.take(as_text(m.query)));
    json.open_object("request");
    hex("id", m.id);
    hex("target", m.target);
    hex("info_hash", m.info_hash);
    hex("token", m.token);
    if (m.has_implied_port) json.member("implied_port", m.implied_port);
    if (m.has_port) json.member("port", m.port);
    json.close_object();
  } else if (m.type == 'r') {
    json.open_object("response");
    hex("id", m.id);
    write_nodes(json, "nodes", m.nodes, kNode);
    write_nodes(json, "nodes6", m.nodes6, kNode6);
    write_values(json, m.values);
    hex("token", m.token);
    json.close_object();
  } else {
    json.open_object("error");
    json.member("num", m.error);
    json.member("msg", budget.take(as_text(m.error_text)));
    json.close_object();
  }
  json.close_object();
}

class DhtSession final : public Session {
 public:
  explicit DhtSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    Entry entry;
    entry.message = read_dht(bytes);
    // Peers exchange data between the same ports (uTP): what is no dictionary is not meant for the DHT.
    if (!entry.message.sound && !as_text(bytes).starts_with('d')) return Progress::ok(bytes.size());
    if (!entry.message.sound) {
      sink.event(nullptr, kMalformedPacket, direction);
      return Progress::malformed();
    }
    entry.protocol = &dht_protocol;
    entry.id = messages_++;
    entry.stage = {1, 1};
    sink.update(entry, direction);
    sink.log(entry, direction);
    sink.close(entry);
    return Progress::ok(bytes.size());
  }

 private:
  std::uint64_t messages_ = 0;
};

Probe probe(Direction, Bytes datagram, std::uint16_t) {
  return read_dht(datagram).sound ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec dht_protocol{
    .name = "bittorrent-dht",
    .about = "BitTorrent's distributed table of peers",
    .ndpi_name = "BitTorrent",
    .log_type = "bittorrent_dht",
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("d"), FirstBytes::of("d")}},
    .create = create_session<DhtSession>,
    .destroy = destroy_session<DhtSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::bittorrent
