// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/enip/enip.hpp"

#include <array>

#include "proto/enip/fields.hpp"
#include "proto/enip/session.hpp"

namespace gatehouse::proto::enip {
namespace {

constexpr std::array kEvents{
    EventSpec{"too_many_transactions", "more requests wait for their responses than are kept; the oldest was given up"},
    EventSpec{"invalid_pdu", "a message does not hold what it says"},
};
static_assert(kEvents.size() == event::invalid_pdu + 1);

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

constexpr std::uint16_t kPort = 44818;

// What is characteristic of each command behind a header whose reserved parts are zero.
bool is_characteristic(Direction direction, const Message& m, std::uint16_t server_port) noexcept {
  const bool request = direction == Direction::to_server;
  switch (m.header.command) {
    case command::register_session:
      return m.has_register && m.version == 1 && m.register_options == 0 && m.header.length == 4;
    case command::list_identity:
      return request ? m.header.length == 0 && m.header.status == 0 : m.identity.present;
    case command::list_services:
      return request ? m.header.length == 0 && m.header.status == 0 && m.header.context != 0 : m.has_services;
    case command::send_rr_data:
    case command::send_unit_data:
      return !m.invalid && !m.cip.empty() && m.header.session != 0;
    default:
      return server_port == kPort && m.header.length == 0 && m.header.session != 0;
  }
}

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port) {
  Cursor c{bytes};
  const Header header{c};
  if (bytes.size() >= 2 && (bytes[1] != 0 || bytes[0] > command::cancel)) return Probe::no;
  if (!c.ok()) return Probe::need_more;
  if (!plausible(header)) return Probe::no;
  const std::size_t size = kHeader + header.length;
  if (bytes.size() < size) return Probe::need_more;
  return is_characteristic(direction, read_message(bytes.first(size)), server_port) ? Probe::yes : Probe::no;
}

Probe probe_datagram(Direction direction, Bytes bytes, std::uint16_t server_port) {
  if (is_cyclic(bytes)) return Probe::yes;
  if (bytes.size() < kHeader || bytes.size() != kHeader + (bytes[2] | bytes[3] << 8)) return Probe::no;
  return probe(direction, bytes, server_port);
}

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<EnipSession>(memory, datagrams);
}

constexpr FirstBytes kFirst = FirstBytes::of("\x02\x04\x63\x64\x65\x66\x6f\x70");

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "enip",
    .about = "EtherNet/IP and CIP: controllers, drives and their input and output",
    .ndpi_name = "EthernetIP",
    .log_type = "enip",
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe, .first_bytes = {kFirst, kFirst}, .probe_datagram = probe_datagram},
    .max_pending = kLongest,
    .create = make<false>,
    .destroy = destroy_session<EnipSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::enip
