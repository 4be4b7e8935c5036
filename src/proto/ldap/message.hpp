// SPDX-License-Identifier: GPL-3.0-or-later
// One LDAP message as views into the bytes it was read from (RFC 4511).
#pragma once

#include <array>
#include <cstdint>

#include "base/cursor.hpp"
#include "model/direction.hpp"

namespace gatehouse::proto::ldap {

enum class Operation : std::uint8_t {  // the application tags of section 4
  bind_request = 0,
  bind_response = 1,
  unbind_request = 2,
  search_request = 3,
  search_result_entry = 4,
  search_result_done = 5,
  modify_request = 6,
  modify_response = 7,
  add_request = 8,
  add_response = 9,
  del_request = 10,
  del_response = 11,
  mod_dn_request = 12,
  mod_dn_response = 13,
  compare_request = 14,
  compare_response = 15,
  abandon_request = 16,
  search_result_reference = 19,
  extended_request = 23,
  extended_response = 24,
  intermediate_response = 25,
};

// Clients send these, servers all others.
bool is_of_client(Operation operation) noexcept;

struct Message {
  std::int64_t id = 0;
  Operation operation{};

  Bytes dn;  // what it is about: name, base object, entry, object

  bool has_result = false;  // 4.1.9
  std::int64_t result_code = 0;
  Bytes matched_dn, diagnostic;

  std::int64_t version = 0;  // bind
  bool has_sasl = false;
  Bytes mechanism, credentials;  // SASL; of a bind response the server's

  std::int64_t scope = 0, deref_aliases = 0, size_limit = 0, time_limit = 0;  // search
  bool types_only = false;
  Bytes filter;  // with its tag

  // Search: Strings, the attributes that are wanted. Entry, add: Attributes. Modify: Changes. Reference: Strings.
  Bytes list;

  Bytes new_rdn, new_superior;  // mod_dn
  bool has_superior = false, delete_old_rdn = false;

  Bytes name, value;  // extended and intermediate: identifier and value; compare: attribute and value
  bool has_name = false, has_value = false;

  std::int64_t abandoned = 0;  // the message that nobody waits for any more

  bool of_client() const noexcept { return is_of_client(operation); }
  // No other message follows to the request that this one answers.
  bool is_last_answer() const noexcept;
  // Moves the views that lie in `from` to the same places of `to`, which holds as much of it as it is long.
  void move_views(Bytes from, Bytes to) noexcept;
};

// Identifier and operation, which even the beginning of a message tells; `size` is the whole one's.
struct Head {
  std::int64_t id = 0;
  std::uint8_t tag = 0;
  Operation operation{};
  std::size_t size = 0;
};
enum class Outcome : std::uint8_t { ok, need_more, malformed };
Outcome read_head(Bytes bytes, Head& head) noexcept;

// `bytes` are one message, whole.
bool read(Bytes bytes, Message& message) noexcept;

// Octet strings, one after another: values, wanted attributes, URIs.
class Strings {
 public:
  explicit Strings(Bytes list) noexcept : cursor_(list) {}
  bool next(Bytes& text) noexcept;

 private:
  Cursor cursor_;
};

// 4.1.7: PartialAttribute ::= SEQUENCE { type, vals SET OF value }.
struct Attribute {
  Bytes type, values;
};
class Attributes {
 public:
  explicit Attributes(Bytes list) noexcept : cursor_(list) {}
  bool next(Attribute& attribute) noexcept;

 private:
  Cursor cursor_;
};

// 4.6: change SEQUENCE { operation ENUMERATED, modification PartialAttribute }.
struct Change {
  std::int64_t operation = 0;
  Attribute attribute;
};
class Changes {
 public:
  explicit Changes(Bytes list) noexcept : cursor_(list) {}
  bool next(Change& change) noexcept;

 private:
  Cursor cursor_;
};

}  // namespace gatehouse::proto::ldap
