// SPDX-License-Identifier: GPL-3.0-or-later
// Hears what devices say of themselves, and writes a record of the log for each saying that is new.
#pragma once

#include "engine/log.hpp"
#include "engine/sightings.hpp"
#include "model/protocol.hpp"

namespace gatehouse::engine {

class DeviceWitness {
 public:
  explicit DeviceWitness(Log& log) : log_(log) {}

  // Records stand at the top of the record, not within "ndpi".
  void extend_log(bool extended) noexcept { extended_ = extended; }

  // `field` has a device role. `who`: the device, as far as it has an address; `mac`: empty, or its six bytes.
  // `head()` makes the record's head when one is needed.
  template <typename Head>
  void hear(const Transaction& tx, const FieldSpec& field, const IpAddress& who, Bytes mac, Head&& head) noexcept {
    constexpr unsigned kMostValues = 16;         // of a list
    constexpr std::size_t kLongestValue = 1024;  // nothing that a device is called is longer
    for (unsigned i = 0; i < kMostValues; ++i) {
      const FieldValue value = field.get(tx, i);
      if (!value.present) return;
      const bool fits = !value.bytes.empty() && value.bytes.size() <= kLongestValue;
      if (fits && is_news(field, value.bytes, who, mac)) write(head(), field, value.bytes, mac);
      if (field.type != FieldType::list) return;
    }
  }

 private:
  // What was heard with a hardware address is no news without one: not every packet at hand is the device's own.
  bool is_news(const FieldSpec& field, Bytes value, const IpAddress& who, Bytes mac) noexcept {
    const bool news = sightings_.is_new(who, {}, &field, value);
    return mac.empty() ? news : sightings_.is_new(who, mac, &field, value);
  }

  void write(const EventHead& head, const FieldSpec& field, Bytes value, Bytes mac) noexcept {
    log_.emit(head, [&](JsonWriter& json) {
      if (!extended_) json.open_object("ndpi");
      json.open_object("device");
      if (!mac.empty()) json.member_hex("mac", mac, ":");
      json.member("kind", device_word(field.role));
      json.member("value", value);
      json.member("field", field.name);
      json.close_object();
      if (!extended_) json.close_object();
    });
  }

  Log& log_;
  Sightings sightings_;
  bool extended_ = false;
};

inline constexpr std::size_t kMacSize = 6;

// The sender's hardware address, empty where the link has none.
inline Bytes sender_mac(const Packet& packet) noexcept {
  return packet.mac.size() == 2 * kMacSize ? packet.mac.subspan(kMacSize) : Bytes{};
}
// The receiver's; empty also where many receive it (IEEE 802, 8.2: the lowest bit of the first octet).
inline Bytes receiver_mac(const Packet& packet) noexcept {
  const bool one = packet.mac.size() == 2 * kMacSize && (packet.mac[0] & 1) == 0;
  return one ? packet.mac.first(kMacSize) : Bytes{};
}

}  // namespace gatehouse::engine
