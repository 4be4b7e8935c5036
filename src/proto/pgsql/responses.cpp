// SPDX-License-Identifier: GPL-3.0-or-later
// What the server says.
#include <algorithm>

#include "proto/pgsql/session.hpp"

namespace gatehouse::proto::pgsql {
namespace {

constexpr auto kToClient = Direction::to_client;

std::string_view shortened(Bytes text) noexcept {
  return as_text(text).substr(0, PgsqlTransaction::kMaxText);
}

// "Error and Notice Message Fields"
Text* field_of(Failure& failure, std::uint8_t type) noexcept {
  switch (type) {
    case 'S':
      return &failure.severity;
    case 'V':
      return &failure.severity_fixed;
    case 'C':
      return &failure.code;
    case 'M':
      return &failure.message;
    case 'P':
      return &failure.position;
    case 'W':
      return &failure.where;
    case 'F':
      return &failure.file;
    case 'L':
      return &failure.line;
    case 'R':
      return &failure.routine;
    default:
      return nullptr;
  }
}

}  // namespace

bool PgsqlSession::response(std::uint8_t type, Cursor& c, std::uint32_t length, bool cut) {
  // "Asynchronous Operations": these may come at any time and answer nothing.
  const bool unasked = type == 'A' || ((type == 'N' || type == 'S') && waiting_.empty());
  if (unasked) return true;
  PgsqlTransaction& tx = answering();
  const bool told = std::string_view{"SNETC"}.contains(static_cast<char>(type));
  if (told && ++tx.responses > PgsqlTransaction::kMaxResponses) {
    event(kTooManyResponses, kToClient, &tx);
    return true;
  }
  switch (type) {
    case 'R':
      return authentication(tx, c);
    case 'S':
      return parameter(tx, c);
    case 'K':
      tx.process = c.u32();
      tx.key = c.u32();
      tx.has_key = c.ok();
      return c.ok();
    case 'Z':
      copying_ = false;
      if (length != kLengthField + 1) return false;
      complete(tx);
      return true;
    case 'T':
      tx.fields = c.u16();
      tx.has_fields = c.ok();
      for (unsigned i = 0; i < tx.fields && c.ok(); ++i) {
        (void)text(c);
        c.skip(18);  // table, column, type, its size and modifier, format
      }
      tx.fields_malformed = !cut && (!c.ok() || !c.empty());
      return true;
    case 'D': {
      const std::size_t heads = 2 + 4 * std::size_t{c.u16()};  // each column has its length
      const std::size_t body = length - kLengthField;
      ++tx.rows;
      tx.row_bytes += body - std::min(body, heads);
      return c.ok();
    }
    case 'C':
      tx.completed = shortened(text(c));
      return c.ok() || cut;
    case 'E':
    case 'N':
      return failure(tx, type == 'E', c, cut);
    case 'G':
    case 'H':
    case 'W':
      columns(tx, type, c);
      return true;
    case 'd':
      ++tx.copy_out_rows;
      tx.copy_out_bytes += length - kLengthField;
      return true;
    default:  // completions without content
      return true;
  }
}

bool PgsqlSession::authentication(PgsqlTransaction& tx, Cursor& c) {
  const std::uint32_t code = c.u32();
  if (!c.ok() || !is_authentication(code)) return false;
  const auto kind = static_cast<Authentication>(code);
  switch (kind) {
    case Authentication::sasl_final:
      tx.sasl_final = shortened(c.rest());
      return true;
    case Authentication::md5_password:
      tx.salt = as_text(c.take(4));
      if (!c.ok()) return false;
      expect_ = Expect::password;
      break;
    case Authentication::ok:
    case Authentication::kerberos_v5:
    case Authentication::cleartext_password:
      expect_ = Expect::password;
      break;
    case Authentication::gss:
    case Authentication::gss_continue:
    case Authentication::sspi:
      expect_ = Expect::gss;
      break;
    case Authentication::sasl:
      expect_ = Expect::sasl_initial;
      break;
    case Authentication::sasl_continue:
      expect_ = Expect::sasl_response;
      break;
  }
  tx.authentication = kind;
  tx.has_authentication = true;
  if (kind != Authentication::ok) complete(tx);
  return true;
}

bool PgsqlSession::parameter(PgsqlTransaction& tx, Cursor& c) {
  const Bytes name = text(c), value = text(c);
  if (!c.ok()) return false;
  if (as_text(name) == "server_version") tx.server_version = shortened(value);
  if (tx.status.size() == PgsqlTransaction::kMaxParameters)
    event(kTooManyParameters, kToClient, &tx);
  else
    tx.status.push_back({Text{shortened(name), &memory_}, Text{shortened(value), &memory_}});
  return true;
}

// The first stays, but an error is worth more than the notices before it.
bool PgsqlSession::failure(PgsqlTransaction& tx, bool error, Cursor& c, bool cut) {
  const bool wanted = !tx.failure.present || (error && !tx.failure.is_error);
  if (wanted && tx.failure.present)
    for (const char type : std::string_view{"SVCMPWFLR"})
      field_of(tx.failure, static_cast<std::uint8_t>(type))->clear();
  if (wanted) tx.failure.is_error = error;
  while (c.ok() && c.peek() != 0) {
    const std::uint8_t type = c.u8();
    const Bytes value = text(c);
    Text* field = field_of(tx.failure, type);
    if (wanted && c.ok() && field != nullptr) *field = shortened(value);
  }
  tx.failure.present = true;
  sink_->update(tx, kToClient);
  return c.ok() || cut;
}

// "Message Formats", CopyInResponse and its like: format, and a format for each column.
void PgsqlSession::columns(PgsqlTransaction& tx, std::uint8_t type, Cursor& c) {
  c.skip(1);
  tx.copy_columns = c.u16();
  tx.copy_malformed = !c.ok() || c.remaining() != 2 * std::size_t{tx.copy_columns};
  (type == 'H' ? tx.has_copy_out : tx.has_copy_in) = true;
  if (type == 'H') return;
  // From here on the client speaks: its data is the next transaction.
  copying_ = true;
  complete(tx);
}

}  // namespace gatehouse::proto::pgsql
