// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tuya/tuya.hpp"

#include "proto/tuya/message.hpp"

namespace gatehouse::proto::tuya {
namespace {

constexpr std::uint8_t kComplete = 1;

enum Event : std::uint8_t { malformed_message, invalid_checksum };
constexpr std::array kEvents{
    EventSpec{"malformed_message",
              "a frame without its beginning or its end, or longer than any; the session is given up"},
    EventSpec{"invalid_checksum", "a frame whose checksum is wrong"},
};

// One message; its views live as long as the parse call that tells of it.
struct TuyaTransaction : Transaction {
  explicit TuyaTransaction(const Message& m) noexcept : message(m) {}
  Message message;
};
const Message& of(const Transaction& tx) noexcept {
  return static_cast<const TuyaTransaction&>(tx).message;
}

FieldValue text(std::string_view value, unsigned index) noexcept {
  return index > 0 || value.empty() ? FieldValue::none() : FieldValue::of(value);
}
FieldValue number_of(std::uint64_t value, unsigned index) noexcept {
  return index > 0 ? FieldValue::none() : FieldValue::of_number(value);
}

using enum FieldType;
constexpr auto kBoth = FieldDirection::both;

constexpr std::array kFields{
    FieldSpec{"tuya.command", number, kBoth, kComplete, "control, query, status, heartbeat, announce, …",
              [](const Transaction& tx, unsigned i) { return number_of(of(tx).frame.command, i); }, FieldRole::plain,
              kCommandNames},
    FieldSpec{"tuya.access", number, kBoth, kComplete, "what it does: read, control, report, write, program, other",
              [](const Transaction& tx, unsigned i) {
                return number_of(static_cast<std::uint64_t>(access_of(of(tx).frame.command)), i);
              },
              FieldRole::plain, industrial::kAccessNames},
    FieldSpec{"tuya.sequence", number, kBoth, kComplete, "the message's number",
              [](const Transaction& tx, unsigned i) { return number_of(of(tx).frame.sequence, i); }},
    FieldSpec{"tuya.version", bytes, kBoth, kComplete, "3.1 to 3.5, where it can be told",
              [](const Transaction& tx, unsigned i) { return text(of(tx).version, i); }},
    FieldSpec{"tuya.return_code", number, kBoth, kComplete, "of a device's answer, up to version 3.4",
              [](const Transaction& tx, unsigned i) {
                return of(tx).return_code ? number_of(*of(tx).return_code, i) : FieldValue::none();
              }},
    FieldSpec{"tuya.length", number, kBoth, kComplete, "bytes of the payload",
              [](const Transaction& tx, unsigned i) { return number_of(of(tx).payload.size(), i); }},
    FieldSpec{"tuya.device_id", bytes, kBoth, kComplete, "the number in the maker's cloud of the device that is meant",
              [](const Transaction& tx, unsigned i) { return text(of(tx).device_id, i); }},
    FieldSpec{"tuya.serial", bytes, kBoth, kComplete, "the same, where the device says it of itself",
              [](const Transaction& tx, unsigned i) {
                const bool own = access_of(of(tx).frame.command) == industrial::Access::report;
                return own ? text(of(tx).device_id, i) : FieldValue::none();
              },
              FieldRole::device_serial},
    FieldSpec{"tuya.product_key", bytes, kBoth, kComplete, "what product it is, in Tuya's catalogue",
              [](const Transaction& tx, unsigned i) { return text(of(tx).product_key, i); }, FieldRole::device_model},
    FieldSpec{"tuya.ip", bytes, kBoth, kComplete, "the address that it announces",
              [](const Transaction& tx, unsigned i) { return text(of(tx).ip, i); }},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Message& m = of(tx);
  const auto member = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) json.member(key, value);
  };
  json.open_object("tuya");
  if (const std::string_view name = name_of(kCommandNames, m.frame.command); !name.empty())
    json.member("command", name);
  else
    json.member("command", m.frame.command);
  json.member("sequence", m.frame.sequence);
  member("version", m.version);
  if (m.return_code) json.member("return_code", *m.return_code);
  json.member("length", m.payload.size());
  member("device_id", m.device_id), member("product_key", m.product_key), member("ip", m.ip);
  json.close_object();
}

class TuyaSession final : public Session {
 public:
  TuyaSession(Memory&, bool datagrams) noexcept : datagrams_(datagrams) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    std::size_t at = 0;
    while (at < bytes.size()) {
      const Bytes rest = bytes.subspan(at);
      const Frame frame{rest};
      const bool faulty = !begins_well(rest) || (frame.complete_header && !frame.plausible());
      const bool cut = !frame.complete_header || rest.size() < frame.size;
      if (!faulty && cut && !datagrams_) return Progress::need_more(at);
      if (faulty || cut || !frame.well_ended(rest)) {
        sink.event(nullptr, malformed_message, direction);
        return Progress::malformed();
      }
      tell(frame, rest.first(frame.size), direction, sink);
      at += frame.size;
    }
    return Progress::ok(at);
  }

  static bool begins_well(Bytes bytes) noexcept {
    constexpr std::string_view old{"\x00\x00\x55\xaa", 4}, newer{"\x00\x00\x66\x99", 4};
    const std::string_view head = as_text(bytes.first(std::min<std::size_t>(bytes.size(), old.size())));
    return old.starts_with(head) || newer.starts_with(head);
  }

 private:
  void tell(const Frame& frame, Bytes bytes, Direction direction, Sink& sink) noexcept {
    TuyaTransaction tx{Message{frame, bytes}};
    tx.protocol = &protocol;
    tx.id = messages_++;
    std::array<std::uint8_t, kLongestAnnouncement> room;
    tx.message.read_facts(as_text(reveal_announcement(tx.message, bytes, room)));
    if (tx.message.bad_checksum) sink.event(&tx, invalid_checksum, direction);
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
  }

  bool datagrams_;
  std::uint64_t messages_ = 0;
};

// The magic, a command, a length that a frame may have; once it is all there, the mark at its end.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  if (!TuyaSession::begins_well(bytes)) return Probe::no;
  const Frame frame{bytes};
  if (!frame.complete_header) return Probe::need_more;
  if (!frame.plausible()) return Probe::no;
  return bytes.size() < frame.size || frame.well_ended(bytes) ? Probe::yes : Probe::no;
}

Probe probe_datagram(Direction direction, Bytes datagram, std::uint16_t port) {
  const Frame frame{datagram};
  return probe(direction, datagram, port) == Probe::yes && datagram.size() >= frame.size ? Probe::yes : Probe::no;
}

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<TuyaSession>(memory, datagrams);
}

constexpr FirstBytes kFirst = FirstBytes::range(0, 0);
constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "tuya",
    .about = "Tuya's local protocol: plugs, lamps, sensors of many makers",
    .ndpi_name = "TUYA_LP",
    .log_type = "tuya",
    .own_record = true,
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe, .first_bytes = {kFirst, kFirst}, .probe_datagram = probe_datagram},
    .max_pending = kLongestFrame,
    .create = make<false>,
    .destroy = destroy_session<TuyaSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::tuya
