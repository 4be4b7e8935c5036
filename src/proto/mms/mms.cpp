// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mms/mms.hpp"

#include <array>

#include "proto/mms/services.hpp"
#include "proto/tpkt/session.hpp"
#include "proto/tpkt/tpkt.hpp"

namespace gatehouse::proto::mms {
namespace {

constexpr std::uint8_t kComplete = 1;
constexpr unsigned kListed = 64;  // names that a record shows

// One message. Its views live as long as the call that tells of it.
struct MmsTransaction : Transaction {
  Message message;
};
const Message& of(const Transaction& tx) noexcept {
  return static_cast<const MmsTransaction&>(tx).message;
}

// Where names of variables stand. The two names of a response's list are no domain and item.
Bytes naming_part(const Message& m) noexcept {
  return m.has_service && m.pdu != Pdu::confirmed_response ? m.body : Bytes{};
}

class MmsSession final : public tpkt::UnitSession {
 public:
  using UnitSession::UnitSession;

 private:
  void unit(Direction direction, Bytes data, Sink& sink) noexcept override {
    MmsTransaction tx;
    tx.protocol = &protocol;
    const Found found = read_unit(data, tx.message);
    if (found == Found::nothing) return;
    tx.id = next_id();
    if (found == Found::malformed) {
      sink.event(&tx, tpkt::event::malformed_message, direction);
      return sink.close(tx);
    }
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
  }
};

// A connect must say that MMS will be spoken; entered later, a message must be one down to its service.
Probe look(Bytes data, bool whole) {
  if (!is_connect(data) && data[0] != 1) return Probe::no;
  if (is_connect(data) && names_mms(data)) return Probe::yes;
  if (!whole) return Probe::need_more;
  Message message;
  return !is_connect(data) && read_unit(data, message) == Found::message && message.has_service ? Probe::yes
                                                                                                : Probe::no;
}
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  return tpkt::probe_first_unit(bytes, look);
}

void log(const Transaction& tx, JsonWriter& json) {
  const Message& m = of(tx);
  json.open_object("mms");
  json.member("pdu", name_of(kPdus, static_cast<std::uint64_t>(m.pdu)));
  if (m.has_invoke_id) json.member("invoke_id", m.invoke_id);
  if (m.has_service && m.pdu != Pdu::unconfirmed) {
    json.member("service", m.service);
    if (const auto name = name_of(kServiceNames, m.service); !name.empty()) json.member("service_name", name);
  }
  if (m.pdu == Pdu::confirmed_request || m.pdu == Pdu::unconfirmed) json.member("access", to_text(access_of(m)));
  Bytes domain, item;
  unsigned listed = 0;
  for (Names names{naming_part(m)}; listed < kListed && names.next(domain, item); ++listed) {
    if (listed == 0) json.open_array("names");
    json.open_object();
    if (!domain.empty()) json.member("domain", domain);
    json.member("item", item);
    json.close_object();
  }
  if (listed > 0) json.close_array();
  constexpr std::array<std::string_view, 3> kIdentity{"vendor", "model", "revision"};
  for (std::uint8_t part = 0; part < kIdentity.size(); ++part)
    if (const Bytes text = identity_part(m, part); !text.empty()) json.member(kIdentity[part], text);
  json.close_object();
}

template <Bytes& (*pick)(Bytes&, Bytes&)>
FieldValue name_at(const Transaction& tx, unsigned index) {
  Bytes domain, item;
  for (Names names{naming_part(of(tx))}; names.next(domain, item);) {
    const Bytes text = pick(domain, item);
    if (!text.empty() && index-- == 0) return FieldValue::of(text);
  }
  return FieldValue::none();
}
Bytes& pick_domain(Bytes& domain, Bytes&) noexcept {
  return domain;
}
Bytes& pick_item(Bytes&, Bytes& item) noexcept {
  return item;
}

template <std::uint8_t part>
FieldValue identity(const Transaction& tx, unsigned) {
  const Bytes text = identity_part(of(tx), part);
  return text.empty() ? FieldValue::none() : FieldValue::of(text);
}

using enum FieldType;
using enum FieldDirection;
constexpr std::array kFields{
    FieldSpec{
        "mms.pdu", number, both, kComplete, "kind of the message",
        [](const Transaction& tx, unsigned) { return FieldValue::of_number(static_cast<std::uint64_t>(of(tx).pdu)); },
        FieldRole::plain, kPdus},
    FieldSpec{"mms.function", number, both, kComplete, "service of a confirmed request or response",
              [](const Transaction& tx, unsigned) {
                const Message& m = of(tx);
                return m.has_service && m.pdu != Pdu::unconfirmed ? FieldValue::of_number(m.service)
                                                                  : FieldValue::none();
              },
              FieldRole::plain, kServiceNames},
    FieldSpec{"mms.access", number, both, kComplete, "what the message does to the process",
              [](const Transaction& tx, unsigned) {
                return FieldValue::of_number(static_cast<std::uint64_t>(access_of(of(tx))));
              },
              FieldRole::plain, industrial::kAccessNames},
    FieldSpec{"mms.domain", list, both, kComplete, "domains (logical devices) of the variables", name_at<pick_domain>},
    FieldSpec{"mms.item", list, both, kComplete, "variables within their domains, and names of files",
              name_at<pick_item>},
    FieldSpec{"mms.device.vendor", bytes, both, kComplete, "maker, as the device names it", identity<0>,
              FieldRole::device_vendor},
    FieldSpec{"mms.device.model", bytes, both, kComplete, "model, as the device names it", identity<1>,
              FieldRole::device_model},
    FieldSpec{"mms.device.revision", bytes, both, kComplete, "revision, as the device names it", identity<2>,
              FieldRole::device_software},
};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "mms",
    .about = "MMS (ISO 9506): devices of IEC 61850 and control centres",
    .ndpi_name = "ISO9506-1-MMS",
    .log_type = "mms",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("\x03"), FirstBytes::of("\x03")}},
    .max_pending = tpkt::kLongest,
    .create = create_session<MmsSession>,
    .destroy = destroy_session<MmsSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = tpkt::kEvents,
};

}  // namespace gatehouse::proto::mms
