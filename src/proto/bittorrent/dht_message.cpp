// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/bittorrent/dht_message.hpp"

#include "proto/bittorrent/bencode.hpp"

namespace gatehouse::proto::bittorrent {
namespace {

// "a" of a query, "r" of a response.
void read_values(Cursor& c, DhtMessage& m) noexcept {
  take_dictionary(c, [&m](std::string_view key, Cursor& inner) {
    struct Row {
      std::string_view key;
      Bytes DhtMessage::* member;
    };
    constexpr Row rows[] = {{"id", &DhtMessage::id},         {"info_hash", &DhtMessage::info_hash},
                            {"target", &DhtMessage::target}, {"token", &DhtMessage::token},
                            {"nodes", &DhtMessage::nodes},   {"nodes6", &DhtMessage::nodes6}};
    for (const Row& row : rows)
      if (row.key == key) {
        m.*row.member = take_string(inner);
        return;
      }
    if (key == "port") {
      m.port = static_cast<std::uint64_t>(take_integer(inner)), m.has_port = true;
    } else if (key == "implied_port") {
      m.implied_port = static_cast<std::uint64_t>(take_integer(inner)), m.has_implied_port = true;
    } else if (key == "values" && inner.peek() == 'l') {
      inner.skip(1);
      const std::size_t start = inner.position();
      while (inner.ok() && inner.peek() != 'e') (void)take_string(inner);
      if (inner.ok()) m.values = inner.since(start), m.has_values = true;
      inner.skip(1);
    } else {
      skip_value(inner);
    }
  });
}

// "e": a list of a code and a text.
void read_error(Cursor& c, DhtMessage& m) noexcept {
  if (c.u8() != 'l') return c.fail();
  m.error = take_integer(c);
  m.error_text = take_string(c);
  while (c.ok() && c.peek() != 'e') skip_value(c);
  c.skip(1);
}

}  // namespace

DhtMessage read_dht(Bytes datagram) noexcept {
  DhtMessage m;
  Cursor c{datagram};
  bool has_body = false;
  Bytes type;
  take_dictionary(c, [&](std::string_view key, Cursor& inner) {
    if (key == "y") {
      type = take_string(inner);
    } else if (key == "t") {
      m.transaction = take_string(inner);
    } else if (key == "v") {
      m.client = take_string(inner);
    } else if (key == "q") {
      m.query = take_string(inner);
    } else if ((key == "a" || key == "r") && inner.peek() == 'd') {
      read_values(inner, m), has_body = true;
    } else if (key == "e" && inner.peek() == 'l') {
      read_error(inner, m), has_body = true;
    } else {
      skip_value(inner);
    }
  });
  if (type.size() == 1) m.type = static_cast<char>(type[0]);
  const bool known = m.type == 'q' || m.type == 'r' || m.type == 'e';
  // BEP 5: queries and responses carry the sender's identity, of 20 bytes.
  m.sound = c.ok() && known && has_body && !m.transaction.empty() && (m.type == 'e' || m.id.size() == kIdentity) &&
            (m.type != 'q' || !m.query.empty());
  return m;
}

}  // namespace gatehouse::proto::bittorrent
