// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/llmnr/llmnr.hpp"

#include <array>

#include "proto/dns/getters.hpp"
#include "proto/dns/probe.hpp"
#include "proto/dns/session.hpp"

namespace gatehouse::proto::llmnr {
namespace {

// RFC 4795, 2: "... LLMNR queries are sent to and received on port 5355."
constexpr std::uint16_t kPort = 5355;

Probe probe(Direction, Bytes datagram, std::uint16_t server_port) {
  return server_port == kPort ? dns::probe_kin(datagram) : Probe::no;
}

Session* create(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<dns::DnsSession>(memory, protocol);
}

constexpr std::uint8_t kComplete = 1;
constexpr auto kList = FieldType::list;
constexpr auto kBoth = FieldDirection::both;

constexpr std::array kFields{
    FieldSpec{"llmnr.queries.rrname", kList, kBoth, kComplete, "names in the question section", dns::query_name},
    FieldSpec{"llmnr.answers.rrname", kList, kBoth, kComplete, "names in the answer section", dns::answer_name},
    FieldSpec{"llmnr.authorities.rrname", kList, kBoth, kComplete, "names in the authority section",
              dns::authority_name},
    FieldSpec{"llmnr.additionals.rrname", kList, kBoth, kComplete, "names in the additional section",
              dns::additional_name},
};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

// Not logged by itself: readers of the log know no such record.
constinit const ProtocolSpec protocol{
    .name = "llmnr",
    .about = "Link-Local Multicast Name Resolution",
    .ndpi_name = "LLMNR",
    .log_type = {},
    .transports = {.udp = true},
    .detector = {.probe = probe},
    .create = create,
    .destroy = destroy_session<dns::DnsSession>,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = dns::kEvents,
};

}  // namespace gatehouse::proto::llmnr
