// SPDX-License-Identifier: GPL-3.0-or-later
// One stream: a request and its response. What concerns the whole connection (SETTINGS, GOAWAY, …) is a transaction of
// one frame, on stream 0.
#pragma once

#include <array>
#include <memory_resource>
#include <optional>
#include <vector>

#include "proto/dns/transaction.hpp"
#include "proto/http/body_window.hpp"
#include "proto/http/brotli.hpp"
#include "proto/http2/frame.hpp"
#include "proto/http2/headers.hpp"
#include "proto/inflate/inflate.hpp"

namespace gatehouse::proto::http2 {

enum class Stage : std::uint8_t { started, complete };

namespace event {
inline constexpr std::uint8_t invalid_frame_header = 0, invalid_client_magic = 1, invalid_frame_data = 2,
                              invalid_header = 3, invalid_frame_length = 4, extra_header_data = 5, long_frame_data = 6,
                              stream_id_reuse = 7, invalid_http1_settings = 8, failed_decompression = 9,
                              invalid_range = 10, header_integer_overflow = 11, too_many_streams = 12,
                              authority_host_mismatch = 13, userinfo_in_uri = 14, reassembly_limit_reached = 15,
                              dns_request_too_long = 16, dns_response_too_long = 17, data_stream_zero = 18,
                              too_many_frames = 19, compression_bomb = 20, header_table_overflow = 21, invalid_dns = 22,
                              file_name_too_long = 23, count = 24;
}

// A frame as the fields have it. `number`: the error code of RST_STREAM and GOAWAY, the weight of PRIORITY and of
// HEADERS with one, the increment of WINDOW_UPDATE.
struct FrameNote {
  std::uint8_t type = 0;
  bool has_number = false;
  std::uint32_t number = 0;
};

struct Side {
  explicit Side(Memory& memory)
      : headers(memory), frames(&memory), settings(&memory), body(memory), dns_bytes(&memory), text(&memory) {}

  HeaderList headers;
  std::pmr::vector<FrameNote> frames;
  std::pmr::vector<Setting> settings;
  std::optional<std::uint64_t> size_update;
  http::BodyWindow body;
  std::optional<FileId> file;
  std::optional<inflate::Inflater> inflater;
  std::optional<http::BrotliBody> brotli;
  bool body_begun = false, file_hole = false, broken = false;
  bool any_data = false;  // DATA is noted once
  bool ended = false;
  bool is_dns = false;  // the body is a DNS message
  std::pmr::vector<std::uint8_t> dns_bytes;
  dns::DnsTransaction* dns = nullptr;
  mutable std::pmr::string text;  // the request or response line, when asked for
};

struct Http2Transaction : Transaction {
  Http2Transaction(Memory& from, std::uint32_t stream_id)
      : memory(&from), stream(stream_id), sides{Side{from}, Side{from}}, host(&from) {}
  ~Http2Transaction();
  Http2Transaction(const Http2Transaction&) = delete;
  Http2Transaction& operator=(const Http2Transaction&) = delete;

  Memory* memory;
  std::uint32_t stream;
  std::array<Side, 2> sides;
  mutable std::pmr::string host;  // in lower case, when asked for

  Side& side(Direction d) noexcept { return sides[index(d)]; }
  const Side& side(Direction d) const noexcept { return sides[index(d)]; }
  // The response's DNS message where there is one, else the request's, else null.
  const dns::DnsTransaction* dns() const noexcept;
};

inline const Http2Transaction& as_http2(const Transaction& tx) noexcept {
  return static_cast<const Http2Transaction&>(tx);
}

// RFC 3986, 3.2: "authority = [ userinfo "@" ] host [ ":" port ]".
std::string_view host_of(std::string_view authority) noexcept;
// What the request is for, ":authority" before "host".
std::string_view authority(const Http2Transaction& tx) noexcept;
// ":path" without its query.
std::string_view file_path(const Http2Transaction& tx) noexcept;
unsigned status(const Http2Transaction& tx) noexcept;

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::http2
