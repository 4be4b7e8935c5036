// SPDX-License-Identifier: GPL-3.0-or-later
// Content transfer encodings, decoded as they stream. Each decoder calls out(Bytes) with what it has; how the input is
// cut does not change the output.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace gatehouse::proto::mime {

// Collects single bytes into larger pieces.
template <typename Out>
class Collector {
 public:
  explicit Collector(Out& out) noexcept : out_(out) {}
  ~Collector() { flush(); }
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  void put(std::uint8_t byte) noexcept {
    if (size_ == buffer_.size()) flush();
    buffer_[size_++] = byte;
  }
  void flush() noexcept {
    if (size_ > 0) out_(Bytes{buffer_.data(), size_});
    size_ = 0;
  }

 private:
  Out& out_;
  std::size_t size_ = 0;
  std::array<std::uint8_t, 1024> buffer_;
};

// 0 to 63; 64: not of the alphabet (RFC 2045, 6.8).
std::uint8_t base64_value(std::uint8_t c) noexcept;
// 0 to 15; 16: not a digit.
constexpr std::uint8_t hex_value(std::uint8_t c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  return 16;
}

class Base64Decoder {
 public:
  // True if all was well formed. RFC 2045, 6.8: "All line breaks or other characters not found in Table 1 must be
  // ignored by decoding software." They are ignored, and told.
  template <typename Out>
  bool feed(Bytes bytes, Out&& out) noexcept {
    Collector collector{out};
    bool good = true;
    for (const std::uint8_t c : bytes) {
      if (c == '\r' || c == '\n' || c == ' ' || c == '\t') continue;
      const std::uint8_t value = base64_value(c);
      if (c == '=') {
        good &= count_ >= 2 || padded_;
        padded_ = true;
        flush_group(collector);
      } else if (value > 63) {
        good = false;
      } else {
        padded_ = false;
        group_ = group_ << 6 | value;
        if (++count_ == 4) flush_group(collector);
      }
    }
    return good;
  }
  // What an encoder that forgot its padding left. True if there was nothing.
  template <typename Out>
  bool finish(Out&& out) noexcept {
    const bool good = count_ == 0;
    Collector collector{out};
    flush_group(collector);
    padded_ = false;
    return good;
  }

 private:
  template <typename Out>
  void flush_group(Collector<Out>& out) noexcept {
    group_ <<= 6 * (4 - count_);
    for (int i = 0; i + 1 < count_; ++i) out.put(static_cast<std::uint8_t>(group_ >> (16 - 8 * i)));
    group_ = 0;
    count_ = 0;
  }

  std::uint32_t group_ = 0;
  std::uint8_t count_ = 0;
  bool padded_ = false;
};

class QuotedPrintableDecoder {
 public:
  // RFC 2045, 6.7. What is not as it must be is passed as it stands, and told.
  template <typename Out>
  bool feed(Bytes bytes, Out&& out) noexcept {
    Collector collector{out};
    bool good = true;
    for (const std::uint8_t c : bytes) good &= step(c, collector);
    return good;
  }
  template <typename Out>
  bool finish(Out&& out) noexcept {
    Collector collector{out};
    // A "=" at the very end broke the line that the delimiter took with it.
    const bool good = state_ != State::digit;
    if (good) state_ = State::text;
    give_up(collector);
    return good;
  }

 private:
  enum class State : std::uint8_t { text, equals, digit, soft_break };

  template <typename Out>
  void give_up(Collector<Out>& out) noexcept {
    if (state_ == State::equals || state_ == State::digit) out.put('=');
    if (state_ == State::digit) out.put(digit_);
    state_ = State::text;
  }
  template <typename Out>
  bool step(std::uint8_t c, Collector<Out>& out) noexcept {
    switch (state_) {
      case State::text:
        if (c == '=')
          state_ = State::equals;
        else
          out.put(c);
        return true;
      case State::equals:
        if (hex_value(c) < 16)
          digit_ = c, state_ = State::digit;
        else if (c == '\r' || c == ' ' || c == '\t')
          state_ = State::soft_break;
        else if (c == '\n')
          state_ = State::text;
        else
          return give_up(out), step(c, out), false;
        return true;
      case State::digit:
        if (hex_value(c) >= 16) return give_up(out), step(c, out), false;
        out.put(static_cast<std::uint8_t>(hex_value(digit_) << 4 | hex_value(c)));
        state_ = State::text;
        // "Uppercase letters must be used": small ones are read, and told.
        return !(digit_ >= 'a' || c >= 'a');
      case State::soft_break:
        if (c == '\n')
          state_ = State::text;
        else if (c != '\r' && c != ' ' && c != '\t')
          return state_ = State::text, step(c, out), false;
        return true;
    }
    return true;
  }

  State state_ = State::text;
  std::uint8_t digit_ = 0;
};

// "begin 644 name", lines of up to 45 bytes in 60 characters, "end": files within plain text, older than MIME.
class UuDecoder {
 public:
  static constexpr std::size_t kMaxLine = 256;

  // open(name), data(Bytes), close(): as the text's lines have it.
  template <typename Open, typename Data, typename Close>
  void feed(Bytes bytes, Open&& open, Data&& data, Close&& close) noexcept {
    for (const std::uint8_t c : bytes) {
      if (c == '\n') {
        line(open, data, close);
        size_ = 0;
        skip_ = false;
      } else if (!skip_) {
        if (size_ < kMaxLine) line_[size_++] = static_cast<char>(c);
        // Outside a file only lines that begin with "begin " are of interest.
        if (!inside_ && size_ <= kBegin.size()) skip_ = line_[size_ - 1] != kBegin[size_ - 1];
      }
    }
  }
  // The text is over; true if a file was open.
  bool finish() noexcept {
    const bool open = inside_;
    *this = {};
    return open;
  }
  bool inside() const noexcept { return inside_; }

 private:
  static constexpr std::string_view kBegin = "begin ";

  template <typename Open, typename Data, typename Close>
  void line(Open& open, Data& data, Close& close) noexcept {
    std::string_view text{line_.data(), size_};
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (!inside_) {
      const std::string_view name = skip_ ? std::string_view{} : name_of(text);
      if (name.empty()) return;
      inside_ = true;
      open(name);
    } else if (text == "end") {
      inside_ = false;
      close();
    } else {
      std::array<std::uint8_t, 64> decoded;
      data(Bytes{decoded.data(), decode(text, decoded)});
    }
  }
  static std::string_view name_of(std::string_view line) noexcept;
  static std::size_t decode(std::string_view line, std::array<std::uint8_t, 64>& out) noexcept;

  bool inside_ = false, skip_ = false;
  std::size_t size_ = 0;
  std::array<char, kMaxLine> line_;
};

}  // namespace gatehouse::proto::mime
