// SPDX-License-Identifier: GPL-3.0-or-later
// What a device says of itself in LwM2M: the object Device, read by its server.
#include <algorithm>

#include "proto/coap/lwm2m.hpp"

namespace gatehouse::proto::coap {
namespace {

constexpr std::uint16_t kDeviceObject = 3;
constexpr std::uint32_t kText = 0, kTlv = 11542;

// Core, E.4: the resources of the object Device.
void tell(Lwm2mDevice& device, std::uint16_t resource, Bytes value) noexcept {
  constexpr std::array kMembers{&Lwm2mDevice::manufacturer, &Lwm2mDevice::model, &Lwm2mDevice::serial,
                                &Lwm2mDevice::firmware};
  if (resource < kMembers.size()) device.*kMembers[resource] = as_text(value);
}

// Core, 7.4.3: kind in two bits, width of the identifier, width of the length, or the length itself.
struct Tlv {
  enum class Kind : std::uint8_t { object_instance, resource_instance, resource_of_several, resource };
  Kind kind;
  std::uint16_t id;
  Bytes value;

  explicit Tlv(Cursor& c) noexcept {
    const std::uint8_t head = c.u8();
    kind = static_cast<Kind>(head >> 6);
    id = (head & 0x20) != 0 ? c.u16() : c.u8();
    const unsigned width = head >> 3 & 3;
    const std::size_t size = width == 0 ? head & 7 : width == 1 ? c.u8() : width == 2 ? c.u16() : c.u24();
    value = c.take(size);
  }
};

void read_resources(Cursor c, Lwm2mDevice& device) noexcept {
  while (c.ok() && !c.empty()) {
    const Tlv entry{c};
    if (c.ok() && entry.kind == Tlv::Kind::resource) tell(device, entry.id, entry.value);
  }
}

// The resources stand in their instance, or by themselves where an instance was read.
void read_tlv(Bytes payload, Lwm2mDevice& device) noexcept {
  read_resources(Cursor{payload}, device);
  Cursor c{payload};
  while (c.ok() && !c.empty()) {
    const Tlv entry{c};
    if (c.ok() && entry.kind == Tlv::Kind::object_instance) read_resources(Cursor{entry.value}, device);
  }
}

}  // namespace

void DeviceQuestion::ask(const Message& request, const Lwm2m& meaning) noexcept {
  if (meaning.operation != Operation::read || meaning.place[0] != kDeviceObject) return;
  open_ = true;
  token_size_ = request.token.size();
  std::ranges::copy(request.token, token_.begin());
  resource_ = meaning.place[2];
}

Lwm2mDevice DeviceQuestion::answer(const Message& response) noexcept {
  Lwm2mDevice device;
  if (!open_ || !std::ranges::equal(response.token, Bytes{token_}.first(token_size_))) return device;
  open_ = false;
  Option format;
  constexpr std::uint8_t kContent = code(2, 5);
  if (response.code != kContent || !response.find(option::content_format, format)) return device;
  if (format.number_value() == kTlv) read_tlv(response.payload, device);
  if (format.number_value() == kText && resource_) tell(device, *resource_, response.payload);
  return device;
}

}  // namespace gatehouse::proto::coap
