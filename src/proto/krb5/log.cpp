// SPDX-License-Identifier: GPL-3.0-or-later
// The "krb5" object of EVE.
#include <algorithm>
#include <charconv>

#include "proto/krb5/names.hpp"
#include "proto/krb5/transaction.hpp"

namespace gatehouse::proto::krb5 {
namespace {

constexpr std::size_t kMaxText = 1024;  // of a name

// The number's name, or "EncryptionType(-133)" as the log's readers know it.
class Named {
 public:
  Named(std::span<const NamedNumber> names, std::string_view kind, std::int64_t value) noexcept {
    text_ = name_of(names, static_cast<std::uint64_t>(value));
    if (!text_.empty()) return;
    char* at = std::copy_n(kind.data(), kind.size(), room_.data());
    *at++ = '(';
    at = std::to_chars(at, room_.data() + room_.size() - 1, value).ptr;
    *at++ = ')';
    text_ = {room_.data(), static_cast<std::size_t>(at - room_.data())};
  }
  std::string_view text() const noexcept { return text_; }

 private:
  std::array<char, 48> room_;
  std::string_view text_;
};

}  // namespace

void log(const Transaction& tx, JsonWriter& json) {
  const auto& told = static_cast<const Krb5Transaction&>(tx);
  const Message& m = told.message;
  std::array<char, kMaxText> room;
  json.open_object("krb5");
  json.member("msg_type", name_of(kTypeNames, static_cast<std::uint64_t>(m.type)));
  if (m.error.present) {
    const std::string_view failed = name_of(kTypeNames, told.failed);
    json.member("failed_request", failed.empty() ? "UNKNOWN" : failed);
    json.member("error_code", Named{kErrorNames, "ErrorCode", m.error.value}.text());
  }
  json.member("cname", m.cname.present() ? m.cname.text(room) : "<empty>");
  json.member("realm", m.has_realm ? as_text(m.realm).substr(0, kMaxText) : "<empty>");
  json.member("sname", m.sname.present() ? m.sname.text(room) : "<empty>");
  const bool sealed = m.encryption.present;
  json.member("encryption", sealed ? Named{kEncryptionNames, "EncryptionType", m.encryption.value}.text() : "<none>");
  json.member("weak_encryption", sealed && is_weak(m.encryption.value));
  if (m.ticket.present) {
    json.member("ticket_encryption", Named{kEncryptionNames, "EncryptionType", m.ticket.value}.text());
    json.member("ticket_weak_encryption", is_weak(m.ticket.value));
  }
  json.close_object();
}

}  // namespace gatehouse::proto::krb5
