// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rtp/packet.hpp"
#include "proto/rtp/rtp.hpp"

namespace gatehouse::proto::rtcp {
namespace {

constexpr std::uint8_t kComplete = 1;

enum Event : std::uint8_t { malformed_packet, too_many_packets };
constexpr std::array kEvents{
    EventSpec{"malformed_packet", "packets do not fill their datagram, or hold less than they say"},
    EventSpec{"too_many_packets", "a compound packet has more packets than are read"},
};

// One compound packet; its views live as long as the parse call that tells of it.
struct RtcpTransaction : Transaction {
  Compound compound;
};

const Compound& of(const Transaction& tx) noexcept {
  return static_cast<const RtcpTransaction&>(tx).compound;
}

template <Bytes Compound::* member>
FieldValue text(const Transaction& tx, unsigned index) {
  const Bytes value = of(tx).*member;
  return index > 0 || value.empty() ? FieldValue::none() : FieldValue::of(value);
}

constexpr std::array kTypes{NamedNumber{200, "sender_report"},      NamedNumber{201, "receiver_report"},
                            NamedNumber{202, "source_description"}, NamedNumber{203, "bye"},
                            NamedNumber{204, "application"},        NamedNumber{205, "transport_feedback"},
                            NamedNumber{206, "payload_feedback"},   NamedNumber{207, "extended_report"}};

using enum FieldType;
constexpr auto kBoth = FieldDirection::both;
constexpr std::array kFields{
    FieldSpec{"rtcp.type", number, kBoth, kComplete, "types of the packets; several values",
              [](const Transaction& tx, unsigned i) {
                return i < of(tx).count ? FieldValue::of_number(of(tx).types[i]) : FieldValue::none();
              },
              FieldRole::plain, kTypes},
    FieldSpec{"rtcp.ssrc", number, kBoth, kComplete, "the number of the source that sends",
              [](const Transaction& tx, unsigned i) {
                return i > 0 ? FieldValue::none() : FieldValue::of_number(of(tx).ssrc);
              }},
    FieldSpec{"rtcp.cname", bytes, kBoth, kComplete, "the source's lasting name, \"user@host\"",
              text<&Compound::cname>},
    FieldSpec{"rtcp.name", bytes, kBoth, kComplete, "its name for people", text<&Compound::name>,
              FieldRole::device_name},
    FieldSpec{"rtcp.location", bytes, kBoth, kComplete, "where it is", text<&Compound::location>},
    FieldSpec{"rtcp.tool", bytes, kBoth, kComplete, "its software", text<&Compound::tool>, FieldRole::device_software},
    FieldSpec{"rtcp.note", bytes, kBoth, kComplete, "what it has to say", text<&Compound::note>},
    FieldSpec{"rtcp.application", bytes, kBoth, kComplete, "name of an application's own packet",
              text<&Compound::application>},
    FieldSpec{"rtcp.bye_reason", bytes, kBoth, kComplete, "why it leaves", text<&Compound::bye_reason>},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Compound& compound = of(tx);
  const auto text = [&](std::string_view key, Bytes value) {
    if (!value.empty()) json.member(key, value);
  };
  json.open_object("rtcp");
  json.open_array("types");
  for (unsigned i = 0; i < compound.count; ++i) json.element(compound.types[i]);
  json.close_array();
  json.member("ssrc", compound.ssrc);
  text("cname", compound.cname);
  text("name", compound.name);
  text("location", compound.location);
  text("tool", compound.tool);
  text("note", compound.note);
  text("application", compound.application);
  text("bye_reason", compound.bye_reason);
  json.close_object();
}

// Reports come for as long as a call lasts: each is told, but only the first of a direction and farewells are logged.
class RtcpSession final : public Session {
 public:
  explicit RtcpSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes datagram, Sink& sink) noexcept override {
    RtcpTransaction tx;
    tx.protocol = &protocol;
    tx.id = packets_;
    if (!tx.compound.parse(datagram)) {
      sink.event(nullptr, malformed_packet, direction);
      return Progress::malformed();
    }
    ++packets_;
    if (tx.compound.too_many_packets) sink.event(&tx, too_many_packets, direction);
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    bool& logged = logged_[index(direction)];
    if (!logged || tx.compound.bye) sink.log(tx, direction);
    logged = true;
    sink.close(tx);
    return Progress::ok(datagram.size());
  }

 private:
  std::uint64_t packets_ = 0;
  std::array<bool, 2> logged_{};
};

// RFC 3550, A.2: a compound packet begins with a report, without padding, and its packets fill the datagram.
Probe probe(Direction, Bytes datagram, std::uint16_t) {
  constexpr std::uint8_t padding = 0x20;
  Compound compound;
  if (datagram.size() < 8 || (datagram[0] & padding) != 0 || !compound.parse(datagram)) return Probe::no;
  const auto first = static_cast<Type>(compound.types[0]);
  return first == Type::sender_report || first == Type::receiver_report ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "rtcp",
    .about = "RTP's control protocol: who takes part, and how well it goes",
    .ndpi_name = "RTCP",
    .log_type = "rtcp",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::range(0x80, 0x9f), FirstBytes::range(0x80, 0x9f)}},
    .create = create_session<RtcpSession>,
    .destroy = destroy_session<RtcpSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::rtcp
