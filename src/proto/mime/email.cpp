// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mime/email.hpp"

#include <algorithm>
#include <ranges>

#include "base/bytes.hpp"

namespace gatehouse::proto::mime {
namespace {

struct Kept {
  std::string_view name;
  Value Email::* value;
};
constexpr Kept kKept[] = {
    {"from", &Email::from},         {"to", &Email::to},     {"cc", &Email::cc},
    {"subject", &Email::subject},   {"date", &Email::date}, {"message-id", &Email::message_id},
    {"x-mailer", &Email::x_mailer},
};

void write_addresses(JsonWriter& json, std::string_view key, const Value& value, LogBudget& budget) noexcept {
  if (!value.present || budget.empty()) return;
  json.open_array(key);
  std::string_view rest = value.text;
  for (bool more = true; more && !budget.empty();) {
    const std::size_t comma = rest.find(',');
    json.element(budget.take(rest.substr(0, comma)));
    more = comma != rest.npos;
    if (more) rest.remove_prefix(comma + 1);
  }
  json.close_array();
}

void write_text(JsonWriter& json, std::string_view key, const Value& value, LogBudget& budget) noexcept {
  if (value.present) json.member(key, budget.take(value.text));
}

}  // namespace

bool Email::keep(std::string_view name, std::string_view value) {
  if (equals_nocase(name, "received")) {
    if (received.size() < kMaxReceived) received.emplace_back(value);
    return true;
  }
  for (const Kept& kept : kKept) {
    if (!equals_nocase(name, kept.name)) continue;
    Value& slot = this->*kept.value;
    if (!slot.present) slot.text = value;
    slot.present = true;
    return true;
  }
  return false;
}

void Email::keep_url(std::string_view url) {
  if (urls.size() < kMaxUrls) urls.emplace_back(url);
}

void Email::keep_attachment(std::string_view name) {
  if (attachments.size() < kMaxAttachments) attachments.emplace_back(name);
}

void write_email(const Email& email, JsonWriter& json, LogBudget& budget) noexcept {
  json.open_object("email");
  json.member("status", "PARSE_DONE");
  write_text(json, "from", email.from, budget);
  write_addresses(json, "to", email.to, budget);
  write_addresses(json, "cc", email.cc, budget);
  write_text(json, "subject", email.subject, budget);
  write_text(json, "date", email.date, budget);
  write_text(json, "message_id", email.message_id, budget);
  write_text(json, "x_mailer", email.x_mailer, budget);
  write_texts(json, "attachment", email.attachments, budget);
  // The last URL that was found comes first, as readers of such logs know it.
  write_texts(json, "url", std::views::reverse(email.urls), budget);
  write_texts(json, "received", email.received, budget);
  json.close_object();
}

}  // namespace gatehouse::proto::mime
