// SPDX-License-Identifier: GPL-3.0-or-later
// Words for the names that rules use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::ips::explain {

// "http.uri" -> "the request's URI". Empty: it is no buffer. A name with a dot that is not known is "the field NAME".
std::string buffer_phrase(std::string_view name);
// "http_uri", a modifier behind a content -> "the request's URI". Empty: it is none.
std::string_view legacy_phrase(std::string_view name);
// The buffer that a letter behind a pcre's expression stands for; empty: it stands for none.
std::string_view pcre_letter_phrase(char letter);
// "dotprefix" -> "with a dot before it". Empty: it is no transform.
std::string_view transform_phrase(std::string_view name);
// "ttl" -> "the time to live": options whose value compares a number. Empty: it is none.
std::string_view number_phrase(std::string_view name);

// "<5" -> "is less than 5"; "5<>9" -> "is between 5 and 9"; others: "is " and the text.
std::string comparison(std::string_view text);
// What stands in a content: bytes in bars and escapes resolved, what cannot be printed as \xHH.
std::string content_text(std::string_view value);

std::string capitalised(std::string_view text);
// Split at commas outside of quotes, trimmed.
std::vector<std::string_view> parts_of(std::string_view text);

}  // namespace gatehouse::ips::explain
