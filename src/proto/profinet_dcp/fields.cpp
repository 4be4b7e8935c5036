// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/profinet_dcp/fields.hpp"

#include "proto/profinet_dcp/transaction.hpp"

namespace gatehouse::proto::profinet_dcp {
namespace {

const DcpTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const DcpTransaction&>(tx);
}
FieldValue number_if(bool present, std::uint64_t value) noexcept {
  return present ? FieldValue::of_number(value) : FieldValue::none();
}
FieldValue text(std::string_view value) noexcept {
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}
bool speaks(const Transaction& tx) noexcept {
  return of(tx).message.describes_sender();
}

FieldValue function(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).message.service);
}
FieldValue type(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).message.type);
}
FieldValue access(const Transaction& tx, unsigned) {
  return FieldValue::of_number(static_cast<std::uint64_t>(access_of(of(tx).message)));
}
FieldValue options(const Transaction& tx, unsigned index) {
  Blocks blocks{of(tx).message};
  for (Block block; blocks.next(block);)
    if (index-- == 0) return FieldValue::of_number(block.option);
  return FieldValue::none();
}
FieldValue count(const Transaction& tx, unsigned) {
  unsigned sum = 0;
  Blocks blocks{of(tx).message};
  for (Block block; blocks.next(block);) ++sum;
  return FieldValue::of_number(sum);
}
FieldValue station_name(const Transaction& tx, unsigned) {
  return text(as_text(of(tx).station_name));
}
FieldValue ip(const Transaction& tx, unsigned) {
  return text({of(tx).address_text.data(), of(tx).address_size});
}
FieldValue vendor_id(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_device, of(tx).vendor);
}
FieldValue device_id(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_device, of(tx).device);
}
FieldValue result(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_result, of(tx).result);
}
FieldValue transaction(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).message.transaction);
}
FieldValue device_name(const Transaction& tx, unsigned) {
  return speaks(tx) ? text(as_text(of(tx).station_name)) : FieldValue::none();
}
FieldValue model(const Transaction& tx, unsigned) {
  return speaks(tx) ? text(as_text(of(tx).station_type)) : FieldValue::none();
}
FieldValue vendor(const Transaction& tx, unsigned) {
  return speaks(tx) && of(tx).has_device ? text(vendor_name(of(tx).vendor)) : FieldValue::none();
}

using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 14> kFields{
    FieldSpec{"profinet_dcp.function", number, both, 0, "service", function, FieldRole::plain, kServices},
    FieldSpec{"profinet_dcp.type", number, both, 0, "request or response", type, FieldRole::plain, kServiceTypes},
    FieldSpec{"profinet_dcp.access", number, both, 0, "what the service does to the station", access, FieldRole::plain,
              industrial::kAccessNames},
    FieldSpec{"profinet_dcp.option", number, both, 0, "what is asked for, told or set; several values", options,
              FieldRole::plain, kOptions},
    FieldSpec{"profinet_dcp.count", number, both, 0, "how many of these", count},
    FieldSpec{"profinet_dcp.station_name", bytes, both, 0, "name of a station, sought, told or set", station_name},
    FieldSpec{"profinet_dcp.ip", bytes, both, 0, "address of a station, told or set", ip},
    FieldSpec{"profinet_dcp.vendor_id", number, both, 0, "number of the maker", vendor_id},
    FieldSpec{"profinet_dcp.device_id", number, both, 0, "the maker's number of the product", device_id},
    FieldSpec{"profinet_dcp.status", number, both, 0, "what became of setting; 0: done", result},
    FieldSpec{"profinet_dcp.transaction", number, both, 0, "what a response repeats of its request", transaction},
    FieldSpec{"profinet_dcp.device_name", bytes, both, 0, "the sending station's name", device_name,
              FieldRole::device_name},
    FieldSpec{"profinet_dcp.model", bytes, both, 0, "the sending station's type", model, FieldRole::device_model},
    FieldSpec{"profinet_dcp.vendor", bytes, both, 0, "the sending station's maker", vendor, FieldRole::device_vendor},
};

}  // namespace gatehouse::proto::profinet_dcp
