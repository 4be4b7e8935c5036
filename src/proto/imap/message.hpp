// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of IMAP, taken apart (RFC 3501, 9; RFC 9051).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gatehouse::proto::imap {

// "{310}" or "{310+}" (RFC 7888) at a line's end: so many bytes follow that are no line.
struct Literal {
  std::uint64_t size = 0;
  std::string_view before;  // the line without it
};
std::optional<Literal> literal_at_end(std::string_view line) noexcept;

// An atom, or the inside of a quoted string, at the beginning of `rest`, which is left behind it.
std::string_view take_string(std::string_view& rest) noexcept;

enum class Status : std::uint8_t { none, ok, no, bad };
struct Response {
  std::string_view tag;  // "*": of no command; "+": the server waits for more
  Status status = Status::none;
  bool preauth = false, bye = false;
  std::string_view text;  // behind the status
};
Response read_response(std::string_view line) noexcept;

bool is_tag(std::string_view word) noexcept;
bool is_command(std::string_view word) noexcept;
// Of a line of FETCH that ends in a literal: the literal is a mail, or its header section.
bool brings_mail(std::string_view before) noexcept;

}  // namespace gatehouse::proto::imap
