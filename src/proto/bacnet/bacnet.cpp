// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/bacnet/bacnet.hpp"

#include "proto/bacnet/fields.hpp"
#include "proto/bacnet/transaction.hpp"

namespace gatehouse::proto::bacnet {
namespace {

enum Event : std::uint8_t { malformed_message, malformed_tag, unknown_service };
constexpr std::array kEvents{
    EventSpec{"malformed_message", "a datagram whose layers do not agree with its length"},
    EventSpec{"malformed_tag", "the parameters of a service are cut or nested wrongly"},
    EventSpec{"unknown_service", "a service that does not exist"},
};

// The tags of a message that is not a segment are whole and closed.
bool well_nested(Bytes parameters) noexcept {
  Cursor c{parameters};
  unsigned depth = 0;
  for (Tag tag; !c.empty();) {
    if (!read_tag(c, tag) || (tag.closing && depth == 0)) return false;
    depth += tag.opening, depth -= tag.closing;
  }
  return depth == 0;
}

class BacnetSession final : public Session {
 public:
  explicit BacnetSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    BacnetTransaction tx;
    tx.protocol = &protocol;
    tx.id = messages_++;
    if (!read_message(bytes, tx.message)) {
      sink.event(nullptr, malformed_message, direction);
      return Progress::ok(bytes.size());
    }
    const Message& m = tx.message;
    if (m.has_service && find_service(m.service) == nullptr)
      sink.event(&tx, unknown_service, direction);
    else if (m.has_service && !m.segmented && !well_nested(m.parameters))
      sink.event(&tx, malformed_tag, direction);
    tx.learn_device();
    tx.stage[index(direction)] = 1;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
    return Progress::ok(bytes.size());
  }

 private:
  std::uint64_t messages_ = 0;
};

// ASHRAE 135, 20.2.9: the first octet is the character set, of which 0 is UTF-8 (and was ASCII).
Bytes utf8(const Tag& tag) noexcept {
  const bool readable = tag.number == application::character_string && tag.value.size() > 1 && tag.value[0] == 0;
  return readable ? tag.value.subspan(1) : Bytes{};
}

// All that is fixed must agree: type, function, length of the datagram, version and control of the network layer.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  Message m;
  if (!read_message(bytes, m)) return Probe::no;
  return !m.has_service || find_service(m.service) != nullptr ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
constexpr auto kFirst = FirstBytes::of("\x81");

}  // namespace

void BacnetTransaction::learn_device() noexcept {
  if (!message.speaks_for_itself()) return;
  std::uint32_t object = 0, property = 0;
  bool first_object = true;
  unsigned unsigned_values = 0;
  Items items{message};
  for (Item item; items.next(item);) {
    if (item.kind == Item::Kind::object) {
      object = item.number;
      const bool announces = message.service == service::i_am || message.service == service::i_have;
      if (announces && first_object && object_type(object) == kDevice)
        has_device = true, device = object_instance(object);
      first_object = false;
    }
    if (item.kind == Item::Kind::property) property = item.number;
    if (item.kind != Item::Kind::value) continue;
    // 16.10.1: greatest message, segmentation, vendor.
    if (message.service == service::i_am && item.tag.number == application::unsigned_number && ++unsigned_values == 2)
      has_vendor = true, vendor = item.number;
    if (message.pdu != Pdu::complex_ack || object_type(object) != kDevice) continue;
    if (property == property::object_name) object_name = utf8(item.tag);
    if (property == property::model_name) model = utf8(item.tag);
    if (property == property::vendor_name) vendor_name = utf8(item.tag);
    if (property == property::firmware) firmware = utf8(item.tag);
    if (property == property::application_software) software = utf8(item.tag);
    if (property == property::serial_number) serial = utf8(item.tag);
    if (property == property::vendor_identifier && item.tag.number == application::unsigned_number)
      has_vendor = true, vendor = item.number;
  }
}

industrial::Access access_of(const Message& m) noexcept {
  if (m.function == bvlc::write_bdt || m.function == bvlc::delete_fdt) return industrial::Access::program;
  if (m.function == bvlc::register_foreign) return industrial::Access::subscribe;
  const Service* row = m.has_service ? find_service(m.service) : nullptr;
  return row == nullptr ? industrial::Access::other : row->access;
}

constinit const ProtocolSpec protocol{
    .name = "bacnet",
    .about = "BACnet/IP: building automation",
    .ndpi_name = "BACnet",
    .log_type = "bacnet",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {kFirst, kFirst}},
    .create = create_session<BacnetSession>,
    .destroy = destroy_session<BacnetSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::bacnet
