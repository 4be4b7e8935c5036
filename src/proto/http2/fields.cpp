// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http2/fields.hpp"

#include <algorithm>

#include "proto/http2/transaction.hpp"

namespace gatehouse::proto::http2 {
namespace {

constexpr auto up = Direction::to_server, down = Direction::to_client;
constexpr auto to_server = FieldDirection::to_server, to_client = FieldDirection::to_client;
constexpr auto kStarted = static_cast<std::uint8_t>(Stage::started);

using Getter = FieldValue (*)(const Transaction&, unsigned);

FieldValue text_or_none(std::optional<std::string_view> text) noexcept {
  return text ? FieldValue::of(*text) : FieldValue::none();
}

const HeaderList& headers(const Transaction& tx, Direction d) noexcept {
  return as_http2(tx).side(d).headers;
}

// The n-th frame's number, of the frames that `has` takes.
template <typename Has>
FieldValue number_of(const Transaction& tx, Direction d, unsigned index, Has&& has) {
  for (const FrameNote& note : as_http2(tx).side(d).frames)
    if (has(note) && index-- == 0) return FieldValue::of_number(note.number);
  return FieldValue::none();
}

template <Direction D>
FieldValue frame_type_at(const Transaction& tx, unsigned index) {
  const auto& frames = as_http2(tx).side(D).frames;
  return index < frames.size() ? FieldValue::of_number(frames[index].type) : FieldValue::none();
}

template <Direction D>
FieldValue error_code(const Transaction& tx, unsigned index) {
  return number_of(tx, D, index, [](const FrameNote& note) {
    return note.type == frame_type::rst_stream || note.type == frame_type::goaway;
  });
}

template <Direction D>
FieldValue priority(const Transaction& tx, unsigned index) {
  return number_of(tx, D, index, [](const FrameNote& note) {
    return note.has_number && (note.type == frame_type::priority || note.type == frame_type::headers);
  });
}

template <Direction D>
FieldValue window(const Transaction& tx, unsigned index) {
  return number_of(tx, D, index, [](const FrameNote& note) { return note.type == frame_type::window_update; });
}

template <Direction D>
FieldValue size_update(const Transaction& tx, unsigned index) {
  const auto& size = as_http2(tx).side(D).size_update;
  return size && index == 0 ? FieldValue::of_number(*size) : FieldValue::none();
}

template <Direction D>
FieldValue setting_at(const Transaction& tx, unsigned index) {
  const auto& settings = as_http2(tx).side(D).settings;
  if (index >= settings.size()) return FieldValue::none();
  return {true, as_bytes(rule_name(settings[index].id)), settings[index].value};
}

template <Direction D>
FieldValue header_name(const Transaction& tx, unsigned index) {
  const HeaderList& list = headers(tx, D);
  return index < list.size() ? FieldValue::of(list.name(index)) : FieldValue::none();
}

template <Direction D>
FieldValue header_line(const Transaction& tx, unsigned index) {
  const HeaderList& list = headers(tx, D);
  return index < list.size() ? FieldValue::of(list.line(index)) : FieldValue::none();
}

template <Direction D>
FieldValue normal_headers(const Transaction& tx, unsigned) {
  const HeaderList& list = headers(tx, D);
  return list.size() == 0 ? FieldValue::none() : FieldValue::of(list.normal(D == up ? "cookie" : "set-cookie"));
}

template <Direction D>
FieldValue raw_headers(const Transaction& tx, unsigned) {
  return headers(tx, D).size() == 0 ? FieldValue::none() : FieldValue::of(headers(tx, D).raw());
}

template <Direction D>
FieldValue header_names(const Transaction& tx, unsigned) {
  return headers(tx, D).size() == 0 ? FieldValue::none() : FieldValue::of(headers(tx, D).names());
}

template <Direction D>
FieldValue body(const Transaction& tx, unsigned) {
  const http::BodyWindow& window = as_http2(tx).side(D).body;
  if (!window.started()) return FieldValue::none();
  return {true, window.bytes(), window.offset()};
}

FieldValue host(const Transaction& tx, unsigned) {
  const Http2Transaction& http = as_http2(tx);
  const std::string_view name = host_of(authority(http));
  if (name.empty()) return FieldValue::none();
  if (http.host.size() != name.size()) {
    http.host.assign(name);
    std::ranges::transform(http.host, http.host.begin(), ascii_lower);
  }
  return FieldValue::of(std::string_view{http.host});
}

FieldValue host_raw(const Transaction& tx, unsigned) {
  const std::string_view name = authority(as_http2(tx));
  return name.empty() ? FieldValue::none() : FieldValue::of(name);
}

FieldValue request_line(const Transaction& tx, unsigned) {
  const HeaderList& list = headers(tx, up);
  if (!list.last(":method")) return FieldValue::none();
  std::pmr::string& line = as_http2(tx).side(up).text;
  line.assign(*list.last(":method")).append(" ").append(list.last(":path").value_or("")).append(" HTTP/2\r\n");
  return FieldValue::of(std::string_view{line});
}

FieldValue response_line(const Transaction& tx, unsigned) {
  const auto code = headers(tx, down).last(":status");
  if (!code) return FieldValue::none();
  std::pmr::string& line = as_http2(tx).side(down).text;
  line.assign("HTTP/2 ").append(*code).append("\r\n");
  return FieldValue::of(std::string_view{line});
}

template <Direction D>
FieldValue version(const Transaction& tx, unsigned) {
  return headers(tx, D).size() == 0 ? FieldValue::none() : FieldValue::of("HTTP/2");
}

constexpr FieldSpec row(std::string_view name, FieldDirection direction, std::string_view about, Getter get,
                        FieldRole role = FieldRole::plain) {
  return {name, FieldType::bytes, direction, kStarted, about, get, role};
}
constexpr FieldSpec list(std::string_view name, FieldDirection direction, std::string_view about, Getter get) {
  return {name, FieldType::list, direction, kStarted, about, get};
}
constexpr FieldSpec number(std::string_view name, FieldDirection direction, std::string_view about, Getter get,
                           std::span<const NamedNumber> names = {}) {
  return {name, FieldType::number, direction, kStarted, about, get, FieldRole::plain, names};
}

}  // namespace

// RFC 9113, 8.2.3: cookies may come in several fields; together they are one, with "; " between them.
constinit const std::array<FieldSpec, 50> kFields{
    row("http.method", to_server, ":method",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, up).last(":method")); }),
    row("http.uri", to_server, ":path",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, up).last(":path")); }),
    row("http.uri.raw", to_server, ":path",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, up).last(":path")); }),
    row("http.protocol", to_server, "HTTP/2, of the request", version<up>),
    row("http.protocol", to_client, "HTTP/2, of the response", version<down>),
    row("http.request_line", to_server, "method and path as HTTP/1 would write them", request_line),
    row("http.response_line", to_client, "status as HTTP/1 would write it", response_line),
    row("http.stat_code", to_client, ":status, as text",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, down).last(":status")); }),
    row("http.host", to_server, "the server's name in lower case, without the port", host, FieldRole::session_domain),
    row("http.host.raw", to_server, ":authority, else the host header, as it came", host_raw),
    row(
        "http.user_agent", to_server, "user-agent",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, up).all("user-agent")); },
        FieldRole::device_software),
    row("http.referer", to_server, "referer",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, up).all("referer")); }),
    row("http.accept", to_server, "accept",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, up).all("accept")); }),
    row("http.accept_enc", to_server, "accept-encoding",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, up).all("accept-encoding")); }),
    row("http.accept_lang", to_server, "accept-language",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, up).all("accept-language")); }),
    row("http.connection", to_server, "connection, of the request",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, up).all("connection")); }),
    row("http.connection", to_client, "connection, of the response",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, down).all("connection")); }),
    row("http.content_len", to_server, "content-length, of the request",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, up).all("content-length")); }),
    row("http.content_len", to_client, "content-length, of the response",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, down).all("content-length")); }),
    row("http.content_type", to_server, "content-type, of the request",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, up).all("content-type")); }),
    row("http.content_type", to_client, "content-type, of the response",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, down).all("content-type")); }),
    row("http.cookie", to_server, "cookie",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, up).all("cookie", "; ")); }),
    row("http.cookie", to_client, "set-cookie",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, down).all("set-cookie")); }),
    row(
        "http.server", to_client, "server",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, down).all("server")); },
        FieldRole::device_software),
    row("http.location", to_client, "location",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, down).all("location")); }),
    row("http.header", to_server, "request headers normalised, without cookies", normal_headers<up>),
    row("http.header", to_client, "response headers normalised, without cookies", normal_headers<down>),
    row("http.header.raw", to_server, "request headers, name: value", raw_headers<up>),
    row("http.header.raw", to_client, "response headers, name: value", raw_headers<down>),
    row("http.header_names", to_server, "names of the request headers, between line ends", header_names<up>),
    row("http.header_names", to_client, "names of the response headers, between line ends", header_names<down>),
    list("http.request_header", to_server, "name: value, one by one", header_line<up>),
    list("http.response_header", to_client, "name: value, one by one", header_line<down>),
    FieldSpec{"http.request_body", FieldType::stream, to_server, kStarted, "the body, decoded", body<up>},
    FieldSpec{"http.response_body", FieldType::stream, to_client, kStarted, "the body, decoded", body<down>},
    number("http2.frametype", to_server, "types of the client's frames; several values", frame_type_at<up>,
           kFrameTypes),
    number("http2.frametype", to_client, "types of the server's frames; several values", frame_type_at<down>,
           kFrameTypes),
    number("http2.errorcode", to_server, "why the client ended a stream or the connection", error_code<up>,
           kErrorCodes),
    number("http2.errorcode", to_client, "why the server ended a stream or the connection", error_code<down>,
           kErrorCodes),
    number("http2.priority", to_server, "weights, as sent: one less than what they mean", priority<up>),
    number("http2.priority", to_client, "weights, as sent: one less than what they mean", priority<down>),
    number("http2.window", to_server, "increments of WINDOW_UPDATE; several values", window<up>),
    number("http2.window", to_client, "increments of WINDOW_UPDATE; several values", window<down>),
    number("http2.size_update", to_server, "size that HPACK's table is changed to", size_update<up>),
    number("http2.size_update", to_client, "size that HPACK's table is changed to", size_update<down>),
    list("http2.settings", to_server, "names of the client's settings, and their values as numbers", setting_at<up>),
    list("http2.settings", to_client, "names of the server's settings, and their values as numbers", setting_at<down>),
    list("http2.header_name", to_server, "names of the request headers, one by one", header_name<up>),
    list("http2.header_name", to_client, "names of the response headers, one by one", header_name<down>),
    row("http2.authority", to_server, ":authority, as it came",
        [](const Transaction& tx, unsigned) { return text_or_none(headers(tx, up).last(":authority")); }),
};

}  // namespace gatehouse::proto::http2
