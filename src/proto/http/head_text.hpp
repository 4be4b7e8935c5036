// SPDX-License-Identifier: GPL-3.0-or-later
// The buffers that are made of all headers together, in the exact form that rules expect. Put together when asked for.
#pragma once

#include "model/field.hpp"
#include "proto/http/transaction.hpp"

namespace gatehouse::proto::http {

// "name: value\r\n" for each header but the cookies.
std::string_view normal_headers(const HttpTransaction& tx, Direction d) noexcept;
// "\r\nHost\r\nAccept\r\n\r\n"
std::string_view header_names(const HttpTransaction& tx, Direction d) noexcept;
// The first line, CRLF, and the header lines as they came.
std::string_view start(const HttpTransaction& tx, Direction d) noexcept;
// "name: value" of the header at `index`, cookies included.
FieldValue header_line(const HttpTransaction& tx, Direction d, unsigned index) noexcept;

}  // namespace gatehouse::proto::http
