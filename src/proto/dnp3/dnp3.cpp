// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dnp3/dnp3.hpp"

#include <array>

#include "proto/dnp3/fields.hpp"
#include "proto/dnp3/session.hpp"

namespace gatehouse::proto::dnp3 {
namespace {

constexpr std::array kEvents{
    EventSpec{"flooded", "many requests without a response; until one comes, further ones are not logged"},
    EventSpec{"len_too_small", "a frame or fragment is shorter than its header"},
    EventSpec{"bad_link_crc", "the checksum of a frame's header does not hold; the next frame is looked for"},
    EventSpec{"bad_transport_crc", "the checksum of a block of data does not hold; the frame is passed by"},
    EventSpec{"unknown_object", "an object that is not in the library; what stands behind it is not read"},
    EventSpec{"too_many_points", "more points in a fragment than are read"},
    EventSpec{"too_many_objects", "more objects in a fragment than are read"},
    EventSpec{"too_long_reassembly", "a fragment of more segments than are put together"},
};
static_assert(kEvents.size() == event::too_long_reassembly + 1);

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<Dnp3Session>(memory, datagrams);
}

// The checksum says that this is a frame, whichever end sends it and wherever the flow is entered.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  if (bytes.size() >= 2 && (bytes[0] << 8 | bytes[1]) != kStart) return Probe::no;
  if (bytes.size() < kLinkHeader) return Probe::need_more;
  Cursor c{bytes};
  const LinkHeader link{c};
  return link.length >= kShortestLength && checksum_holds(bytes.first(kLinkHeader)) ? Probe::yes : Probe::no;
}

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "dnp3",
    .about = "DNP3 (IEEE 1815): masters and outstations of electricity and water",
    .ndpi_name = "DNP3",
    .log_type = "dnp3",
    .counted_as_one = true,
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("\x05"), FirstBytes::of("\x05")}},
    .max_pending = kLongestFrame,
    .create = make<false>,
    .destroy = destroy_session<Dnp3Session>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::dnp3
