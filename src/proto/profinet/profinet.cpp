// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/profinet/profinet.hpp"

#include <array>
#include <fmt/format.h>
#include <string>

#include "proto/dcerpc/call_fields.hpp"
#include "proto/dcerpc/datagram_session.hpp"
#include "proto/industrial/access.hpp"
#include "proto/profinet/blocks.hpp"

namespace gatehouse::proto::profinet {
namespace {

using dcerpc::Uuid;
using industrial::Access;

// The session's events are those of DCE/RPC over UDP, in its order.
constexpr std::array kEvents{
    EventSpec{"malformed_header", "a datagram that is no unit of DCE/RPC"},
    EventSpec{"malformed_data", "blocks that are shorter than what they say, or a fragment that is missing"},
    EventSpec{"too_many_calls", "more calls wait for an answer than are kept; the oldest was given up"},
    EventSpec{"stub_data_too_long", "a call has more data than are joined"},
};
static_assert(kEvents.size() == dcerpc::stub_data_too_long + 1);

constexpr std::array kFunctions{
    NamedNumber{0, "connect"}, NamedNumber{1, "release"}, NamedNumber{2, "read"},
    NamedNumber{3, "write"},   NamedNumber{4, "control"}, NamedNumber{5, "read_implicit"},
};
// IEC 61158-6-10, 5.2.4: kinds of application relations.
constexpr std::array kRelationTypes{
    NamedNumber{0x0001, "controller"},
    NamedNumber{0x0006, "supervisor"},
    NamedNumber{0x0010, "controller_isochronous"},
    NamedNumber{0x0020, "controller_redundant"},
};
// IEC 61158-6-10, 5.2.6: one bit each.
constexpr std::array kCommands{
    NamedNumber{0x0001, "parameters_end"},
    NamedNumber{0x0002, "application_ready"},
    NamedNumber{0x0004, "release"},
    NamedNumber{0x0008, "done"},
    NamedNumber{0x0010, "ready_for_companion"},
    NamedNumber{0x0040, "parameters_begin"},
};

struct ProfinetTransaction : dcerpc::DcerpcTransaction {
  ProfinetTransaction(Memory& memory, std::uint32_t call_id) noexcept
      : DcerpcTransaction(memory, call_id), station(&memory), order_id(&memory), serial(&memory), software(&memory) {}

  void keep(const Contents& contents, bool answer);
  Access access() const noexcept;

  Contents contents;  // its texts are kept below
  std::pmr::string station, order_id, serial, software;
  std::uint32_t status = 0;
  bool answered = false;
};

void ProfinetTransaction::keep(const Contents& read, bool answer) {
  if (read.has_relation) {
    contents.has_relation = true;
    contents.relation_type = read.relation_type;
    contents.initiator = read.initiator;
    station = read.station.substr(0, dcerpc::kMaxName);
  }
  if (read.has_record && !(answer && contents.has_record)) {
    contents.has_record = true;
    contents.slot = read.slot, contents.subslot = read.subslot, contents.index = read.index;
    contents.length = read.length;
  }
  if (read.has_command && !answer) contents.has_command = true, contents.command = read.command;
  if (answer) answered = true, status = read.status;
  if (!read.has_identification) return;
  contents.has_identification = true;
  order_id = read.order_id;
  serial = read.serial;
  std::array<char, 24> buffer;
  const auto written = fmt::format_to_n(buffer.data(), buffer.size(), "{}{}.{}.{}", read.software_prefix,
                                        read.software[0], read.software[1], read.software[2]);
  software.assign(buffer.data(), written.size);
}

// Records from 0x8000 on are the standard's own: diagnosis, configuration, identification.
Access ProfinetTransaction::access() const noexcept {
  constexpr std::uint16_t kFirstStandard = 0x8000;
  switch (static_cast<Function>(call.opnum)) {
    case Function::read:
    case Function::read_implicit:
      return contents.has_record && contents.index >= kFirstStandard ? Access::diagnose : Access::read;
    case Function::write:
      return Access::write;
    default:
      return Access::other;
  }
}

const ProfinetTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const ProfinetTransaction&>(tx);
}
FieldValue number_if(bool present, unsigned index, std::uint64_t value) noexcept {
  return present && index == 0 ? FieldValue::of_number(value) : FieldValue::none();
}
template <std::pmr::string ProfinetTransaction::* member>
FieldValue text_of(const Transaction& tx, unsigned index) {
  const std::pmr::string& text = of(tx).*member;
  return index > 0 || text.empty() ? FieldValue::none() : FieldValue::of(std::string_view{text});
}
const dcerpc::Call* call_of(const Transaction& tx) {
  return &of(tx).call;
}

using enum FieldType;
using enum FieldDirection;
constexpr std::uint8_t kComplete = 1;

constexpr auto kFields = [] {
  constexpr std::array own{
      FieldSpec{"profinet.function", number, both, kComplete, "what is called",
                [](const Transaction& tx, unsigned i) { return number_if(true, i, of(tx).call.opnum); },
                FieldRole::plain, kFunctions},
      FieldSpec{"profinet.access", number, both, kComplete, "what the call does to the process",
                [](const Transaction& tx, unsigned i) {
                  return number_if(true, i, static_cast<std::uint64_t>(of(tx).access()));
                },
                FieldRole::plain, industrial::kAccessNames},
      FieldSpec{"profinet.station_name", bytes, to_server, kComplete, "name of the station that connects",
                text_of<&ProfinetTransaction::station>, FieldRole::device_name},
      FieldSpec{"profinet.ar_type", number, to_server, kComplete, "kind of the relation that is asked for",
                [](const Transaction& tx, unsigned i) {
                  return number_if(of(tx).contents.has_relation, i, of(tx).contents.relation_type);
                },
                FieldRole::plain, kRelationTypes},
      FieldSpec{"profinet.vendor_id", number, both, kComplete, "vendor of the device that is called",
                [](const Transaction& tx, unsigned i) {
                  const Identity identity = identity_of(of(tx).object);
                  return number_if(identity.known, i, identity.vendor);
                }},
      FieldSpec{"profinet.device_id", number, both, kComplete, "the vendor's number of that kind of device",
                [](const Transaction& tx, unsigned i) {
                  const Identity identity = identity_of(of(tx).object);
                  return number_if(identity.known, i, identity.device);
                }},
      FieldSpec{"profinet.initiator_vendor_id", number, to_server, kComplete, "vendor of the station that connects",
                [](const Transaction& tx, unsigned i) {
                  return number_if(of(tx).contents.initiator.known, i, of(tx).contents.initiator.vendor);
                }},
      FieldSpec{"profinet.unit", number, both, kComplete, "slot of a record",
                [](const Transaction& tx, unsigned i) {
                  return number_if(of(tx).contents.has_record, i, of(tx).contents.slot);
                }},
      FieldSpec{"profinet.address", number, both, kComplete, "index of a record",
                [](const Transaction& tx, unsigned i) {
                  return number_if(of(tx).contents.has_record, i, of(tx).contents.index);
                }},
      FieldSpec{"profinet.count", number, both, kComplete, "octets of a record",
                [](const Transaction& tx, unsigned i) {
                  return number_if(of(tx).contents.has_record, i, of(tx).contents.length);
                }},
      FieldSpec{"profinet.command", number, to_server, kComplete, "what a control call commands",
                [](const Transaction& tx, unsigned i) {
                  return number_if(of(tx).contents.has_command, i, of(tx).contents.command);
                },
                FieldRole::plain, kCommands},
      FieldSpec{"profinet.status", number, to_client, kComplete, "status of the answer, 0: done",
                [](const Transaction& tx, unsigned i) { return number_if(of(tx).answered, i, of(tx).status); }},
      FieldSpec{"profinet.order_id", bytes, to_client, kComplete, "order number of the device",
                text_of<&ProfinetTransaction::order_id>, FieldRole::device_model},
      FieldSpec{"profinet.serial", bytes, to_client, kComplete, "serial number of the device",
                text_of<&ProfinetTransaction::serial>, FieldRole::device_serial},
      FieldSpec{"profinet.software", bytes, to_client, kComplete, "software revision of the device",
                text_of<&ProfinetTransaction::software>, FieldRole::device_software},
  };
  constexpr auto& calls = dcerpc::CallField<call_of>::kRows;
  std::array<FieldSpec, own.size() + calls.size()> rows{};
  std::size_t at = 0;
  for (const FieldSpec& row : own) rows[at++] = row;
  for (const FieldSpec& row : calls) rows[at++] = row;
  return rows;
}();

class ProfinetSession final : public dcerpc::DatagramSessionOf<ProfinetTransaction> {
 public:
  explicit ProfinetSession(Memory& memory) noexcept : DatagramSessionOf(memory, protocol) {}

 private:
  bool look(dcerpc::DcerpcTransaction& tx, bool answer, bool little) override {
    const dcerpc::Call::Half& half = answer ? tx.call.response : tx.call.request;
    if (half.type != dcerpc::Type::request && half.type != dcerpc::Type::response) return true;
    Contents contents;
    const bool readable = read_stub(half.stub, answer, little, contents);
    static_cast<ProfinetTransaction&>(tx).keep(contents, answer);
    return readable || half.cut;
  }
};

void log(const Transaction& transaction, JsonWriter& json) {
  const ProfinetTransaction& tx = of(transaction);
  json.open_object("profinet");
  const std::string_view function = name_of(kFunctions, tx.call.opnum);
  function.empty() ? json.member("function", tx.call.opnum) : json.member("function", function);
  json.member("access", industrial::to_text(tx.access()));
  if (const Identity identity = identity_of(tx.object); identity.known) {
    json.member("vendor_id", identity.vendor);
    json.member("device_id", identity.device);
  }
  const Contents& c = tx.contents;
  if (c.has_relation) {
    const std::string_view type = name_of(kRelationTypes, c.relation_type);
    type.empty() ? json.member("ar_type", c.relation_type) : json.member("ar_type", type);
    json.member("station_name", std::string_view{tx.station});
    if (c.initiator.known) json.member("initiator_vendor_id", c.initiator.vendor);
  }
  if (c.has_record) {
    json.member("slot", c.slot);
    json.member("subslot", c.subslot);
    json.member("index", c.index);
    json.member("length", c.length);
  }
  if (c.has_command) json.member("command", c.command);
  if (c.has_identification) {
    json.member("order_id", std::string_view{tx.order_id});
    json.member("serial", std::string_view{tx.serial});
    json.member("software", std::string_view{tx.software});
  }
  if (tx.answered) json.member("status", tx.status);
  json.close_object();
}

// A connectionless unit of one of PROFINET IO's four interfaces.
Probe probe(Direction, Bytes datagram, std::uint16_t) {
  Cursor c{datagram};
  const dcerpc::DatagramHeader header{c};
  if (!c.ok() || !header.plausible(datagram.size())) return Probe::no;
  constexpr Uuid kDevice = Uuid::of("dea00001-6c97-11d1-8271-00a02442df7d");
  Uuid interface = header.interface;
  constexpr std::uint8_t kLast = 4;
  const std::uint8_t number = interface.bytes[3];
  interface.bytes[3] = kDevice.bytes[3];
  return interface == kDevice && number >= 1 && number <= kLast ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "profinet",
    .about = "PROFINET IO: connecting to devices, their parameters and records",
    .ndpi_name = "PROFINET_IO",
    .log_type = "profinet",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("\x04"), FirstBytes::of("\x04")}},
    .create = create_session<ProfinetSession>,
    .destroy = destroy_session<ProfinetSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::profinet
