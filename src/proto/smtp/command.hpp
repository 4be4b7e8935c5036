// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of an SMTP session, taken apart: commands (RFC 5321, 4.1), BDAT (RFC 3030), replies (RFC 5321, 4.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gatehouse::proto::smtp {

enum class Verb : std::uint8_t { other, helo, mail, rcpt, data, bdat, rset, quit, starttls, auth, end_of_data };

Verb verb_of(std::string_view line) noexcept;

// The word behind "HELO", "MAIL FROM:" or "RCPT TO:".
std::string_view word_after(std::string_view line, std::size_t command_size) noexcept;

struct Chunk {
  std::uint64_t size = 0;
  bool last = false;
};
// "BDAT" SP chunk-size [SP "LAST"]; nothing if it is anything else.
std::optional<Chunk> parse_bdat(std::string_view line) noexcept;

struct ReplyLine {
  unsigned code = 0;   // 0: not a reply
  bool known = false;  // a code that some standard gives a meaning
  bool more = false;   // "250-": more lines follow
};
ReplyLine parse_reply(std::string_view line) noexcept;

}  // namespace gatehouse::proto::smtp
