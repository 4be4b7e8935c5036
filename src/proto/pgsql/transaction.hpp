// SPDX-License-Identifier: GPL-3.0-or-later
// A transaction of PostgreSQL: what the client asked and all that the server answered up to its being ready for more.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>
#include <vector>

#include "model/protocol.hpp"
#include "proto/pgsql/message.hpp"

namespace gatehouse::proto::pgsql {

enum Event : std::uint8_t {
  kTooManyTransactions,
  kMalformedRequest,
  kMalformedResponse,
  kInvalidLength,
  kTooManyResponses,
  kMessageTooLong,
  kTooManyQueries,
  kTooManyParameters,
  kEventCount,
};

enum Stage : std::uint8_t { kStarted, kComplete };

using Text = std::pmr::string;

struct Parameter {
  Text name, value;
};

// ErrorResponse and NoticeResponse: the fields that readers of the log know.
struct Failure {
  explicit Failure(Memory& memory)
      : severity(&memory),
        severity_fixed(&memory),
        code(&memory),
        message(&memory),
        position(&memory),
        where(&memory),
        file(&memory),
        line(&memory),
        routine(&memory) {}
  Text severity, severity_fixed, code, message, position, where, file, line, routine;
  bool present = false, is_error = false;
};

struct PgsqlTransaction : Transaction {
  static constexpr std::size_t kMaxParameters = 64;  // in each direction
  static constexpr std::size_t kMaxQueries = 16;     // of one extended query
  static constexpr std::size_t kMaxText = 1024;      // of a text that is no query
  static constexpr unsigned kMaxResponses = 1000;    // messages of the server, rows and copied data not counted

  explicit PgsqlTransaction(Memory& memory);

  Request request = Request::none;
  bool request_done = false;
  // Startup
  std::uint16_t major = 0, minor = 0;
  Text user, database, application;
  std::pmr::vector<Parameter> options;
  // Authentication
  Text mechanism, sasl_data;
  // CancelRequest
  std::uint32_t cancel_process = 0, cancel_key = 0;
  std::pmr::vector<Text> queries;
  // CopyData of the client
  std::uint64_t copy_in_bytes = 0, copy_in_messages = 0;
  std::string_view copy_end;  // "copy_done", "copy_fail"

  // The answer
  unsigned responses = 0;
  bool ssl_answered = false, ssl_accepted = false;
  bool has_authentication = false;
  Authentication authentication{};
  Text salt, sasl_final;
  std::pmr::vector<Parameter> status;
  Text server_version;
  bool has_key = false;
  std::uint32_t process = 0, key = 0;
  bool has_fields = false, fields_malformed = false;
  std::uint16_t fields = 0;
  std::uint64_t rows = 0, row_bytes = 0;
  bool has_copy_in = false, has_copy_out = false, copy_malformed = false;
  std::uint16_t copy_columns = 0;
  std::uint64_t copy_out_rows = 0, copy_out_bytes = 0;
  Text completed;
  Failure failure;

  bool answered() const noexcept;  // there is something to log of the server
};

inline const PgsqlTransaction& as_pgsql(const Transaction& tx) noexcept {
  return static_cast<const PgsqlTransaction&>(tx);
}

void write_log(const Transaction& tx, JsonWriter& json);
Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);

}  // namespace gatehouse::proto::pgsql
