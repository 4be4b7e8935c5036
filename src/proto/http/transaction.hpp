// SPDX-License-Identifier: GPL-3.0-or-later
// One request and its response: libhtp's transaction, and what is kept beside it.
#pragma once

#include <array>
#include <htp/htp.h>
#include <memory_resource>
#include <optional>
#include <string>
#include <vector>

#include "model/protocol.hpp"
#include "proto/http/body_window.hpp"
#include "proto/http/brotli.hpp"
#include "proto/http/chunk_scanner.hpp"
#include "proto/http/multipart.hpp"
#include "proto/upnp/upnp.hpp"

namespace gatehouse::proto::http {

// By direction; the same six steps in each.
enum class Stage : std::uint8_t { started, line, headers, body, trailer, complete };

// Buffers that are put together when somebody asks, and kept until the headers change.
struct HeadText {
  explicit HeadText(Memory& memory) : lines(&memory), ends(&memory), normal(&memory), names(&memory), start(&memory) {}

  static constexpr std::size_t kNever = ~std::size_t{0};
  std::size_t lines_of = kNever, normal_of = kNever, names_of = kNever,
              start_of = kNever;       // bytes of head it was made of
  std::pmr::string lines;              // "name: value\r\n" of all headers
  std::pmr::vector<std::size_t> ends;  // of each line, without CRLF
  std::pmr::string normal;             // the same without cookies
  std::pmr::string names;
  std::pmr::string start;
};

struct Side {
  explicit Side(Memory& memory) : raw_head(&memory), body(memory), text(memory) {}

  std::pmr::string raw_head;  // header lines as they came, the trailer's behind them
  BodyWindow body;
  mutable HeadText text;
  std::optional<FileId> file;
  std::optional<ChunkScanner> chunks;
  bool file_hole = false;
  bool body_begun = false;
  bool news = false;  // something to update() the sink about
};

struct HttpTransaction : Transaction {
  HttpTransaction(Memory& memory, htp_tx_t* parsed) : htp(parsed), sides{Side{memory}, Side{memory}}, uri(&memory) {}

  htp_tx_t* htp;
  std::array<Side, 2> sides;
  mutable std::pmr::string uri;  // normalised, when asked for
  mutable bool uri_built = false;
  std::optional<MultipartReader> multipart;
  std::optional<BrotliBody> brotli;
  unsigned inflate_failures = 0;
  std::optional<upnp::Description> described;  // views into the response's window, once that is complete
  bool closed = false;

  Side& side(Direction d) noexcept { return sides[index(d)]; }
  const Side& side(Direction d) const noexcept { return sides[index(d)]; }
  Stage stage_of(Direction d) const noexcept { return static_cast<Stage>(stage[index(d)]); }
};

inline const HttpTransaction& as_http(const Transaction& tx) noexcept {
  return static_cast<const HttpTransaction&>(tx);
}

inline std::string_view view(const bstr* text) noexcept {
  if (text == nullptr) return {};
  const auto* data = text->realptr != nullptr ? text->realptr : reinterpret_cast<const unsigned char*>(text + 1);
  return {reinterpret_cast<const char*>(data), text->len};
}

inline const htp_table_t* headers(const HttpTransaction& tx, Direction d) noexcept {
  return d == Direction::to_server ? tx.htp->request_headers : tx.htp->response_headers;
}

// The value of the header, all repetitions joined by ", "; absent: nullopt.
std::optional<std::string_view> header(const HttpTransaction& tx, Direction d, const char* name) noexcept;
// The path that the request asks for: what its body and its response are called as files.
std::string_view path(const HttpTransaction& tx) noexcept;
// Path and query decoded as the server would read them.
std::string_view normalised_uri(const HttpTransaction& tx) noexcept;

}  // namespace gatehouse::proto::http
