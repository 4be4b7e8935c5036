// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mqtt/mqtt.hpp"

#include <array>

#include "proto/mqtt/fields.hpp"
#include "proto/mqtt/session.hpp"

namespace gatehouse::proto::mqtt {
namespace {

constexpr std::array kEvents{
    EventSpec{"missing_connect", "CONNACK without CONNECT"},
    EventSpec{"missing_publish", "PUBACK, PUBREC, PUBREL or PUBCOMP without PUBLISH"},
    EventSpec{"missing_subscribe", "SUBACK without SUBSCRIBE"},
    EventSpec{"missing_unsubscribe", "UNSUBACK without UNSUBSCRIBE"},
    EventSpec{"double_connect", "CONNECT within a session"},
    EventSpec{"unintroduced_message", "a packet before CONNECT was accepted"},
    EventSpec{"invalid_qos_level", "quality of service 3"},
    EventSpec{"missing_msg_id", "a packet that must be numbered is not"},
    EventSpec{"unassigned_msg_type", "a packet type that does not exist"},
    EventSpec{"too_many_transactions", "more packets wait for an answer than are kept; the oldest was given up"},
    EventSpec{"malformed_traffic", "bytes that are no packet; the session is given up"},
    EventSpec{"too_many_messages", "a packet was acknowledged again and again"},
    EventSpec{"too_many_properties", "a packet with more properties than any use has"},
};
static_assert(kEvents.size() == event::too_many_properties + 1);

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "mqtt",
    .about = "MQTT, the messages of things",
    .ndpi_name = "MQTT",
    .log_type = "mqtt",
    .transports = {.tcp = true},
    .detector = {.probe = probe},
    .max_pending = kMaxMessage + kMaxFixedHeader,
    .create = create_session<MqttSession>,
    .destroy = destroy_session<MqttSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::mqtt
