// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/link_inspector.hpp"

namespace gatehouse::engine {

LinkInspector::LinkInspector(Log& log, DeviceWitness& witness, Memory& memory,
                             std::span<const ProtocolSpec* const> protocols)
    : log_(log), witness_(witness), memory_(memory) {
  for (const ProtocolSpec* protocol : protocols) {
    if (protocol->transports.ethernet == 0) continue;
    Reader reader{protocol, protocol->create(memory), {}};
    for (const FieldSpec& field : protocol->fields)
      if (!device_word(field.role).empty()) reader.telling.push_back(&field);
    readers_.push_back(std::move(reader));
  }
}

LinkInspector::~LinkInspector() {
  for (const Reader& reader : readers_) reader.protocol->destroy(reader.session, memory_);
}

void LinkInspector::frame(const Packet& packet, const EventHead& head) noexcept {
  for (const Reader& reader : readers_) {
    if (reader.protocol->transports.ethernet != packet.ethernet_type) continue;
    reader_ = &reader, packet_ = &packet, head_ = head;
    (void)reader.session->parse(Direction::to_server, packet.payload, *this);
    return;
  }
}

void LinkInspector::update(Transaction& tx, Direction) noexcept {
  for (const FieldSpec* field : reader_->telling)
    witness_.hear(tx, *field, head_.src, sender_mac(*packet_), [this] {
      EventHead head = head_;
      head.type = event_type::device;
      return head;
    });
}

void LinkInspector::log(Transaction& tx, Direction) noexcept {
  const ProtocolSpec& protocol = *tx.protocol;
  if (protocol.log_type.empty() || protocol.log == nullptr) return;
  EventHead head = head_;
  head.type = protocol.log_type;
  log_.emit(head, [&](JsonWriter& json) {
    const bool within = protocol.own_record && !extended_;
    if (within) json.open_object("ndpi");
    protocol.log(tx, json);
    if (within) json.close_object();
  });
}

void LinkInspector::event(Transaction*, std::uint8_t event, Direction) noexcept {
  const EventSpec& spec = reader_->protocol->events[event];
  EventHead head = head_;
  head.type = event_type::anomaly;
  log_.emit(head, [&](JsonWriter& json) {
    store::write_app_anomaly(json, reader_->protocol->name, spec.log_name.empty() ? spec.name : spec.log_name,
                             "proto_parser");
  });
}

}  // namespace gatehouse::engine
