// SPDX-License-Identifier: GPL-3.0-or-later
// The "pgsql" object of EVE.
#include <array>
#include <cstdio>

#include "proto/pgsql/transaction.hpp"

namespace gatehouse::proto::pgsql {
namespace {

// Of a record's 64 KiB, what pgsql may take when all is escaped; the rest is for the head, and for the alert around it.
constexpr std::size_t kLogBudget = 40 * 1024;

constexpr std::size_t kEscaped = 6;  // \u0001
constexpr std::size_t kLongestName = 64;

// Members are spelled in small letters and underscores: "TimeZone" is time_zone. What has no place in a member's name
// becomes an underscore.
std::string_view member_name(std::string_view name, std::array<char, kLongestName>& out) noexcept {
  std::size_t size = 0;
  bool after_small = false;
  for (const char c : name) {
    if (size + 2 > out.size()) break;
    const bool capital = c >= 'A' && c <= 'Z';
    const bool small = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
    if (capital && after_small) out[size++] = '_';
    out[size++] = capital || small ? ascii_lower(c) : '_';
    after_small = small;
  }
  return {out.data(), size};
}

class Writer {
 public:
  explicit Writer(JsonWriter& json) noexcept : json_(json) {}

  void write(const PgsqlTransaction& tx) noexcept {
    json_.open_object("pgsql");
    json_.member("tx_id", tx.id + 1);
    if (tx.request != Request::none) {
      json_.open_object("request");
      request(tx);
      json_.close_object();
    }
    if (tx.answered()) {
      json_.open_object("response");
      response(tx);
      json_.close_object();
    }
    json_.close_object();
  }

 private:
  void request(const PgsqlTransaction& tx) noexcept {
    switch (tx.request) {
      case Request::none:
        return;
      case Request::ssl_request:
        return json_.member("message", "SSL Request");
      case Request::gss_request:
        return json_.member("message", "GSSENC Request");
      case Request::cancel:
        json_.member("message", "cancel_request");
        json_.member("process_id", tx.cancel_process);
        return json_.member("secret_key", tx.cancel_key);
      case Request::startup:
        return startup(tx);
      case Request::password:
        return json_.member("password_redacted", true);
      case Request::sasl_initial:
        json_.member("sasl_authentication_mechanism", take(tx.mechanism));
        return json_.member("sasl_param", take(tx.sasl_data));
      case Request::sasl_response:
        return json_.member("sasl_response", take(tx.sasl_data));
      case Request::gss_response:
        return json_.member("message", "gss_response");
      case Request::simple_query:
        return json_.member("simple_query", take(tx.queries.empty() ? std::string_view{} : tx.queries.front()));
      case Request::extended_query:
        json_.member("message", "extended_query");
        if (!tx.queries.empty()) json_.member("simple_query", take(tx.queries.front()));
        return;
      case Request::function_call:
        return json_.member("message", "function_call");
      case Request::copy:
        json_.open_object("copy_data_in");
        json_.member("msg_count", tx.copy_in_messages);
        json_.member("data_size", tx.copy_in_bytes);
        json_.close_object();
        if (!tx.copy_end.empty()) json_.member("message", tx.copy_end);
        return;
      case Request::terminate:
        return json_.member("message", "termination_message");
    }
  }

  void startup(const PgsqlTransaction& tx) noexcept {
    std::array<char, 12> version{};
    const int size = std::snprintf(version.data(), version.size(), "%u.%u", unsigned{tx.major}, unsigned{tx.minor});
    json_.member("protocol_version", std::string_view{version.data(), static_cast<std::size_t>(size)});
    json_.open_object("startup_parameters");
    json_.member("user", take(tx.user));
    parameters("optional_parameters", tx.options);
    json_.close_object();
  }

  void response(const PgsqlTransaction& tx) noexcept {
    if (tx.ssl_answered) json_.member("ssl_accepted", tx.ssl_accepted);
    if (!tx.sasl_final.empty()) json_.member("authentication_sasl_final", take(tx.sasl_final));
    if (tx.has_authentication && tx.authentication == Authentication::md5_password)
      json_.member(to_text(tx.authentication), tx.salt);
    else if (tx.has_authentication && !tx.failure.present)
      json_.member("message", to_text(tx.authentication));
    parameters("parameter_status", tx.status);
    if (tx.has_key) {
      json_.member("process_id", tx.process);
      json_.member("secret_key", tx.key);
    }
    if (tx.has_fields) json_.member("field_count", tx.fields);
    if (tx.fields_malformed) json_.member("row_description_malformed", true);
    if (tx.rows > 0) {
      json_.member("data_rows", tx.rows);
      json_.member("data_size", tx.row_bytes);
    }
    if (tx.has_copy_in) columns("copy_in_response", tx);
    if (tx.has_copy_out) columns("copy_out_response", tx);
    if (tx.copy_out_rows > 0) {
      json_.open_object("copy_data_out");
      json_.member("row_count", tx.copy_out_rows);
      json_.member("data_size", tx.copy_out_bytes);
      json_.close_object();
    }
    if (!tx.completed.empty()) json_.member("command_completed", take(tx.completed));
    if (tx.failure.present) failure(tx.failure);
  }

  void columns(std::string_view key, const PgsqlTransaction& tx) noexcept {
    json_.open_object(key);
    json_.member("columns", tx.copy_columns);
    if (tx.copy_malformed) json_.member("malformed", true);
    json_.close_object();
  }

  void failure(const Failure& f) noexcept {
    optional("severity_localizable", f.severity);
    optional("severity_non_localizable", f.severity_fixed);
    optional("code", f.code);
    optional("message", f.message);
    optional("position", f.position);
    optional("where", f.where);
    optional("file", f.file);
    optional("line", f.line);
    optional("routine", f.routine);
  }
  void optional(std::string_view key, std::string_view text) noexcept {
    if (!text.empty()) json_.member(key, take(text));
  }

  void parameters(std::string_view key, const std::pmr::vector<Parameter>& list) noexcept {
    if (list.empty()) return;
    json_.open_array(key);
    for (const Parameter& parameter : list) {
      std::array<char, kLongestName> name;
      json_.open_object();
      json_.member(member_name(parameter.name, name), take(parameter.value));
      json_.close_object();
    }
    json_.close_array();
  }

  // As much of the text as the record has room for.
  std::string_view take(std::string_view text) noexcept {
    std::size_t shown = 0;
    for (; shown < text.size(); ++shown) {
      const std::size_t cost = is_plain(text[shown]) ? 1 : kEscaped;
      if (cost > left_) break;
      left_ -= cost;
    }
    return text.substr(0, shown);
  }
  static bool is_plain(char c) noexcept { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

  JsonWriter& json_;
  std::size_t left_ = kLogBudget;
};

}  // namespace

void write_log(const Transaction& tx, JsonWriter& json) {
  Writer{json}.write(as_pgsql(tx));
}

}  // namespace gatehouse::proto::pgsql
