// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row: fields, events, log.
#include "proto/mysql/mysql.hpp"

#include <array>

#include "proto/mysql/session.hpp"

namespace gatehouse::proto::mysql {
namespace {

constexpr std::size_t kLoggedQuery = 8 * 1024;

template <Text MysqlTransaction::* Member>
FieldValue text_of(const Transaction& tx, unsigned) {
  const Text& text = as_mysql(tx).*Member;
  return text.empty() ? FieldValue::none() : FieldValue::of(std::string_view{text});
}

using enum FieldType;
constexpr auto kClient = FieldDirection::to_server;
constexpr auto kServer = FieldDirection::to_client;
constexpr std::array kFields{
    FieldSpec{"mysql.server_version", bytes, kServer, kStarted, "the server's version, as its greeting says",
              text_of<&MysqlTransaction::server_version>, FieldRole::device_software},
    FieldSpec{"mysql.plugin", bytes, FieldDirection::both, kStarted, "how the client is to prove itself",
              text_of<&MysqlTransaction::plugin>},
    FieldSpec{"mysql.user", bytes, kClient, kStarted, "who logs in", text_of<&MysqlTransaction::user>},
    FieldSpec{"mysql.database", bytes, kClient, kStarted, "the database that is chosen, created or dropped",
              text_of<&MysqlTransaction::database>},
    FieldSpec{"mysql.program", bytes, kClient, kStarted, "the client's name for itself",
              text_of<&MysqlTransaction::program>},
    FieldSpec{"mysql.command", number, kClient, kStarted, "what the client does",
              [](const Transaction& tx, unsigned) {
                return FieldValue::of_number(static_cast<std::uint64_t>(as_mysql(tx).command));
              },
              FieldRole::plain, kCommands},
    FieldSpec{"mysql.query", bytes, kClient, kStarted, "text of a query or of a statement to be prepared, up to 64 KiB",
              text_of<&MysqlTransaction::query>},
    FieldSpec{"mysql.infile", bytes, kServer, kStarted, "the client's file that the server asks for",
              text_of<&MysqlTransaction::infile>},
    FieldSpec{"mysql.code", number, kServer, kComplete, "the error's number",
              [](const Transaction& tx, unsigned) {
                return as_mysql(tx).failed ? FieldValue::of_number(as_mysql(tx).code) : FieldValue::none();
              }},
    FieldSpec{"mysql.sqlstate", bytes, kServer, kComplete, "the error's SQLSTATE", text_of<&MysqlTransaction::state>},
    FieldSpec{"mysql.message", bytes, kServer, kComplete, "the error's text", text_of<&MysqlTransaction::message>},
    FieldSpec{"mysql.rows", number, kServer, kComplete, "rows of the answer",
              [](const Transaction& tx, unsigned) {
                return as_mysql(tx).columns > 0 ? FieldValue::of_number(as_mysql(tx).rows) : FieldValue::none();
              }},
};

constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"malformed_packet", "what was sent is no packet of the protocol; the session is given up"},
    {"packet_too_long", "a command of more than 64 KiB: what is behind them was not looked at"},
    {"too_many_transactions", "64 commands wait for their answers; the oldest was given up"},
    {"local_infile", "the server asks the client for a file"},
    {"compressed", "what follows is compressed, and not read"},
}};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

void optional(JsonWriter& json, std::string_view key, std::string_view text) noexcept {
  if (!text.empty()) json.member(key, text);
}

}  // namespace

void write_log(const Transaction& transaction, JsonWriter& json) {
  const MysqlTransaction& tx = as_mysql(transaction);
  json.open_object("mysql");
  json.member("command", name_of(kCommands, static_cast<std::uint64_t>(tx.command)));
  optional(json, "server_version", tx.server_version);
  optional(json, "plugin", tx.plugin);
  optional(json, "user", tx.user);
  optional(json, "database", tx.database);
  optional(json, "program", tx.program);
  if (tx.encrypted) json.member("encrypted", true);
  optional(json, "query", std::string_view{tx.query}.substr(0, kLoggedQuery));
  optional(json, "infile", tx.infile);
  if (tx.answered) {
    json.member("status", tx.failed ? "error" : "ok");
    if (tx.failed) json.member("code", tx.code);
    optional(json, "sqlstate", tx.state);
    optional(json, "message", tx.message);
    if (tx.affected > 0) json.member("affected_rows", tx.affected);
    if (tx.columns > 0) {
      json.member("columns", tx.columns);
      json.member("rows", tx.rows);
    }
  }
  json.close_object();
}

constinit const ProtocolSpec protocol{
    .name = "mysql",
    .about = "MySQL and MariaDB, relational databases",
    .ndpi_name = "MySQL",
    .log_type = "mysql",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe},
    .max_pending = kWindow + kHeader,
    .create = create_session<MysqlSession>,
    .destroy = destroy_session<MysqlSession>,
    .log = write_log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::mysql
