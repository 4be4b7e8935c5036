// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rtsp/rtsp.hpp"

#include "proto/rtsp/session.hpp"

namespace gatehouse::proto::rtsp {
namespace {

constexpr std::array kEvents{
    EventSpec{"invalid_data", "a start line, a header field, a length or a description that is none"},
    EventSpec{"message_too_long", "start line and fields are longer than any that are read"},
    EventSpec{"body_too_long", "a description is longer than any that is read"},
    EventSpec{"clear_text_password", "a client sends its password readable by all (Basic)"},
};

Probe probe(Direction, Bytes bytes, std::uint16_t) {
  return headerlines::probe_start_line(bytes, kVersions);
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

void log(const Transaction& tx, JsonWriter& json) {
  const auto& told = static_cast<const RtspTransaction&>(tx);
  const headerlines::Head& head = told.head;
  const auto text = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) json.member(key, value);
  };
  const auto field = [&](std::string_view key, std::string_view name) { text(key, head.find(name).value_or("")); };
  json.open_object("rtsp");
  if (const auto status = headerlines::decimal(head.start.code)) json.member("status", *status);
  text("reason", head.start.reason);
  text("method", head.start.method);
  text("uri", head.start.uri);
  json.member("version", head.start.version);
  field("cseq", "CSeq");
  field("session", "Session");
  field("transport", "Transport");
  field("user_agent", "User-Agent");
  field("server", "Server");
  field("content_type", "Content-Type");
  text("auth_scheme", auth_scheme(head));
  text("auth_user", auth_user(told));
  if (!told.sdp.empty()) told.sdp.write(json);
  json.close_object();
}

constinit const ProtocolSpec protocol{
    .name = "rtsp",
    .about = "Real Time Streaming Protocol: cameras",
    .ndpi_name = "RTSP",
    .log_type = "rtsp",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::range('A', 'Z'), FirstBytes::range('A', 'Z')}},
    .max_pending = headerlines::kLongestHead + sdp::kLongest,
    .create = create_session<RtspSession>,
    .destroy = destroy_session<RtspSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::rtsp
