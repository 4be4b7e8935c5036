// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/s7comm/s7comm.hpp"

#include <array>

#include "proto/s7comm/fields.hpp"
#include "proto/s7comm/names.hpp"
#include "proto/s7comm/transaction.hpp"
#include "proto/tpkt/session.hpp"
#include "proto/tpkt/tpkt.hpp"

namespace gatehouse::proto::s7comm {
namespace {

constexpr std::uint8_t kComplete = 1;
constexpr unsigned kLoggedItems = 20;  // of a read or write

class ClassicSession final : public tpkt::UnitSession {
 public:
  using UnitSession::UnitSession;

 private:
  void unit(Direction direction, Bytes data, Sink& sink) noexcept override {
    S7Transaction tx;
    tx.protocol = &protocol;
    tx.id = next_id();
    tx.selectors = selectors();
    bool sound = read_message(data, tx.message);
    if (sound && tx.message.items_stand_here()) {
      Items items{tx.message.parameters};
      for (Item item; items.next(item);) {
      }
      sound = items.ok();
    }
    if (!sound) sink.event(&tx, tpkt::event::malformed_message, direction);
    if (tx.message.kind == 0) return sink.close(tx);
    tx.learn_firmware();
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
  }
};

Probe look(Bytes data, bool whole) {
  if (data[0] != kClassic) return Probe::no;
  Message message;
  return !whole ? Probe::need_more : read_message(data, message) ? Probe::yes : Probe::no;
}
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  return tpkt::probe_first_unit(bytes, look);
}

void write_items(const Message& m, JsonWriter& json) noexcept {
  Items items{m.parameters};
  Item item;
  unsigned listed = 0;
  for (; listed < kLoggedItems && items.next(item); ++listed) {
    if (listed == 0) json.open_array("items");
    json.open_object();
    json.member("syntax", item.syntax);
    if (item.syntax == kAnyPointer) {
      const std::string_view area = name_of(kAreas, item.area);
      json.member("area", area.empty() ? std::string_view{"unknown"} : area);
      if (item.db != 0) json.member("db", item.db);
      json.member("address", item.bit_address / 8);
      json.member("bit", item.bit_address % 8);
      json.member("count", item.count);
    }
    json.close_object();
  }
  if (listed > 0) json.close_array();
}

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const S7Transaction&>(transaction);
  const Message& m = tx.message;
  json.open_object("s7comm");
  json.member("kind", name_of(kKinds, m.kind));
  json.member("pdu_reference", m.reference);
  if (m.has_function) {
    json.member("function", m.function);
    if (const auto name = name_of(kFunctionNames, m.function); !name.empty()) json.member("function_name", name);
  }
  if (m.kind == kind::userdata) {
    const auto name = name_of(kGroups, m.group);
    json.member("group", name.empty() ? std::string_view{"unknown"} : name);
    json.member("subfunction", m.subfunction);
  }
  if (m.kind == kind::job || m.kind == kind::userdata) json.member("access", to_text(access_of(m)));
  if (m.error_class != 0 || m.error_code != 0) {
    json.member("error_class", m.error_class);
    json.member("error_code", m.error_code);
  }
  if (!m.name.empty()) json.member("name", m.name);
  if (m.has_list) json.member("szl_id", m.list);
  if (m.has_list) json.member("szl_index", m.list_index);
  if (tx.selectors.called != 0) {
    json.member("called_tsap", tx.selectors.called);
    json.member("calling_tsap", tx.selectors.calling);
  }
  if (m.items_stand_here()) write_items(m, json);
  write_device(tx, json);
  json.close_object();
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "s7comm",
    .about = "S7comm: Siemens controllers S7-300 and S7-400, and others in their compatible mode",
    .ndpi_name = "S7Comm",
    .log_type = "s7comm",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("\x03"), FirstBytes::of("\x03")}},
    .max_pending = tpkt::kLongest,
    .create = create_session<ClassicSession>,
    .destroy = destroy_session<ClassicSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = tpkt::kEvents,
};

}  // namespace gatehouse::proto::s7comm
