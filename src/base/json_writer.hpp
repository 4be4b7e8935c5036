// SPDX-License-Identifier: GPL-3.0-or-later
// Writes one JSON value into a buffer of fixed size, without allocating: the log is written on the packet path.
// What does not fit sets overflowed(); the record is then dropped whole and counted, never cut.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"

namespace gatehouse {

class JsonWriter {
 public:
  explicit JsonWriter(std::span<char> buffer) noexcept : at_(buffer.data()), begin_(at_), end_(at_ + buffer.size()) {}

  void open_object() noexcept { open('{'); }
  void open_object(std::string_view key) noexcept { name(key), open('{'); }
  void close_object() noexcept { close('}'); }
  void open_array() noexcept { open('['); }
  void open_array(std::string_view key) noexcept { name(key), open('['); }
  void close_array() noexcept { close(']'); }

  // Members of the open object. Keys are our own literals and are not escaped.
  void member(std::string_view key, std::string_view text) noexcept { name(key), string(text); }
  void member(std::string_view key, const char* text) noexcept { member(key, std::string_view{text}); }
  void member(std::string_view key, Bytes bytes) noexcept { member(key, as_text(bytes)); }
  void member(std::string_view key, bool value) noexcept { name(key), raw(value ? "true" : "false"); }
  void member(std::string_view key, double value) noexcept { name(key), number(value); }
  void member(std::string_view key, std::integral auto value) noexcept { name(key), number(value); }
  void member_hex(std::string_view key, Bytes bytes, std::string_view separator = {}) noexcept;
  void member_base64(std::string_view key, Bytes bytes) noexcept;
  // `json` is one complete JSON value that this program wrote.
  void member_json(std::string_view key, std::string_view json) noexcept { name(key), raw(json), comma_ = true; }
  // All members of `object`, one complete JSON object that this program wrote, into the open object.
  void members_of(std::string_view object) noexcept {
    if (object.size() > 2) separate(), raw(object.substr(1, object.size() - 2)), comma_ = true;
  }
  // A key that came from the wire: escaped.
  void key_from_wire(std::string_view key) noexcept;

  // Elements of the open array.
  void element(std::string_view text) noexcept { separate(), string(text); }
  void element(const char* text) noexcept { element(std::string_view{text}); }
  void element(Bytes bytes) noexcept { element(as_text(bytes)); }
  void element(std::integral auto value) noexcept { separate(), number(value); }
  void element_json(std::string_view json) noexcept { separate(), raw(json), comma_ = true; }

  void newline() noexcept { put('\n'); }

  bool overflowed() const noexcept { return overflowed_; }
  std::string_view text() const noexcept { return {begin_, static_cast<std::size_t>(at_ - begin_)}; }

 private:
  void put(char c) noexcept {
    if (at_ < end_)
      *at_++ = c;
    else
      overflowed_ = true;
  }
  void raw(std::string_view text) noexcept;
  // Valid UTF-8 as it is, with JSON's escapes; otherwise each byte outside ASCII as \\xHH, as EVE readers know it.
  void string(std::string_view text) noexcept;
  void escaped(std::string_view text, bool utf8) noexcept;
  void separate() noexcept {
    if (comma_) put(',');
    comma_ = true;
  }
  void name(std::string_view key) noexcept {
    separate();
    put('"'), raw(key), put('"'), put(':');
  }
  void open(char bracket) noexcept {
    if (bracket_follows_value()) put(',');
    put(bracket);
    comma_ = false;
  }
  void close(char bracket) noexcept {
    put(bracket);
    comma_ = true;
  }
  bool bracket_follows_value() const noexcept { return comma_ && at_ > begin_ && at_[-1] != ':'; }
  void number(double value) noexcept;
  template <std::integral Int>
  void number(Int value) noexcept {
    const auto [end, error] = std::to_chars(at_, end_, value);
    if (error == std::errc{})
      at_ = end;
    else
      overflowed_ = true;
    comma_ = true;
  }

  char* at_;
  char* begin_;
  char* end_;
  bool comma_ = false;
  bool overflowed_ = false;
};

}  // namespace gatehouse
