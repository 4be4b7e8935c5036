// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dcerpc/dcerpc.hpp"

#include <fmt/format.h>

#include "proto/dcerpc/call_fields.hpp"
#include "proto/dcerpc/datagram_session.hpp"
#include "proto/dcerpc/log.hpp"
#include "proto/dcerpc/probe.hpp"
#include "proto/dcerpc/session.hpp"

namespace gatehouse::proto::dcerpc {
namespace {

constexpr std::array kEvents{
    EventSpec{"malformed_header", "bytes that are no unit of DCE/RPC; the session is given up"},
    EventSpec{"malformed_data", "a unit that is shorter than what it says it holds, or a fragment that is missing"},
    EventSpec{"too_many_calls", "more calls wait for an answer than are kept; the oldest was given up"},
    EventSpec{"stub_data_too_long", "a call has more stub data than are joined"},
    EventSpec{"response_without_request", "an answer to a call that was not seen"},
};
static_assert(kEvents.size() == response_without_request + 1);

const Call* call_of(const Transaction& tx) {
  return &static_cast<const DcerpcTransaction&>(tx).call;
}
using Of = CallField<call_of>;

// Those that any carrier has, and those of a connection of its own.
constexpr auto kFields = [] {
  std::array<FieldSpec, Of::kRows.size() + 5> rows{};
  std::size_t at = 0;
  for (const FieldSpec& row : Of::kRows) rows[at++] = row;
  rows[at++] = {"dcerpc.ntlmssp_user",
                FieldType::bytes,
                FieldDirection::to_server,
                kComplete,
                "user that authenticates with NTLM",
                Of::string<&Call::user>};
  rows[at++] = {"dcerpc.ntlmssp_domain", FieldType::bytes,         FieldDirection::to_server, kComplete,
                "domain of that user",   Of::string<&Call::domain>};
  rows[at++] = {"dcerpc.ntlmssp_host",  FieldType::bytes,        FieldDirection::to_server, kComplete,
                "machine of that user", Of::string<&Call::host>, FieldRole::device_name};
  rows[at++] = {"dcerpc.mapped_iface",
                FieldType::bytes,
                FieldDirection::both,
                kComplete,
                "interface whose port the endpoint mapper is asked for",
                Of::mapped_iface};
  rows[at++] = {"dcerpc.mapped_port",
                FieldType::number,
                FieldDirection::to_client,
                kComplete,
                "port that the endpoint mapper names for it",
                Of::mapped_port};
  return rows;
}();

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

class Datagrams final : public DatagramSessionOf<DcerpcTransaction> {
 public:
  explicit Datagrams(Memory& memory) noexcept : DatagramSessionOf(memory, protocol) {}
};

void destroy(Session* session, Memory& memory) {
  // Both kinds have virtual destructors, but the memory wants to know their size.
  if (auto* datagrams = dynamic_cast<Datagrams*>(session))
    destroy_session<Datagrams>(datagrams, memory);
  else
    destroy_session<DcerpcSession>(session, memory);
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const DcerpcTransaction&>(transaction);
  json.open_object("dcerpc");
  write_call(tx.call, Within::own, json);
  if (tx.datagrams) {
    const UuidText activity = tx.activity.text();
    json.member("activityuuid", std::string_view{activity.data(), activity.size()});
    json.member("seqnum", tx.sequence);
    json.member("rpc_version", "4.0");
  } else {
    json.member("call_id", tx.call.call_id);
    json.member("rpc_version", tx.minor == 0 ? "5.0" : "5.1");
  }
  json.close_object();
}

constinit const ProtocolSpec protocol{
    .name = "dcerpc",
    .about = "DCE/RPC: remote calls of Windows, Samba and OPC",
    .ndpi_name = "DCE_RPC",
    .log_type = "dcerpc",
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe,
                 .first_bytes = {FirstBytes::of("\x04\x05"), FirstBytes::of("\x04\x05")},
                 .probe_datagram = probe_datagram},
    .max_pending = kLongest,
    .create = create_session<DcerpcSession>,
    .destroy = destroy,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = create_session<Datagrams>,
};

}  // namespace gatehouse::proto::dcerpc
