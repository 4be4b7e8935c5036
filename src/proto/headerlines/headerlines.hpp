// SPDX-License-Identifier: GPL-3.0-or-later
// Messages that are a start line, header fields a line each, an empty line, and a body: what SIP (RFC 3261, 7), RTSP
// (RFC 2326, 4) and SSDP have of HTTP/1.1. Views only: a message's head is looked at where it lies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "model/protocol.hpp"

namespace gatehouse::proto::headerlines {

inline constexpr std::size_t kLongestStartLine = 2048;  // that is waited for
inline constexpr std::size_t kLongestHead = 32 * 1024;  // start line and fields
// Values of one field name that are told; each is found by walking the head.
inline constexpr unsigned kMaxListed = 32;

// Finds where a head ends in a stream that grows, looking at each byte about once.
class HeadFinder {
 public:
  // The size of the head with its empty line; 0: not there yet. `bytes` begin where they began in the last call.
  std::size_t find(Bytes bytes) noexcept;
  // The next head begins elsewhere.
  void reset() noexcept { seen_ = 0, found_ = 0; }

 private:
  std::size_t seen_ = 0, found_ = 0;
};

// "INVITE sip:door@things.example SIP/2.0" or "SIP/2.0 200 OK".
struct StartLine {
  std::string_view line;  // without its end
  bool is_response = false;
  std::string_view method, uri;   // of a request
  std::string_view code, reason;  // of a response
  std::string_view version;

  // False where `line` is neither. `protocol` is how versions begin: "SIP/".
  [[nodiscard]] bool parse(std::string_view line, std::string_view protocol) noexcept;
};

// Whether bytes begin with such a line. Methods are words of capitals, as all that are registered.
Probe probe_start_line(Bytes bytes, std::string_view protocol) noexcept;

struct Field {
  std::string_view name, value;  // the value without space around it; a folded one as it stands, line ends within
};

// Walks the fields of a head.
class Fields {
 public:
  explicit Fields(std::string_view lines) noexcept : rest_(lines) {}
  // False at the end. A line that is no field has an empty name, and is the value.
  bool next(Field& field) noexcept;

 private:
  std::string_view rest_;
};

// A start line and the lines of its fields.
struct Head {
  StartLine start;
  std::string_view lines;

  [[nodiscard]] bool parse(Bytes head, std::string_view protocol) noexcept;
  // The value of the field `index` times after the first of that name, in any letter case; `compact` is its short form
  // (RFC 3261, 7.3.3), empty where it has none.
  std::optional<std::string_view> find(std::string_view name, std::string_view compact = {},
                                       unsigned index = 0) const noexcept;
  // Whether every line is a field.
  bool well_formed() const noexcept;
};

// "272", up to 19 digits and nothing else.
std::optional<std::uint64_t> decimal(std::string_view text) noexcept;

// `name` of "Digest username="door", realm="things"" or of "unicast;client_port=8000-8001": what stands behind its "=",
// without quotes (escapes within stay). Separators are commas, semicolons and spaces.
std::optional<std::string_view> parameter(std::string_view value, std::string_view name) noexcept;

// The host of "sip:door@things.example:5060;transport=tcp" and of "rtsp://camera.example:554/live": between the user
// and the port, without brackets.
std::string_view host_of(std::string_view uri) noexcept;

// The user of an Authorization field: the user name of Digest, or of Basic, which is decoded into `room`.
inline constexpr std::size_t kLongestUser = 128;
std::string_view user_of(std::string_view authorization, std::span<char, kLongestUser> room) noexcept;

}  // namespace gatehouse::proto::headerlines
