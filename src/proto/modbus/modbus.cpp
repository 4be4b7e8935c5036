// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/modbus/modbus.hpp"

#include <array>

#include "proto/modbus/fields.hpp"
#include "proto/modbus/probe.hpp"
#include "proto/modbus/session.hpp"

namespace gatehouse::proto::modbus {
namespace {

constexpr std::array kEvents{
    EventSpec{"unsolicited_response", "a response to no request that was seen"},
    EventSpec{"invalid_function_code", "a function code that no request or response may have"},
    EventSpec{"invalid_length", "a message is longer or shorter than its function says"},
    EventSpec{"invalid_value", "a count or value that the function does not know"},
    EventSpec{"invalid_exception_code", "an exception code that does not exist"},
    EventSpec{"value_mismatch", "a response does not fit what was asked for"},
    EventSpec{"flooded", "more requests wait for their responses than are kept; the oldest was given up"},
    EventSpec{"invalid_protocol_id", "the protocol identifier is not zero"},
};
static_assert(kEvents.size() == event::invalid_protocol_id + 1);

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<ModbusSession>(memory, datagrams);
}

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "modbus",
    .about = "Modbus: registers and coils of controllers, meters and drives",
    .ndpi_name = "Modbus",
    .log_type = "modbus",
    .counted_as_one = true,
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe, .probe_datagram = probe_datagram},
    .max_pending = kBeforeUnit + kLongestOfAny,
    .create = make<false>,
    .destroy = destroy_session<ModbusSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::modbus
