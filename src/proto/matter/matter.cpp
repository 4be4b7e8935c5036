// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/matter/matter.hpp"

#include "proto/matter/message.hpp"

namespace gatehouse::proto::matter {
namespace {

constexpr std::uint8_t kComplete = 1;
// Secured datagrams of a flow that are looked at: a controller that commissions a device exchanges keys twice, and the
// second time follows soon.
constexpr unsigned kMaxSecured = 256;

enum Event : std::uint8_t { malformed_message, handshake_failed };
constexpr std::array kEvents{
    EventSpec{"malformed_message", "a datagram that is none; the session is given up"},
    EventSpec{"handshake_failed", "a status report says that no session came of the exchange of keys"},
};

// One message in the clear; its views live as long as the parse call that tells of it.
struct MatterTransaction : Transaction {
  explicit MatterTransaction(const Message& m) noexcept : message(m) {}
  Message message;
};
const Message& of(const Transaction& tx) noexcept {
  return static_cast<const MatterTransaction&>(tx).message;
}
FieldValue number_of(std::uint64_t value, unsigned index) noexcept {
  return index > 0 ? FieldValue::none() : FieldValue::of_number(value);
}
template <typename Number>
FieldValue number_of(const std::optional<Number>& value, unsigned index) noexcept {
  return value ? number_of(std::uint64_t{*value}, index) : FieldValue::none();
}

using enum FieldType;
constexpr auto kBoth = FieldDirection::both;

constexpr std::array kFields{
    FieldSpec{"matter.protocol", number, kBoth, kComplete, "secure_channel, interaction_model, …",
              [](const Transaction& tx, unsigned i) { return number_of(of(tx).inner->protocol, i); }, FieldRole::plain,
              kProtocolNames},
    FieldSpec{"matter.opcode", number, kBoth, kComplete,
              "pbkdf_parameter_request (a device is being added), case_sigma1 (a known one is spoken to), …",
              [](const Transaction& tx, unsigned i) {
                return of(tx).inner->secure_channel() ? number_of(of(tx).inner->code, i) : FieldValue::none();
              },
              FieldRole::plain, kOpcodeNames},
    FieldSpec{"matter.exchange", number, kBoth, kComplete, "number of the exchange",
              [](const Transaction& tx, unsigned i) { return number_of(of(tx).inner->exchange, i); }},
    FieldSpec{"matter.counter", number, kBoth, kComplete, "number of the message",
              [](const Transaction& tx, unsigned i) { return number_of(of(tx).header.counter, i); }},
    FieldSpec{"matter.source_node", number, kBoth, kComplete, "the sender: the initiator's, made up for the exchange",
              [](const Transaction& tx, unsigned i) { return number_of(of(tx).header.source, i); }},
    FieldSpec{"matter.destination_node", number, kBoth, kComplete, "the receiver, where it is the initiator",
              [](const Transaction& tx, unsigned i) { return number_of(of(tx).header.destination, i); }},
    FieldSpec{"matter.vendor", number, kBoth, kComplete, "whose protocol it is, where it is a maker's own",
              [](const Transaction& tx, unsigned i) {
                return of(tx).inner->vendor == 0 ? FieldValue::none() : number_of(of(tx).inner->vendor, i);
              }},
    FieldSpec{"matter.status", number, kBoth, kComplete, "what the exchange of keys ended with",
              [](const Transaction& tx, unsigned i) { return number_of(of(tx).status, i); }, FieldRole::plain,
              kStatusNames},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Message& m = of(tx);
  const auto named = [&](std::string_view key, std::span<const NamedNumber> names, std::uint64_t value) {
    if (const std::string_view name = name_of(names, value); !name.empty())
      json.member(key, name);
    else
      json.member(key, value);
  };
  json.open_object("matter");
  named("protocol", kProtocolNames, m.inner->protocol);
  if (m.inner->vendor != 0) json.member("vendor", m.inner->vendor);
  if (m.inner->secure_channel())
    named("opcode", kOpcodeNames, m.inner->code);
  else
    json.member("opcode", m.inner->code);
  json.member("initiator", m.inner->from_initiator());
  json.member("exchange", m.inner->exchange);
  json.member("counter", m.header.counter);
  if (m.header.source) json.member("source_node", *m.header.source);
  if (m.header.destination) json.member("destination_node", *m.header.destination);
  if (m.status) named("status", kStatusNames, *m.status);
  json.close_object();
}

class MatterSession final : public Session {
 public:
  explicit MatterSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes datagram, Sink& sink) noexcept override {
    const Message message{datagram};
    // With privacy on, the header itself is encrypted behind its first eight bytes (4.8.3): nothing can be said of it.
    if (!message.ok && !message.header.is_private()) {
      sink.event(nullptr, malformed_message, direction);
      return Progress::malformed();
    }
    if (!message.inner)
      return ++secured_ < kMaxSecured ? Progress::ok(datagram.size()) : Progress::finished(datagram.size());
    tell(message, direction, sink);
    return Progress::ok(datagram.size());
  }

 private:
  void tell(const Message& message, Direction direction, Sink& sink) noexcept {
    constexpr std::uint16_t kEstablished = 0, kClose = 3;
    MatterTransaction tx{message};
    tx.protocol = &protocol;
    tx.id = messages_++;
    if (message.status && *message.status != kEstablished && *message.status != kClose)
      sink.event(&tx, handshake_failed, direction);
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    // Acknowledgements alone are no line in the log.
    if (!message.inner->secure_channel() || message.inner->code != opcode::acknowledgement) sink.log(tx, direction);
    sink.close(tx);
  }

  unsigned secured_ = 0;
  std::uint64_t messages_ = 0;
};

// An exchange of keys in the clear, whole: two headers without a reserved bit, session 0, the secure channel, and a
// payload that is what the opcode says. Sessions that have their key look like noise and are not recognised.
Probe probe(Direction, Bytes datagram, std::uint16_t) {
  const Message message{datagram};
  if (!message.ok || !message.inner || !message.inner->secure_channel() || message.header.security != 0)
    return Probe::no;
  // 4.13.2.1: the initiator says its own node, the responder the initiator's.
  const MessageHeader& h = message.header;
  const bool addressed = message.inner->from_initiator() ? h.source && !h.destination : h.destination && !h.source;
  return addressed && !h.group && message.sound_payload() ? Probe::yes : Probe::no;
}

constexpr FirstBytes kFirst = FirstBytes::of("\x01\x04");
constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "matter",
    .about = "Matter: the smart home's common language, as far as it is in the clear",
    .ndpi_name = "Matter",
    .log_type = "matter",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {kFirst, kFirst}},
    .create = create_session<MatterSession>,
    .destroy = destroy_session<MatterSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::matter
