// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/hartip/hartip.hpp"

#include "proto/hartip/fields.hpp"
#include "proto/hartip/session.hpp"

namespace gatehouse::proto::hartip {
namespace {

constexpr std::array kEvents{
    EventSpec{"malformed_message", "bytes that are no message"},
    EventSpec{"malformed_frame", "a HART frame is cut, or its check byte is wrong"},
};
static_assert(kEvents.size() == event::malformed_frame + 1);

// HCF_SPEC-085, 10.3.1: master's kind (0 or 1) and the time after which a silent session ends.
bool initiates(const Header& header, Bytes body) noexcept {
  constexpr std::size_t kBody = 5;
  return header.id == message_id::initiate && header.type <= message_type::response && body.size() == kBody &&
         body[0] <= 1;
}

// The header alone is weak: the body must be a session's beginning or a HART frame, whose check byte is right.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  while (!bytes.empty()) {
    Cursor c{bytes};
    const Header header{c};
    if (!c.ok()) return bytes.size() > 1 && bytes[1] > message_type::nak ? Probe::no : Probe::need_more;
    if (!header.plausible() || header.length > kLongestMessage) return Probe::no;
    if (bytes.size() < header.length) return Probe::need_more;
    const Bytes body = bytes.subspan(kHeader, header.length - kHeader);
    Frame frame;
    if (initiates(header, body)) return Probe::yes;
    if (header.id == message_id::token_passing) return read_frame(body, frame) ? Probe::yes : Probe::no;
    if (!body.empty()) return Probe::no;
    bytes = bytes.subspan(kHeader);
  }
  return Probe::need_more;
}

Probe probe_datagram(Direction direction, Bytes bytes, std::uint16_t port) {
  Cursor c{bytes};
  const Header header{c};
  return c.ok() && header.length == bytes.size() && probe(direction, bytes, port) == Probe::yes ? Probe::yes
                                                                                                : Probe::no;
}

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<HartSession>(memory, datagrams);
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
constexpr auto kFirst = FirstBytes::of("\1\2");

}  // namespace

industrial::Access access_of(const HartTransaction& tx) noexcept {
  if (tx.header.type == message_type::publish) return industrial::Access::report;
  const Command* row = tx.has_frame ? find_command(tx.frame.command) : nullptr;
  return row == nullptr ? industrial::Access::other : row->access;
}

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const HartTransaction&>(transaction);
  json.open_object("hartip");
  json.member("version", tx.header.version);
  json.member("type", name_of(kMessageTypes, tx.header.type));
  json.member("message", name_of(kMessageIds, tx.header.id));
  json.member("status", tx.header.status);
  json.member("transaction", tx.header.transaction);
  if (tx.has_frame) {
    json.member("command", tx.frame.command);
    if (const Command* row = find_command(tx.frame.command); row != nullptr) json.member("name", row->name);
    json.member("access", to_text(access_of(tx)));
    json.member_hex("address", tx.frame.address);
    if (tx.frame.is_answer()) {
      json.member("response_code", tx.frame.response_code);
      json.member("device_status", tx.frame.device_status);
    }
  }
  if (tx.has_identity) {
    json.member("manufacturer", tx.identity.manufacturer);
    if (const auto vendor = name_of(kManufacturers, tx.identity.manufacturer); !vendor.empty())
      json.member("vendor", vendor);
    json.member("device_type", tx.identity.device_type);
    json.member("hart_revision", tx.identity.universal_revision);
    json.member("serial", std::string_view{tx.serial.data(), tx.serial.size()});
    json.member("software", std::string_view{tx.software.data(), tx.software_size});
  }
  if (!tx.name.empty()) json.member("tag", tx.name);
  json.close_object();
}

constinit const ProtocolSpec protocol{
    .name = "hartip",
    .about = "HART-IP: field instruments and their gateways",
    .ndpi_name = "HART-IP",
    .log_type = "hartip",
    .own_record = true,
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe, .first_bytes = {kFirst, kFirst}, .probe_datagram = probe_datagram},
    .max_pending = kLongestMessage,
    .create = make<false>,
    .destroy = destroy_session<HartSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::hartip
