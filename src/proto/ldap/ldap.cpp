// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ldap/ldap.hpp"

#include "proto/ldap/fields.hpp"
#include "proto/ldap/session.hpp"

namespace gatehouse::proto::ldap {
namespace {

constexpr std::array kEvents{
    EventSpec{"too_many_transactions", "more requests wait for an answer than are kept; the oldest was given up"},
    EventSpec{"invalid_data", "bytes that are no message, or one from the wrong end"},
    EventSpec{"request_not_found", "a response to nothing that was asked"},
    EventSpec{"too_many_responses", "a request with more responses than are looked at"},
    EventSpec{"responses_not_kept", "responses so long that the log does not have them all"},
    EventSpec{"message_too_long", "a message so long that only its head was read"},
    EventSpec{"filter_too_deep", "a search filter nested deeper than it is followed"},
};
static_assert(kEvents.size() == event::filter_too_deep + 1);

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<LdapSession>(memory, datagrams);
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
constexpr FirstBytes kSequence = FirstBytes::of("\x30");

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "ldap",
    .about = "Lightweight Directory Access Protocol",
    .ndpi_name = "LDAP",
    .log_type = "ldap",
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe, .first_bytes = {kSequence, kSequence}, .probe_datagram = probe_datagram},
    .max_pending = kMaxMessage,
    .create = make<false>,
    .destroy = destroy_session<LdapSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::ldap
