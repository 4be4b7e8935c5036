// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/profinet_dcp/profinet_dcp.hpp"

#include "proto/profinet_dcp/fields.hpp"
#include "proto/profinet_dcp/transaction.hpp"

namespace gatehouse::proto::profinet_dcp {
namespace {

constexpr std::uint16_t kEtherType = 0x8892;
constexpr unsigned kLoggedBlocks = 32;

enum Event : std::uint8_t { malformed_frame, malformed_block, unknown_service };
constexpr std::array kEvents{
    EventSpec{"malformed_frame", "a frame is shorter than it says"},
    EventSpec{"malformed_block", "a block is longer than the frame"},
    EventSpec{"unknown_service", "a service, or kind of it, that does not exist"},
};

constexpr std::array kVendors{
    NamedNumber{0x002a, "Siemens"},
    NamedNumber{0x00b0, "Phoenix Contact"},
    NamedNumber{0x011e, "Hilscher"},
};

// IEC 61158-6-10, 4.3.1.4.
void learn(DcpTransaction& tx, const Block& block) noexcept {
  Cursor c{block.value};
  switch (block.option) {
    case option::station_name:
      tx.station_name = block.value;
      return;
    case option::station_type:
      tx.station_type = block.value;
      return;
    case option::device_id:
      tx.vendor = c.u16(), tx.device = c.u16();
      tx.has_device = c.ok();
      return;
    case option::ip_parameters:
    case option::full_ip_suite: {
      const Bytes address = c.take(4), mask = c.take(4), gateway = c.take(4);
      if (!c.ok()) return;
      tx.address = IpAddress::v4(address.data());
      tx.mask = IpAddress::v4(mask.data());
      tx.gateway = IpAddress::v4(gateway.data());
      tx.address_size = format_ip(tx.address, tx.address_text.data()).size();
      tx.has_address = true;
      return;
    }
    case option::response:
      c.skip(2);  // which option it is about
      tx.result = c.u8();
      tx.has_result = c.ok();
      return;
    default:
      return;
  }
}

class DcpSession final : public Session {
 public:
  explicit DcpSession(Memory&) noexcept {}

  // Most frames of this EtherType are cyclic data: not for us.
  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    Cursor c{bytes};
    DcpTransaction tx;
    tx.protocol = &protocol;
    tx.message = Message{c};
    const Message& m = tx.message;
    if (!m.is_dcp()) return Progress::ok(bytes.size());
    if (!c.ok()) {
      sink.event(nullptr, malformed_frame, direction);
      return Progress::ok(bytes.size());
    }
    if (name_of(kServices, m.service).empty() || name_of(kServiceTypes, m.type).empty())
      sink.event(&tx, unknown_service, direction);
    Blocks blocks{m};
    for (Block block; blocks.next(block);) learn(tx, block);
    if (!blocks.ok()) sink.event(&tx, malformed_block, direction);
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
    return Progress::ok(bytes.size());
  }
};

void named(JsonWriter& json, std::string_view key, std::span<const NamedNumber> names, std::uint64_t value) noexcept {
  const std::string_view name = name_of(names, value);
  name.empty() ? json.member(key, value) : json.member(key, name);
}

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const DcpTransaction&>(transaction);
  const Message& m = tx.message;
  std::array<char, kIpText> text;
  json.open_object("profinet_dcp");
  named(json, "service", kServices, m.service);
  named(json, "type", kServiceTypes, m.type);
  json.member("access", to_text(access_of(m)));
  json.member("transaction", m.transaction);
  unsigned listed = 0;
  Blocks blocks{m};
  for (Block block; listed < kLoggedBlocks && blocks.next(block); ++listed) {
    if (listed == 0) json.open_array("options");
    const std::string_view name = name_of(kOptions, block.option);
    name.empty() ? json.element(block.option) : json.element(name);
  }
  if (listed > 0) json.close_array();
  if (!tx.station_name.empty()) json.member("station_name", tx.station_name);
  if (!tx.station_type.empty()) json.member("station_type", tx.station_type);
  if (tx.has_device) {
    json.member("vendor_id", tx.vendor);
    json.member("device_id", tx.device);
  }
  if (tx.has_address) {
    json.member("ip", format_ip(tx.address, text.data()));
    json.member("mask", format_ip(tx.mask, text.data()));
    json.member("gateway", format_ip(tx.gateway, text.data()));
  }
  if (tx.has_result) json.member("result", tx.result);
  json.close_object();
}

constexpr std::array<std::string_view, 2> kStages{"request_started", "request_complete"};

}  // namespace

industrial::Access access_of(const Message& m) noexcept {
  using enum industrial::Access;
  if (m.service == service::hello) return report;
  if (m.service == service::get) return diagnose;
  if (m.service != service::set) return other;
  industrial::Access found = write;
  Blocks blocks{m};
  for (Block block; blocks.next(block);) {
    if (block.option == option::factory_reset || block.option == option::reset_to_factory) return program;
    if (block.option == option::signal) found = control;
  }
  return found;
}

std::string_view vendor_name(std::uint16_t vendor) noexcept {
  return name_of(kVendors, vendor);
}

constinit const ProtocolSpec protocol{
    .name = "profinet_dcp",
    .about = "PROFINET DCP: stations are found, named and addressed on the link",
    .ndpi_name = "",
    .log_type = "profinet_dcp",
    .own_record = true,
    .transports = {.ethernet = kEtherType},
    .detector = {},
    .create = create_session<DcpSession>,
    .destroy = destroy_session<DcpSession>,
    .log = log,
    .stages = {kStages, kStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::profinet_dcp
