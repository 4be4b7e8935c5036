// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/quic/quic.hpp"

#include "proto/quic/session.hpp"

namespace gatehouse::proto::quic {
namespace {

constexpr std::array kEvents{
    EventSpec{"failed_decrypt", "an Initial packet that its own keys do not open"},
    EventSpec{"error_on_data", "frames or handshake messages that do not belong into an Initial packet"},
    EventSpec{"crypto_frag_too_long", "a hello longer, or in more pieces, than is kept"},
    EventSpec{"invalid_hello", "a hello with wrong lengths, unsound server names, or more than is read"},
    EventSpec{"server_name_changed", "the second hello asks for another server than the first"},
};
static_assert(kEvents.size() == event::count);

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

// Long headers, and of gQUIC's clients a version with a connection id.
constexpr FirstBytes first_bytes(bool from_client) noexcept {
  FirstBytes bytes = FirstBytes::range(0x80, 0xff);
  for (unsigned b = 0; from_client && b < 0x40; b += 0x10)
    bytes.add(static_cast<std::uint8_t>(b | 0x09)), bytes.add(static_cast<std::uint8_t>(b | 0x0d));
  return bytes;
}

}  // namespace

const ProtocolSpec protocol{
    .name = "quic",
    .about = "QUIC: names, versions and fingerprints in the beginnings of sessions",
    .ndpi_name = "QUIC",
    .log_type = "quic",
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {first_bytes(true), first_bytes(false)}},
    .create = create_session<QuicSession>,
    .destroy = destroy_session<QuicSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = fields(),
    .events = kEvents,
};

}  // namespace gatehouse::proto::quic
