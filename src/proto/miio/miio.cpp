// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/miio/miio.hpp"

#include <algorithm>
#include <charconv>

#include "base/cursor.hpp"

namespace gatehouse::proto::miio {
namespace {

constexpr std::uint8_t kComplete = 1;
constexpr std::size_t kHeader = 32, kCipherBlock = 16;
constexpr std::uint32_t kUnset = 0xffffffff;

enum class Kind : std::uint8_t { hello = 1, hello_reply = 2, message = 3 };
constexpr std::array kKindNames{
    NamedNumber{1, "hello"},
    NamedNumber{2, "hello_reply"},
    NamedNumber{3, "message"},
};

enum Event : std::uint8_t { malformed_message, token_disclosed };
constexpr std::array kEvents{
    EventSpec{"malformed_message", "a datagram that is none; the session is given up"},
    EventSpec{"token_disclosed", "a device that is not set up yet tells its key to whoever asks"},
};

// There is no published specification. Magic, length of all, a word that is zero, the device's number, its clock, and a
// checksum that is an MD5 over all with the device's key; in a hello all ones.
struct Message {
  std::uint16_t magic = 0, length = 0;
  std::uint32_t unknown = 0, device = 0, stamp = 0;
  Bytes checksum, payload;

  explicit Message(Cursor& c) noexcept
      : magic{c.u16()},
        length{c.u16()},
        unknown{c.u32()},
        device{c.u32()},
        stamp{c.u32()},
        checksum{c.take(16)},
        payload{c.rest()} {}

  bool sum_is(std::uint8_t byte) const noexcept {
    return std::ranges::all_of(checksum, [byte](std::uint8_t b) { return b == byte; });
  }
  bool is_hello() const noexcept {
    return unknown == kUnset && device == kUnset && stamp == kUnset && sum_is(0xff) && payload.empty();
  }
  bool sound(std::size_t datagram) const noexcept {
    constexpr std::uint16_t kMagic = 0x2131;
    if (magic != kMagic || length != datagram) return false;
    return is_hello() || (unknown == 0 && device != kUnset && payload.size() % kCipherBlock == 0);
  }
  Kind kind() const noexcept { return is_hello() ? Kind::hello : payload.empty() ? Kind::hello_reply : Kind::message; }
  // Once a device is set up, its answer to a hello holds ones or zeros in place of the key.
  bool discloses_key() const noexcept { return kind() == Kind::hello_reply && !sum_is(0xff) && !sum_is(0); }
};

struct MiioTransaction : Transaction {
  explicit MiioTransaction(const Message& m) noexcept : message(m) {
    end = std::to_chars(number.data(), number.data() + number.size(), m.device).ptr;
  }
  Message message;
  std::array<char, 10> number;  // the device's, as its maker's application shows it
  const char* end;

  std::string_view device() const noexcept {
    return message.is_hello() ? std::string_view{} : std::string_view{number.data(), end};
  }
};
const MiioTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const MiioTransaction&>(tx);
}

using enum FieldType;
constexpr auto kBoth = FieldDirection::both;

constexpr std::array kFields{
    FieldSpec{"miio.kind", number, kBoth, kComplete, "hello, hello_reply, or an (encrypted) message",
              [](const Transaction& tx, unsigned i) {
                return i > 0 ? FieldValue::none()
                             : FieldValue::of_number(static_cast<std::uint64_t>(of(tx).message.kind()));
              },
              FieldRole::plain, kKindNames},
    FieldSpec{"miio.device_id", bytes, kBoth, kComplete, "the device's number, in messages of both directions",
              [](const Transaction& tx, unsigned i) {
                const std::string_view id = of(tx).device();
                return i > 0 || id.empty() ? FieldValue::none() : FieldValue::of(id);
              }},
    FieldSpec{"miio.serial", bytes, FieldDirection::to_client, kComplete, "the same, said by the device itself",
              [](const Transaction& tx, unsigned i) {
                const std::string_view id = of(tx).device();
                return i > 0 || id.empty() ? FieldValue::none() : FieldValue::of(id);
              },
              FieldRole::device_serial},
    FieldSpec{"miio.stamp", number, kBoth, kComplete, "the device's clock: seconds since it was started",
              [](const Transaction& tx, unsigned i) {
                return i > 0 || of(tx).message.is_hello() ? FieldValue::none()
                                                          : FieldValue::of_number(of(tx).message.stamp);
              }},
    FieldSpec{"miio.length", number, kBoth, kComplete, "bytes of the encrypted payload",
              [](const Transaction& tx, unsigned i) {
                return i > 0 ? FieldValue::none() : FieldValue::of_number(of(tx).message.payload.size());
              }},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Message& m = of(tx).message;
  json.open_object("miio");
  json.member("kind", name_of(kKindNames, static_cast<std::uint64_t>(m.kind())));
  if (!m.is_hello()) {
    json.member("device_id", of(tx).device());
    json.member("stamp", m.stamp);
  }
  json.member("length", m.payload.size());
  json.close_object();
}

class MiioSession final : public Session {
 public:
  explicit MiioSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes datagram, Sink& sink) noexcept override {
    Cursor c{datagram};
    MiioTransaction tx{Message{c}};
    if (!c.ok() || !tx.message.sound(datagram.size())) {
      sink.event(nullptr, malformed_message, direction);
      return Progress::malformed();
    }
    tx.protocol = &protocol;
    tx.id = messages_++;
    if (tx.message.discloses_key()) sink.event(&tx, token_disclosed, direction);
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
    return Progress::ok(datagram.size());
  }

 private:
  std::uint64_t messages_ = 0;
};

Probe probe(Direction, Bytes datagram, std::uint16_t) {
  Cursor c{datagram};
  const Message message{c};
  return c.ok() && message.sound(datagram.size()) ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "miio",
    .about = "Xiaomi's smart home: vacuum cleaners, purifiers, lamps, gateways",
    .ndpi_name = "miIO",
    .log_type = "miio",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("!"), FirstBytes::of("!")}},
    .create = create_session<MiioSession>,
    .destroy = destroy_session<MiioSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::miio
