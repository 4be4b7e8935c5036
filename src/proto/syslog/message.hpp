// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of syslog, new (RFC 5424) and old (RFC 3164): views into the bytes.
#pragma once

#include <cstdint>
#include <string_view>

namespace gatehouse::proto::syslog {

enum class Form : std::uint8_t {
  none,   // no message
  bare,   // a priority, and text that no standard describes
  old,    // RFC 3164: "<34>Oct 11 22:14:15 mymachine su: …"
  newer,  // RFC 5424: "<165>1 2003-10-11T22:14:15.003Z mymachine evntslog - ID47 …"
};

struct Message {
  Form form = Form::none;
  std::uint8_t priority = 0;
  std::string_view timestamp, hostname, application, process, message_id, structured_data, text;

  std::uint8_t facility() const noexcept { return priority >> 3; }
  std::uint8_t severity() const noexcept { return priority & 7; }
};

Message read_message(std::string_view bytes) noexcept;

}  // namespace gatehouse::proto::syslog
