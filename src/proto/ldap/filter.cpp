// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ldap/filter.hpp"

#include <array>

#include "proto/asn1/asn1.hpp"

namespace gatehouse::proto::ldap {
namespace {

using asn1::context;
using asn1::context_constructed;

// RFC 4511, 4.5.1: the choices of Filter.
constexpr std::uint8_t kAnd = context_constructed(0), kOr = context_constructed(1), kNot = context_constructed(2),
                       kEqual = context_constructed(3), kSubstrings = context_constructed(4),
                       kGreater = context_constructed(5), kLess = context_constructed(6), kPresent = context(7),
                       kApproximate = context_constructed(8), kExtensible = context_constructed(9);

// RFC 4515, 3: "the valueencoding rule ensures that the entire filter string is a valid UTF-8 string and provides that
// the octets that represent the ASCII characters "*", "(", ")", "\", and NUL are represented as a backslash followed by
// the two hexadecimal digits".
void escaped(Bytes value, std::pmr::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const std::uint8_t octet : value) {
    if (text.size() >= kMaxFilterText) return;
    if (octet >= 0x20 && octet != 0x7f && octet != '*' && octet != '(' && octet != ')' && octet != '\\') {
      text += static_cast<char>(octet);
      continue;
    }
    text += '\\';
    text += digits[octet >> 4];
    text += digits[octet & 15];
  }
}

// attribute, then SEQUENCE OF { initial [0], any [1], final [2] }.
bool substrings(Cursor& c, std::pmr::string& text) {
  escaped(asn1::expect(c, asn1::octet_string).body, text);
  text += '=';
  Cursor parts{asn1::expect(c, asn1::sequence).body};
  bool star = false;
  while (!parts.empty() && parts.ok()) {
    const asn1::Value part = asn1::read(parts);
    if (part.tag != context(0) && !star) text += '*';
    escaped(part.body, text);
    star = part.tag != context(2);
    if (star) text += '*';
  }
  return c.ok() && parts.ok();
}

// matchingRule [1], type [2], matchValue [3], dnAttributes [4].
bool extensible(Cursor& c, std::pmr::string& text) {
  Bytes rule, type, value;
  bool of_dn = false;
  while (!c.empty() && c.ok()) {
    const asn1::Value part = asn1::read(c);
    if (part.tag == context(1)) rule = part.body;
    if (part.tag == context(2)) type = part.body;
    if (part.tag == context(3)) value = part.body;
    if (part.tag == context(4)) of_dn = part.body.size() == 1 && part.body[0] != 0;
  }
  escaped(type, text);
  if (of_dn) text += ":dn";
  if (!rule.empty()) {
    text += ':';
    escaped(rule, text);
  }
  text += ":=";
  escaped(value, text);
  return c.ok();
}

bool simple(const asn1::Value& item, std::pmr::string& text) {
  Cursor c{item.body};
  switch (item.tag) {
    case kPresent:
      escaped(item.body, text);
      text += "=*";
      return true;
    case kSubstrings:
      return substrings(c, text);
    case kExtensible:
      return extensible(c, text);
    case kEqual:
    case kGreater:
    case kLess:
    case kApproximate:
      escaped(asn1::expect(c, asn1::octet_string).body, text);
      text += item.tag == kEqual ? "=" : item.tag == kGreater ? ">=" : item.tag == kLess ? "<=" : "~=";
      escaped(asn1::expect(c, asn1::octet_string).body, text);
      return c.ok();
    default:
      return false;
  }
}

}  // namespace

// How deep filters nest comes from the wire: they are walked with a stack of known size.
FilterEnd write_filter(Bytes filter, std::pmr::string& text) {
  std::array<Bytes, kMaxFilterDepth> open{filter};  // what is left of each level
  unsigned depth = 1;
  while (depth > 0) {
    if (text.size() >= kMaxFilterText) {
      text.resize(kMaxFilterText);
      return FilterEnd::cut;
    }
    Bytes& level = open[depth - 1];
    if (level.empty()) {
      if (--depth > 0) text += ')';
      continue;
    }
    Cursor c{level};
    const asn1::Value item = asn1::read(c);
    if (!c.ok()) return FilterEnd::malformed;
    level = c.rest();
    text += '(';
    if (item.tag == kAnd || item.tag == kOr || item.tag == kNot) {
      text += item.tag == kAnd ? '&' : item.tag == kOr ? '|' : '!';
      if (depth == kMaxFilterDepth) return FilterEnd::too_deep;
      open[depth++] = item.body;
      continue;
    }
    if (!simple(item, text)) return FilterEnd::malformed;
    text += ')';
  }
  return FilterEnd::whole;
}

}  // namespace gatehouse::proto::ldap
