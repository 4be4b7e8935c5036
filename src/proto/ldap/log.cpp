// SPDX-License-Identifier: GPL-3.0-or-later
// The "ldap" object of EVE.
#include <algorithm>
#include <array>
#include <charconv>

#include "proto/ldap/names.hpp"
#include "proto/ldap/transaction.hpp"

namespace gatehouse::proto::ldap {
namespace {

// The log shows this much of a string, and stops adding values and responses once a record is this long: the record of
// a search that lists a directory must still fit.
constexpr std::size_t kLoggedText = 1024;
constexpr std::size_t kLongRecord = 28 * 1024;

class Writer {
 public:
  explicit Writer(JsonWriter& json) noexcept : json_(json) {}

  void write(const LdapTransaction& tx) noexcept {
    json_.open_object("ldap");
    if (tx.request() != nullptr) {
      json_.open_object("request");
      operation(*tx.request());
      request(*tx.request());
      json_.close_object();
    }
    if (tx.responses() != nullptr) {
      json_.open_array("responses");
      for (const auto* kept = tx.responses(); kept != nullptr; kept = kept->next) {
        if (full() && kept->next != nullptr) continue;  // the last says how it ended
        json_.open_object();
        operation(kept->message);
        response(kept->message);
        json_.close_object();
      }
      json_.close_array();
    }
    json_.close_object();
  }

 private:
  bool full() const noexcept { return json_.text().size() > kLongRecord; }

  void operation(const Message& m) noexcept {
    json_.member("operation", name_of(kOperationNames, static_cast<std::uint64_t>(m.operation)));
    json_.member("message_id", m.id);
  }

  void request(const Message& m) noexcept {
    switch (m.operation) {
      case Operation::bind_request:
        json_.open_object("bind_request");
        json_.member("version", m.version);
        text("name", m.dn);
        if (m.has_sasl) {
          json_.open_object("sasl");
          text("mechanism", m.mechanism);
          if (!m.credentials.empty()) text("credentials", m.credentials);
          json_.close_object();
        }
        break;
      case Operation::search_request:
        json_.open_object("search_request");
        search(m);
        break;
      case Operation::modify_request:
        json_.open_object("modify_request");
        text("object", m.dn);
        changes(m.list);
        break;
      case Operation::add_request:
        json_.open_object("add_request");
        text("entry", m.dn);
        attributes("name", m.list);
        break;
      case Operation::del_request:
        json_.open_object("del_request");
        text("dn", m.dn);
        break;
      case Operation::mod_dn_request:
        json_.open_object("mod_dn_request");
        text("entry", m.dn);
        text("new_rdn", m.new_rdn);
        json_.member("delete_old_rdn", m.delete_old_rdn);
        if (m.has_superior) text("new_superior", m.new_superior);
        break;
      case Operation::compare_request:
        json_.open_object("compare_request");
        text("entry", m.dn);
        json_.open_object("attribute_value_assertion");
        text("description", m.name);
        text("value", m.value);
        json_.close_object();
        break;
      case Operation::abandon_request:
        json_.open_object("abandon_request");
        json_.member("message_id", m.abandoned);
        break;
      case Operation::extended_request:
        json_.open_object("extended_request");
        text("name", m.name);
        if (m.has_value) text("value", m.value);
        break;
      default:
        return;
    }
    json_.close_object();
  }

  void search(const Message& m) noexcept {
    text("base_object", m.dn);
    json_.member("scope", m.scope);
    json_.member("deref_alias", m.deref_aliases);
    json_.member("size_limit", m.size_limit);
    json_.member("time_limit", m.time_limit);
    json_.member("types_only", m.types_only);
    values("attributes", m.list);
  }

  void response(const Message& m) noexcept {
    switch (m.operation) {
      case Operation::search_result_entry:
        json_.open_object("search_result_entry");
        text("base_object", m.dn);
        attributes("type", m.list);
        break;
      case Operation::intermediate_response:
        json_.open_object("intermediate_response");
        if (m.has_name) text("name", m.name);
        if (m.has_value) text("value", m.value);
        break;
      case Operation::search_result_reference:  // readers of the log know no member for it
        return;
      default:
        if (!m.has_result) return;
        json_.open_object(name_of(kOperationNames, static_cast<std::uint64_t>(m.operation)));
        result(m);
        break;
    }
    json_.close_object();
  }

  void result(const Message& m) noexcept {
    const std::string_view name = name_of(kResultNames, static_cast<std::uint64_t>(m.result_code));
    std::array<char, 24> digits;
    const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), m.result_code).ptr;
    json_.member("result_code",
                 name.empty() ? std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())} : name);
    text("matched_dn", m.matched_dn);
    text("message", m.diagnostic);
    if (m.operation == Operation::bind_response && m.has_sasl) text("server_sasl_creds", m.credentials);
    if (m.has_name) text("name", m.name);
    if (m.has_value) text("value", m.value);
  }

  // Arrays that stand only where they have an element.
  void values(std::string_view key, Bytes list) noexcept {
    Bytes value;
    Strings strings{list};
    if (full() || !strings.next(value)) return;
    json_.open_array(key);
    do json_.element(value.first(std::min(value.size(), kLoggedText)));
    while (!full() && strings.next(value));
    json_.close_array();
  }

  void attributes(std::string_view type_key, Bytes list) noexcept {
    Attribute attribute;
    Attributes all{list};
    if (full() || !all.next(attribute)) return;
    json_.open_array("attributes");
    do {
      json_.open_object();
      text(type_key, attribute.type);
      values("values", attribute.values);
      json_.close_object();
    } while (!full() && all.next(attribute));
    json_.close_array();
  }

  void changes(Bytes list) noexcept {
    Change change;
    Changes all{list};
    if (full() || !all.next(change)) return;
    json_.open_array("changes");
    do {
      const std::string_view name = name_of(kChangeNames, static_cast<std::uint64_t>(change.operation));
      json_.open_object();
      json_.member("operation", name.empty() ? "unknown" : name);
      json_.open_object("modification");
      text("attribute_type", change.attribute.type);
      values("attribute_values", change.attribute.values);
      json_.close_object();
      json_.close_object();
    } while (!full() && all.next(change));
    json_.close_array();
  }

  void text(std::string_view key, Bytes bytes) noexcept {
    json_.member(key, bytes.first(std::min(bytes.size(), kLoggedText)));
  }

  JsonWriter& json_;
};

}  // namespace

void log(const Transaction& tx, JsonWriter& json) {
  Writer{json}.write(static_cast<const LdapTransaction&>(tx));
}

}  // namespace gatehouse::proto::ldap
