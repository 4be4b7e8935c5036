// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mdns/identity.hpp"

#include <algorithm>
#include <array>

#include "proto/dns/transaction.hpp"
#include "proto/dns/types.hpp"

namespace gatehouse::proto::mdns {
namespace {

using dns::DnsTransaction;
using dns::Record;
namespace rr = dns::rr_type;

// Different names of one kind, and strings, that are told of one message.
constexpr std::size_t kMaxTold = 32;

const DnsTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const DnsTransaction&>(tx);
}

// RFC 6763, 4.1: "Service Instance Name = <Instance> . <Service> . <Domain>", and 7: the service is two labels that
// begin with an underscore. The instance may hold dots itself.
struct ServiceName {
  std::string_view instance, service;

  explicit ServiceName(std::string_view name) noexcept {
    // 7.1: "_printer._sub._http._tcp.local" is a kind of "_http._tcp.local".
    if (const std::size_t sub = name.find("._sub._"); sub != name.npos) name.remove_prefix(sub + 6);
    for (const std::string_view transport : {"._tcp.", "._udp."}) {
      const std::size_t at = name.rfind(transport);
      if (at == name.npos || at == 0) continue;
      const std::size_t dot = name.rfind('.', at - 1);
      const std::size_t begin = dot == name.npos ? 0 : dot + 1;
      if (name[begin] != '_') continue;
      service = name.substr(begin);
      instance = begin == 0 ? std::string_view{} : name.substr(0, begin - 1);
      return;
    }
  }
};

// RFC 6763, 9: a PTR of this name points at a kind of service, not at an instance of one.
constexpr std::string_view kAllServices = "_services._dns-sd._udp.local";

// Walks over the names that records of a response give, told once each.
class Names {
 public:
  explicit Names(unsigned wanted) noexcept : wanted_(wanted) {}

  // True once, for the name that was asked for.
  bool offer(std::string_view name) noexcept {
    if (name.empty() || count_ == told_.size()) return false;
    const auto end = told_.begin() + static_cast<std::ptrdiff_t>(count_);
    if (std::find(told_.begin(), end, name) != end) return false;
    told_[count_++] = name;
    return count_ == wanted_ + 1;
  }

 private:
  std::array<std::string_view, kMaxTold> told_;
  std::size_t count_ = 0, wanted_;
};

// `pick` makes of a record (with its owner's and its target's name) what is told, or nothing.
template <typename Pick>
FieldValue pick_name(const Transaction& tx, unsigned index, Pick pick) noexcept {
  if (of(tx).from_client || index >= kMaxTold) return FieldValue::none();
  const dns::Message& message = of(tx).message;
  Names names{index};
  const auto records = message.records();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string_view name =
        pick(records[i].type, of(tx).texts.record(message, i), of(tx).texts.target(message, i));
    if (names.offer(name)) return FieldValue::of(name);
  }
  return FieldValue::none();
}

std::string_view key_of(std::string_view string) noexcept {
  return string.substr(0, string.find('='));
}

// Walks over the strings of all TXT records of a response; `found` says at which to stop.
template <typename Found>
FieldValue walk_strings(const Transaction& tx, Found found) noexcept {
  if (of(tx).from_client) return FieldValue::none();
  const dns::Message& message = of(tx).message;
  for (const Record& record : message.records()) {
    if (record.type != rr::txt) continue;
    for (Cursor c{record.data_in(message.bytes)}; c.ok() && !c.empty();) {
      const std::string_view string = as_text(c.take(c.u8()));
      if (const FieldValue value = found(string); value.present) return value;
    }
  }
  return FieldValue::none();
}

template <std::size_t size>
FieldValue keyed(const Transaction& tx, unsigned index, const std::array<std::string_view, size>& keys) noexcept {
  if (index > 0) return FieldValue::none();
  return walk_strings(tx, [&keys](std::string_view string) {
    const std::string_view key = key_of(string);
    const bool means_it = key.size() + 1 < string.size() &&
                          std::ranges::any_of(keys, [key](std::string_view k) { return equals_nocase(k, key); });
    return means_it ? FieldValue::of(string.substr(key.size() + 1)) : FieldValue::none();
  });
}

}  // namespace

FieldValue instance(const Transaction& tx, unsigned index) {
  return pick_name(tx, index, [](std::uint16_t type, std::string_view owner, std::string_view target) {
    if (type == rr::ptr) return ServiceName{target}.instance;
    return type == rr::srv || type == rr::txt ? ServiceName{owner}.instance : std::string_view{};
  });
}

FieldValue service(const Transaction& tx, unsigned index) {
  return pick_name(tx, index, [](std::uint16_t type, std::string_view owner, std::string_view target) {
    if (type == rr::ptr) return ServiceName{owner == kAllServices ? target : owner}.service;
    return type == rr::srv || type == rr::txt ? ServiceName{owner}.service : std::string_view{};
  });
}

FieldValue host(const Transaction& tx, unsigned index) {
  return pick_name(tx, index, [](std::uint16_t type, std::string_view owner, std::string_view target) {
    if (type == rr::srv) return target;
    return type == rr::a || type == rr::aaaa ? owner : std::string_view{};
  });
}

FieldValue txt(const Transaction& tx, unsigned index) {
  if (index >= kMaxTold) return FieldValue::none();
  return walk_strings(tx, [&index](std::string_view string) {
    return !string.empty() && index-- == 0 ? FieldValue::of(string) : FieldValue::none();
  });
}

// Apple's device-info and AirPlay, HomeKit and Google Cast, printers.
FieldValue model(const Transaction& tx, unsigned index) {
  static constexpr std::array<std::string_view, 6> keys{"model", "md", "am", "ty", "modelid", "product"};
  return keyed(tx, index, keys);
}
// Google Cast, Matter's commissioning (core 4.3.1.11), Home Assistant.
FieldValue friendly_name(const Transaction& tx, unsigned index) {
  static constexpr std::array<std::string_view, 4> keys{"fn", "DN", "friendly_name", "location_name"};
  return keyed(tx, index, keys);
}
FieldValue vendor(const Transaction& tx, unsigned index) {
  static constexpr std::array<std::string_view, 5> keys{"manufacturer", "vendor", "mfg", "usb_MFG", "mf"};
  return keyed(tx, index, keys);
}
FieldValue serial(const Transaction& tx, unsigned index) {
  static constexpr std::array<std::string_view, 7> keys{"id", "deviceid", "serial", "serialNumber",
                                                        "sn", "bridgeid", "mac"};
  return keyed(tx, index, keys);
}
FieldValue software(const Transaction& tx, unsigned index) {
  static constexpr std::array<std::string_view, 7> keys{"fv",      "fw_version", "firmware", "fw",
                                                        "srcvers", "swversion",  "version"};
  return keyed(tx, index, keys);
}

}  // namespace gatehouse::proto::mdns
