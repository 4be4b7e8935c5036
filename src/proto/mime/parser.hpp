// SPDX-License-Identifier: GPL-3.0-or-later
// Reads one mail as it streams, in pieces of any size, and tells a Receiver what it finds. Bounded: nothing here grows
// with the mail but what Email keeps, and that has its own limits.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <string_view>

#include "base/bytes.hpp"
#include "proto/mime/decoder.hpp"
#include "proto/mime/email.hpp"
#include "proto/mime/url_scanner.hpp"

namespace gatehouse::proto::mime {

// What is wrong with a mail. By these names, with "mime_" before them, rules know it.
enum class Anomaly : std::uint8_t {
  parse_failed,   // a limit of depth: the rest of this part was not opened
  malformed_msg,  // structure that a standard forbids: two readers may see two mails
  invalid_base64,
  invalid_qp,
  long_line,
  long_enc_line,
  long_header_name,
  long_header_value,
  long_boundary,
  long_filename,
};

class Receiver {
 public:
  // At most one file is open at a time.
  virtual void file_open(std::string_view name) noexcept = 0;
  virtual void file_data(Bytes data) noexcept = 0;
  virtual void file_gap(std::uint64_t missing) noexcept = 0;
  virtual void file_close(bool truncated) noexcept = 0;
  virtual void anomaly(Anomaly anomaly) noexcept = 0;
  // The message's own header section is complete: Email's header fields will not change any more.
  virtual void headers_done() noexcept {}

 protected:
  ~Receiver() = default;
};

class Parser {
 public:
  static constexpr std::size_t kMaxDepth = 16;   // multiparts within each other
  static constexpr std::size_t kMaxEncoded = 2;  // messages within encoded messages
  static constexpr std::size_t kMaxBoundary = 254;
  static constexpr std::size_t kMaxFilename = 255;
  static constexpr std::size_t kMaxField = 8192;     // of a header field, unfolded
  static constexpr std::size_t kMaxDelimiter = 512;  // a line that may be a delimiter is looked at up to here
  // RFC 5322, 2.1.1: "Each line of characters MUST be no more than 998 characters […] excluding the CRLF."
  static constexpr std::size_t kLongLine = 998;
  // RFC 2045, 6.7 and 6.8: encoded lines "must be no more than 76 characters long".
  static constexpr std::size_t kLongEncodedLine = 76;
  static constexpr std::size_t kLongHeaderName = 75;
  static constexpr std::size_t kLongHeaderValue = 2000;

  explicit Parser(std::pmr::memory_resource& memory) noexcept : memory_(memory) {}
  ~Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // A new message. Both must outlive it.
  void start(Email& email, Receiver& receiver) noexcept;
  // False: out of memory, the message cannot be followed further.
  bool feed(Bytes bytes) noexcept;
  // The message is over, or the session is (`truncated`).
  bool finish(bool truncated) noexcept;
  // Bytes are missing here; what follows is read as the same part.
  void gap(std::uint64_t missing) noexcept;
  bool active() const noexcept { return active_; }

 private:
  enum class State : std::uint8_t { headers, body };
  enum class Encoding : std::uint8_t { identity, base64, quoted_printable };
  enum class Leaf : std::uint8_t { none, text, file, other, child };  // what becomes of body bytes

  struct Boundary {
    std::uint16_t size = 0;
    std::array<char, kMaxBoundary> text;
  };
  struct Part {
    bool has_type = false, has_encoding = false, has_name = false, attached = false, has_boundary = false;
    Encoding encoding = Encoding::identity;
    bool text = true, multipart = false, message = false;  // RFC 2045, 5.2: the default is text
    Boundary boundary;
    std::uint16_t name_size = 0;
    std::array<char, kMaxFilename> name;
  };

  void take_line_piece(Bytes piece, bool ends);
  void take_header_piece(Bytes piece, bool ends);
  void take_body_piece(Bytes piece, bool ends);
  void held_line(bool ends);
  void end_line();
  bool keep_line(Bytes& piece, std::size_t most) noexcept;
  std::string_view line() const noexcept { return {line_.data(), kept_}; }

  void header_line(std::string_view line);
  void end_field();
  void field(std::string_view name, std::string_view value);
  void content_type(std::string_view value);
  void set_name(std::string_view field, std::string_view parameter);
  void begin_headers() noexcept;
  void end_headers();
  void begin_leaf();
  void begin_child();

  bool delimiter(std::string_view line);
  bool matches(const Boundary& boundary, std::string_view line, bool exact) const noexcept;
  void body(Bytes bytes);
  void encoded(Bytes bytes);
  void decoded(Bytes bytes);
  void text(Bytes bytes);
  void end_leaf(bool truncated);
  void open_file(std::string_view name);
  void close_file(bool truncated) noexcept;
  void anomaly(Anomaly anomaly) noexcept { receiver_->anomaly(anomaly); }

  std::pmr::memory_resource& memory_;
  Email* email_ = nullptr;
  Receiver* receiver_ = nullptr;
  Parser* child_ = nullptr;  // reads a message that was encoded
  std::uint8_t encoded_depth_ = 0;

  bool active_ = false;
  State state_ = State::headers;
  bool main_headers_ = true;    // of the message itself
  std::size_t line_size_ = 0;   // of the line at hand, its end included
  std::uint8_t last_byte_ = 0;  // before the line's end

  // The line at hand, as far as it is kept: in a header section, and where it may be a delimiter.
  std::size_t kept_ = 0;
  bool holding_ = false;  // until it is known whether it is a delimiter
  bool swallow_ = false;  // the rest of a delimiter
  std::array<char, kMaxField> line_;
  // The header field at hand, unfolded.
  std::size_t field_size_ = 0;
  bool in_field_ = false, field_cut_ = false, first_line_ = true;
  std::array<char, kMaxField> field_;

  Part part_;
  std::size_t depth_ = 0;
  std::array<Boundary, kMaxDepth> boundaries_;

  Leaf leaf_ = Leaf::none;
  bool file_open_ = false;
  bool undecided_ = false;  // a message that says it is encoded: does it look so?
  std::array<std::uint8_t, 2> eol_;
  std::uint8_t eol_size_ = 0;  // an end of line that belongs to the delimiter if one follows
  Base64Decoder base64_;
  QuotedPrintableDecoder quoted_;
  UuDecoder uu_;
  UrlScanner urls_;
};

}  // namespace gatehouse::proto::mime
