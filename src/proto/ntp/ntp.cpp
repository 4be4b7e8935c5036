// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ntp/ntp.hpp"

#include "proto/ntp/message.hpp"

namespace gatehouse::proto::ntp {
namespace {

constexpr std::uint8_t kComplete = 1;

enum Event : std::uint8_t { malformed_data, monlist_request };
constexpr std::array kEvents{
    EventSpec{"malformed_data", "a datagram is too short for its mode, or has a version that does not exist"},
    EventSpec{"monlist_request", "the list of clients is asked for: its answer is many times the question"},
};

// One message; its views live as long as the parse call that tells of it.
struct NtpTransaction : Transaction {
  Message message;
};

const Message& of(const Transaction& tx) noexcept {
  return static_cast<const NtpTransaction&>(tx).message;
}

FieldValue only_if(bool present, unsigned index, std::uint64_t value) noexcept {
  return present && index == 0 ? FieldValue::of_number(value) : FieldValue::none();
}

constexpr std::array kModes{NamedNumber{1, "symmetric_active"}, NamedNumber{2, "symmetric_passive"},
                            NamedNumber{3, "client"},           NamedNumber{4, "server"},
                            NamedNumber{5, "broadcast"},        NamedNumber{6, "control"},
                            NamedNumber{7, "private"}};
constexpr std::array kControlCodes{
    NamedNumber{1, "read_status"},       NamedNumber{2, "read_variables"}, NamedNumber{3, "write_variables"},
    NamedNumber{4, "read_clock"},        NamedNumber{5, "write_clock"},    NamedNumber{6, "set_trap"},
    NamedNumber{7, "async_message"},     NamedNumber{8, "configure"},      NamedNumber{9, "save_configuration"},
    NamedNumber{10, "read_most_recent"}, NamedNumber{11, "read_ordered"},  NamedNumber{12, "request_nonce"},
    NamedNumber{31, "unset_trap"}};
constexpr std::array kPrivateCodes{NamedNumber{0, "peer_list"},    NamedNumber{1, "peer_list_summary"},
                                   NamedNumber{2, "peer_info"},    NamedNumber{4, "system_info"},
                                   NamedNumber{8, "configure"},    NamedNumber{9, "unconfigure"},
                                   NamedNumber{20, "monlist_old"}, NamedNumber{42, "monlist"}};

using enum FieldType;
constexpr auto kBoth = FieldDirection::both;

constexpr std::array kFields{
    FieldSpec{"ntp.version", number, kBoth, kComplete, "version of the protocol, 1 to 4",
              [](const Transaction& tx, unsigned i) { return only_if(true, i, of(tx).version); }},
    FieldSpec{"ntp.mode", number, kBoth, kComplete, "what the message is: 3 a client asks, 4 a server answers",
              [](const Transaction& tx, unsigned i) { return only_if(true, i, of(tx).mode); }, FieldRole::plain,
              kModes},
    FieldSpec{"ntp.stratum", number, kBoth, kComplete, "steps from a reference clock; 0: unspecified or a refusal",
              [](const Transaction& tx, unsigned i) { return only_if(of(tx).is_time(), i, of(tx).stratum); }},
    FieldSpec{"ntp.reference_id", bytes, kBoth, kComplete, "the clock, or the server, that is followed: four bytes",
              [](const Transaction& tx, unsigned i) {
                return i == 0 && of(tx).is_time() ? FieldValue::of(of(tx).reference_id) : FieldValue::none();
              }},
    FieldSpec{"ntp.control_code", number, kBoth, kComplete, "what a control message (mode 6) does",
              [](const Transaction& tx, unsigned i) { return only_if(of(tx).is_control(), i, of(tx).opcode); },
              FieldRole::plain, kControlCodes},
    FieldSpec{"ntp.private_code", number, kBoth, kComplete, "what ntpd's private message (mode 7) does",
              [](const Transaction& tx, unsigned i) { return only_if(of(tx).is_private(), i, of(tx).opcode); },
              FieldRole::plain, kPrivateCodes},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Message& message = of(tx);
  json.open_object("ntp");
  json.member("version", message.version);
  json.member("mode", message.mode);
  if (message.is_time()) {
    json.member("stratum", message.stratum);
    json.member_hex("reference_id", message.reference_id, ":");
  }
  json.close_object();
}

class NtpSession final : public Session {
 public:
  explicit NtpSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes datagram, Sink& sink) noexcept override {
    NtpTransaction tx;
    tx.protocol = &protocol;
    tx.id = messages_;
    if (!tx.message.parse(datagram)) {
      sink.event(nullptr, malformed_data, direction);
      return Progress::malformed();
    }
    ++messages_;
    if (tx.message.is_monlist()) sink.event(&tx, monlist_request, direction);
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
    return Progress::ok(datagram.size());
  }

 private:
  std::uint64_t messages_ = 0;
};

// RFC 5905, 7.2: port 123. There the times need not be sensible; everywhere else all that is said must be.
Probe probe(Direction, Bytes datagram, std::uint16_t server_port) {
  constexpr std::uint16_t port = 123;
  Message message;
  if (!message.parse(datagram)) return Probe::no;
  const std::size_t size = datagram.size();
  return (server_port == port ? message.possible(size) : message.plausible(size)) ? Probe::yes : Probe::no;
}

// Leap, version 1 to 4, and a mode that is not reserved.
constexpr FirstBytes first_bytes() noexcept {
  FirstBytes first;
  for (unsigned leap = 0; leap < 4; ++leap)
    for (unsigned version = 1; version <= 4; ++version)
      for (unsigned mode = 1; mode < 8; ++mode) first.add(static_cast<std::uint8_t>(leap << 6 | version << 3 | mode));
  return first;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "ntp",
    .about = "Network Time Protocol",
    .ndpi_name = "NTP",
    .log_type = "ntp",
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {first_bytes(), first_bytes()}},
    .create = create_session<NtpSession>,
    .destroy = destroy_session<NtpSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::ntp
