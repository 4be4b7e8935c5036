// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dhcpv6/dhcpv6.hpp"

#include "proto/dhcpv6/transaction.hpp"

namespace gatehouse::proto::dhcpv6 {
namespace {

constexpr std::uint8_t kComplete = 1;

enum Event : std::uint8_t { malformed_message, malformed_options, too_many_options, too_many_relays };
constexpr std::array kEvents{
    EventSpec{"malformed_message", "a datagram is shorter than its header, or of a type that does not exist"},
    EventSpec{"malformed_options", "an option is longer than what is there, or too short for its kind"},
    EventSpec{"too_many_options", "a message has more options than are read"},
    EventSpec{"too_many_relays", "a message is wrapped more often than relays may (RFC 8415, 7.6)"},
};

class Dhcpv6Session final : public Session {
 public:
  explicit Dhcpv6Session(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes datagram, Sink& sink) noexcept override {
    Dhcpv6Transaction tx;
    tx.protocol = &protocol;
    tx.id = messages_;
    if (!tx.message.parse(datagram)) {
      sink.event(nullptr, malformed_message, direction);
      return Progress::malformed();
    }
    ++messages_;
    tx.describe();
    if (tx.message.malformed_options) sink.event(&tx, malformed_options, direction);
    if (tx.message.too_many_options) sink.event(&tx, too_many_options, direction);
    if (tx.message.too_many_relays) sink.event(&tx, too_many_relays, direction);
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
    return Progress::ok(datagram.size());
  }

 private:
  std::uint64_t messages_ = 0;
};

// A chain of options that ends where the datagram does, and in it who asks or answers: a DUID that can be one. A client
// that asks for information only need not say who it is, but says for how long it asks, and what for.
Probe probe(Direction, Bytes datagram, std::uint16_t) {
  Message m;
  if (!m.parse(datagram) || m.malformed_options || m.too_many_options || m.too_many_relays) return Probe::no;
  const bool anonymous =
      static_cast<Type>(m.type) == Type::information_request && m.has_elapsed && m.client.whole.empty();
  if (anonymous) return m.requested.size() >= 2 ? Probe::yes : Probe::no;
  if (!m.client.whole.empty() && !m.client.plausible()) return Probe::no;
  if (!m.server.whole.empty() && !m.server.plausible()) return Probe::no;
  return m.client.whole.empty() && m.server.whole.empty() ? Probe::no : Probe::yes;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

void log(const Transaction& tx, JsonWriter& json) {
  const auto& told = static_cast<const Dhcpv6Transaction&>(tx);
  const Message& m = told.message;
  const auto text = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) json.member(key, value);
  };
  const auto texts = [&](std::string_view key, const auto& values, unsigned count) {
    if (count == 0) return;
    json.open_array(key);
    for (unsigned i = 0; i < count; ++i) json.element(values[i]);
    json.close_array();
  };
  json.open_object("dhcpv6");
  text("type", name_of(kFields[0].names, m.type));
  json.member("id", m.id);
  text("client_duid", told.client_duid);
  text("client_mac", told.mac);
  text("server_duid", told.server_duid);
  text("fqdn", told.fqdn);
  if (m.has_enterprise) json.member("enterprise", m.enterprise);
  text("vendor_class", as_text(m.vendor_class));
  text("requested_options", told.fingerprint);
  text("mud_url", as_text(m.mud_url));
  texts("addresses", told.addresses, m.address_count);
  texts("prefixes", told.prefixes, m.prefix_count);
  if (m.has_lifetime) json.member("lease_time", m.valid_lifetime);
  if (m.has_status) json.member("status", m.status);
  text("status_text", as_text(m.status_text));
  if (m.relays > 0) {
    json.open_object("relay");
    json.member("count", m.relays);
    json.member("hops", m.relay_hops);
    text("link", told.link);
    text("peer", told.peer);
    text("interface_id", as_text(m.interface_id));
    json.close_object();
  }
  json.close_object();
}

constinit const ProtocolSpec protocol{
    .name = "dhcpv6",
    .about = "Dynamic Host Configuration Protocol for IPv6",
    .ndpi_name = "DHCPV6",
    .log_type = "dhcpv6",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::range(1, 13), FirstBytes::range(1, 13)}},
    .create = create_session<Dhcpv6Session>,
    .destroy = destroy_session<Dhcpv6Session>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::dhcpv6
