// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/openvpn/openvpn.hpp"

#include <algorithm>
#include <array>

#include "proto/openvpn/packet.hpp"

namespace gatehouse::proto::openvpn {
namespace {

constexpr std::uint8_t kComplete = 1;
// Packets of a session that are read: the two resets are the first.
constexpr unsigned kMaxPackets = 32;
constexpr std::size_t kMaxPacket = 65535;

enum Event : std::uint8_t { malformed_packet };
constexpr std::array kEvents{
    EventSpec{"malformed_packet", "a packet whose opcode does not exist, or that is cut short"}};

constexpr NamedNumber kOpcodes[] = {{1, "client_reset_v1"},  {2, "server_reset_v1"},     {3, "soft_reset"},
                                    {4, "control"},          {5, "acknowledge"},         {6, "data_v1"},
                                    {7, "client_reset_v2"},  {8, "server_reset_v2"},     {9, "data_v2"},
                                    {10, "client_reset_v3"}, {11, "control_wrapped_key"}};
constexpr NamedNumber kProtections[] = {{1, "none"}, {2, "tls-auth"}, {3, "tls-crypt"}, {4, "tls-crypt-v2"}};

struct OpenvpnTransaction : Transaction {
  OpenvpnTransaction() noexcept { protocol = &openvpn::protocol; }
  Packet packet;
};
const Packet& packet_of(const Transaction& tx) noexcept {
  return static_cast<const OpenvpnTransaction&>(tx).packet;
}

constexpr FieldSpec kFields[] = {
    {"openvpn.opcode", FieldType::number, FieldDirection::both, kComplete, "what the packet is",
     [](const Transaction& tx, unsigned) {
       return FieldValue::of_number(static_cast<std::uint64_t>(packet_of(tx).opcode));
     },
     FieldRole::plain, kOpcodes},
    {"openvpn.session_id", FieldType::bytes, FieldDirection::both, kComplete, "the sender's number of the session",
     [](const Transaction& tx, unsigned) { return FieldValue::of(packet_of(tx).session); }},
    {"openvpn.protection", FieldType::number, FieldDirection::both, kComplete, "how control packets are protected",
     [](const Transaction& tx, unsigned) {
       const auto protection = static_cast<std::uint64_t>(packet_of(tx).protection);
       return protection == 0 ? FieldValue::none() : FieldValue::of_number(protection);
     },
     FieldRole::plain, kProtections},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Packet& packet = packet_of(tx);
  json.open_object("openvpn");
  json.member("opcode", name_of(kOpcodes, static_cast<std::uint64_t>(packet.opcode)));
  json.member_hex("session_id", packet.session);
  if (packet.protection != Protection::unknown)
    json.member("protection", name_of(kProtections, static_cast<std::uint64_t>(packet.protection)));
  json.close_object();
}

class OpenvpnSession final : public Session {
 public:
  explicit OpenvpnSession(bool datagrams) noexcept : datagrams_(datagrams) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    if (datagrams_) return packet(direction, bytes, sink) ? done_or(bytes.size()) : Progress::malformed();
    // Over TCP each packet stands behind its length.
    Cursor c{bytes};
    while (!c.empty()) {
      const std::size_t start = c.position();
      const Bytes one = c.take(c.u16());
      if (!c.ok()) return Progress::need_more(start);
      if (!packet(direction, one, sink)) return Progress::malformed();
      if (done()) return Progress::finished(c.position());
    }
    return Progress::ok(bytes.size());
  }

 private:
  bool packet(Direction direction, Bytes bytes, Sink& sink) noexcept {
    OpenvpnTransaction tx;
    tx.packet = read_packet(bytes);
    ++packets_;
    if (!tx.packet.complete) {
      sink.event(nullptr, malformed_packet, direction);
      return false;
    }
    dark_ |= tx.packet.opcode == Opcode::data_v1 || tx.packet.opcode == Opcode::data_v2;
    if (!tx.packet.reset) return true;
    tx.id = transactions_++;
    reset_[index(direction)] = true;
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
    return true;
  }
  bool done() const noexcept { return dark_ || (reset_[0] && reset_[1]) || packets_ >= kMaxPackets; }
  Progress done_or(std::size_t n) const noexcept { return done() ? Progress::finished(n) : Progress::ok(n); }

  bool datagrams_;
  bool dark_ = false;
  std::array<bool, 2> reset_{};
  unsigned packets_ = 0;
  std::uint64_t transactions_ = 0;
};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<OpenvpnSession>(datagrams);
}

// Only what begins a session, and only where everything behind the session id agrees with one of the ways to protect
// it.
Probe probe_datagram(Direction, Bytes datagram, std::uint16_t) {
  const Packet packet = read_packet(datagram);
  return packet.reset && packet.complete && packet.protection != Protection::unknown ? Probe::yes : Probe::no;
}

Probe probe(Direction direction, Bytes bytes, std::uint16_t port) {
  constexpr std::size_t kSmallest = 14, kLargest = 1500;
  Cursor c{bytes};
  const std::size_t length = c.u16();
  if (!c.ok()) return Probe::need_more;
  if (length < kSmallest || length > kLargest) return Probe::no;
  if (c.remaining() == 0) return Probe::need_more;
  const std::uint8_t opcode = c.peek() >> 3;
  if ((c.peek() & 7) != 0 || !((opcode >= 1 && opcode <= 2) || opcode == 7 || opcode == 8 || opcode == 10))
    return Probe::no;
  if (c.remaining() < length) return Probe::need_more;
  return probe_datagram(direction, c.take(length), port);
}

// The resets, with key 0.
constexpr FirstBytes kFirstDatagram = FirstBytes::of("\x08\x10\x38\x40\x50");
// The length of a packet over TCP, its high octet.
constexpr FirstBytes kFirstStream = FirstBytes::range(0, 5);
constexpr FirstBytes both() noexcept {
  FirstBytes all = kFirstStream;
  for (unsigned i = 0; i < 4; ++i) all.bits[i] |= kFirstDatagram.bits[i];
  return all;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "openvpn",
    .about = "OpenVPN tunnels: the packets that begin a session",
    .ndpi_name = "OpenVPN",
    .log_type = "openvpn",
    .own_record = true,
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe, .first_bytes = {both(), both()}, .probe_datagram = probe_datagram},
    .max_pending = kMaxPacket + 2,
    .create = make<false>,
    .destroy = destroy_session<OpenvpnSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::openvpn
