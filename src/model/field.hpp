// SPDX-License-Identifier: GPL-3.0-or-later
// Fields: the one vocabulary. A row here is a sticky buffer for the IPS, a condition for the policy and a line of the
// documentation, by the same name.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "model/direction.hpp"

namespace gatehouse {

struct Transaction;

enum class FieldType : std::uint8_t {
  bytes,
  number,
  list,    // of bytes: several values in one transaction, by index
  stream,  // bytes that arrive in pieces (bodies, files)
};

// What a getter returns. A view lives as long as the transaction is not changed by its parser.
struct FieldValue {
  bool present = false;
  Bytes bytes{};
  std::uint64_t number = 0;

  static FieldValue none() noexcept { return {}; }
  static FieldValue of(Bytes b) noexcept { return {true, b, 0}; }
  static FieldValue of(std::string_view t) noexcept { return {true, as_bytes(t), 0}; }
  static FieldValue of_number(std::uint64_t n) noexcept { return {true, {}, n}; }
};

enum class FieldRole : std::uint8_t {
  plain,
  session_domain,  // names the server that the session goes to: TLS SNI, HTTP Host
  asked_domain,    // a name that is asked for: DNS query
};

enum class FieldDirection : std::uint8_t { to_server, to_client, both };

struct FieldSpec {
  std::string_view name;  // "tls.sni": protocol, dot, field
  FieldType type = FieldType::bytes;
  FieldDirection direction = FieldDirection::both;
  std::uint8_t known_at = 0;  // index into the protocol's stages of that direction
  std::string_view about;     // one line for people
  // `index` counts from 0 for lists; an absent value ends the list.
  FieldValue (*get)(const Transaction&, unsigned index) = nullptr;
  FieldRole role = FieldRole::plain;
};

}  // namespace gatehouse
