// SPDX-License-Identifier: GPL-3.0-or-later
// The row of the exchange between peers, over TCP and UDP.
#include "proto/bittorrent/bittorrent.hpp"

#include <algorithm>
#include <array>

#include "proto/bittorrent/peer_message.hpp"
#include "proto/line/log_budget.hpp"

namespace gatehouse::proto::bittorrent {
namespace {

// Of a flow of datagrams: how many are looked at for a handshake.
constexpr unsigned kMaxLooked = 16;

enum class Kind : std::uint8_t { peer = 1, utp, search, tracker };
constexpr std::array kKinds{NamedNumber{1, "peer"}, NamedNumber{2, "utp"}, NamedNumber{3, "local_search"},
                            NamedNumber{4, "tracker"}};

enum Event : std::uint8_t { kMalformedHandshake, kEventCount };
constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"malformed_handshake", "the other side's first bytes are no handshake"},
}};

struct Meeting : Transaction {
  Kind kind = Kind::peer;
  Bytes info_hash, peer;         // 20 bytes each; views
  std::string_view hash_digits;  // of a local search
};
const Meeting& of(const Transaction& tx) noexcept {
  return static_cast<const Meeting&>(tx);
}

using enum FieldType;
using enum FieldDirection;
constexpr std::array kFields{
    FieldSpec{"bittorrent.kind", number, both, 0, "what the message is",
              [](const Transaction& tx, unsigned index) {
                return index > 0 ? FieldValue::none() : FieldValue::of_number(static_cast<std::uint64_t>(of(tx).kind));
              },
              FieldRole::plain, kKinds},
    FieldSpec{"bittorrent.info_hash", bytes, both, 0, "the torrent, 20 bytes",
              [](const Transaction& tx, unsigned) {
                return of(tx).info_hash.empty() ? FieldValue::none() : FieldValue::of(of(tx).info_hash);
              }},
    FieldSpec{"bittorrent.client", bytes, both, 0, "the peer's software and version: \"TR3000\"",
              [](const Transaction& tx, unsigned) {
                const auto client = client_of(of(tx).peer);
                return client.empty() ? FieldValue::none() : FieldValue::of(client);
              },
              FieldRole::device_fingerprint},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Meeting& meeting = of(tx);
  LogBudget budget{kLogBudget};
  json.open_object("bittorrent");
  json.member("kind", name_of(kKinds, static_cast<std::uint64_t>(meeting.kind)));
  if (!meeting.info_hash.empty()) json.member_hex("info_hash", meeting.info_hash);
  if (!meeting.hash_digits.empty()) json.member("info_hash", meeting.hash_digits);
  if (!meeting.peer.empty()) json.member_hex("peer_id", meeting.peer);
  if (const auto client = client_of(meeting.peer); !client.empty()) json.member("client", budget.take(client));
  json.close_object();
}

class PeerSession final : public Session {
 public:
  PeerSession(Memory&, bool datagrams) noexcept : datagrams_(datagrams) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    return datagrams_ ? parse_datagram(direction, bytes, sink) : parse_stream(direction, bytes, sink);
  }

  bool gap(Direction direction, std::uint64_t, Sink&) noexcept override { return met_[index(direction)]; }

 private:
  // Both sides say a handshake, then what they exchange, which is not read.
  Progress parse_stream(Direction direction, Bytes bytes, Sink& sink) noexcept {
    bool& met = met_[index(direction)];
    if (met) return Progress::ok(bytes.size());
    if (bytes.size() < kHandshakeSize && kHandshake.starts_with(as_text(bytes).substr(0, kHandshake.size())))
      return Progress::need_more(0);
    Cursor c{bytes};
    const Handshake handshake{c};
    if (!c.ok() || as_text(handshake.name) != kHandshake) {
      sink.event(nullptr, kMalformedHandshake, direction);
      return Progress::malformed();
    }
    tell({.kind = Kind::peer, .handshake = &handshake}, direction, sink);
    met = true;
    return met_[0] && met_[1] ? Progress::finished(bytes.size()) : Progress::ok(bytes.size());
  }

  struct Said {
    Kind kind;
    const Handshake* handshake = nullptr;
    std::string_view hash_digits = {};
  };
  void tell(const Said& said, Direction direction, Sink& sink) noexcept {
    Meeting meeting;
    meeting.protocol = &protocol;
    meeting.id = messages_++;
    meeting.stage = {1, 1};
    meeting.kind = said.kind;
    meeting.hash_digits = said.hash_digits;
    if (said.handshake != nullptr) meeting.info_hash = said.handshake->info_hash, meeting.peer = said.handshake->peer;
    sink.update(meeting, direction);
    sink.log(meeting, direction);
    sink.close(meeting);
  }

  Progress parse_datagram(Direction direction, Bytes bytes, Sink& sink) noexcept {
    if (as_text(bytes).starts_with(kSearch)) {
      tell({.kind = Kind::search, .hash_digits = search_info_hash(as_text(bytes))}, direction, sink);
      return Progress::ok(bytes.size());
    }
    if (is_tracker_connect(bytes)) {
      tell({.kind = Kind::tracker}, direction, sink);
      return Progress::finished(bytes.size());
    }
    if (const auto packet = read_utp(bytes); packet && as_text(packet->payload).starts_with(kHandshake)) {
      Cursor c{packet->payload};
      const Handshake handshake{c};
      if (c.ok()) tell({.kind = Kind::utp, .handshake = &handshake}, direction, sink);
    }
    return ++looked_ < kMaxLooked ? Progress::ok(bytes.size()) : Progress::finished(bytes.size());
  }

  bool datagrams_;
  std::array<bool, 2> met_{};
  std::uint64_t messages_ = 0;
  unsigned looked_ = 0;  // datagrams
};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<PeerSession>(memory, datagrams);
}

Probe probe(Direction, Bytes bytes, std::uint16_t) {
  const std::string_view text = as_text(bytes).substr(0, kHandshake.size());
  if (text == kHandshake) return Probe::yes;
  return kHandshake.starts_with(text) ? Probe::need_more : Probe::no;
}

// A connection of uTP begins with a packet that acknowledges nothing and knows no delay yet: nine bytes that are given.
// Later packets are not characteristic, unless a handshake is in them.
Probe probe_datagram(Direction, Bytes datagram, std::uint16_t) {
  if (as_text(datagram).starts_with(kSearch) || is_tracker_connect(datagram)) return Probe::yes;
  const auto packet = read_utp(datagram);
  if (!packet) return Probe::no;
  if (as_text(packet->payload).starts_with(kHandshake)) return Probe::yes;
  const bool begins = packet->type == Utp::kSyn && packet->time_difference == 0 && packet->acknowledged == 0 &&
                      packet->payload.empty() && packet->window > 0 && packet->window <= 0x1000000;
  return begins ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "bittorrent",
    .about = "BitTorrent between peers: handshakes, uTP, local search, trackers over UDP",
    .ndpi_name = "BitTorrent",
    .log_type = "bittorrent",
    .own_record = true,
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe,
                 .first_bytes = {FirstBytes::of(std::string_view{"\0\x01\x13\x41"
                                                                 "B",
                                                                 5}),
                                 FirstBytes::of(std::string_view{"\0\x01\x13\x41"
                                                                 "B",
                                                                 5})},
                 .probe_datagram = probe_datagram},
    .max_pending = kHandshakeSize,
    .create = make<false>,
    .destroy = destroy_session<PeerSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::bittorrent
