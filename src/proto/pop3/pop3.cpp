// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row: fields, events, recognition, log.
#include "proto/pop3/pop3.hpp"

#include <array>

#include "proto/line/words.hpp"
#include "proto/mime/fields.hpp"
#include "proto/pop3/session.hpp"

namespace gatehouse::proto::pop3 {
namespace {

FieldValue text(bool present, std::string_view value) noexcept {
  return present ? FieldValue::of(value) : FieldValue::none();
}
std::string_view status(const PopTransaction& tx) noexcept {
  return tx.success ? "OK" : "ERR";
}
FieldValue command(const Transaction& tx, unsigned) {
  return text(of(tx).asked, of(tx).word);
}
FieldValue argument(const Transaction& tx, unsigned index) {
  return index < of(tx).arguments.size() ? FieldValue::of(std::string_view{of(tx).arguments[index]})
                                         : FieldValue::none();
}
FieldValue user(const Transaction& tx, unsigned) {
  const bool names = of(tx).word == "USER" || of(tx).word == "APOP";
  return names ? argument(tx, 0) : FieldValue::none();
}
FieldValue response_status(const Transaction& tx, unsigned) {
  return text(of(tx).answered, status(of(tx)));
}
FieldValue response_header(const Transaction& tx, unsigned) {
  return text(of(tx).answered, of(tx).header);
}
mime::MailView mail_of(const Transaction& tx) noexcept {
  return {of(tx).email ? &*of(tx).email : nullptr, of(tx).headers_done};
}

using enum FieldType;
using enum FieldDirection;
constexpr std::array kOwnFields{
    FieldSpec{"pop3.command", bytes, to_server, kComplete, "the command's word", command},
    FieldSpec{"pop3.args", list, to_server, kComplete, "the command's arguments, the first eight", argument},
    FieldSpec{"pop3.user", bytes, to_server, kComplete, "the user that USER or APOP names", user},
    FieldSpec{"pop3.status", bytes, to_client, kStarted, "OK or ERR", response_status},
    FieldSpec{"pop3.header", bytes, to_client, kStarted, "the text of the response's first line", response_header},
};
constexpr auto kFields = mime::joined(kOwnFields, mime::email_fields<mail_of>(to_client, kStarted, kComplete));

constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"too_many_transactions", "64 commands wait for their responses"},
    {"request_too_long", "a command of more than 255 bytes"},
    {"incorrect_argument_count", "a command with fewer or more arguments than it has"},
    {"unknown_command", "a command that no standard knows"},
    {"response_too_long", "the first line of a response has more than 512 bytes"},
    {"invalid_response", "a line that is neither +OK nor -ERR"},
    {"too_many_data_lines", "a listing of more than 256 lines: the rest is not kept"},
    {"mime_anomaly", "a mail that is not as the standards have it"},
}};

void log(const Transaction& transaction, JsonWriter& json) {
  const PopTransaction& tx = of(transaction);
  LogBudget budget{kLogBudget};
  // Lists stand even if they are empty, as readers of this record know it.
  const auto list = [&](std::string_view key, const mime::Texts& texts) {
    json.open_array(key);
    for (const mime::Text& text : texts)
      if (!budget.empty()) json.element(budget.take(text));
    json.close_array();
  };
  json.open_object("pop3");
  if (tx.asked) {
    json.open_object("request");
    json.member("command", budget.take(tx.word));
    list("args", tx.arguments);
    json.close_object();
  }
  if (tx.answered) {
    json.open_object("response");
    json.member("success", tx.success);
    json.member("status", status(tx));
    json.member("header", budget.take(tx.header));
    list("data", tx.data);
    json.close_object();
  }
  json.close_object();
  if (tx.email) mime::write_email(*tx.email, json, budget);
}

// ---- recognition

constexpr std::uint16_t kPort = 110;  // decides only what content leaves open

// "+OK" alone is Redis' word too; a greeting says more (RFC 1939, 4).
Probe probe_server(std::string_view text) noexcept {
  constexpr std::string_view kGood = "+OK ";
  if (text.size() <= kGood.size()) return kGood.starts_with(text) ? Probe::need_more : Probe::no;
  if (!text.starts_with(kGood)) return Probe::no;
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  if (!is_printable(trim(line))) return Probe::no;
  if (end == text.npos) return text.size() <= kLongResponse ? Probe::need_more : Probe::no;
  return trim(line).size() > kGood.size() ? Probe::yes : Probe::no;
}

// USER and PASS are FTP's too, LIST is many's: a line that only this protocol has decides.
Probe probe_client(std::string_view text, bool pop_port) noexcept {
  for (unsigned number = 0; true; ++number) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) break;
    std::string_view rest = trim(text.substr(0, end));
    if (!is_printable(rest)) return Probe::no;
    const std::string_view word = take_word(rest);
    const auto is = [word](std::string_view w) { return equals_nocase(word, w); };
    if ((is("CAPA") || is("STLS") || is("UIDL")) && rest.empty()) return Probe::yes;
    if (is("APOP") && rest.find(' ') != rest.npos) return Probe::yes;
    const bool logged_in = number >= 2 && (is("STAT") || is("LIST"));  // behind USER and PASS
    if (logged_in && rest.empty()) return Probe::yes;
    if (!(is("USER") && !rest.empty() && rest.find(' ') == rest.npos) && !is("PASS")) return Probe::no;
    if (pop_port) return Probe::yes;
    text.remove_prefix(end + 1);
  }
  constexpr std::size_t kLongestWord = 4;
  const std::size_t space = text.find_first_of(" \r");
  const std::string_view word = text.substr(0, space);
  const bool may_become = space == text.npos ? word.size() <= kLongestWord : find_command(word) != nullptr;
  return may_become && text.size() <= kLongRequest && is_printable(trim(text)) ? Probe::need_more : Probe::no;
}

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port) {
  return direction == Direction::to_server ? probe_client(as_text(bytes), server_port == kPort)
                                           : probe_server(as_text(bytes));
}

namespace {

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "pop3",
    .about = "Post Office Protocol, version 3, with the mails it fetches",
    .ndpi_name = "POP3",
    .log_type = "pop3",
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("ACSUacsu"), FirstBytes::of("+")}},
    .max_pending = kMaxLine,
    .create = create_session<PopSession>,
    .destroy = destroy_session<PopSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::pop3
