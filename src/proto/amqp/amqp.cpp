// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row: recognition, fields, events, log.
#include "proto/amqp/amqp.hpp"

#include <array>

#include "proto/amqp/session.hpp"

namespace gatehouse::proto::amqp {
namespace {

// A running conversation of version 0-9-1: a method that exists, and the octet that ends its frame where it must stand.
Probe probe_method(Bytes bytes) noexcept {
  constexpr std::uint32_t kLongest = 4096;
  constexpr std::size_t kHead = 7;
  Cursor c{bytes};
  c.skip(3);  // type and channel
  const std::uint32_t size = c.u32();
  if (c.ok() && (size < 4 || size > kLongest)) return Probe::no;
  const std::uint16_t class_id = c.u16(), method_id = c.u16();
  if (c.ok() && !is_method(class_id, method_id)) return Probe::no;
  if (!c.ok() || bytes.size() <= kHead + size) return Probe::need_more;
  Message message;
  Cursor method{bytes.subspan(kHead, size)};
  return bytes[kHead + size] == 0xce && read_method(method, message) ? Probe::yes : Probe::no;
}

Probe probe(Direction, Bytes bytes, std::uint16_t) {
  if (bytes[0] == 1) return probe_method(bytes);
  constexpr std::string_view name = "AMQP";
  if (bytes.size() < kProtocolHeader)
    return as_text(bytes).starts_with(name.substr(0, bytes.size())) || starts_with(bytes, name) ? Probe::need_more
                                                                                                : Probe::no;
  Cursor c{bytes};
  const ProtocolHeader header{c};
  return starts_with(bytes, name) && (header.is_0_9_1() || header.is_1_0()) ? Probe::yes : Probe::no;
}

FieldValue present(Bytes text) noexcept {
  return text.empty() ? FieldValue::none() : FieldValue::of(text);
}
template <Bytes Message::* Member>
FieldValue text_of(const Transaction& tx, unsigned) {
  return present(as_amqp(tx).message.*Member);
}

using enum FieldType;
constexpr auto kBoth = FieldDirection::both;
constexpr FieldSpec kFields[] = {
    {"amqp.method", bytes, kBoth, 1, "method or performative by its name: \"basic.publish\", \"attach\"",
     [](const Transaction& tx, unsigned) { return present(as_bytes(as_amqp(tx).message.name)); }},
    {"amqp.exchange", bytes, kBoth, 1, "the exchange that it names", text_of<&Message::exchange>},
    {"amqp.queue", bytes, kBoth, 1, "the queue that it names", text_of<&Message::queue>},
    {"amqp.routing_key", bytes, kBoth, 1, "the routing key", text_of<&Message::routing_key>},
    {"amqp.mechanism", bytes, kBoth, 1, "SASL mechanisms that are offered, or the one that is chosen",
     text_of<&Message::mechanism>},
    {"amqp.user", bytes, FieldDirection::to_server, 1, "who logs in, where the mechanism says so",
     text_of<&Message::user>},
    {"amqp.host", bytes, kBoth, 1, "virtual host, or the host's name in an open", text_of<&Message::host>},
    {"amqp.container", bytes, kBoth, 1, "the container's name (1.0)", text_of<&Message::container>},
    {"amqp.source", bytes, kBoth, 1, "address that a link takes messages from (1.0)", text_of<&Message::source>},
    {"amqp.target", bytes, kBoth, 1, "address that a link brings messages to (1.0)", text_of<&Message::target>},
    {"amqp.product", bytes, kBoth, 1, "the software's name for itself (0-9-1)", text_of<&Message::product>,
     FieldRole::device_software},
    {"amqp.version", bytes, kBoth, 1, "and its version", text_of<&Message::version>},
    {"amqp.code", number, kBoth, 1, "why a connection or channel is closed, or a login's outcome",
     [](const Transaction& tx, unsigned) {
       const Message& m = as_amqp(tx).message;
       return m.has_code ? FieldValue::of_number(m.code) : FieldValue::none();
     }},
};

constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"malformed_frame", "what was sent is no frame of the protocol; the session is given up"},
    {"frame_too_long", "a method of more than 64 KiB: what is behind them was not looked at"},
}};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

void log(const Transaction& transaction, JsonWriter& json) {
  constexpr std::size_t kLogged = 512;
  const AmqpTransaction& tx = as_amqp(transaction);
  const Message& m = tx.message;
  const auto text = [&json](std::string_view key, Bytes value) {
    if (!value.empty()) json.member(key, as_text(value).substr(0, kLogged));
  };
  json.open_object("amqp");
  json.member("version", tx.is_1_0 ? "1.0" : "0-9-1");
  json.member("method", m.name);
  json.member("channel", tx.channel);
  text("exchange", m.exchange);
  text("queue", m.queue);
  text("routing_key", m.routing_key);
  text("mechanism", m.mechanism);
  text("user", m.user);
  text("host", m.host);
  text("container", m.container);
  text("link", m.link);
  text("source", m.source);
  text("target", m.target);
  text("product", m.product);
  text("product_version", m.version);
  if (m.has_code) json.member("code", m.code);
  text("text", m.text);
  json.close_object();
}

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "amqp",
    .about = "AMQP, messages between programs by way of a broker",
    .ndpi_name = "AMQP",
    .log_type = "amqp",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("A\1"), FirstBytes::of("A\1")}},
    .max_pending = kWindow + kProtocolHeader,
    .create = create_session<AmqpSession>,
    .destroy = destroy_session<AmqpSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::amqp
