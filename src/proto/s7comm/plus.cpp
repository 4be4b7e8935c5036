// SPDX-License-Identifier: GPL-3.0-or-later
// S7comm-plus, of which the headers are known; what they carry is partly signed and of changing form.
#include <array>

#include "base/cursor.hpp"
#include "proto/industrial/access.hpp"
#include "proto/s7comm/message.hpp"
#include "proto/s7comm/s7comm.hpp"
#include "proto/tpkt/session.hpp"
#include "proto/tpkt/tpkt.hpp"

namespace gatehouse::proto::s7comm {
namespace {

constexpr std::uint8_t kComplete = 1;
constexpr std::uint8_t kKeepAlive = 0xff;  // as version: nothing follows that is a function
constexpr std::uint8_t kSigned = 3;        // from this version on a digest stands before the function

constexpr std::array kOpcodes{NamedNumber{0x31, "request"}, NamedNumber{0x32, "response"},
                              NamedNumber{0x33, "notification"}};

struct Function {
  std::uint16_t code = 0;
  std::string_view name;
  industrial::Access access{};
};
using enum industrial::Access;
constexpr std::array kFunctions{
    Function{0x04bb, "explore", diagnose},
    Function{0x04ca, "create_object", program},
    Function{0x04d4, "delete_object", program},
    Function{0x04f2, "set_variable", write},
    Function{0x0524, "get_link", read},
    Function{0x0542, "set_multiple_variables", write},
    Function{0x054c, "get_multiple_variables", read},
    Function{0x0556, "begin_sequence", program},
    Function{0x0560, "end_sequence", program},
    Function{0x056b, "invoke", control},
    Function{0x0586, "get_variable_substreamed", read},
};
constexpr auto kFunctionNames = [] {
  std::array<NamedNumber, kFunctions.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kFunctions[i].code, kFunctions[i].name};
  return names;
}();

// The header, and where one stands the function's: what goes on from a message before has none.
struct PlusMessage {
  std::uint8_t version = 0, opcode = 0;
  std::uint16_t length = 0, function = 0, sequence = 0;
  std::uint32_t session = 0;
  bool has_function = false;
};

bool read_plus(Bytes bytes, PlusMessage& m) noexcept {
  Cursor c{bytes};
  if (c.u8() != kPlus) return false;
  m.version = c.u8();
  m.length = c.u16();
  if (!c.ok() || (m.version != kKeepAlive && (m.version == 0 || m.version > 3)) || m.length > c.remaining())
    return false;
  if (m.version == kKeepAlive) return true;
  if (m.version == kSigned) c.skip(c.u8());
  m.opcode = c.u8();
  if (name_of(kOpcodes, m.opcode).empty()) return true;
  if (m.opcode == 0x33) return c.ok();
  c.skip(2);
  m.function = c.u16();
  c.skip(2);
  m.sequence = c.u16();
  m.session = m.opcode == 0x31 ? c.u32() : 0;
  m.has_function = c.ok();
  return c.ok();
}

struct PlusTransaction : Transaction {
  PlusMessage message;
};
const PlusMessage& of(const Transaction& tx) noexcept {
  return static_cast<const PlusTransaction&>(tx).message;
}

industrial::Access access_of_plus(const PlusMessage& m) noexcept {
  if (m.opcode == 0x33) return report;
  for (const Function& row : kFunctions)
    if (m.has_function && m.opcode == 0x31 && row.code == m.function) return row.access;
  return other;
}

class PlusSession final : public tpkt::UnitSession {
 public:
  using UnitSession::UnitSession;

 private:
  void unit(Direction direction, Bytes data, Sink& sink) noexcept override {
    if (data[0] != kPlus) return;  // the rest of a message before
    PlusTransaction tx;
    tx.protocol = &plus_protocol;
    tx.id = next_id();
    if (!read_plus(data, tx.message)) {
      sink.event(&tx, tpkt::event::malformed_message, direction);
      return sink.close(tx);
    }
    if (!tx.message.has_function) return sink.close(tx);
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
  }
};

Probe look(Bytes data, bool whole) {
  if (data[0] != kPlus) return Probe::no;
  PlusMessage message;
  if (!whole) return Probe::need_more;
  return read_plus(data, message) && (message.has_function || message.opcode == 0x33) ? Probe::yes : Probe::no;
}
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  return tpkt::probe_first_unit(bytes, look);
}

void log(const Transaction& tx, JsonWriter& json) {
  const PlusMessage& m = of(tx);
  json.open_object("s7comm_plus");
  json.member("version", m.version);
  json.member("opcode", name_of(kOpcodes, m.opcode));
  json.member("function", m.function);
  if (const auto name = name_of(kFunctionNames, m.function); !name.empty()) json.member("function_name", name);
  if (m.opcode == 0x31) json.member("access", to_text(access_of_plus(m)));
  json.member("sequence", m.sequence);
  if (m.session != 0) json.member("session", m.session);
  json.close_object();
}

constexpr std::array kPlusFields{
    FieldSpec{"s7comm-plus.function", FieldType::number, FieldDirection::both, kComplete, "function of the message",
              [](const Transaction& tx, unsigned) {
                return of(tx).has_function ? FieldValue::of_number(of(tx).function) : FieldValue::none();
              },
              FieldRole::plain, kFunctionNames},
    FieldSpec{"s7comm-plus.access", FieldType::number, FieldDirection::both, kComplete,
              "what a request does to the process",
              [](const Transaction& tx, unsigned) {
                return FieldValue::of_number(static_cast<std::uint64_t>(access_of_plus(of(tx))));
              },
              FieldRole::plain, industrial::kAccessNames},
    FieldSpec{"s7comm-plus.opcode", FieldType::number, FieldDirection::both, kComplete,
              "request, response or notification",
              [](const Transaction& tx, unsigned) { return FieldValue::of_number(of(tx).opcode); }, FieldRole::plain,
              kOpcodes},
    FieldSpec{"s7comm-plus.version", FieldType::number, FieldDirection::both, kComplete, "version of the protocol",
              [](const Transaction& tx, unsigned) { return FieldValue::of_number(of(tx).version); }},
};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec plus_protocol{
    .name = "s7comm-plus",
    .about = "S7comm-plus: Siemens controllers S7-1200 and S7-1500",
    .ndpi_name = "S7CommPlus",
    .log_type = "s7comm_plus",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("\x03"), FirstBytes::of("\x03")}},
    .max_pending = tpkt::kLongest,
    .create = create_session<PlusSession>,
    .destroy = destroy_session<PlusSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kPlusFields,
    .events = tpkt::kEvents,
};

}  // namespace gatehouse::proto::s7comm
