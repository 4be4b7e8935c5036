// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/coap/names.hpp"
#include "proto/coap/transaction.hpp"

namespace gatehouse::proto::coap {
namespace {

FieldValue text(std::string_view value, unsigned index) noexcept {
  return index > 0 || value.empty() ? FieldValue::none() : FieldValue::of(value);
}
FieldValue number_if(bool present, std::uint64_t value, unsigned index) noexcept {
  return present && index == 0 ? FieldValue::of_number(value) : FieldValue::none();
}

// Signals have options of their own, by the same numbers.
bool find(const Transaction& tx, std::uint32_t number, Option& found) noexcept {
  return !of(tx).message.is_signal() && of(tx).message.find(number, found);
}
template <std::uint32_t number>
FieldValue option_text(const Transaction& tx, unsigned index) {
  Option found;
  return find(tx, number, found) ? text(as_text(found.value), index) : FieldValue::none();
}
template <std::uint32_t number>
FieldValue option_number(const Transaction& tx, unsigned index) {
  Option found;
  return find(tx, number, found) ? number_if(true, found.number_value(), index) : FieldValue::none();
}
template <std::uint32_t number>
FieldValue block(const Transaction& tx, unsigned index) {
  Option found;
  return find(tx, number, found) ? number_if(true, block_of(found).number, index) : FieldValue::none();
}
template <std::size_t level>
FieldValue place(const Transaction& tx, unsigned index) {
  const auto& number = of(tx).lwm2m.place[level];
  return number_if(number.has_value(), number.value_or(0), index);
}

template <std::string_view Lwm2mDevice::* Member>
FieldValue device(const Transaction& tx, unsigned index) {
  return text(of(tx).device.*Member, index);
}

using enum FieldType;
constexpr auto kBoth = FieldDirection::both;

constexpr std::array kFields{
    FieldSpec{"coap.type", number, kBoth, 1, "confirmable, non_confirmable, acknowledgement, reset; over UDP",
              [](const Transaction& tx, unsigned i) {
                const Message& m = of(tx).message;
                return number_if(m.datagram, static_cast<std::uint64_t>(m.type), i);
              },
              FieldRole::plain, kTypeNames},
    FieldSpec{"coap.code", number, kBoth, 1, "get, post, …; content, not_found, …; the code as one byte",
              [](const Transaction& tx, unsigned i) { return number_if(true, of(tx).message.code, i); },
              FieldRole::plain, kCodeNames},
    FieldSpec{"coap.method", number, kBoth, 1, "the code of a request: get, post, put, delete, fetch, patch, ipatch",
              [](const Transaction& tx, unsigned i) {
                return number_if(of(tx).message.is_request(), of(tx).message.code, i);
              },
              FieldRole::plain, kCodeNames},
    FieldSpec{"coap.message_id", number, kBoth, 1, "pairs acknowledgements with messages; over UDP",
              [](const Transaction& tx, unsigned i) {
                return number_if(of(tx).message.datagram, of(tx).message.message_id, i);
              }},
    FieldSpec{"coap.token", bytes, kBoth, 1, "pairs responses with requests",
              [](const Transaction& tx, unsigned i) { return text(as_text(of(tx).message.token), i); }},
    FieldSpec{"coap.host", bytes, kBoth, 1, "Uri-Host: the name that the server is asked as",
              option_text<option::uri_host>, FieldRole::session_domain},
    FieldSpec{"coap.port", number, kBoth, 1, "Uri-Port", option_number<option::uri_port>},
    FieldSpec{"coap.path", bytes, kBoth, 1, "/sensors/temp: the options Uri-Path as text of a URI",
              [](const Transaction& tx, unsigned i) { return text(of(tx).path.text(), i); }},
    FieldSpec{"coap.query", bytes, kBoth, 1, "ep=lamp&lt=60: the options Uri-Query as text of a URI",
              [](const Transaction& tx, unsigned i) { return text(of(tx).query.text(), i); }},
    FieldSpec{"coap.location", bytes, kBoth, 1, "where the server has put what was created: Location-Path",
              [](const Transaction& tx, unsigned i) { return text(of(tx).location.text(), i); }},
    FieldSpec{"coap.proxy_uri", bytes, kBoth, 1, "what a proxy is asked to ask for", option_text<option::proxy_uri>},
    FieldSpec{"coap.content_format", number, kBoth, 1, "of the payload: text/plain, application/cbor, …",
              option_number<option::content_format>, FieldRole::plain, kFormatNames},
    FieldSpec{"coap.accept", number, kBoth, 1, "the content format that is wanted", option_number<option::accept>,
              FieldRole::plain, kFormatNames},
    FieldSpec{"coap.observe", number, kBoth, 1, "of a request 0 to observe, 1 to stop; of a response its order",
              option_number<option::observe>},
    FieldSpec{"coap.block1", number, kBoth, 1, "number of the block, of a request's payload", block<option::block1>},
    FieldSpec{"coap.block2", number, kBoth, 1, "number of the block, of a response's payload", block<option::block2>},
    FieldSpec{"coap.payload", bytes, kBoth, 1, "what the message carries",
              [](const Transaction& tx, unsigned i) { return text(as_text(of(tx).message.payload), i); }},
    FieldSpec{"lwm2m.operation", number, kBoth, 1, "register, read, write, execute, observe, …",
              [](const Transaction& tx, unsigned i) {
                const Operation operation = of(tx).lwm2m.operation;
                return number_if(operation != Operation::none, static_cast<std::uint64_t>(operation), i);
              },
              FieldRole::plain, kOperationNames},
    FieldSpec{"lwm2m.endpoint", bytes, kBoth, 1, "the name under which a device registers: urn:imei:…, urn:dev:mac:…",
              [](const Transaction& tx, unsigned i) { return text(as_text(of(tx).lwm2m.endpoint), i); },
              FieldRole::device_serial},
    FieldSpec{"lwm2m.version", bytes, kBoth, 1, "1.0, 1.1, 1.2",
              [](const Transaction& tx, unsigned i) { return text(as_text(of(tx).lwm2m.version), i); }},
    FieldSpec{"lwm2m.object", number, kBoth, 1, "device, firmware_update, temperature, …", place<0>, FieldRole::plain,
              kObjectNames},
    FieldSpec{"lwm2m.instance", number, kBoth, 1, "which of the objects of that kind", place<1>},
    FieldSpec{"lwm2m.resource", number, kBoth, 1, "which of its values or commands", place<2>},
    FieldSpec{"lwm2m.manufacturer", bytes, kBoth, 1, "of the object Device, when it is read",
              device<&Lwm2mDevice::manufacturer>, FieldRole::device_vendor},
    FieldSpec{"lwm2m.model", bytes, kBoth, 1, "of the object Device", device<&Lwm2mDevice::model>,
              FieldRole::device_model},
    FieldSpec{"lwm2m.serial", bytes, kBoth, 1, "of the object Device", device<&Lwm2mDevice::serial>,
              FieldRole::device_serial},
    FieldSpec{"lwm2m.firmware", bytes, kBoth, 1, "of the object Device: the firmware's version",
              device<&Lwm2mDevice::firmware>, FieldRole::device_software},
};

}  // namespace

std::span<const FieldSpec> fields() noexcept {
  return kFields;
}

}  // namespace gatehouse::proto::coap
