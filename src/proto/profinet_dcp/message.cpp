// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/profinet_dcp/message.hpp"

namespace gatehouse::proto::profinet_dcp {

Message::Message(Cursor& c) noexcept : frame_id{c.u16()}, service{c.u8()}, type{c.u8()}, transaction{c.u32()} {
  c.skip(2);  // the time within which stations answer
  blocks = c.take(c.u16());
}

// 4.3.1.3: a request to get has no values, one to identify has no block information, a response to set neither.
Blocks::Blocks(const Message& m) noexcept
    : c_(m.blocks),
      options_only_(m.service == service::get && m.type == service_type::request),
      has_info_(m.describes_sender() || (m.service == service::set && m.type == service_type::request)) {}

bool Blocks::next(Block& block) noexcept {
  if (c_.empty()) return false;
  block = {};
  block.option = c_.u16();
  if (options_only_) return c_.ok();
  const std::uint16_t size = c_.u16();
  Cursor body = c_.sub(size);
  if (has_info_) block.info = body.u16();
  block.value = body.rest();
  if (!body.ok()) c_.fail();
  const bool whole = c_.ok();
  if (size % 2 != 0 && !c_.empty()) c_.skip(1);  // blocks begin at even places
  return whole;
}

}  // namespace gatehouse::proto::profinet_dcp
