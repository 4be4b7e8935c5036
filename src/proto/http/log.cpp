// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/log.hpp"

#include "proto/http/header_values.hpp"
#include "proto/http/transaction.hpp"

namespace gatehouse::proto::http {
namespace {

constexpr auto up = Direction::to_server, down = Direction::to_client;

void text(JsonWriter& json, std::string_view key, const bstr* value) {
  if (value != nullptr) json.member(key, view(value));
}

void header_member(JsonWriter& json, std::string_view key, const HttpTransaction& tx, Direction d, const char* name) {
  if (const auto value = header(tx, d, name)) json.member(key, *value);
}

void content_range(JsonWriter& json, const HttpTransaction& tx) {
  const auto raw = header(tx, down, "content-range");
  if (!raw) return;
  json.open_object("content_range");
  json.member("raw", *raw);
  if (const auto range = parse_content_range(*raw)) {
    json.member("start", range->start);
    json.member("end", range->end);
    if (range->size) json.member("size", *range->size);
  }
  json.close_object();
}

void status(JsonWriter& json, const HttpTransaction& tx) {
  const htp_tx_t& htp = *tx.htp;
  if (htp.response_status_number > 0)
    json.member("status", htp.response_status_number);
  else
    text(json, "status_string", htp.response_status);
  if (htp.response_status_number < 300 || htp.response_status_number > 399) return;
  header_member(json, "redirect", tx, down, "location");
}

}  // namespace

void log(const Transaction& tx, JsonWriter& json) {
  const HttpTransaction& http = as_http(tx);
  const htp_tx_t& htp = *http.htp;
  json.open_object("http");
  text(json, "hostname", htp.request_hostname);
  if (htp.request_port_number > 0) json.member("http_port", htp.request_port_number);
  text(json, "url", htp.request_uri);
  header_member(json, "http_user_agent", http, up, "user-agent");
  if (const auto type = header(http, down, "content-type"))
    json.member("http_content_type", type->substr(0, type->find(';')));
  content_range(json, http);
  header_member(json, "http_refer", http, up, "referer");
  text(json, "http_method", htp.request_method);
  text(json, "protocol", htp.request_protocol);
  status(json, http);
  json.member("length", htp.response_message_len);
  json.close_object();
}

}  // namespace gatehouse::proto::http
