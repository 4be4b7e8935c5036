// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ssdp/ssdp.hpp"

#include <algorithm>

#include "proto/headerlines/headerlines.hpp"

namespace gatehouse::proto::ssdp {
namespace {

using headerlines::Head;
using headerlines::StartLine;

constexpr std::string_view kVersions = "HTTP/";
constexpr std::uint8_t kComplete = 1;

enum Event : std::uint8_t { invalid_data, location_elsewhere };
constexpr std::array kEvents{
    EventSpec{"invalid_data", "a start line or a header field that is none"},
    EventSpec{"location_elsewhere",
              "a description that is announced is at a name of the DNS, not at an address of the link"},
};

// One message is one transaction; its views live as long as the parse call that tells of it.
struct SsdpTransaction : Transaction {
  Head head;

  std::string_view field(std::string_view name) const noexcept { return head.find(name).value_or(""); }
  // What says something of the sender: announcements and answers. Searches say what is wanted.
  bool announces() const noexcept { return head.start.is_response || head.start.method == "NOTIFY"; }
};

const SsdpTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const SsdpTransaction&>(tx);
}

FieldValue text(std::string_view value, unsigned index) noexcept {
  return index > 0 || value.empty() ? FieldValue::none() : FieldValue::of(value);
}

struct Name {
  std::string_view text;
};
constexpr Name kUsn{"USN"}, kLocation{"LOCATION"}, kServer{"SERVER"}, kUserAgent{"USER-AGENT"}, kNts{"NTS"},
    kMan{"MAN"}, kHost{"HOST"}, kFriendly{"CPFN.UPNP.ORG"};

template <const Name& name>
FieldValue field(const Transaction& tx, unsigned index) {
  return text(of(tx).field(name.text), index);
}

FieldValue search_target(const Transaction& tx, unsigned index) {
  return of(tx).announces() ? FieldValue::none() : text(of(tx).field("ST"), index);
}
// An announcement names its kind in NT, an answer repeats in ST what it answers to.
FieldValue service(const Transaction& tx, unsigned index) {
  if (!of(tx).announces()) return FieldValue::none();
  return text(of(tx).field(of(tx).head.start.is_response ? "ST" : "NT"), index);
}

// UPnP Device Architecture, 1.1.4: "uuid:device-UUID" stands in front of "::" in USN.
std::string_view uuid_of(const SsdpTransaction& tx) noexcept {
  const std::string_view usn = tx.field("USN");
  return usn.starts_with("uuid:") ? usn.substr(5, usn.find("::") - 5) : std::string_view{};
}

using enum FieldType;
constexpr auto kBoth = FieldDirection::both;

constexpr std::array kFields{
    FieldSpec{"ssdp.method", bytes, kBoth, kComplete, "M-SEARCH asks, NOTIFY announces",
              [](const Transaction& tx, unsigned i) { return text(of(tx).head.start.method, i); }},
    FieldSpec{"ssdp.search_target", bytes, kBoth, kComplete, "what is sought", search_target},
    FieldSpec{"ssdp.service", bytes, kBoth, kComplete, "what the sender offers: a kind of device or of service",
              service, FieldRole::device_service},
    FieldSpec{"ssdp.notification", bytes, kBoth, kComplete, "ssdp:alive, ssdp:byebye or ssdp:update", field<kNts>},
    FieldSpec{"ssdp.usn", bytes, kBoth, kComplete, "unique name of what is offered", field<kUsn>},
    FieldSpec{"ssdp.uuid", bytes, kBoth, kComplete, "the device's own number in it",
              [](const Transaction& tx, unsigned i) { return text(uuid_of(of(tx)), i); }, FieldRole::device_serial},
    FieldSpec{"ssdp.location", bytes, kBoth, kComplete, "where its description is", field<kLocation>},
    FieldSpec{"ssdp.server", bytes, kBoth, kComplete, "the software that offers", field<kServer>,
              FieldRole::device_software},
    FieldSpec{"ssdp.user_agent", bytes, kBoth, kComplete, "the software that seeks", field<kUserAgent>,
              FieldRole::device_software},
    FieldSpec{"ssdp.friendly_name", bytes, kBoth, kComplete, "the seeker's name for people", field<kFriendly>,
              FieldRole::device_name},
    FieldSpec{"ssdp.man", bytes, kBoth, kComplete, "\"ssdp:discover\" with its quotes", field<kMan>},
    FieldSpec{"ssdp.host", bytes, kBoth, kComplete, "the group that is spoken to", field<kHost>},
};

void log(const Transaction& tx, JsonWriter& json) {
  const SsdpTransaction& told = of(tx);
  const auto member = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) json.member(key, value);
  };
  json.open_object("ssdp");
  member("method", told.head.start.method);
  if (const auto status = headerlines::decimal(told.head.start.code)) json.member("status", *status);
  member("notification", told.field("NTS"));
  member("search_target", told.announces() ? std::string_view{} : told.field("ST"));
  const FieldValue offered = service(tx, 0);
  if (offered.present) json.member("service", offered.bytes);
  member("usn", told.field("USN"));
  member("location", told.field("LOCATION"));
  member("server", told.field("SERVER"));
  member("user_agent", told.field("USER-AGENT"));
  member("friendly_name", told.field("CPFN.UPNP.ORG"));
  json.close_object();
}

// Things are described on their own link: a place that must be looked up in the DNS leads away from it.
bool leads_elsewhere(const SsdpTransaction& tx) noexcept {
  const std::string_view host = headerlines::host_of(tx.field("LOCATION"));
  const bool v6 = host.find(':') != host.npos;
  if (host.empty() || v6 || host.ends_with(".local")) return false;
  return !std::ranges::all_of(host, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

class SsdpSession final : public Session {
 public:
  explicit SsdpSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes datagram, Sink& sink) noexcept override {
    SsdpTransaction tx;
    tx.protocol = &protocol;
    tx.id = messages_;
    headerlines::HeadFinder finder;
    const std::size_t head = finder.find(datagram);
    if (!tx.head.parse(head > 0 ? datagram.first(head) : datagram, kVersions)) {
      sink.event(nullptr, invalid_data, direction);
      return Progress::malformed();
    }
    ++messages_;
    if (!tx.head.well_formed()) sink.event(&tx, invalid_data, direction);
    if (leads_elsewhere(tx)) sink.event(&tx, location_elsewhere, direction);
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
    return Progress::ok(datagram.size());
  }

 private:
  std::uint64_t messages_ = 0;
};

// UPnP Device Architecture, 1.2.2 and 1.3.2: "NOTIFY * HTTP/1.1", "M-SEARCH * HTTP/1.1"; an answer is HTTP's, with the
// fields that only this protocol has.
Probe probe(Direction, Bytes datagram, std::uint16_t) {
  Head head;
  if (headerlines::probe_start_line(datagram, kVersions) != Probe::yes || !head.parse(datagram, kVersions))
    return Probe::no;
  const StartLine& start = head.start;
  const auto has = [&](std::string_view name) { return head.find(name).has_value(); };
  const bool search = start.method == "M-SEARCH" && start.uri == "*" && (has("ST") || has("MAN"));
  const bool announcement = start.method == "NOTIFY" && start.uri == "*" && has("NT") && has("NTS");
  const bool answer = start.code == "200" && has("ST") && has("USN");
  return search || announcement || answer ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "ssdp",
    .about = "Simple Service Discovery Protocol: UPnP things that announce themselves",
    .ndpi_name = "SSDP",
    .log_type = "ssdp",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("MNH"), FirstBytes::of("MNH")}},
    .create = create_session<SsdpSession>,
    .destroy = destroy_session<SsdpSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::ssdp
