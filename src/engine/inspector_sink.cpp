// SPDX-License-Identifier: GPL-3.0-or-later
// What parsers tell: fields for the policy, records for the log, files.
#include "engine/inspector.hpp"
#include "proto/registry.hpp"

namespace gatehouse::engine {

using flow::Flow;

void Inspector::update(Transaction& tx, Direction direction) noexcept {
  Flow& flow = *flow_;
  FlowContext& context = context_of(flow);
  for (const FieldSpec* field : telling_fields_[context.protocol_index]) {
    if (!device_word(field->role).empty()) {
      sight_device(tx, *field, direction);
      continue;
    }
    const FieldValue value = field->get(tx, 0);
    if (!value.present) continue;
    KeptName& kept = field->role == FieldRole::session_domain ? context.domain : context.asked;
    if (!kept.set(as_text(value.bytes))) continue;
    name_by_host(flow, kept.view());
    context.facts_changed = true;
  }
  if (matcher_ != nullptr) matcher_->transaction(tx, direction);
}

// A device says something of itself: the one that sends in this direction.
void Inspector::sight_device(const Transaction& tx, const FieldSpec& field, Direction direction) noexcept {
  if (field.direction != FieldDirection::both && static_cast<unsigned>(field.direction) != index(direction)) return;
  const IpAddress& who = direction == Direction::to_server ? flow_->client : flow_->server;
  // The packet at hand is the device's own, or goes to it.
  const Bytes mac = packet_ == nullptr        ? Bytes{}
                    : direction == direction_ ? sender_mac(*packet_)
                                              : receiver_mac(*packet_);
  witness_.hear(tx, field, who, mac, [&] { return flow_head(event_type::device, direction); });
}

void Inspector::log(Transaction& tx, Direction direction) noexcept {
  Flow& flow = *flow_;
  ++counters_.transactions[flow.protocol == ip_protocol::udp][context_of(flow).protocol_index];
  ++flow.app.transactions;
  if (tx.protocol->log_type.empty() || tx.protocol->log == nullptr || tx.quiet) return;
  if (flow.app.original != nullptr) tx.from_protocol = flow.app.original->name;
  EventHead head = flow_head(tx.protocol->log_type, direction);
  head.has_tx = true;
  head.tx_id = tx.id;
  log_.emit(head, [&](JsonWriter& json) { write_record(tx, json); });
}

// What the published schema has no room for stands where it leaves room.
void Inspector::write_record(const Transaction& tx, JsonWriter& json) const {
  const bool within = tx.protocol->own_record && !extended_log_;
  if (within) json.open_object("ndpi");
  tx.protocol->log(tx, json);
  if (within) json.close_object();
}

void Inspector::close(Transaction& tx) noexcept {
  if (matcher_ != nullptr) matcher_->transaction_closed(tx);
  files_.close_transaction(flow_->id, tx);
}

void Inspector::event(Transaction* tx, std::uint8_t event, Direction direction) noexcept {
  std::uint64_t& seen = tx != nullptr ? tx->events : context_of(*flow_).session_events;
  const std::uint64_t bit = 1ull << (event & 63);
  if (seen & bit) return;
  seen |= bit;
  const EventSpec& spec = flow_->app.protocol->events[event];
  EventHead head = flow_head(event_type::anomaly, direction_);
  head.has_tx = tx != nullptr;
  if (tx != nullptr) head.tx_id = tx->id;
  log_.emit(head, [&](JsonWriter& json) {
    store::write_app_anomaly(json, flow_->app.protocol->name, spec.log_name.empty() ? spec.name : spec.log_name,
                             "proto_parser");
  });
  if (matcher_ != nullptr) matcher_->app_event(tx, *flow_->app.protocol, event, direction);
}

FileId Inspector::file_open(Transaction& tx, Direction direction, const FileMeta& meta) noexcept {
  const FileId file = files_.open(flow_->id, &tx, direction, meta, now_);
  if (matcher_ != nullptr && file != files::FileTracker::kNone) matcher_->file_opened(file, tx, direction, meta.name);
  return file;
}

void Inspector::file_data(FileId file, Bytes data) noexcept {
  files_.data(file, data);
  if (matcher_ != nullptr) matcher_->file_data(file, data);
}
void Inspector::file_gap(FileId file, std::uint64_t missing) noexcept {
  files_.gap(file, missing);
}
void Inspector::file_close(FileId file, bool truncated) noexcept {
  files_.close(file, truncated);
}

void Inspector::on_file(const files::FileRecord& record, const Transaction* tx) noexcept {
  if (matcher_ != nullptr && !record.joined) {
    ips::FileView view;
    view.name = record.name, view.size = record.size;
    view.complete = true, view.truncated = record.state == files::FileState::truncated;
    if (record.digests.has_md5) view.md5 = record.digests.md5;
    if (record.digests.has_sha1) view.sha1 = record.digests.sha1;
    if (record.digests.has_sha256) view.sha256 = record.digests.sha256;
    matcher_->file_ended(record.id, tx != nullptr, view);
  }
  EventHead head = flow_head(event_type::fileinfo, record.direction);
  log_.emit(head, [&](JsonWriter& json) {
    if (tx != nullptr && tx->protocol->log != nullptr) write_record(*tx, json);
    if (flow_->app.protocol != nullptr) json.member("app_proto", flow_->app.protocol->name);
    files::write_fileinfo(record, json);
  });
}

void Inspector::detection_event(Flow& flow, std::string_view name) noexcept {
  log_.emit(flow_head(event_type::anomaly, direction_), [&](JsonWriter& json) {
    store::write_app_anomaly(json, flow.app.protocol != nullptr ? flow.app.protocol->name : std::string_view{}, name,
                             "proto_detect");
  });
  if (matcher_ != nullptr) matcher_->detection_event(name, direction_);
}

}  // namespace gatehouse::engine
