// SPDX-License-Identifier: GPL-3.0-or-later
// Writes LDAP messages for the tests, in the order of RFC 4511, 4.
#pragma once

#include "proto/asn1/test_bytes.hpp"

namespace gatehouse::proto::ldap::test_message {

using asn1::application;
using asn1::context;
using asn1::context_constructed;
using asn1::test::list;
using asn1::test::number;
using asn1::test::octets;
using asn1::test::seq;
using asn1::test::value;

inline std::string choice(int n) {
  return number(n, asn1::enumerated);
}
inline std::string truth(bool b) {
  return value(asn1::boolean, std::string(1, b ? '\xff' : '\0'));
}
template <typename... Parts>
std::string message(int id, const Parts&... parts) {
  return seq(number(id), parts...);
}

inline std::string bind(int id, std::string_view name, std::string_view password) {
  return message(id, list(application(0), number(3), octets(name), value(context(0), password)));
}
inline std::string sasl_bind(int id, std::string_view mechanism, std::string_view credentials) {
  return message(id, list(application(0), number(3), octets(""),
                          list(context_constructed(3), octets(mechanism), octets(credentials))));
}
inline std::string result(int id, unsigned operation, int code, std::string_view text = "",
                          const std::string& more = "") {
  return message(id, list(application(operation), choice(code), octets(""), octets(text), more));
}
inline std::string equal(std::string_view attribute, std::string_view is) {
  return list(context_constructed(3), octets(attribute), octets(is));
}
inline std::string search(int id, std::string_view base, const std::string& filter, const std::string& wanted = "") {
  return message(id, list(application(3), octets(base), choice(2), choice(0), number(1000), number(30), truth(false),
                          filter, seq(wanted)));
}
inline std::string attribute(std::string_view type, const std::string& values) {
  return seq(octets(type), list(asn1::set, values));
}
inline std::string entry(int id, std::string_view dn, const std::string& attributes) {
  return message(id, list(application(4), octets(dn), seq(attributes)));
}
inline std::string extended(int id, std::string_view name) {
  return message(id, list(application(23), value(context(0), name)));
}
inline std::string unbind(int id) {
  return message(id, std::string("\x42\0", 2));
}

}  // namespace gatehouse::proto::ldap::test_message
