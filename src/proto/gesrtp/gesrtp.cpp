// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/gesrtp/gesrtp.hpp"

#include "proto/gesrtp/fields.hpp"
#include "proto/gesrtp/session.hpp"

namespace gatehouse::proto::gesrtp {
namespace {

constexpr std::array kEvents{
    EventSpec{"malformed_packet", "bytes that are no packet; the session is given up"},
    EventSpec{"unknown_service", "a service that nobody has described"},
};
static_assert(kEvents.size() == event::unknown_service + 1);

// The empty packets with which a connection begins are no proof: the first request or response is.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  while (!bytes.empty()) {
    if (bytes[0] > packet::response || (bytes.size() > 1 && bytes[1] != 0)) return Probe::no;
    Cursor c{bytes};
    const Packet p{c};
    if (!c.ok()) return Probe::need_more;
    if (!p.plausible()) return Probe::no;
    if (p.is_response()) return Probe::yes;
    if (p.is_request()) return find_service(p.service) != nullptr ? Probe::yes : Probe::no;
    bytes = bytes.subspan(kHeader);
  }
  return Probe::need_more;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
constexpr auto kFirst = FirstBytes::range(packet::initiate, packet::response);

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "gesrtp",
    .about = "GE SRTP: controllers of GE and Emerson",
    .ndpi_name = "",
    .log_type = "gesrtp",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {kFirst, kFirst}},
    .max_pending = kHeader,
    .create = create_session<SrtpSession>,
    .destroy = destroy_session<SrtpSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::gesrtp
