// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/gesrtp/message.hpp"

#include <algorithm>

namespace gatehouse::proto::gesrtp {

Packet::Packet(Cursor& outer) noexcept {
  constexpr auto zero = [](std::uint8_t b) { return b == 0; };
  Cursor c = outer.sub(kHeader);
  if (!c.ok()) return;
  all_zero_behind_type = std::ranges::all_of(c.whole().subspan(1), zero);
  type = c.u8();
  const bool second_clear = c.u8() == 0;
  sequence = c.le16();
  text_size = c.le16();
  reserved_clear = second_clear && std::ranges::all_of(c.take(3), zero);
  c.skip(21);  // unknown, and the time
  mailbox_sequence = c.u8();
  mailbox_type = c.u8();
  source = c.u32(), destination = c.u32();
  if (is_request()) {
    // The mailbox of a request with data begins eight octets later.
    if (mailbox_type == mailbox::request_with_data) c.skip(8);
    packet_number = c.u8(), packet_count = c.u8();
    service = c.u8(), selector = c.u8();
    offset = c.le16(), length = c.le16();
  } else if (is_response()) {
    c.skip(2);
    major = c.u8(), minor = c.u8();
    c.skip(6);  // the first of the data
    program = c.u8(), privilege = c.u8();
  }
}

bool Packet::plausible() const noexcept {
  if (type <= packet::initiated) return all_zero_behind_type;
  if (type > packet::response || !reserved_clear || text_size > kLongestText) return false;
  if (is_response())
    return mailbox_type == mailbox::done || mailbox_type == mailbox::done_with_data || mailbox_type == mailbox::refused;
  return (mailbox_type == mailbox::request || mailbox_type == mailbox::request_with_data) && packet_number >= 1 &&
         packet_count >= packet_number;
}

}  // namespace gatehouse::proto::gesrtp
