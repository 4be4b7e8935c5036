// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/snmp/transaction.hpp"

#include <algorithm>
#include <charconv>

#include "proto/asn1/asn1.hpp"
#include "proto/asn1/oid.hpp"

namespace gatehouse::proto::snmp {
namespace {

// RFC 2578, 7.1, and RFC 3416, 3 (the exceptions).
namespace syntax {
constexpr std::uint8_t ip_address = 0x40, counter32 = 0x41, gauge32 = 0x42, time_ticks = 0x43, counter64 = 0x46,
                       no_such_object = 0x80, no_such_instance = 0x81, end_of_mib_view = 0x82;
}

// SNMPv2-MIB: snmpTrapOID.0, which names what an SNMPv2 notification is about (RFC 3416, 4.2.6).
constexpr std::array<std::uint8_t, 10> kTrapOid{0x2b, 6, 1, 6, 3, 1, 1, 4, 1, 0};

}  // namespace

void SnmpTransaction::fill() noexcept {
  trap_oid = oid_text(message.enterprise);
  trap_address = address_text(message.agent_address);
  Variables list{message.variables};
  Variable variable;
  std::size_t read = 0;
  while (list.next(variable)) {
    read = static_cast<std::size_t>(variable.value.data() + variable.value.size() - message.variables.data());
    if (count == kMaxVariables || room().size() < 2 * kMaxOidText) {
      too_many = true;
      return;
    }
    NamedValue& kept = variables[count++];
    kept = {variable.oid, oid_text(variable.oid), value_text(variable)};
    if (std::ranges::equal(variable.oid, kTrapOid)) trap_oid = as_text(kept.value);
  }
  malformed = read != message.variables.size();
}

const NamedValue* SnmpTransaction::told(Bytes oid) const noexcept {
  if (!message.from_agent()) return nullptr;
  for (unsigned i = 0; i < count; ++i)
    if (std::ranges::equal(variables[i].oid, oid)) return &variables[i];
  return nullptr;
}

std::string_view SnmpTransaction::oid_text(Bytes oid) noexcept {
  const std::string_view text = asn1::oid_text(oid, room());
  used_ += text.size();
  return text;
}

Bytes SnmpTransaction::number_text(std::uint64_t value, bool negative) noexcept {
  const std::span<char> here = room();
  char* const end = here.data() + here.size();
  const auto [to, error] = negative ? std::to_chars(here.data(), end, static_cast<std::int64_t>(value))
                                    : std::to_chars(here.data(), end, value);
  if (error != std::errc{}) return {};
  const auto size = static_cast<std::size_t>(to - here.data());
  used_ += size;
  return as_bytes({here.data(), size});
}

std::string_view SnmpTransaction::address_text(Bytes address) noexcept {
  if (address.size() != 4 || room().size() < sizeof "255.255.255.255") return {};
  const char* const start = room().data();
  const std::size_t before = used_;
  for (std::size_t i = 0; i < address.size(); ++i) {
    if (i > 0) room_[used_++] = '.';
    (void)number_text(address[i], false);
  }
  return {start, used_ - before};
}

Bytes SnmpTransaction::value_text(const Variable& variable) noexcept {
  switch (variable.tag) {
    case asn1::integer:
    case syntax::counter32:
    case syntax::gauge32:
    case syntax::time_ticks:
    case syntax::counter64: {
      constexpr std::size_t kLongest = 9;  // 64 bits and a sign
      if (variable.value.empty() || variable.value.size() > kLongest) return {};
      const bool negative = variable.tag == asn1::integer && (variable.value[0] & 0x80) != 0;
      std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
      for (const std::uint8_t octet : variable.value) value = value << 8 | octet;
      return number_text(value, negative);
    }
    case asn1::oid:
      return as_bytes(oid_text(variable.value));
    case syntax::ip_address:
      return as_bytes(address_text(variable.value));
    case syntax::no_such_object:
      return as_bytes("noSuchObject");
    case syntax::no_such_instance:
      return as_bytes("noSuchInstance");
    case syntax::end_of_mib_view:
      return as_bytes("endOfMibView");
    default:
      return variable.value;  // octets, opaque values, and nothing (null)
  }
}

}  // namespace gatehouse::proto::snmp
