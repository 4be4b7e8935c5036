// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row: fields, events, recognition, log.
#include "proto/pgsql/pgsql.hpp"

#include <array>

#include "proto/pgsql/session.hpp"

namespace gatehouse::proto::pgsql {
namespace {

FieldValue present(const Text& text) noexcept {
  return text.empty() ? FieldValue::none() : FieldValue::of(std::string_view{text});
}
template <Text PgsqlTransaction::* Member>
FieldValue text_of(const Transaction& tx, unsigned) {
  return present(as_pgsql(tx).*Member);
}
template <Text Failure::* Member>
FieldValue failure_of(const Transaction& tx, unsigned) {
  return present(as_pgsql(tx).failure.*Member);
}
FieldValue query(const Transaction& tx, unsigned index) {
  const auto& queries = as_pgsql(tx).queries;
  return index < queries.size() ? FieldValue::of(std::string_view{queries[index]}) : FieldValue::none();
}

constexpr std::array kRequestNames{
    NamedNumber{static_cast<std::uint64_t>(Request::ssl_request), "ssl_request"},
    NamedNumber{static_cast<std::uint64_t>(Request::gss_request), "gss_request"},
    NamedNumber{static_cast<std::uint64_t>(Request::cancel), "cancel"},
    NamedNumber{static_cast<std::uint64_t>(Request::startup), "startup"},
    NamedNumber{static_cast<std::uint64_t>(Request::password), "password"},
    NamedNumber{static_cast<std::uint64_t>(Request::sasl_initial), "sasl_initial"},
    NamedNumber{static_cast<std::uint64_t>(Request::sasl_response), "sasl_response"},
    NamedNumber{static_cast<std::uint64_t>(Request::gss_response), "gss_response"},
    NamedNumber{static_cast<std::uint64_t>(Request::simple_query), "simple_query"},
    NamedNumber{static_cast<std::uint64_t>(Request::extended_query), "extended_query"},
    NamedNumber{static_cast<std::uint64_t>(Request::function_call), "function_call"},
    NamedNumber{static_cast<std::uint64_t>(Request::copy), "copy"},
    NamedNumber{static_cast<std::uint64_t>(Request::terminate), "terminate"},
};

using enum FieldType;
constexpr auto kClient = FieldDirection::to_server;
constexpr auto kServer = FieldDirection::to_client;
constexpr std::array kFields{
    FieldSpec{"pgsql.query", list, kClient, kStarted, "text of a query, simple or prepared, up to 64 KiB", query},
    FieldSpec{"pgsql.request", number, kClient, kStarted, "what the client does: startup, simple_query, …",
              [](const Transaction& tx, unsigned) {
                const Request request = as_pgsql(tx).request;
                return request == Request::none ? FieldValue::none()
                                                : FieldValue::of_number(static_cast<std::uint64_t>(request));
              },
              FieldRole::plain, kRequestNames},
    FieldSpec{"pgsql.user", bytes, kClient, kStarted, "who wants to be connected", text_of<&PgsqlTransaction::user>},
    FieldSpec{"pgsql.database", bytes, kClient, kStarted, "to which database", text_of<&PgsqlTransaction::database>},
    FieldSpec{"pgsql.application", bytes, kClient, kStarted, "the client's name for itself",
              text_of<&PgsqlTransaction::application>},
    FieldSpec{"pgsql.mechanism", bytes, kClient, kStarted, "SASL mechanism that the client chose",
              text_of<&PgsqlTransaction::mechanism>},
    FieldSpec{"pgsql.command", bytes, kServer, kComplete, "the command's tag as it was completed: \"SELECT 5\"",
              text_of<&PgsqlTransaction::completed>},
    FieldSpec{"pgsql.rows", number, kServer, kComplete, "rows of the answer",
              [](const Transaction& tx, unsigned) {
                const std::uint64_t rows = as_pgsql(tx).rows;
                return rows == 0 ? FieldValue::none() : FieldValue::of_number(rows);
              }},
    FieldSpec{"pgsql.code", bytes, kServer, kStarted, "SQLSTATE of an error or notice", failure_of<&Failure::code>},
    FieldSpec{"pgsql.message", bytes, kServer, kStarted, "text of an error or notice", failure_of<&Failure::message>},
    FieldSpec{"pgsql.server_version", bytes, kServer, kComplete, "the server's version, as it says",
              text_of<&PgsqlTransaction::server_version>, FieldRole::device_software},
};

constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"too_many_transactions", "1024 requests wait for their answers; the oldest was given up"},
    {"malformed_request", "what the client sent is no message; the session is given up"},
    {"malformed_response", "what the server sent is no message; the session is given up"},
    {"invalid_length", "a length that no message can have; the session is given up"},
    {"too_many_responses", "more answers to one request than are kept"},
    {"message_too_long", "a message of more than 64 KiB: what is behind them was not looked at"},
    {"too_many_queries", "more than 16 queries in one extended query"},
    {"too_many_parameters", "more than 64 parameters at a time"},
}};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "pgsql",
    .about = "PostgreSQL, a relational database",
    .ndpi_name = "PostgreSQL",
    .log_type = "pgsql",
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of({"\0QP", 3}), FirstBytes::of("RE")}},
    .max_pending = kWindow + kHeader,
    .create = create_session<PgsqlSession>,
    .destroy = destroy_session<PgsqlSession>,
    .log = write_log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::pgsql
