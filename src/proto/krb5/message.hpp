// SPDX-License-Identifier: GPL-3.0-or-later
// One Kerberos message as views into the bytes it was read from (RFC 4120, 5).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/cursor.hpp"
#include "model/direction.hpp"

namespace gatehouse::proto::krb5 {

enum class Type : std::uint8_t {  // RFC 4120, 7.5.7: the application tags
  as_req = 10,
  as_rep = 11,
  tgs_req = 12,
  tgs_rep = 13,
  ap_req = 14,
  ap_rep = 15,
  error = 30,
};
constexpr bool is_of_client(Type type) noexcept {
  return type == Type::as_req || type == Type::tgs_req || type == Type::ap_req;
}

// 5.2.2: PrincipalName ::= SEQUENCE { name-type [0], name-string [1] SEQUENCE OF KerberosString }: the strings.
class Name {
 public:
  Name() = default;
  explicit Name(Bytes strings) noexcept : strings_(strings) {}
  bool present() const noexcept { return !strings_.empty(); }
  // The part at `index`; false behind the last.
  bool part(unsigned index, Bytes& part) const noexcept;
  // "krbtgt/EXAMPLE.COM": the parts with a stroke between them, cut where `room` ends.
  std::string_view text(std::span<char> room) const noexcept;

 private:
  Bytes strings_;
};

struct Number {
  bool present = false;
  std::int64_t value = 0;
};

struct Message {
  Type type{};
  Name cname, sname;
  Bytes realm;  // the client's; of a request the one that is asked
  bool has_realm = false;
  Bytes etypes;               // of a request: SEQUENCE OF Int32, its contents
  Bytes addresses;            // of a request: SEQUENCE OF HostAddress, its contents
  Number encryption, ticket;  // of a response: what seals it, and what seals the ticket
  Number error;
  Bytes error_text;

  // What the client's host is called: an address of type 20 (RFC 4120, 7.5.3), or the account of a machine, "PC7$".
  Bytes host() const noexcept;
};

enum class Outcome : std::uint8_t { ok, need_more, malformed };
// Looks at the first octets of a message of `size` octets, of which some may not be there yet.
Outcome read_type(Bytes bytes, std::size_t size, Type& type) noexcept;

// `bytes` are one message, whole.
bool read(Bytes bytes, Message& message) noexcept;

}  // namespace gatehouse::proto::krb5
