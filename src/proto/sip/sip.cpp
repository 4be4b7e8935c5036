// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/sip/sip.hpp"

#include "proto/sip/session.hpp"

namespace gatehouse::proto::sip {
namespace {

constexpr std::array kEvents{
    EventSpec{"invalid_data", "a start line, a header field, a length or a description that is none"},
    EventSpec{"incomplete_data", "a datagram ends before its message does"},
    EventSpec{"message_too_long", "start line and fields are longer than any that are read"},
    EventSpec{"body_too_long", "a description is longer than any that is read"},
    EventSpec{"too_many_media", "a description has more media than are told"},
};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<SipSession>(memory, datagrams);
}

Probe probe(Direction, Bytes bytes, std::uint16_t) {
  return headerlines::probe_start_line(bytes, kVersions);
}

// A datagram has its whole start line.
Probe probe_datagram(Direction, Bytes datagram, std::uint16_t) {
  return headerlines::probe_start_line(datagram, kVersions) == Probe::yes ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

void log(const Transaction& tx, JsonWriter& json) {
  const auto& told = static_cast<const SipTransaction&>(tx);
  const headerlines::StartLine& start = told.head.start;
  json.open_object("sip");
  if (start.is_response) {
    json.member("version", start.version);
    json.member("code", start.code);
    json.member("reason", start.reason);
    json.member("response_line", start.line);
  } else {
    json.member("method", start.method);
    json.member("uri", start.uri);
    json.member("version", start.version);
    json.member("request_line", start.line);
  }
  if (!told.sdp.empty()) told.sdp.write(json);
  json.close_object();
}

constinit const ProtocolSpec protocol{
    .name = "sip",
    .about = "Session Initiation Protocol: calls",
    .ndpi_name = "SIP",
    .log_type = "sip",
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe,
                 .first_bytes = {FirstBytes::range('A', 'Z'), FirstBytes::range('A', 'Z')},
                 .probe_datagram = probe_datagram},
    .max_pending = headerlines::kLongestHead + sdp::kLongest,
    .create = make<false>,
    .destroy = destroy_session<SipSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::sip
