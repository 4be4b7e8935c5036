// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/netbios/netbios.hpp"

#include <array>
#include <fmt/format.h>

#include "proto/netbios/message.hpp"

namespace gatehouse::proto::netbios {
namespace {

enum Event : std::uint8_t { malformed_message, malformed_announcement };
constexpr std::array kEvents{
    EventSpec{"malformed_message", "a datagram that is none of either service, or shorter than what it says it holds"},
    EventSpec{"malformed_announcement", "an announcement of the browser that is cut short"},
};

enum Operation : std::uint8_t { query = 0, registration = 5, release = 6, wait = 7, refresh = 8, multihomed = 15 };
// RFC 1002, 4.2.1.1. The datagram service has none: its packets are of one kind.
constexpr std::array kOperations{
    NamedNumber{query, "query"},
    NamedNumber{registration, "registration"},
    NamedNumber{release, "release"},
    NamedNumber{wait, "wait"},
    NamedNumber{refresh, "refresh"},
    NamedNumber{9, "refresh_alternate"},
    NamedNumber{multihomed, "multihomed_registration"},
};
// The last octet of a name: what it stands for.
constexpr std::array kKinds{
    NamedNumber{0x00, "workstation"},    NamedNumber{0x01, "master_browser_list"},
    NamedNumber{0x03, "messenger"},      NamedNumber{0x06, "ras_server"},
    NamedNumber{0x1b, "domain_master"},  NamedNumber{0x1c, "domain_controllers"},
    NamedNumber{0x1d, "master_browser"}, NamedNumber{0x1e, "browser_election"},
    NamedNumber{0x20, "file_server"},    NamedNumber{0x21, "ras_client"},
};
// MS-BRWS 2.2.1.
constexpr std::array kBrowserOperations{
    NamedNumber{1, "host_announcement"},
    NamedNumber{2, "announcement_request"},
    NamedNumber{8, "election"},
    NamedNumber{9, "backup_list_request"},
    NamedNumber{10, "backup_list_response"},
    NamedNumber{11, "become_backup"},
    NamedNumber{12, "domain_announcement"},
    NamedNumber{13, "master_announcement"},
    NamedNumber{14, "reset_state"},
    NamedNumber{15, "local_master_announcement"},
};

// One datagram; its views live as long as the parse call that tells of it.
struct Message : Transaction {
  bool is_name_service = false, is_announcement = false;
  NameMessage names;
  DatagramMessage datagram;
  std::string_view mailslot;
  Announcement announcement;
  std::array<char, 12> version{};
  std::size_t version_size = 0;
};
const Message& of(const Transaction& tx) noexcept {
  return static_cast<const Message&>(tx);
}
FieldValue text(std::string_view value) noexcept {
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}
// Who asks for a name does not have it.
bool claims(const NameMessage& m) noexcept {
  const bool asks = m.opcode() == query && !m.is_response();
  return !asks && m.opcode() != release && m.rcode() == 0 && m.type == kNameRecord;
}

FieldValue operation(const Transaction& tx, unsigned index) {
  return index > 0 || !of(tx).is_name_service ? FieldValue::none() : FieldValue::of_number(of(tx).names.opcode());
}
FieldValue asked(const Transaction& tx, unsigned index) {
  const NameMessage& m = of(tx).names;
  return index > 0 || !of(tx).is_name_service || m.opcode() != query || m.is_response() ? FieldValue::none()
                                                                                        : text(m.name.view());
}
// Groups have names of those kinds; a machine's own are these.
bool is_machine(const Name& name) noexcept {
  constexpr std::uint8_t kWorkstation = 0x00, kMessenger = 0x03, kFileServer = 0x20;
  return name.kind == kFileServer || name.kind == kMessenger || name.kind == kWorkstation;
}
FieldValue registered(const Transaction& tx, unsigned index) {
  const Message& m = of(tx);
  if (!m.is_name_service || !claims(m.names)) return FieldValue::none();
  return index > 0 ? FieldValue::none() : text(m.names.name.view());
}
FieldValue host(const Transaction& tx, unsigned index) {
  const Message& m = of(tx);
  if (index > 0) return FieldValue::none();
  if (m.is_announcement && m.announcement.of_host) return FieldValue::of(m.announcement.host);
  if (!m.is_name_service) return is_machine(m.datagram.source) ? text(m.datagram.source.view()) : FieldValue::none();
  // A file server's name is the machine's alone; the workstation's may be its group's.
  constexpr std::uint8_t kFileServer = 0x20;
  return claims(m.names) && m.names.name.kind == kFileServer ? text(m.names.name.view()) : FieldValue::none();
}
FieldValue kind(const Transaction& tx, unsigned index) {
  if (index > 0) return FieldValue::none();
  const Name& name = of(tx).is_name_service ? of(tx).names.name : of(tx).datagram.destination;
  return name.size == 0 ? FieldValue::none() : FieldValue::of_number(name.kind);
}
FieldValue address(const Transaction& tx, unsigned index) {
  return index >= of(tx).names.address_count ? FieldValue::none() : text(of(tx).names.address(index));
}
FieldValue listed(const Transaction& tx, unsigned index) {
  return index >= of(tx).names.name_count ? FieldValue::none() : FieldValue::of(of(tx).names.names[index].view());
}
FieldValue unit(const Transaction& tx, unsigned index) {
  const NameMessage& m = of(tx).names;
  return index > 0 || !m.has_unit ? FieldValue::none() : FieldValue::of(std::string_view{m.unit.data(), m.unit.size()});
}
FieldValue source(const Transaction& tx, unsigned index) {
  return index > 0 ? FieldValue::none() : text(of(tx).datagram.source.view());
}
FieldValue destination(const Transaction& tx, unsigned index) {
  return index > 0 ? FieldValue::none() : text(of(tx).datagram.destination.view());
}
FieldValue mailslot(const Transaction& tx, unsigned index) {
  return index > 0 ? FieldValue::none() : text(of(tx).mailslot);
}
FieldValue browser(const Transaction& tx, unsigned index) {
  return index > 0 || of(tx).announcement.operation == 0 ? FieldValue::none()
                                                         : FieldValue::of_number(of(tx).announcement.operation);
}
FieldValue version(const Transaction& tx, unsigned index) {
  const Message& m = of(tx);
  return index > 0 || !m.announcement.of_host ? FieldValue::none()
                                              : FieldValue::of(std::string_view{m.version.data(), m.version_size});
}
FieldValue comment(const Transaction& tx, unsigned index) {
  const Announcement& a = of(tx).announcement;
  return index > 0 || !a.of_host ? FieldValue::none() : text(as_text(a.comment));
}

using enum FieldType;
using enum FieldDirection;
constexpr std::array kFields{
    FieldSpec{"netbios.operation", number, both, 0, "what a message of the name service does", operation,
              FieldRole::plain, kOperations},
    FieldSpec{"netbios.query", bytes, both, 0, "name that is asked for", asked},
    FieldSpec{"netbios.registered", bytes, both, 0, "name that is claimed, or answered for", registered},
    FieldSpec{"netbios.host", bytes, both, 0, "name of the machine that sends", host, FieldRole::device_name},
    FieldSpec{"netbios.kind", number, both, 0, "what the name stands for", kind, FieldRole::plain, kKinds},
    FieldSpec{"netbios.address", list, both, 0, "addresses of the name", address},
    FieldSpec{"netbios.names", list, both, 0, "names of the machine in a status answer", listed},
    FieldSpec{"netbios.unit", bytes, both, 0, "hardware address in a status answer", unit, FieldRole::device_serial},
    FieldSpec{"netbios.source", bytes, both, 0, "name that a datagram is from", source},
    FieldSpec{"netbios.destination", bytes, both, 0, "name that a datagram is for", destination},
    FieldSpec{"netbios.mailslot", bytes, both, 0, "mailslot that a datagram is for", mailslot},
    FieldSpec{"netbios.browser", number, both, 0, "what a message of the browser does", browser, FieldRole::plain,
              kBrowserOperations},
    FieldSpec{"netbios.os_version", bytes, both, 0, "version of the system that announces itself", version,
              FieldRole::device_software},
    FieldSpec{"netbios.comment", bytes, both, 0, "what the machine's owner or maker says of it", comment,
              FieldRole::device_model},
};

void write_name_service(const NameMessage& m, JsonWriter& json) {
  json.member("service", "name");
  json.member("type", m.is_response() ? "response" : "request");
  const std::string_view operation = name_of(kOperations, m.opcode());
  if (!operation.empty()) json.member("operation", operation);
  json.member("transaction_id", m.id);
  json.member("name", m.name.view());
  json.member("kind", m.name.kind);
  if (m.is_response()) json.member("rcode", m.rcode());
  if (m.address_count > 0) {
    json.open_array("addresses");
    for (std::size_t i = 0; i < m.address_count; ++i) json.element(m.address(i));
    json.close_array();
  }
  if (m.name_count > 0) {
    json.open_array("names");
    for (std::size_t i = 0; i < m.name_count; ++i) json.element(m.names[i].view());
    json.close_array();
  }
  if (m.has_unit) json.member("unit", std::string_view{m.unit.data(), m.unit.size()});
}

void log(const Transaction& tx, JsonWriter& json) {
  const Message& m = of(tx);
  json.open_object("netbios");
  if (m.is_name_service) {
    write_name_service(m.names, json);
  } else {
    json.member("service", "datagram");
    json.member("source", m.datagram.source.view());
    json.member("destination", m.datagram.destination.view());
    json.member("kind", m.datagram.destination.kind);
    if (!m.mailslot.empty()) json.member("mailslot", m.mailslot);
    const std::string_view operation = name_of(kBrowserOperations, m.announcement.operation);
    if (!operation.empty()) json.member("browser", operation);
    if (m.is_announcement) {
      json.member(m.announcement.of_host ? "host" : "domain", m.announcement.host);
      json.member("os_version", std::string_view{m.version.data(), m.version_size});
      json.member("comment", m.announcement.comment);
    }
  }
  json.close_object();
}

bool take(Bytes bytes, Message& m) noexcept {
  m.is_name_service = !read(bytes, m.datagram);
  if (!m.is_name_service) return true;
  m.datagram = {};
  return read(bytes, m.names);
}

class NetbiosSession final : public Session {
 public:
  explicit NetbiosSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    Message m;
    m.protocol = &protocol;
    m.id = messages_++;
    if (!take(bytes, m)) {
      sink.event(nullptr, malformed_message, direction);
      return Progress::malformed();
    }
    Bytes content;
    if (!m.is_name_service && read_mailslot(m.datagram.data, m.mailslot, content) &&
        equals_nocase(m.mailslot, "\\MAILSLOT\\BROWSE")) {
      if (!read(content, m.announcement)) sink.event(&m, malformed_announcement, direction);
      m.is_announcement = !m.announcement.host.empty();
      const auto written =
          fmt::format_to_n(m.version.data(), m.version.size(), "{}.{}", m.announcement.major, m.announcement.minor);
      m.version_size = written.size;
    }
    sink.update(m, direction);
    sink.log(m, direction);
    sink.close(m);
    return Progress::ok(bytes.size());
  }

 private:
  std::uint64_t messages_ = 0;
};

// Both services' names are encoded so that nothing else looks alike.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  Message m;
  if (!take(bytes, m)) return Probe::no;
  if (!m.is_name_service) return Probe::yes;
  constexpr std::uint16_t kReserved = 0x0060;
  const bool known = !name_of(kOperations, m.names.opcode()).empty();
  return known && (m.names.flags & kReserved) == 0 && (m.names.name.size > 0) ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kStages{"request_started", "request_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "netbios",
    .about = "NetBIOS names and datagrams: machines that announce themselves",
    .ndpi_name = "NetBIOS",
    .log_type = "netbios",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe},
    .create = create_session<NetbiosSession>,
    .destroy = destroy_session<NetbiosSession>,
    .log = log,
    .stages = {kStages, kStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::netbios
