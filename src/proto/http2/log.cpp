// SPDX-License-Identifier: GPL-3.0-or-later
// A stream as the "http" object of EVE.
#include <charconv>

#include "proto/http2/transaction.hpp"

namespace gatehouse::proto::http2 {
namespace {

constexpr auto up = Direction::to_server, down = Direction::to_client;

void write_headers(JsonWriter& json, std::string_view key, const Side& side) {
  const HeaderList& headers = side.headers;
  if (headers.size() == 0 && !side.size_update) return;
  json.open_array(key);
  if (side.size_update) {
    json.open_object();
    json.member("table_size_update", *side.size_update);
    json.close_object();
  }
  for (std::size_t i = 0; i < headers.size() && json.text().size() < kLoggedRecord; ++i) {
    json.open_object();
    json.member("name", headers.name(i).substr(0, kLoggedValue));
    json.member("value", headers.value(i).substr(0, kLoggedValue));
    json.close_object();
  }
  json.close_array();
}

void header_member(JsonWriter& json, std::string_view key, const HeaderList& headers, std::string_view name) {
  if (const auto value = headers.last(name)) json.member(key, value->substr(0, kLoggedValue));
}

void write_length(JsonWriter& json, const Http2Transaction& tx) {
  auto text = tx.side(down).headers.last("content-length");
  if (!text) text = tx.side(up).headers.last("content-length");
  if (!text) return;
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), length);
  if (error == std::errc{} && end == text->data() + text->size()) json.member("length", length);
}

void write_settings(JsonWriter& json, const Side& side) {
  bool any = false;
  for (const Setting& setting : side.settings) {
    const std::string_view name = log_name(setting.id);
    if (name.empty()) continue;
    if (!any) json.open_array("settings");
    any = true;
    json.open_object();
    json.member("settings_id", name);
    json.member("settings_value", setting.value);
    json.close_object();
  }
  if (any) json.close_array();
}

void write_error(JsonWriter& json, std::uint32_t code) {
  if (const std::string_view name = error_log_name(code); !name.empty()) {
    json.member("error_code", name);
    return;
  }
  std::array<char, 10> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), code).ptr;
  json.member("error_code", std::string_view{text.data(), static_cast<std::size_t>(end - text.data())});
}

bool is_error(const FrameNote& note) {
  return note.type == frame_type::goaway || note.type == frame_type::rst_stream;
}
bool is_priority(const FrameNote& note) {
  return note.has_number && (note.type == frame_type::priority || note.type == frame_type::headers);
}

// Whether write_frames() would write anything.
bool has_members(const Side& side, bool with_priority) {
  for (const Setting& setting : side.settings)
    if (!log_name(setting.id).empty()) return true;
  for (const FrameNote& note : side.frames)
    if (is_error(note) || (with_priority && is_priority(note))) return true;
  return false;
}

void write_frames(JsonWriter& json, std::string_view key, const Side& side, bool with_priority) {
  if (!has_members(side, with_priority)) return;
  json.open_object(key);
  write_settings(json, side);
  unsigned errors = 0, priorities = 0;
  for (const FrameNote& note : side.frames) {
    if (is_error(note) && ++errors == 1) write_error(json, note.number);
    if (with_priority && is_priority(note) && ++priorities == 1) json.member("priority", note.number);
  }
  if (errors > 1)
    json.member("has_multiple", "error_code");
  else if (priorities > 1)
    json.member("has_multiple", "priority");
  json.close_object();
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const Http2Transaction& tx = as_http2(transaction);
  const HeaderList& request = tx.side(up).headers;
  const HeaderList& response = tx.side(down).headers;
  json.open_object("http");
  json.member("version", "2");
  header_member(json, "http_method", request, ":method");
  header_member(json, "url", request, ":path");
  if (const std::string_view host = host_of(authority(tx)); !host.empty())
    json.member("hostname", host.substr(0, kLoggedValue));
  header_member(json, "http_user_agent", request, "user-agent");
  header_member(json, "http_refer", request, "referer");
  if (const auto type = response.last("content-type"))
    json.member("http_content_type", type->substr(0, type->find(';')).substr(0, kLoggedValue));
  if (const unsigned code = status(tx); code > 0) json.member("status", code);
  write_length(json, tx);
  json.open_object("http2");
  json.member("stream_id", tx.stream);
  write_frames(json, "request", tx.side(up), true);
  write_frames(json, "response", tx.side(down), false);
  json.close_object();
  write_headers(json, "request_headers", tx.side(up));
  write_headers(json, "response_headers", tx.side(down));
  json.close_object();
}

}  // namespace gatehouse::proto::http2
