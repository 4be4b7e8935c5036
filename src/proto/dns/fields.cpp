// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dns/fields.hpp"

#include <array>

#include "proto/dns/getters.hpp"
#include "proto/dns/transaction.hpp"
#include "proto/dns/types.hpp"

namespace gatehouse::proto::dns {
namespace {

const DnsTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const DnsTransaction&>(tx);
}

const Record* address_record(const Message& message, unsigned index) {
  for (const Record& record : message.answers()) {
    const bool address = (record.type == rr_type::a && record.data_size == 4) ||
                         (record.type == rr_type::aaaa && record.data_size == 16);
    if (address && index-- == 0) return &record;
  }
  return nullptr;
}

FieldValue answer_address(const Transaction& tx, unsigned index) {
  const Message& message = of(tx).message;
  const Record* record = address_record(message, index);
  return record == nullptr ? FieldValue::none() : FieldValue::of(record->data_in(message.bytes));
}

FieldValue answer_ttl(const Transaction& tx, unsigned index) {
  const Message& message = of(tx).message;
  const Record* record = address_record(message, index);
  if (record == nullptr) return FieldValue::none();
  // The TTL stands in front of the data and its length.
  return {true, message.bytes.subspan(record->data - 6u, 4), record->ttl};
}

FieldValue opcode_number(const Transaction& tx, unsigned index) {
  return index > 0 ? FieldValue::none() : FieldValue::of_number(of(tx).message.header.opcode());
}

FieldValue rcode_number(const Transaction& tx, unsigned index) {
  return index > 0 ? FieldValue::none() : FieldValue::of_number(of(tx).message.header.rcode());
}

FieldValue type_number(const Transaction& tx, unsigned index) {
  const Message& message = of(tx).message;
  if (of(tx).from_client) {
    if (index < message.questions().size()) return FieldValue::of_number(message.questions()[index].type);
  } else if (index < message.answers().size()) {
    return FieldValue::of_number(message.answers()[index].type);
  }
  return FieldValue::none();
}

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 13> kFields{
    FieldSpec{"dns.query", list, to_server, kComplete, "names that a request asks for", query_name,
              FieldRole::asked_domain},
    FieldSpec{"dns.query.name", list, both, kComplete, "names in the question section", query_name},
    FieldSpec{"dns.queries.rrname", list, both, kComplete, "names in the question section", query_name},
    FieldSpec{"dns.answer.name", list, both, kComplete, "names in the answer section", answer_name},
    FieldSpec{"dns.answers.rrname", list, both, kComplete, "names in the answer section", answer_name},
    FieldSpec{"dns.authorities.rrname", list, to_client, kComplete, "names in the authority section", authority_name},
    FieldSpec{"dns.additionals.rrname", list, to_client, kComplete, "names in the additional section", additional_name},
    FieldSpec{"dns.response.rrname", list, to_client, kComplete,
              "all names of a response, within the records' data too", response_name},
    FieldSpec{"dns.opcode", number, both, kComplete, "kind of request: 0 query, 4 notify, 5 update", opcode_number},
    FieldSpec{"dns.rcode", number, both, kComplete, "response code: 0 no error, 3 no such name", rcode_number},
    FieldSpec{"dns.rrtype", number, both, kComplete,
              "types of a request's questions or a response's answers; several values", type_number},
    FieldSpec{"dns.answer.address", list, to_client, kComplete, "addresses in the answers, 4 or 16 bytes",
              answer_address},
    FieldSpec{"dns.answer.ttl", list, to_client, kComplete,
              "time to live of each of these addresses: seconds, 4 bytes, and as a number", answer_ttl},
};

}  // namespace gatehouse::proto::dns
