// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/iec104/iec104.hpp"

#include <array>

#include "proto/iec104/fields.hpp"
#include "proto/iec104/session.hpp"
#include "proto/iec104/types.hpp"

namespace gatehouse::proto::iec104 {
namespace {

constexpr std::array kEvents{
    EventSpec{"malformed_frame", "bytes that are no frame; the session is given up"},
    EventSpec{"malformed_asdu", "application data is longer or shorter than type and count say"},
    EventSpec{"unknown_type", "a type identification that does not exist"},
    EventSpec{"sequence_error", "a frame does not have the next number: lost, repeated, or slipped in"},
};
static_assert(kEvents.size() == event::sequence_error + 1);

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
constexpr std::uint16_t kPort = 2404;

// An acknowledgement alone is only two octets that are known; the other frames are characteristic anywhere in a flow.
Probe probe(Direction, Bytes bytes, std::uint16_t server_port) {
  Cursor c{bytes};
  const Frame frame{c};
  if (bytes[0] != kStart || (bytes.size() > 1 && (bytes[1] < kShortest || bytes[1] > kLongest))) return Probe::no;
  if (!c.ok()) return Probe::need_more;
  if (!frame.plausible()) return Probe::no;
  if (frame.format() == Format::unnumbered) return Probe::yes;
  if (frame.format() == Format::supervisory) {
    if (server_port == kPort) return Probe::yes;
    return bytes.size() > kPrefix + kShortest ? probe({}, bytes.subspan(kPrefix + kShortest), server_port)
                                              : Probe::need_more;
  }
  Cursor body{bytes.subspan(kPrefix + kShortest)};
  const Asdu asdu{body};
  if (!body.ok()) return Probe::need_more;
  const std::size_t objects = frame.length - kShortest - kIdentifier;
  return frame.length > kShortest + kIdentifier && asdu.fits(objects) && is_cause(asdu.cause()) ? Probe::yes
                                                                                                : Probe::no;
}

}  // namespace

// What a person would ask of a frame: what it is, why it was sent, and for which objects.
void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const Iec104Transaction&>(transaction);
  json.open_object("iec104");
  if (!tx.has_asdu()) {
    json.member("control", name_of(kControls, tx.frame.control()));
    return json.close_object();
  }
  const Asdu& asdu = tx.asdu;
  const Type* row = find_type(asdu.type);
  json.member("type", asdu.type);
  if (row != nullptr) {
    json.member("label", row->label);
    json.member("name", row->name);
    json.member("access", to_text(row->access));
  }
  json.member("cause", asdu.cause());
  if (const auto name = name_of(kCauses, asdu.cause()); !name.empty()) json.member("cause_name", name);
  json.member("negative", asdu.negative());
  json.member("test", asdu.test());
  json.member("originator", asdu.originator);
  json.member("common_address", asdu.common_address);
  json.member("count", asdu.count());
  std::uint32_t address = 0;
  Bytes element;
  unsigned listed = 0;
  for (Objects objects{asdu}; listed < kLoggedObjects && objects.next(address, element); ++listed) {
    if (listed == 0) json.open_array("addresses");
    json.element(address);
  }
  if (listed > 0) json.close_array();
  json.close_object();
}

constinit const ProtocolSpec protocol{
    .name = "iec104",
    .about = "IEC 60870-5-104: telecontrol of substations",
    .ndpi_name = "IEC60870",
    .log_type = "iec104",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("\x68"), FirstBytes::of("\x68")}},
    .max_pending = kPrefix + kLongest,
    .create = create_session<Iec104Session>,
    .destroy = destroy_session<Iec104Session>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::iec104
