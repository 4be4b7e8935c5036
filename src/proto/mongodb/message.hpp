// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of MongoDB ("MongoDB Wire Protocol" in its documentation) and the documents within (BSON 1.1): views.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::mongodb {

inline constexpr std::size_t kHeader = 16;
inline constexpr std::uint32_t kLongestMessage = 48'000'000;  // maxMessageSizeBytes
inline constexpr unsigned kMaxElements = 256;                 // that are looked at of a document

namespace opcode {
inline constexpr std::uint32_t reply = 1, update = 2001, insert = 2002, query = 2004, get_more = 2005, remove = 2006,
                               kill_cursors = 2007, compressed = 2012, message = 2013;
}
bool is_opcode(std::uint32_t code) noexcept;

// "Standard Message Header"
struct Header {
  std::uint32_t length{}, request_id{}, response_to{}, code{};

  Header() = default;
  explicit Header(Cursor& c) noexcept : length{c.le32()}, request_id{c.le32()}, response_to{c.le32()}, code{c.le32()} {}
  bool plausible() const noexcept { return length >= kHeader && length <= kLongestMessage && is_opcode(code); }
};

struct Content {
  Bytes command{}, collection{}, database{};
  Bytes mechanism{}, user{}, application{}, driver{};
  bool has_ok = false, ok = false;
  bool has_code = false;
  std::uint32_t code = 0;
  Bytes error{};
};

// BSON 1.1: one element. Values other than texts, numbers and documents are passed over.
struct Element {
  std::uint8_t type{};
  Bytes name{};
  Bytes value{};             // of a text, of binary data, or of a document's elements
  std::uint64_t number = 0;  // of an integer or a truth; 1 of a double that is not 0

  explicit Element(Cursor& c) noexcept;
  bool is_text() const noexcept { return type == 2; }
  bool is_document() const noexcept { return type == 3; }
};

// `c`: behind the header, over what there is of the message. False: it is no such message, as far as it is there.
bool read_request(Cursor& c, const Header& header, bool cut, Content& content) noexcept;
bool read_reply(Cursor& c, const Header& header, bool cut, Content& content) noexcept;

}  // namespace gatehouse::proto::mongodb
