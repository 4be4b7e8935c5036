// SPDX-License-Identifier: GPL-3.0-or-later
// The row of the control connection: fields, events, log.
#include "proto/ftp/ftp.hpp"

#include <array>

#include "proto/ftp/session.hpp"
#include "proto/line/log_budget.hpp"

namespace gatehouse::proto::ftp {
namespace {

FieldValue text(std::string_view value) noexcept {
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}
std::string_view word(Mode mode) noexcept {
  return mode == Mode::active ? "active" : mode == Mode::passive ? "passive" : "";
}

FieldValue command(const Transaction& tx, unsigned) {
  return text(of(tx).command);
}
FieldValue command_data(const Transaction& tx, unsigned) {
  return text(of(tx).argument);
}
FieldValue dynamic_port(const Transaction& tx, unsigned index) {
  return index > 0 || of(tx).dynamic_port == 0 ? FieldValue::none() : FieldValue::of_number(of(tx).dynamic_port);
}
FieldValue mode(const Transaction& tx, unsigned) {
  return text(word(of(tx).mode));
}
FieldValue reply(const Transaction& tx, unsigned index) {
  const auto& lines = of(tx).replies;
  return index < lines.size() ? FieldValue::of(std::string_view{lines[index].text}) : FieldValue::none();
}
FieldValue completion_code(const Transaction& tx, unsigned index) {
  for (const auto& line : of(tx).replies)
    if (line.has_code && index-- == 0) return FieldValue::of(std::string_view{line.code.data(), line.code.size()});
  return FieldValue::none();
}
FieldValue reply_received(const Transaction& tx, unsigned) {
  return FieldValue::of(std::string_view{of(tx).replied ? "yes" : "no"});
}

using enum FieldType;
using enum FieldDirection;
constexpr std::array kFields{
    FieldSpec{"ftp.command", bytes, to_server, kComplete, "the command's word, in capitals", command},
    FieldSpec{"ftp.command_data", bytes, to_server, kComplete, "what stands behind the command's word", command_data},
    FieldSpec{"ftp.dynamic_port", number, both, kStarted, "the port of the data connection that is arranged",
              dynamic_port},
    FieldSpec{"ftp.mode", bytes, both, kStarted, "active: PORT or EPRT; passive: PASV or EPSV", mode},
    FieldSpec{"ftp.reply", list, to_client, kStarted, "the lines of the replies, without their codes", reply},
    FieldSpec{"ftp.completion_code", list, to_client, kStarted, "the codes of the replies' lines", completion_code},
    FieldSpec{"ftp.reply_received", bytes, both, kStarted, "yes or no: the server has answered", reply_received},
};

constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"request_command_too_long", "a command of more than 8 KiB"},
    {"response_command_too_long", "a line of a reply of more than 8 KiB"},
    {"too_many_transactions", "256 commands wait for their replies"},
    {"file_before_port", "a file is asked for before PORT, PASV, EPRT or EPSV"},
    {"file_without_name", "RETR, STOR or APPE without a name"},
    {"bounce", "PORT or EPRT names a third host (FTP bounce)"},
    {"invalid_port", "a data port that cannot be read"},
    {"invalid_reply", "a line of the server that is no reply"},
    {"too_many_reply_lines", "a reply of more than 64 lines: the rest is not kept"},
}};

void log(const Transaction& transaction, JsonWriter& json) {
  const FtpTransaction& tx = of(transaction);
  LogBudget budget{kLogBudget};
  json.open_object("ftp");
  if (!tx.command.empty()) {
    json.member("command", budget.take(tx.command));
    if (!tx.argument.empty()) json.member("command_data", budget.take(tx.argument));
    json.member("command_truncated", tx.command_truncated);
  }
  if (completion_code(tx, 0).present) {
    json.open_array("completion_code");
    for (const auto& line : tx.replies)
      if (line.has_code) json.element(std::string_view{line.code.data(), line.code.size()});
    json.close_array();
  }
  if (!tx.replies.empty()) {
    json.open_array("reply");
    for (const auto& line : tx.replies)
      if (!budget.empty()) json.element(budget.take(line.text));
    json.close_array();
  }
  if (tx.dynamic_port != 0) json.member("dynamic_port", tx.dynamic_port);
  if (tx.mode != Mode::none) json.member("mode", word(tx.mode));
  json.member("reply_received", tx.replied ? "yes" : "no");
  json.member("reply_truncated", tx.reply_truncated);
  json.close_object();
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "ftp",
    .about = "File Transfer Protocol, its control connection",
    .ndpi_name = "FTP_CONTROL",
    .log_type = "ftp",
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("ACEFLMOPSTUXacefmopstu"), FirstBytes::of("123456")}},
    .max_pending = kMaxLine,
    .create = create_session<FtpSession>,
    .destroy = destroy_session<FtpSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::ftp
