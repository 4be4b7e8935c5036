// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dtls/dtls.hpp"

#include "proto/dtls/session.hpp"

namespace gatehouse::proto::dtls {
namespace {

constexpr std::array kEvents{
    EventSpec{"invalid_record", "a datagram that is no sequence of records"},
    EventSpec{"invalid_fragment", "a fragment that does not fit into its message"},
    EventSpec{"message_too_long", "a handshake message longer than any that is read"},
    EventSpec{"invalid_hello", "a hello with wrong lengths, unsound server names, or more than is read"},
    EventSpec{"invalid_certificate", "a certificate, or a list of them, that is none"},
    EventSpec{"server_name_changed", "with the cookie the client asks for another server than before"},
    EventSpec{"error_alert", "an alert in the clear: one end does not like what the other said"},
};
static_assert(kEvents.size() == event::count);

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

const ProtocolSpec protocol{
    .name = "dtls",
    .about = "DTLS 1.0 to 1.3: names, versions, certificates, fingerprints",
    .ndpi_name = "DTLS",
    .log_type = "dtls",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::range(20, 25), FirstBytes::range(20, 25)}},
    .create = create_session<DtlsSession>,
    .destroy = destroy_session<DtlsSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = fields(),
    .events = kEvents,
};

}  // namespace gatehouse::proto::dtls
