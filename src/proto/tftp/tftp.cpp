// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row: recognition, fields, events, log.
#include "proto/tftp/tftp.hpp"

#include <array>

#include "proto/line/log_budget.hpp"
#include "proto/line/words.hpp"
#include "proto/tftp/session.hpp"

namespace gatehouse::proto::tftp {
namespace {

const Transfer& of(const Transaction& tx) noexcept {
  return static_cast<const Transfer&>(tx);
}

constexpr std::array kOperations{NamedNumber{1, "read"}, NamedNumber{2, "write"}};
// RFC 1350, appendix; RFC 2347.
constexpr std::array kErrors{
    NamedNumber{0, "undefined"},   NamedNumber{1, "file_not_found"},    NamedNumber{2, "access_violation"},
    NamedNumber{3, "disk_full"},   NamedNumber{4, "illegal_operation"}, NamedNumber{5, "unknown_transfer"},
    NamedNumber{6, "file_exists"}, NamedNumber{7, "no_such_user"},      NamedNumber{8, "option_refused"}};

FieldValue operation(const Transaction& tx, unsigned index) {
  return index > 0 ? FieldValue::none() : FieldValue::of_number(static_cast<std::uint64_t>(of(tx).request));
}
FieldValue file(const Transaction& tx, unsigned) {
  return of(tx).file.empty() ? FieldValue::none() : FieldValue::of(std::string_view{of(tx).file});
}
FieldValue mode(const Transaction& tx, unsigned) {
  return of(tx).requested ? FieldValue::of(std::string_view{of(tx).mode.data()}) : FieldValue::none();
}
FieldValue error(const Transaction& tx, unsigned index) {
  return index > 0 || !of(tx).has_error ? FieldValue::none() : FieldValue::of_number(of(tx).error);
}

using enum FieldType;
using enum FieldDirection;
constexpr std::array kFields{
    FieldSpec{"tftp.operation", number, both, kComplete, "1 read, 2 write", operation, FieldRole::plain, kOperations},
    FieldSpec{"tftp.file", bytes, both, kComplete, "the name of the file that is asked for", file},
    FieldSpec{"tftp.mode", bytes, both, kComplete, "netascii, octet or mail", mode},
    FieldSpec{"tftp.error", number, both, kComplete, "the code of an error that ended the transfer", error,
              FieldRole::plain, kErrors},
};

constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"malformed_message", "a datagram that is no message of TFTP"},
    {"blocks_lost", "a block of a file was not seen"},
    {"error_reply", "the transfer ended with an error"},
}};

void log(const Transaction& tx, JsonWriter& json) {
  LogBudget budget{kLogBudget};
  json.open_object("tftp");
  json.member("packet", of(tx).request == Opcode::write ? "write" : "read");
  json.member("file", budget.take(of(tx).file));
  if (of(tx).requested) json.member("mode", of(tx).mode.data());
  json.close_object();
}

// A request says its mode by name, an acknowledgement of options its options; blocks and errors say nothing that other
// protocols do not.
Probe probe(Direction, Bytes datagram, std::uint16_t) {
  Cursor c{datagram};
  switch (static_cast<Opcode>(c.u16())) {
    case Opcode::read:
    case Opcode::write: {
      const Request request{c};
      return c.ok() && request.plausible() ? Probe::yes : Probe::no;
    }
    case Opcode::option_acknowledgement: {
      const Options options = read_options(c);
      return options.sound && options.known ? Probe::yes : Probe::no;
    }
    default:
      return Probe::no;
  }
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "tftp",
    .about = "Trivial File Transfer Protocol: firmware and configuration of things",
    .ndpi_name = "TFTP",
    .log_type = "tftp",
    .transports = {.udp = true},
    .detector = {.probe = probe,
                 .first_bytes = {FirstBytes::of(std::string_view{"\0", 1}), FirstBytes::of(std::string_view{"\0", 1})}},
    .create = create_session<TftpSession>,
    .destroy = destroy_session<TftpSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::tftp
