// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mdns/mdns.hpp"

#include <algorithm>
#include <array>

#include "proto/dns/getters.hpp"
#include "proto/dns/probe.hpp"
#include "proto/dns/session.hpp"
#include "proto/dns/types.hpp"
#include "proto/mdns/identity.hpp"

namespace gatehouse::proto::mdns {
namespace {

using dns::DnsTransaction;
using dns::Record;

// RFC 6762, 2: "... MUST be sent to ... UDP port 5353".
constexpr std::uint16_t kPort = 5353;

class Writer {
 public:
  Writer(const DnsTransaction& tx, JsonWriter& json) noexcept : tx_(tx), message_(tx.message), json_(json) {}

  void write() noexcept {
    json_.open_object("mdns");
    json_.member("type", tx_.from_client ? "request" : "response");
    json_.member("id", message_.header.id);
    flags();
    json_.member("opcode", message_.header.opcode());
    json_.member("rcode", message_.header.rcode());
    queries();
    records("answers", message_.answers(), true);
    records("authorities", message_.authorities(), false);
    records("additionals", message_.additionals(), true);
    json_.close_object();
  }

 private:
  void flags() noexcept {
    const dns::Header& h = message_.header;
    const std::array<std::pair<bool, const char*>, 7> words{
        {{h.aa(), "aa"}, {h.tc(), "tc"}, {h.rd(), "rd"}, {h.ra(), "ra"}, {h.z(), "z"}, {h.ad(), "ad"}, {h.cd(), "cd"}}};
    if (std::ranges::none_of(words, [](const auto& word) { return word.first; })) return;
    json_.open_array("flags");
    for (const auto& [set, word] : words)
      if (set) json_.element(word);
    json_.close_array();
  }

  void queries() noexcept {
    if (message_.questions().empty()) return;
    json_.open_array("queries");
    for (const dns::Question& question : message_.questions()) {
      json_.open_object();
      name("rrname", question.name);
      std::array<char, dns::kNumberText> number;
      std::array<char, 16> lower{};
      const std::string_view word = dns::type_word(question.type, number);
      std::ranges::transform(word, lower.begin(), ascii_lower);
      json_.member("rrtype", std::string_view{lower.data(), word.size()});
      json_.close_object();
    }
    json_.close_array();
  }

  // Readers of the log know the data of PTR and TXT, and none of authorities.
  void records(std::string_view key, std::span<const Record> records, bool with_data) noexcept {
    const auto worth_it = [](const Record& r) { return r.type != dns::rr_type::opt || r.data_size > 0; };
    if (std::ranges::none_of(records, worth_it)) return;
    json_.open_array(key);
    for (const Record& record : records) {
      if (!worth_it(record)) continue;
      json_.open_object();
      name("rrname", record.name);
      if (with_data && record.type == dns::rr_type::ptr) json_.member("ptr", text(record.target));
      if (with_data && record.type == dns::rr_type::txt && record.data_size > 0) strings(record);
      json_.close_object();
    }
    json_.close_array();
  }

  void strings(const Record& record) noexcept {
    json_.open_array("txt");
    for (Cursor c{record.data_in(message_.bytes)}; c.ok() && !c.empty();) json_.element(c.take(c.u8()));
    json_.close_array();
  }

  void name(std::string_view key, const dns::Name& name) noexcept {
    json_.member(key, text(name));
    if (name.truncated()) json_.member("rrname_truncated", true);
  }
  std::string_view text(const dns::Name& name) noexcept { return name_text(message_.bytes, name, text_); }

  const DnsTransaction& tx_;
  const dns::Message& message_;
  JsonWriter& json_;
  std::array<char, dns::kMaxNameText> text_;
};

void log(const Transaction& tx, JsonWriter& json) {
  Writer{static_cast<const DnsTransaction&>(tx), json}.write();
}

bool ends_as_link_local(std::string_view name) noexcept {
  constexpr std::string_view suffix = ".local";
  return name.size() > suffix.size() && equals_nocase(name.substr(name.size() - suffix.size()), suffix);
}

// Off its port: RFC 6762, 18.1 and 18.2: identifier zero, and no flag but those of an answer; and all that is asked for
// or told first is of the link (".local", or an address).
bool is_multicast_dns(Bytes datagram) noexcept {
  Cursor c{datagram};
  const dns::Header header{c};
  constexpr std::uint16_t answer = 0x8400, more_follows = 0x0200;
  if (!c.ok() || header.id != 0 || !header.fits(datagram.size())) return false;
  if (header.flags != answer && (header.flags & ~more_follows) != 0) return false;
  dns::Message message;
  if (!message.parse(datagram) || message.name_flags != 0 || message.end() != datagram.size()) return false;
  std::array<char, dns::kMaxNameText> buffer;
  unsigned local = 0;
  const auto fits = [&](const dns::Name& name) {
    const std::string_view text = name_text(message.bytes, name, buffer);
    local += ends_as_link_local(text);
    return ends_as_link_local(text) || text.ends_with(".arpa");
  };
  return std::ranges::all_of(message.questions(), [&](const dns::Question& q) { return fits(q.name); }) &&
         std::ranges::all_of(message.answers(), [&](const Record& r) { return fits(r.name); }) && local > 0;
}

Probe probe(Direction, Bytes datagram, std::uint16_t server_port) {
  if (server_port == kPort) return dns::probe_kin(datagram);
  return server_port != dns::kPort && is_multicast_dns(datagram) ? Probe::yes : Probe::no;
}

Session* create(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<dns::DnsSession>(memory, protocol);
}

constexpr std::uint8_t kComplete = 1;
constexpr auto kList = FieldType::list;
constexpr auto kBoth = FieldDirection::both;

constexpr std::array kFields{
    FieldSpec{"mdns.queries.rrname", kList, kBoth, kComplete, "names in the question section", dns::query_name},
    FieldSpec{"mdns.answers.rrname", kList, kBoth, kComplete, "names in the answer section", dns::answer_name},
    FieldSpec{"mdns.authorities.rrname", kList, kBoth, kComplete, "names in the authority section",
              dns::authority_name},
    FieldSpec{"mdns.additionals.rrname", kList, kBoth, kComplete, "names in the additional section",
              dns::additional_name},
    FieldSpec{"mdns.response.rrname", kList, kBoth, kComplete, "all names of a response, within the records' data too",
              [](const Transaction& tx, unsigned index) {
                const bool request = static_cast<const DnsTransaction&>(tx).from_client;
                return request ? FieldValue::none() : dns::response_name(tx, index);
              }},
    FieldSpec{"mdns.instance", kList, kBoth, kComplete, "names that the sender gave its services", instance,
              FieldRole::device_name},
    FieldSpec{"mdns.host", kList, kBoth, kComplete, "host names that the sender tells the addresses of", host,
              FieldRole::device_name},
    FieldSpec{"mdns.service", kList, kBoth, kComplete,
              "kinds of services that the sender offers: _hap._tcp.local (HomeKit), _matter._tcp.local, …", service,
              FieldRole::device_service},
    FieldSpec{"mdns.friendly_name", FieldType::bytes, kBoth, kComplete,
              "its name for people, by fn= (Google Cast), DN= (Matter) and the like", friendly_name,
              FieldRole::device_name},
    FieldSpec{"mdns.model", FieldType::bytes, kBoth, kComplete, "the device's model, by model=, md=, ty= and the like",
              model, FieldRole::device_model},
    FieldSpec{"mdns.vendor", FieldType::bytes, kBoth, kComplete, "its maker, by manufacturer= and the like", vendor,
              FieldRole::device_vendor},
    FieldSpec{"mdns.serial", FieldType::bytes, kBoth, kComplete, "its number, by id=, deviceid=, sn= and the like",
              serial, FieldRole::device_serial},
    FieldSpec{"mdns.software", FieldType::bytes, kBoth, kComplete, "its version, by fv=, srcvers= and the like",
              software, FieldRole::device_software},
    FieldSpec{"mdns.txt", kList, kBoth, kComplete, "strings of TXT records, \"key=value\"", txt},
};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "mdns",
    .about = "Multicast DNS",
    .ndpi_name = "MDNS",
    .log_type = "mdns",
    .transports = {.udp = true},
    .detector = {.probe = probe},
    .create = create,
    .destroy = destroy_session<dns::DnsSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = dns::kEvents,
};

}  // namespace gatehouse::proto::mdns
