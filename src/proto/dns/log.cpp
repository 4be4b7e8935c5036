// SPDX-License-Identifier: GPL-3.0-or-later
// The "dns" object of EVE, version 3.
#include <algorithm>
#include <array>
#include <charconv>

#include "base/ip.hpp"
#include "proto/dns/transaction.hpp"
#include "proto/dns/types.hpp"

namespace gatehouse::proto::dns {
namespace {

// Which members readers of the log accept differs by section.
struct Section {
  bool name_truncated = false, data_truncated = false;
  bool soa = false, srv = false, sshfp = false, opt = false;
};
constexpr Section kAnswers{.soa = true, .srv = true, .sshfp = true};
constexpr Section kAuthorities{.name_truncated = true, .data_truncated = true, .soa = true};
constexpr Section kAdditionals{.opt = true};

std::string_view address_text(Bytes data, std::span<char, kIpText> out) noexcept {
  if (data.size() == 4) return format_ip(IpAddress::v4(data.data()), out.data());
  if (data.size() == 16) return format_ip_full(IpAddress::v6(data.data()), out.data());
  return {};
}

class Writer {
 public:
  Writer(const DnsTransaction& tx, JsonWriter& json) noexcept : tx_(tx), message_(tx.message), json_(json) {}

  void write() noexcept {
    json_.open_object("dns");
    json_.member("version", 3);
    json_.member("type", tx_.from_client ? "request" : "response");
    json_.member("tx_id", tx_.id);
    header();
    questions();
    if (!message_.answers().empty()) {
      section("answers", message_.answers(), kAnswers);
      grouped();
    }
    if (!message_.authorities().empty()) section("authorities", message_.authorities(), kAuthorities);
    additionals();
    json_.close_object();
  }

 private:
  std::string_view text(const Name& name) noexcept { return name_text(message_.bytes, name, text_); }

  void header() noexcept {
    const Header& h = message_.header;
    std::array<char, 4> hex;
    const auto [end, error] = std::to_chars(hex.data(), hex.data() + hex.size(), h.flags, 16);
    std::array<char, kNumberText> number;
    json_.member("id", h.id);
    json_.member("flags", std::string_view{hex.data(), static_cast<std::size_t>(end - hex.data())});
    if (h.is_response()) json_.member("qr", true);
    if (h.aa()) json_.member("aa", true);
    if (h.tc()) json_.member("tc", true);
    if (h.rd()) json_.member("rd", true);
    if (h.ra()) json_.member("ra", true);
    if (h.z()) json_.member("z", true);
    json_.member("opcode", h.opcode());
    json_.member("rcode", rcode_word(h.rcode(), number));
  }

  void questions() noexcept {
    if (message_.questions().empty()) return;
    json_.open_array("queries");
    for (const Question& question : message_.questions()) {
      std::array<char, kNumberText> number;
      json_.open_object();
      json_.member("rrname", text(question.name));
      json_.member("rrtype", type_word(question.type, number));
      if (question.name.truncated()) json_.member("rrname_truncated", true);
      json_.close_object();
    }
    json_.close_array();
  }

  void additionals() noexcept {
    const auto worth_it = [](const Record& r) { return r.type != rr_type::opt || r.data_size > 0; };
    if (std::ranges::any_of(message_.additionals(), worth_it))
      section("additionals", message_.additionals(), kAdditionals);
  }

  void section(std::string_view key, std::span<const Record> records, const Section& allowed) noexcept {
    json_.open_array(key);
    for (const Record& record : records) {
      if (record.type == rr_type::opt && (record.data_size == 0 && allowed.opt)) continue;
      if (record.type == rr_type::txt && record.data_size > 0)
        strings(record, allowed);
      else
        entry(record, allowed);
    }
    json_.close_array();
  }

  // Each string of a TXT record stands as an entry of its own.
  void strings(const Record& record, const Section& allowed) noexcept {
    for (Cursor c{record.data_in(message_.bytes)}; c.ok() && !c.empty();) {
      const Bytes string = c.take(c.u8());
      open_entry(record, allowed);
      json_.member("rdata", string);
      json_.close_object();
    }
  }

  void open_entry(const Record& record, const Section& allowed) noexcept {
    std::array<char, kNumberText> number;
    json_.open_object();
    json_.member("rrname", text(record.name));
    if (record.name.truncated() && allowed.name_truncated) json_.member("rrname_truncated", true);
    json_.member("rrtype", type_word(record.type, number));
    json_.member("ttl", record.ttl);
  }

  void entry(const Record& record, const Section& allowed) noexcept {
    open_entry(record, allowed);
    std::array<char, kIpText> ip;
    switch (record.type) {
      case rr_type::a:
      case rr_type::aaaa:
        json_.member("rdata", address_text(record.data_in(message_.bytes), ip));
        break;
      case rr_type::cname:
      case rr_type::mx:
      case rr_type::ns:
      case rr_type::ptr:
        json_.member("rdata", text(record.target));
        if (record.target.truncated() && allowed.data_truncated) json_.member("rdata_truncated", true);
        break;
      case rr_type::null:
        json_.member("rdata", record.data_in(message_.bytes));
        break;
      case rr_type::soa:
        if (allowed.soa) json_.open_object("soa"), soa(record);
        break;
      case rr_type::srv:
        if (allowed.srv) json_.open_object("srv"), srv(record);
        break;
      case rr_type::sshfp:
        if (allowed.sshfp) json_.open_object("sshfp"), sshfp(record);
        break;
      case rr_type::opt:
        if (allowed.opt) options(record);
        break;
      default:
        break;
    }
    json_.close_object();
  }

  // These three fill an object that stands open, and close it.
  void soa(const Record& record) noexcept {
    Soa soa;
    if (read_soa(message_.bytes, record, soa)) {
      json_.member("mname", text(soa.primary));
      if (soa.primary.truncated()) json_.member("mname_truncated", true);
      json_.member("rname", text(soa.mailbox));
      json_.member("serial", soa.serial);
      json_.member("refresh", soa.refresh);
      json_.member("retry", soa.retry);
      json_.member("expire", soa.expire);
      json_.member("minimum", soa.minimum);
    }
    json_.close_object();
  }
  void srv(const Record& record) noexcept {
    const Srv srv{Cursor{record.data_in(message_.bytes)}};
    json_.member("priority", srv.priority);
    json_.member("weight", srv.weight);
    json_.member("port", srv.port);
    json_.member("name", text(record.target));
    json_.close_object();
  }
  void sshfp(const Record& record) noexcept {
    const Bytes data = record.data_in(message_.bytes);
    json_.member_hex("fingerprint", data.subspan(2), ":");
    json_.member("algo", data[0]);
    json_.member("type", data[1]);
    json_.close_object();
  }

  void options(const Record& record) noexcept {
    json_.open_array("opt");
    for (Cursor c{record.data_in(message_.bytes)}; c.ok() && !c.empty();) {
      json_.open_object();
      json_.member("code", c.u16());
      json_.member_hex("data", c.take(c.u16()));
      json_.close_object();
    }
    json_.close_array();
  }

  // The answers once more, by type.
  void grouped() noexcept {
    constexpr std::array types{rr_type::a,   rr_type::aaaa, rr_type::cname, rr_type::mx,    rr_type::ns, rr_type::null,
                               rr_type::ptr, rr_type::soa,  rr_type::srv,   rr_type::sshfp, rr_type::txt};
    json_.open_object("grouped");
    for (const std::uint16_t type : types) {
      const auto wanted = [type](const Record& r) {
        return r.type == type && (type != rr_type::txt || r.data_size > 0);
      };
      if (std::ranges::none_of(message_.answers(), wanted)) continue;
      std::array<char, kNumberText> number;
      json_.open_array(type_word(type, number));
      for (const Record& record : message_.answers())
        if (wanted(record)) element(record);
      json_.close_array();
    }
    json_.close_object();
  }

  void element(const Record& record) noexcept {
    std::array<char, kIpText> ip;
    switch (record.type) {
      case rr_type::a:
      case rr_type::aaaa:
        json_.element(address_text(record.data_in(message_.bytes), ip));
        break;
      case rr_type::null:
        json_.element(record.data_in(message_.bytes));
        break;
      case rr_type::soa:
        json_.open_object(), soa(record);
        break;
      case rr_type::srv:
        json_.open_object(), srv(record);
        break;
      case rr_type::sshfp:
        json_.open_object(), sshfp(record);
        break;
      case rr_type::txt:
        for (Cursor c{record.data_in(message_.bytes)}; c.ok() && !c.empty();) json_.element(c.take(c.u8()));
        break;
      default:
        json_.element(text(record.target));
        break;
    }
  }

  const DnsTransaction& tx_;
  const Message& message_;
  JsonWriter& json_;
  std::array<char, kMaxNameText> text_;
};

}  // namespace

void log(const Transaction& tx, JsonWriter& json) {
  Writer{static_cast<const DnsTransaction&>(tx), json}.write();
}

}  // namespace gatehouse::proto::dns
