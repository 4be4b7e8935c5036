// SPDX-License-Identifier: GPL-3.0-or-later
// What the client says.
#include <algorithm>

#include "proto/pgsql/session.hpp"

namespace gatehouse::proto::pgsql {
namespace {

constexpr auto kToServer = Direction::to_server;

std::string_view shortened(Bytes text) noexcept {
  return as_text(text).substr(0, PgsqlTransaction::kMaxText);
}

}  // namespace

bool PgsqlSession::startup(Cursor& c, std::uint32_t code) {
  switch (code) {
    case startup_code::ssl_request:
    case startup_code::gss_request:
      tell_request(open(code == startup_code::ssl_request ? Request::ssl_request : Request::gss_request), true);
      return c.empty();
    case startup_code::cancel_request: {
      PgsqlTransaction& tx = open(Request::cancel);
      tx.cancel_process = c.u32();
      tx.cancel_key = c.u32();
      introduced_ = true;
      const bool good = c.ok();
      complete(tx);  // "Canceling Requests in Progress": no answer is sent
      return good;
    }
    default:
      break;
  }
  if (code >> 16 != startup_code::version_3 >> 16) return false;
  PgsqlTransaction& tx = open(Request::startup);
  tx.major = static_cast<std::uint16_t>(code >> 16);
  tx.minor = static_cast<std::uint16_t>(code);
  introduced_ = true;
  const bool good = read_options(c, tx);
  tell_request(tx, true);
  return good;
}

// "Message Formats", StartupMessage: pairs of name and value, then a zero.
bool PgsqlSession::read_options(Cursor& c, PgsqlTransaction& tx) {
  while (c.ok() && c.peek() != 0) {
    const Bytes name = text(c), value = text(c);
    if (!c.ok()) break;
    if (as_text(name) == "user") {
      tx.user = shortened(value);
      continue;
    }
    if (as_text(name) == "database") tx.database = shortened(value);
    if (as_text(name) == "application_name") tx.application = shortened(value);
    if (tx.options.size() == PgsqlTransaction::kMaxParameters) {
      event(kTooManyParameters, kToServer, &tx);
      continue;
    }
    tx.options.push_back({Text{shortened(name), &memory_}, Text{shortened(value), &memory_}});
  }
  return c.ok();
}

bool PgsqlSession::request(std::uint8_t type, Cursor& c, std::uint32_t length, bool cut) {
  switch (type) {
    case 'p':
      return password(c, length);
    case 'Q': {
      PgsqlTransaction& tx = open(Request::simple_query);
      const Bytes query = cut ? c.rest() : text(c);
      add_query(tx, query);
      tell_request(tx, true);
      return c.ok();
    }
    case 'P':
      return parse_message(c, cut);
    case 'B':  // Bind
    case 'D':  // Describe
    case 'E':  // Execute
    case 'C':  // Close
    case 'H':  // Flush
      (void)open_extended();
      return true;
    case 'S':  // Sync
      tell_request(open_extended(), true);
      return true;
    case 'F':
      tell_request(open(Request::function_call), true);
      return true;
    case 'd':
      copy_data(length);
      return true;
    case 'c':
      copy_end("copy_done");
      return true;
    case 'f':
      copy_end("copy_fail");
      return true;
    case 'X':
      complete(open(Request::terminate));
      return true;
    default:
      return false;
  }
}

// 'p' is whatever the server has asked for: PasswordMessage, SASLInitialResponse, SASLResponse, GSSResponse.
bool PgsqlSession::password(Cursor& c, std::uint32_t length) {
  switch (expect_) {
    case Expect::password:
      tell_request(open(Request::password), true);
      return true;
    case Expect::gss:
      tell_request(open(Request::gss_response), true);
      return true;
    case Expect::sasl_response: {
      PgsqlTransaction& tx = open(Request::sasl_response);
      tx.sasl_data = shortened(c.rest());
      tell_request(tx, true);
      return true;
    }
    case Expect::sasl_initial:
      break;
  }
  PgsqlTransaction& tx = open(Request::sasl_initial);
  tx.mechanism = shortened(text(c));
  constexpr std::uint32_t kNoResponse = 0xffffffff;
  const std::uint32_t size = c.u32();
  if (size != kNoResponse && size > length) c.fail();
  if (size != kNoResponse) tx.sasl_data = shortened(c.rest());
  const bool good = c.ok();
  tell_request(tx, true);
  return good;
}

void PgsqlSession::add_query(PgsqlTransaction& tx, Bytes query) {
  if (tx.queries.size() == PgsqlTransaction::kMaxQueries)
    event(kTooManyQueries, kToServer, &tx);
  else
    tx.queries.emplace_back(as_text(query));
}

// "Message Formats", Parse: name of the statement, query, types of its parameters.
bool PgsqlSession::parse_message(Cursor& c, bool cut) {
  PgsqlTransaction& tx = open_extended();
  (void)text(c);
  const Bytes query = cut ? c.rest() : text(c);
  if (!c.ok()) return false;
  if (!query.empty()) add_query(tx, query);
  tell_request(tx, false);
  return true;
}

// Copied data is counted; it makes a transaction of its own, which ends with the server's word on it. Null where the
// server has given the copy up already, and does not answer what still comes.
PgsqlTransaction* PgsqlSession::copying() {
  if (waiting_.empty() && !copying_) return nullptr;
  if (!waiting_.empty() && waiting_.back().request == Request::copy && !waiting_.back().request_done)
    return &waiting_.back();
  return &open(Request::copy);
}

void PgsqlSession::copy_data(std::uint32_t length) {
  PgsqlTransaction* tx = copying();
  if (tx == nullptr) return;
  tx->copy_in_bytes += length - kLengthField;
  ++tx->copy_in_messages;
}

void PgsqlSession::copy_end(std::string_view how) {
  PgsqlTransaction* tx = copying();
  if (tx == nullptr) return;
  tx->copy_end = how;
  tell_request(*tx, true);
}

}  // namespace gatehouse::proto::pgsql
