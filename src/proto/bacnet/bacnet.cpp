// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/bacnet/bacnet.hpp"

#include "proto/bacnet/fields.hpp"
#include "proto/bacnet/transaction.hpp"

namespace gatehouse::proto::bacnet {
namespace {

enum Event : std::uint8_t { malformed_message, malformed_tag, unknown_service, texts_too_long };
constexpr std::array kEvents{
    EventSpec{"malformed_message", "a datagram whose layers do not agree with its length"},
    EventSpec{"malformed_tag", "the parameters of a service are cut or nested wrongly"},
    EventSpec{"unknown_service", "a service that does not exist"},
    EventSpec{"texts_too_long", "what a device says of itself, in another character set, is longer than is kept"},
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
    if (!tx.learn_device()) sink.event(&tx, texts_too_long, direction);
    tx.stage[index(direction)] = 1;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
    return Progress::ok(bytes.size());
  }

 private:
  std::uint64_t messages_ = 0;
};

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

void BacnetTransaction::put(unsigned code_point) noexcept {
  constexpr std::size_t kMost = 3;
  if (texts.size() - used < kMost) {
    all_fitted = false;
    return;
  }
  const auto add = [&](unsigned octet) { texts[used++] = static_cast<std::uint8_t>(octet); };
  if (code_point < 0x80) return add(code_point);
  if (code_point < 0x800) {
    add(0xc0 | code_point >> 6);
  } else {
    add(0xe0 | code_point >> 12);
    add(0x80 | (code_point >> 6 & 0x3f));
  }
  add(0x80 | (code_point & 0x3f));
}

Bytes BacnetTransaction::utf8(const Tag& tag) noexcept {
  enum CharacterSet : std::uint8_t { utf_8 = 0, ucs_2 = 4, iso_8859_1 = 5 };
  if (tag.number != application::character_string || tag.value.size() < 2) return {};
  const Bytes text = tag.value.subspan(1);
  const std::size_t start = used;
  switch (tag.value[0]) {
    case utf_8:
      return text;
    case ucs_2:
      for (std::size_t i = 0; i + 1 < text.size(); i += 2) put(unsigned{text[i]} << 8 | text[i + 1]);
      break;
    case iso_8859_1:
      for (const std::uint8_t octet : text) put(octet);
      break;
    default:
      return {};
  }
  return all_fitted ? Bytes{texts}.subspan(start, used - start) : Bytes{};
}

bool BacnetTransaction::learn_device() noexcept {
  if (!message.speaks_for_itself()) return true;
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
  return all_fitted;
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
