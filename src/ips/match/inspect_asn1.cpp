// SPDX-License-Identifier: GPL-3.0-or-later
// Looks for elements of BER (X.690) whose form has broken decoders.
#include "ips/match/inspect_steps.hpp"

namespace gatehouse::ips {
namespace {

constexpr int kMostElements = 256, kDeepest = 30;
constexpr unsigned kBitString = 3, kReal = 9;

struct Element {
  bool universal = false, constructed = false, indefinite = false;
  unsigned tag = 0;
  std::uint64_t length = 0;  // as it is told, whatever is there
  Bytes content;             // as much of it as is there
  std::size_t size = 0;      // of the whole, as much as is there
};

std::optional<Element> read_element(Bytes bytes) noexcept {
  std::size_t at = 0;
  if (bytes.size() < 2) return std::nullopt;
  Element e;
  e.universal = (bytes[0] & 0xc0) == 0;
  e.constructed = (bytes[0] & 0x20) != 0;
  e.tag = bytes[at++] & 0x1fu;
  if (e.tag == 0x1f) {
    e.tag = 0;
    do {
      if (at >= bytes.size() || e.tag > 0xffffff) return std::nullopt;
      e.tag = e.tag << 7 | (bytes[at] & 0x7fu);
    } while ((bytes[at++] & 0x80) != 0);
  }
  if (at >= bytes.size()) return std::nullopt;
  const std::uint8_t first = bytes[at++];
  if (first < 0x80) {
    e.length = first;
  } else if (first == 0x80) {
    e.indefinite = true;
    e.length = bytes.size() - at;
  } else {
    const unsigned octets = first & 0x7fu;
    if (octets > 8 || octets > bytes.size() - at) return std::nullopt;
    for (unsigned i = 0; i < octets; ++i) e.length = e.length << 8 | bytes[at++];
  }
  e.content = bytes.subspan(at);
  if (e.length < e.content.size()) e.content = e.content.first(static_cast<std::size_t>(e.length));
  e.size = at + e.content.size();
  return e;
}

bool is_broken(const Asn1Is& asked, const Element& e) noexcept {
  if (asked.oversize_length != 0 && !e.indefinite && e.length > asked.oversize_length) return true;
  if (!e.universal || e.constructed || e.content.empty()) return false;
  // The first octet of a bit string counts unused bits: no more than there are.
  if (asked.bitstring_overflow && e.tag == kBitString && e.content[0] > (e.length - 1) * 8) return true;
  // A binary or decimal real of more octets than a decoder's buffer has.
  return asked.double_overflow && e.tag == kReal && (e.content[0] & 0xc0) == 0 && e.length > 256;
}

bool any_broken(const Asn1Is& asked, Bytes bytes, int depth, int& left) noexcept {
  while (!bytes.empty() && left-- > 0) {
    const auto element = read_element(bytes);
    if (!element) return false;
    if (is_broken(asked, *element)) return true;
    if (element->constructed && depth < kDeepest && any_broken(asked, element->content, depth + 1, left)) return true;
    bytes = bytes.subspan(element->size);
  }
  return false;
}

}  // namespace

bool holds(const Asn1Is& step, Bytes bytes, std::int64_t at) noexcept {
  if (at < 0 || at >= static_cast<std::int64_t>(bytes.size())) return false;
  int left = kMostElements;
  return any_broken(step, bytes.subspan(static_cast<std::size_t>(at)), 0, left);
}

}  // namespace gatehouse::ips
