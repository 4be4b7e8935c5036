// SPDX-License-Identifier: GPL-3.0-or-later
// Is this LDAP? By content alone, on any port.
#include <algorithm>

#include "proto/ldap/ldap.hpp"
#include "proto/ldap/message.hpp"

namespace gatehouse::proto::ldap {
namespace {

constexpr std::size_t kLongestFirst = 16 * 1024 * 1024;  // a message longer than this is not believed

// What the grammar leaves open but no sender does.
bool plausible(const Message& m) noexcept {
  constexpr std::int64_t kLastResult = 16654;
  if (m.operation == Operation::bind_request) return m.version >= 1 && m.version <= 3;
  if (m.operation == Operation::search_request)
    return m.scope >= 0 && m.scope <= 3 && m.deref_aliases >= 0 && m.deref_aliases <= 3 && m.size_limit >= 0 &&
           m.time_limit >= 0;
  return !m.has_result || (m.result_code >= 0 && m.result_code <= kLastResult);
}

// 0 is for what nobody asked for (RFC 4511, 4.4).
bool plausible(Direction direction, const Head& head) noexcept {
  if (head.size > kLongestFirst || is_of_client(head.operation) != (direction == Direction::to_server)) return false;
  return head.id > 0 || head.operation == Operation::extended_response;
}

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t) {
  Head head;
  switch (read_head(bytes, head)) {
    case Outcome::malformed:
      return Probe::no;
    case Outcome::need_more:
      return Probe::need_more;
    case Outcome::ok:
      break;
  }
  if (!plausible(direction, head)) return Probe::no;
  // A long one (an entry, a ticket) takes several packets: lengths that agree at two levels are enough.
  constexpr std::size_t kAwaited = 256;
  if (head.size > bytes.size()) return head.size <= kAwaited ? Probe::need_more : Probe::yes;
  Message message;
  return read(bytes.first(head.size), message) && plausible(message) ? Probe::yes : Probe::no;
}

// A datagram holds whole messages: a request, or an answer in several.
Probe probe_datagram(Direction direction, Bytes datagram, std::uint16_t) {
  do {
    Head head;
    Message message;
    if (read_head(datagram, head) != Outcome::ok || !plausible(direction, head) || head.size > datagram.size() ||
        !read(datagram.first(head.size), message) || !plausible(message))
      return Probe::no;
    datagram = datagram.subspan(head.size);
  } while (!datagram.empty());
  return Probe::yes;
}

}  // namespace gatehouse::proto::ldap
