// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::slp {

enum class Function : std::uint8_t {  // RFC 2608, 8
  service_request = 1,
  service_reply,
  service_registration,
  service_deregistration,
  service_acknowledgement,
  attribute_request,
  attribute_reply,
  directory_agent_advertisement,
  service_type_request,
  service_type_reply,
  service_agent_advertisement,
};

inline constexpr std::size_t kFixedHeader = 14;  // up to the language tag
inline constexpr std::size_t kLongestTag = 32;   // RFC 1766 tags are short; longer ones are not believed

// RFC 2608, 8. Service Location Protocol Messages: the header that all have.
struct Header {
  std::uint8_t version{}, function{};
  std::uint32_t length{};  // of the whole message
  std::uint16_t flags{};
  std::uint32_t next_extension{};
  std::uint16_t xid{};
  Bytes language{};

  Header() = default;
  explicit Header(Cursor& c) noexcept
      : version{c.u8()},
        function{c.u8()},
        length{c.u24()},
        flags{c.u16()},
        next_extension{c.u24()},
        xid{c.u16()},
        language{c.take(c.u16())} {}

  // What no message can be. `c` is where the header ended.
  bool plausible() const noexcept {
    constexpr std::uint16_t kReserved = 0x1fff;
    return version == 2 && function >= 1 && function <= 11 && (flags & kReserved) == 0 && !language.empty() &&
           language.size() <= kLongestTag && length >= kFixedHeader + 2 + language.size();
  }
};

// What a message says that is worth knowing: views into it.
struct Body {
  Bytes service_type, url, scopes;
  std::uint16_t error = 0;
  bool has_error = false;
};

// The members of the body, by function; false where it is too short for what it says.
bool read_body(Function function, Cursor& c, Body& body) noexcept;

}  // namespace gatehouse::proto::slp
