// SPDX-License-Identifier: GPL-3.0-or-later
// The Session Description Protocol (RFC 8866): the media of a call or a stream, and where they are sent. A body of SIP
// and RTSP, read where it lies.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/ip.hpp"
#include "base/json_writer.hpp"

namespace gatehouse::proto::sdp {

inline constexpr std::size_t kLongest = 16 * 1024;  // of a description that is read
inline constexpr unsigned kMaxMedia = 16;           // media that are told
inline constexpr unsigned kMaxListed = 64;          // values of one letter in one section that are told

// RFC 8866, 5.14: "m=<media> <port>/<number of ports> <proto> <fmt> ...", and where its bytes go.
struct Media {
  std::string_view kind, protocol;
  std::uint16_t port = 0;
  IpAddress address;               // of its own "c=" line, or of the session's; version 0 where it is a name
  std::uint16_t control_port = 0;  // RFC 3605: "a=rtcp:", or the next port
  bool control_apart = true;       // false: RTCP comes to the same port (RFC 5761)
  bool is_rtp() const noexcept { return protocol.find("RTP/") != protocol.npos; }
};

class Description {
 public:
  Description() = default;
  // False where it does not begin as RFC 8866, 5 demands: "v=0", and an origin.
  [[nodiscard]] bool parse(Bytes body) noexcept;
  bool empty() const noexcept { return session_.empty(); }

  // The value of the session's line `letter`, `index` counting those of this letter.
  std::optional<std::string_view> session(char letter, unsigned index = 0) const noexcept;
  // The same of the media at `media`.
  std::optional<std::string_view> media(unsigned media, char letter, unsigned index = 0) const noexcept;
  // The value of "a=name:value" among the session's attributes, empty where there is none.
  std::string_view attribute(std::string_view name) const noexcept;
  unsigned media_count() const noexcept { return media_count_; }
  bool too_many_media() const noexcept { return too_many_media_; }
  std::optional<Media> describe(unsigned media) const noexcept;

  // "sdp": {…}, as EVE has it.
  void write(JsonWriter& json) const noexcept;

 private:
  std::string_view section(unsigned media) const noexcept;

  std::string_view session_, media_;
  unsigned media_count_ = 0;
  bool too_many_media_ = false;
};

}  // namespace gatehouse::proto::sdp
