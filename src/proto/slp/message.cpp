// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/slp/message.hpp"

namespace gatehouse::proto::slp {
namespace {

Bytes text(Cursor& c) noexcept {
  return c.take(c.u16());
}

// RFC 2608, 4.3. URL Entries: reserved, lifetime, length, URL, authentication blocks (which are not read).
Bytes url_entry(Cursor& c) noexcept {
  c.skip(3);
  return text(c);
}

}  // namespace

bool read_body(Function function, Cursor& c, Body& body) noexcept {
  switch (function) {
    case Function::service_request:  // RFC 2608, 8.1: previous responders, service type, scopes, predicate, SPI
      (void)text(c);
      body.service_type = text(c);
      body.scopes = text(c);
      break;
    case Function::service_reply:  // 8.2: error, count, URL entries
      body.error = c.u16(), body.has_error = true;
      if (c.u16() > 0) body.url = url_entry(c);
      break;
    case Function::service_registration:  // 8.3: URL entry, authentication blocks, service type, scopes, attributes
      body.url = url_entry(c);
      if (c.u8() == 0) {
        body.service_type = text(c);
        body.scopes = text(c);
      }
      break;
    case Function::service_deregistration:  // 10.6: scopes, URL entry
      body.scopes = text(c);
      body.url = url_entry(c);
      break;
    case Function::service_acknowledgement:  // 8.4
    case Function::attribute_reply:          // 10.4
    case Function::service_type_reply:       // 10.2
      body.error = c.u16(), body.has_error = true;
      break;
    case Function::attribute_request:  // 10.3: previous responders, URL, scopes
      (void)text(c);
      body.url = text(c);
      body.scopes = text(c);
      break;
    case Function::directory_agent_advertisement:  // 8.5: error, boot time, URL, scopes
      body.error = c.u16(), body.has_error = true;
      c.skip(4);
      body.url = text(c);
      body.scopes = text(c);
      break;
    case Function::service_type_request: {  // 10.1: previous responders, naming authority (0xffff: all), scopes
      (void)text(c);
      constexpr std::uint16_t kAllAuthorities = 0xffff;
      if (const std::uint16_t length = c.u16(); length != kAllAuthorities) c.skip(length);
      body.scopes = text(c);
      break;
    }
    case Function::service_agent_advertisement:  // 8.6: URL, scopes
      body.url = text(c);
      body.scopes = text(c);
      break;
  }
  return c.ok();
}

}  // namespace gatehouse::proto::slp
