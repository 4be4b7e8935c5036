// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/snmp/snmp.hpp"

#include "proto/snmp/fields.hpp"
#include "proto/snmp/transaction.hpp"

namespace gatehouse::proto::snmp {
namespace {

enum Event : std::uint8_t { malformed_data, unknown_security_model, version_mismatch, too_many_variables };
constexpr std::array kEvents{
    EventSpec{"malformed_data", "a datagram that is no message, or bindings that cannot be read"},
    EventSpec{"unknown_security_model", "a message of version 3 whose security model is not the user-based one"},
    EventSpec{"version_mismatch", "a message of another version than the session began with"},
    EventSpec{"too_many_variables", "more bindings than are looked at"},
};

class SnmpSession final : public Session {
 public:
  explicit SnmpSession(Memory&) noexcept {}

  // What cannot be read does not end the session: the next datagram may be sound.
  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    SnmpTransaction tx;
    tx.protocol = &protocol;
    if (!read(bytes, tx.message)) {
      event(nullptr, malformed_data, direction, sink);
      return Progress::ok(bytes.size());
    }
    tx.id = messages_++;
    tx.stage[index(direction)] = kComplete;
    tx.fill();
    if (tx.id == 0) version_ = tx.message.version;
    if (tx.message.version != version_) event(&tx, version_mismatch, direction, sink);
    if (tx.message.version == Version::v3 && tx.message.security_model != kUserBasedModel)
      event(&tx, unknown_security_model, direction, sink);
    if (tx.malformed) event(&tx, malformed_data, direction, sink);
    if (tx.too_many) event(&tx, too_many_variables, direction, sink);
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
    return Progress::ok(bytes.size());
  }

 private:
  static constexpr std::uint8_t kComplete = 1;

  void event(Transaction* tx, Event row, Direction direction, Sink& sink) noexcept {
    if ((told_ >> row & 1) != 0) return;  // once in a session
    told_ |= 1u << row;
    sink.event(tx, row, direction);
  }

  std::uint64_t messages_ = 0;
  Version version_{};
  unsigned told_ = 0;
};

// The lengths of the nested values add up to the datagram's, and every value is of the one type it may have.
Probe probe(Direction, Bytes datagram, std::uint16_t) {
  Message message;
  return read(datagram, message) ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
constexpr FirstBytes kSequence = FirstBytes::of("\x30");

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "snmp",
    .about = "Simple Network Management Protocol",
    .ndpi_name = "SNMP",
    .log_type = "snmp",
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {kSequence, kSequence}},
    .create = create_session<SnmpSession>,
    .destroy = destroy_session<SnmpSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::snmp
