// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dns/dns.hpp"

#include <array>

#include "proto/dns/fields.hpp"
#include "proto/dns/probe.hpp"
#include "proto/dns/session.hpp"

namespace gatehouse::proto::dns {
namespace {

// A message over TCP and its length.
constexpr std::size_t kMaxPending = 2 + 0xffff;

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

Session* create_datagram(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<DnsSession>(memory, true);
}

}  // namespace

constinit const std::array<EventSpec, event::count> kEvents{
    EventSpec{"malformed_data", "a message's lengths or names contradict its bytes"},
    EventSpec{"not_request", "a response was sent to the server"},
    EventSpec{"not_response", "a request was sent to the client"},
    EventSpec{"z_flag_set", "the reserved bit of the header is set"},
    EventSpec{"invalid_opcode", "a kind of request that is not assigned"},
    EventSpec{"name_too_long", "a name was cut at 1025 characters"},
    EventSpec{"infinite_loop", "a compressed name points at itself"},
    EventSpec{"too_many_labels", "a name was cut after 255 labels and pointers"},
    EventSpec{"invalid_additionals", "the additional section is malformed and was left out"},
    EventSpec{"invalid_authorities", "the authority section is malformed and was left out"},
    EventSpec{"too_many_records", "a message holds more questions or records than are looked at"},
};

constinit const ProtocolSpec protocol{
    .name = "dns",
    .about = "Domain Name System",
    .ndpi_name = "DNS",
    .log_type = "dns",
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe_stream, .probe_datagram = probe_datagram},
    .max_pending = kMaxPending,
    .create = create_session<DnsSession>,
    .destroy = destroy_session<DnsSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = create_datagram,
};

}  // namespace gatehouse::proto::dns
