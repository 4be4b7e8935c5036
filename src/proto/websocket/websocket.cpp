// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/websocket/websocket.hpp"

#include <array>
#include <charconv>

#include "proto/websocket/session.hpp"

namespace gatehouse::proto::websocket {
namespace {

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
constexpr std::uint8_t kComplete = 1;

const WebSocketTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const WebSocketTransaction&>(tx);
}

constexpr std::array<NamedNumber, 6> kOpcodes{{{opcode::continuation, "continuation"},
                                               {opcode::text, "text"},
                                               {opcode::binary, "binary"},
                                               {opcode::connection_close, "connection_close"},
                                               {opcode::ping, "ping"},
                                               {opcode::pong, "pong"}}};
constexpr std::array<NamedNumber, 2> kFlags{{{flag::fin, "fin"}, {flag::rsv1, "comp"}}};
// RFC 6455, 7.4.1. Defined Status Codes, and what the registry adds.
constexpr std::array<NamedNumber, 11> kCloseCodes{{{1000, "normal"},
                                                   {1001, "going_away"},
                                                   {1002, "protocol_error"},
                                                   {1003, "unsupported_data"},
                                                   {1007, "invalid_data"},
                                                   {1008, "policy_violation"},
                                                   {1009, "too_big"},
                                                   {1010, "extension_missing"},
                                                   {1011, "internal_error"},
                                                   {1012, "restart"},
                                                   {1013, "try_again_later"}}};

template <typename Get>
FieldValue number_once(unsigned index, Get&& get) {
  return index == 0 ? FieldValue::of_number(get()) : FieldValue::none();
}

using enum FieldType;
using enum FieldDirection;

constexpr std::array kFields{
    FieldSpec{"websocket.opcode", number, both, kComplete, "kind of frame",
              [](const Transaction& tx, unsigned i) { return number_once(i, [&] { return of(tx).header.opcode; }); },
              FieldRole::plain, kOpcodes},
    FieldSpec{"websocket.mask", number, both, kComplete, "the key that masks the payload",
              [](const Transaction& tx, unsigned i) {
                const auto& mask = of(tx).header.mask;
                return mask && i == 0 ? FieldValue::of_number(*mask) : FieldValue::none();
              }},
    FieldSpec{"websocket.flags", number, both, kComplete, "FIN and the reserved bits, in the upper half of a byte",
              [](const Transaction& tx, unsigned i) { return number_once(i, [&] { return of(tx).header.flags; }); },
              FieldRole::plain, kFlags},
    FieldSpec{"websocket.payload", bytes, both, kComplete,
              "the payload, unmasked; of a message's last frame the whole message, decompressed",
              [](const Transaction& tx, unsigned) {
                return of(tx).payload.empty() ? FieldValue::none() : FieldValue::of(of(tx).payload);
              }},
    FieldSpec{"websocket.close_code", number, both, kComplete, "why the connection is closed",
              [](const Transaction& tx, unsigned i) {
                const auto& code = of(tx).close_code;
                return code && i == 0 ? FieldValue::of_number(*code) : FieldValue::none();
              },
              FieldRole::plain, kCloseCodes},
};

constexpr std::array<EventSpec, event::count> kEvents{{
    {"skip_end_of_payload", "a frame with more payload than is kept, or that ends early"},
    {"reassembly_limit_reached", "a message with more payload than is kept"},
    {"unmasked_request", "the client's frame is not masked"},
    {"masked_response", "the server's frame is masked"},
    {"reserved_bits", "bits are set that no known extension uses"},
    {"unknown_opcode", "a kind of frame that is not assigned"},
    {"invalid_control", "a control frame in fragments, or with more than 125 bytes"},
    {"unexpected_continuation", "a continuation of no message"},
    {"unfinished_message", "a message begins before the last one ended"},
    {"invalid_close", "a close frame with a code that may not be sent"},
    {"failed_decompression", "a message that is not compressed as it says; the next ones are not decompressed"},
    {"compression_bomb", "a message that decompresses to far too much"},
}};

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const WebSocketTransaction& tx = of(transaction);
  json.open_object("websocket");
  json.member("fin", tx.header.fin());
  if (tx.header.mask) json.member("mask", *tx.header.mask);
  if (const std::string_view name = name_of(kOpcodes, tx.header.opcode); !name.empty()) {
    json.member("opcode", name);
  } else {
    std::array<char, 16> text{'u', 'n', 'k', 'n', 'o', 'w', 'n', '-'};
    const auto end = std::to_chars(text.data() + 8, text.data() + text.size(), tx.header.opcode).ptr;
    json.member("opcode", std::string_view{text.data(), static_cast<std::size_t>(end - text.data())});
  }
  json.close_object();
}

constinit const ProtocolSpec protocol{
    .name = "websocket",
    .about = "WebSocket, messages both ways after an Upgrade of HTTP",
    .ndpi_name = "WebSocket",
    .log_type = "websocket",
    .transports = {.tcp = true},
    .detector = {.first_bytes = {FirstBytes::none(), FirstBytes::none()}, .probe_announced = probe_announced},
    .max_pending = kMaxHeader,
    .create = create_session<WebSocketSession>,
    .destroy = destroy_session<WebSocketSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::websocket
