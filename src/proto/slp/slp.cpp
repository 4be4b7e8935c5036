// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/slp/slp.hpp"

#include <array>

#include "proto/slp/message.hpp"

namespace gatehouse::proto::slp {
namespace {

constexpr std::size_t kLongestMessage = 64 * 1024;  // of a stream; longer ones are not read

enum Event : std::uint8_t { malformed_message, message_too_long };
constexpr std::array kEvents{
    EventSpec{"malformed_message", "a message is shorter than what it says it holds"},
    EventSpec{"message_too_long", "a message over TCP is longer than any that is read"},
};

// One message; its views live as long as the parse call that tells of it.
struct Message : Transaction {
  Header header;
  Body body;
};

const Message& message_of(const Transaction& tx) noexcept {
  return static_cast<const Message&>(tx);
}
FieldValue present(Bytes text) noexcept {
  return text.empty() ? FieldValue::none() : FieldValue::of(text);
}

constexpr std::array kFields{
    FieldSpec{"slp.function", FieldType::number, FieldDirection::both, 0,
              "what the message does: 1 service request, 2 reply, 3 registration, …",
              [](const Transaction& tx, unsigned) { return FieldValue::of_number(message_of(tx).header.function); }},
    FieldSpec{"slp.service_type", FieldType::bytes, FieldDirection::both, 0,
              "the kind of service asked for or registered",
              [](const Transaction& tx, unsigned) { return present(message_of(tx).body.service_type); }},
    FieldSpec{"slp.url", FieldType::bytes, FieldDirection::both, 0, "where the service is",
              [](const Transaction& tx, unsigned) { return present(message_of(tx).body.url); }},
    FieldSpec{"slp.scopes", FieldType::bytes, FieldDirection::both, 0, "the scopes it is in",
              [](const Transaction& tx, unsigned) { return present(message_of(tx).body.scopes); }},
    FieldSpec{"slp.language", FieldType::bytes, FieldDirection::both, 0, "the message's language tag",
              [](const Transaction& tx, unsigned) { return present(message_of(tx).header.language); }},
};

class SlpSession final : public Session {
 public:
  SlpSession(Memory&, bool datagrams) noexcept : datagrams_(datagrams) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    std::size_t used = 0;
    do {
      Cursor cursor{bytes.subspan(used)};
      Message message;
      message.protocol = &protocol;
      message.header = Header{cursor};
      const bool complete = cursor.ok() && message.header.length <= bytes.size() - used;
      if (!datagrams_ && !complete) {
        if (!cursor.ok() || message.header.length <= kLongestMessage) return Progress::need_more(used);
        sink.event(nullptr, message_too_long, direction);
        return Progress::malformed();
      }
      if (!cursor.ok() || !message.header.plausible()) {
        sink.event(nullptr, malformed_message, direction);
        return Progress::malformed();
      }
      message.id = messages_++;
      Cursor body{bytes.subspan(used).first(complete ? message.header.length : bytes.size() - used)};
      body.skip(cursor.position());
      if (!read_body(static_cast<Function>(message.header.function), body, message.body))
        sink.event(&message, malformed_message, direction);
      sink.update(message, direction);
      sink.close(message);
      used += complete ? message.header.length : bytes.size() - used;
    } while (!datagrams_ && used < bytes.size());
    return Progress::ok(used);
  }

 private:
  bool datagrams_;
  std::uint64_t messages_ = 0;
};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<SlpSession>(memory, datagrams);
}

bool is_tag(Bytes language) noexcept {
  for (const std::uint8_t c : language)
    if (!((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c != '-' && !(c >= '0' && c <= '9')) return false;
  return true;
}

Probe probe(Direction, Bytes bytes, std::uint16_t) {
  Cursor cursor{bytes};
  const Header header{cursor};
  if (bytes.size() < kFixedHeader + 1) return bytes.size() > 1 && bytes[1] > 11 ? Probe::no : Probe::need_more;
  return cursor.ok() && header.plausible() && is_tag(header.language) ? Probe::yes : Probe::no;
}

// A datagram that is shorter than it says comes from an implementation, or an attacker, that nobody else resembles.
Probe probe_datagram(Direction direction, Bytes bytes, std::uint16_t port) {
  return probe(direction, bytes, port) == Probe::yes ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kStages{"request_started", "request_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "slp",
    .about = "Service Location Protocol: services that announce themselves",
    .ndpi_name = "Service_Location_Protocol",
    .log_type = "",
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe,
                 .first_bytes = {FirstBytes::of("\x02"), FirstBytes::of("\x02")},
                 .probe_datagram = probe_datagram},
    .max_pending = kLongestMessage,
    .create = make<false>,
    .destroy = destroy_session<SlpSession>,
    .stages = {kStages, kStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::slp
