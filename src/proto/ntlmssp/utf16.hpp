// SPDX-License-Identifier: GPL-3.0-or-later
// Text as Windows writes it on the wire: UTF-16, little endian.
#pragma once

#include <memory_resource>
#include <string>

#include "base/bytes.hpp"

namespace gatehouse::proto::ntlmssp {

// Appends the text as UTF-8, at most `most` bytes of it. Null characters are left out: they pad and end names. A half
// of a surrogate pair without its other half becomes U+FFFD; an odd last byte is nothing.
void append_utf16(std::pmr::string& text, Bytes utf16, std::size_t most);
// The same for text of one byte a character.
void append_oem(std::pmr::string& text, Bytes oem, std::size_t most);

// The bytes before the null character that ends the text, and whether there is one.
Bytes until_null16(Bytes utf16, bool& found) noexcept;
Bytes until_null(Bytes oem, bool& found) noexcept;

}  // namespace gatehouse::proto::ntlmssp
