// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/doh2/doh2.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "proto/dns/fields.hpp"
#include "proto/http2/events.hpp"
#include "proto/http2/fields.hpp"
#include "proto/http2/http2.hpp"
#include "proto/http2/session.hpp"
#include "proto/http2/stages.hpp"

namespace gatehouse::proto::doh2 {
namespace {

constexpr std::size_t kHttp = std::tuple_size_v<decltype(http2::kFields)>;
constexpr std::size_t kDns = std::tuple_size_v<decltype(dns::kFields)>;

// A field of DNS of the message within the stream: where a row is for one direction, of that direction's message.
template <std::size_t I>
FieldValue dns_field(const Transaction& tx, unsigned index) {
  const FieldSpec& row = dns::kFields[I];
  const http2::Http2Transaction& stream = http2::as_http2(tx);
  const dns::DnsTransaction* message = stream.dns();
  if (row.direction == FieldDirection::to_server) message = stream.side(Direction::to_server).dns;
  if (row.direction == FieldDirection::to_client) message = stream.side(Direction::to_client).dns;
  return message == nullptr ? FieldValue::none() : row.get(*message, index);
}

using Rows = std::array<FieldSpec, kHttp + kDns>;

Rows all_fields() {
  Rows rows{};
  std::ranges::copy(http2::kFields, rows.begin());
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    ((rows[kHttp + I] = dns::kFields[I], rows[kHttp + I].get = &dns_field<I>), ...);
  }(std::make_index_sequence<kDns>{});
  return rows;
}

const Rows kFields = all_fields();

void log(const Transaction& tx, JsonWriter& json) {
  http2::log(tx, json);
  if (const dns::DnsTransaction* message = http2::as_http2(tx).dns()) dns::log(*message, json);
}

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "doh2",
    .about = "DNS over HTTP/2: http2 finds it by its messages",
    .ndpi_name = "DoH_DoT",
    .log_type = "dns",
    .transports = {.tcp = true},
    .detector = {.first_bytes = {FirstBytes::none(), FirstBytes::none()}},
    .max_pending = http2::kMaxControlFrame + http2::kFrameHeader,
    .create = create_session<http2::Http2Session>,
    .destroy = destroy_session<http2::Http2Session>,
    .log = log,
    .stages = {http2::kRequestStages, http2::kResponseStages},
    .fields = kFields,
    .events = http2::kEvents,
};

}  // namespace gatehouse::proto::doh2
