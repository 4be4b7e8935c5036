// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/krb5/krb5.hpp"

#include <algorithm>

#include "proto/krb5/fields.hpp"
#include "proto/krb5/names.hpp"
#include "proto/krb5/transaction.hpp"

namespace gatehouse::proto::krb5 {
namespace {

// RFC 4120, 7.2.2: over TCP each message stands behind its length, "encoded as a 4-octet unsigned integer in network
// byte order", whose highest bit is reserved.
constexpr std::size_t kLengthSize = 4;
// A ticket for a user in hundreds of groups has some 64 KiB. Longer messages pass unread.
constexpr std::size_t kMaxMessage = 128 * 1024;
constexpr std::size_t kMaxSkipped = 16 * 1024 * 1024;
constexpr std::uint8_t kComplete = 1;

enum Event : std::uint8_t { malformed_data, weak_encryption, message_too_long };
constexpr std::array kEvents{
    EventSpec{"malformed_data", "bytes that are no message, or one from the wrong end"},
    EventSpec{"weak_encryption", "a response that is sealed with broken, deprecated or unknown cryptography"},
    EventSpec{"message_too_long", "a message over TCP so long that it was not read"},
};

class Krb5Session final : public Session {
 public:
  Krb5Session(Memory&, bool datagrams) noexcept : datagrams_(datagrams) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    if (datagrams_) {
      message(direction, bytes, sink);
      return Progress::ok(bytes.size());
    }
    std::size_t used = 0;
    std::uint64_t& skip = skip_[index(direction)];
    while (used < bytes.size()) {
      if (skip > 0) {
        const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(skip, bytes.size() - used));
        skip -= step, used += step;
        continue;
      }
      Cursor c{bytes.subspan(used)};
      const std::size_t length = c.u32();
      if (!c.ok()) return Progress::need_more(used);
      if (length > kMaxSkipped) {
        sink.event(nullptr, malformed_data, direction);
        return Progress::malformed();
      }
      if (length > kMaxMessage) {
        sink.event(nullptr, message_too_long, direction);
        skip = kLengthSize + length;
        continue;
      }
      const Bytes whole = c.take(length);
      if (!c.ok()) return Progress::need_more(used);
      used += kLengthSize + length;
      message(direction, whole, sink);
    }
    return Progress::ok(used);
  }

  bool gap(Direction direction, std::uint64_t missing, Sink&) noexcept override {
    std::uint64_t& skip = skip_[index(direction)];
    if (missing > skip) return false;
    skip -= missing;
    return true;
  }

 private:
  void message(Direction direction, Bytes bytes, Sink& sink) noexcept {
    Krb5Transaction tx;
    tx.protocol = &protocol;
    if (!read(bytes, tx.message) || is_of_client(tx.message.type) != (direction == Direction::to_server)) {
      if (!told_malformed_) sink.event(nullptr, malformed_data, direction);
      told_malformed_ = true;
      return;
    }
    tx.id = messages_++;
    tx.stage[index(direction)] = kComplete;
    if (tx.message.type == Type::error) tx.failed = requested_;
    requested_ = is_of_client(tx.message.type) ? static_cast<std::uint8_t>(tx.message.type) : std::uint8_t{0};
    if (tx.message.encryption.present && is_weak(tx.message.encryption.value))
      sink.event(&tx, weak_encryption, direction);
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
  }

  bool datagrams_;
  bool told_malformed_ = false;
  std::uint8_t requested_ = 0;  // the type of the request that waits for its response
  std::uint64_t messages_ = 0;
  std::array<std::uint64_t, 2> skip_{};
};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<Krb5Session>(memory, datagrams);
}

Probe from(Direction direction, Outcome outcome, Type type) noexcept {
  if (outcome == Outcome::need_more) return Probe::need_more;
  return outcome == Outcome::ok && is_of_client(type) == (direction == Direction::to_server) ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t) {
  Cursor c{bytes};
  const std::size_t length = c.u32();
  if (!c.ok()) return Probe::need_more;
  Type type{};
  if (length > kMaxMessage) return Probe::no;
  const Outcome outcome = read_type(c.rest(), length, type);
  return from(direction, outcome, type);
}

Probe probe_datagram(Direction direction, Bytes datagram, std::uint16_t) {
  Message message;
  if (!read(datagram, message)) return Probe::no;
  return from(direction, Outcome::ok, message.type);
}

constinit const ProtocolSpec protocol{
    .name = "krb5",
    .about = "Kerberos 5: tickets for users and services",
    .ndpi_name = "Kerberos",
    .log_type = "krb5",
    .transports = {.tcp = true, .udp = true},
    // A length over TCP begins with 0; over UDP the message's tag stands first.
    .detector = {.probe = probe,
                 .first_bytes = {FirstBytes::of(std::string_view{"\0\x6a\x6c\x6e", 4}),
                                 FirstBytes::of(std::string_view{"\0\x6b\x6d\x6f\x7e", 5})},
                 .probe_datagram = probe_datagram},
    .max_pending = kMaxMessage + kLengthSize,
    .create = make<false>,
    .destroy = destroy_session<Krb5Session>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::krb5
