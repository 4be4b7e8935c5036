// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/llmnr/llmnr.hpp"

#include <array>

#include "proto/dns/getters.hpp"
#include "proto/dns/probe.hpp"
#include "proto/dns/session.hpp"
#include "proto/dns/transaction.hpp"
#include "proto/dns/types.hpp"

namespace gatehouse::proto::llmnr {
namespace {

// RFC 4795, 2: "... LLMNR queries are sent to and received on port 5355."
constexpr std::uint16_t kPort = 5355;

Probe probe(Direction, Bytes datagram, std::uint16_t server_port) {
  return server_port == kPort ? dns::probe_kin(datagram) : Probe::no;
}

Session* create(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<dns::DnsSession>(memory, protocol);
}

const dns::DnsTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const dns::DnsTransaction&>(tx);
}

// RFC 4795, 2.1: who answers for a name has it.
FieldValue host(const Transaction& tx, unsigned index) {
  return of(tx).from_client ? FieldValue::none() : dns::answer_name(tx, index);
}

void log(const Transaction& tx, JsonWriter& json) {
  const dns::Message& message = of(tx).message;
  std::array<char, dns::kNumberText> number;
  const auto entry = [&](std::string_view name, std::uint16_t type) {
    json.open_object();
    json.member("rrname", name);
    json.member("rrtype", dns::type_word(type, number));
  };
  json.open_object("llmnr");
  json.member("type", of(tx).from_client ? "request" : "response");
  json.member("id", message.header.id);
  if (!message.questions().empty()) {
    json.open_array("queries");
    for (std::size_t i = 0; i < message.questions().size(); ++i) {
      entry(of(tx).texts.question(message, i), message.questions()[i].type);
      json.close_object();
    }
    json.close_array();
  }
  if (!message.answers().empty()) {
    json.open_array("answers");
    for (std::size_t i = 0; i < message.answers().size(); ++i) {
      const dns::Record& record = message.answers()[i];
      entry(of(tx).texts.record(message, i), record.type);
      std::array<char, kIpText> ip;
      const Bytes data = record.data_in(message.bytes);
      if (record.type == dns::rr_type::a && data.size() == 4)
        json.member("rdata", format_ip(IpAddress::v4(data.data()), ip.data()));
      if (record.type == dns::rr_type::aaaa && data.size() == 16)
        json.member("rdata", format_ip(IpAddress::v6(data.data()), ip.data()));
      json.close_object();
    }
    json.close_array();
  }
  json.close_object();
}

constexpr std::uint8_t kComplete = 1;
constexpr auto kList = FieldType::list;
constexpr auto kBoth = FieldDirection::both;

constexpr std::array kFields{
    FieldSpec{"llmnr.queries.rrname", kList, kBoth, kComplete, "names in the question section", dns::query_name},
    FieldSpec{"llmnr.answers.rrname", kList, kBoth, kComplete, "names in the answer section", dns::answer_name},
    FieldSpec{"llmnr.authorities.rrname", kList, kBoth, kComplete, "names in the authority section",
              dns::authority_name},
    FieldSpec{"llmnr.additionals.rrname", kList, kBoth, kComplete, "names in the additional section",
              dns::additional_name},
    FieldSpec{"llmnr.host", kList, kBoth, kComplete, "the name of who answers", host, FieldRole::device_name},
};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "llmnr",
    .about = "Link-Local Multicast Name Resolution",
    .ndpi_name = "LLMNR",
    .log_type = "llmnr",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe},
    .create = create,
    .destroy = destroy_session<dns::DnsSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = dns::kEvents,
};

}  // namespace gatehouse::proto::llmnr
