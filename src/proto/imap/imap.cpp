// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row: fields, events, recognition, log.
#include "proto/imap/imap.hpp"

#include <array>

#include "proto/imap/session.hpp"
#include "proto/line/words.hpp"
#include "proto/mime/fields.hpp"

namespace gatehouse::proto::imap {
namespace {

template <mime::Text ImapTransaction::* member>
FieldValue text(const Transaction& tx, unsigned) {
  const std::string_view value = of(tx).*member;
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}
std::string_view word(Status status) noexcept {
  constexpr std::string_view words[] = {"", "OK", "NO", "BAD"};
  return words[static_cast<unsigned>(status)];
}
FieldValue status(const Transaction& tx, unsigned) {
  return of(tx).status == Status::none ? FieldValue::none() : FieldValue::of(word(of(tx).status));
}
mime::MailView mail_of(const Transaction& tx) noexcept {
  return {of(tx).email ? &*of(tx).email : nullptr, of(tx).headers_done};
}

using enum FieldType;
using enum FieldDirection;
constexpr std::array kOwnFields{
    FieldSpec{"imap.command", bytes, both, kStarted, "the command's word, in capitals",
              text<&ImapTransaction::command>},
    FieldSpec{"imap.user", bytes, to_server, kComplete, "the user that LOGIN names", text<&ImapTransaction::user>},
    FieldSpec{"imap.mailbox", bytes, to_server, kComplete, "the mailbox of SELECT, EXAMINE or APPEND",
              text<&ImapTransaction::mailbox>},
    FieldSpec{"imap.status", bytes, to_client, kComplete, "OK, NO or BAD", status},
    FieldSpec{"imap.text", bytes, to_client, kComplete, "the text of the last response, or of the greeting",
              text<&ImapTransaction::text>},
};
constexpr auto kFields = mime::joined(kOwnFields, mime::email_fields<mail_of>(both, kStarted, kComplete));

constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"too_many_transactions", "32 commands wait for their last response"},
    {"line_too_long", "a line of more than 8 KiB: the rest of it was not looked at"},
    {"invalid_command", "a line without a tag or a word, or a command that no standard knows"},
    {"invalid_response", "a line whose tag no command has"},
    {"mime_anomaly", "a mail that is not as the standards have it"},
}};

// ---- recognition

constexpr std::size_t kMaxLook = 512;
constexpr std::string_view kTagBytes = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz$#@._-";

// RFC 3501, 7.1: the greeting is "* OK", "* PREAUTH" or "* BYE".
Probe probe_server(std::string_view text) noexcept {
  const std::size_t end = text.find('\n');
  const std::string_view line = trim(text.substr(0, end));
  if (!is_printable(line) || !text.starts_with('*') || (text.size() > 1 && text[1] != ' ')) return Probe::no;
  if (end == text.npos) return text.size() < kMaxLook ? Probe::need_more : Probe::yes;
  const Response response = read_response(line);
  const bool greets = response.status == Status::ok || (response.bye && !response.text.empty());
  return greets && !response.text.empty() ? Probe::yes : Probe::no;
}

// A tag with a digit ("a1", "A0001", "1": clients count), and a command that other protocols with a word in front do
// not have.
Probe probe_client(std::string_view text) noexcept {
  constexpr std::string_view telling[] = {"CAPABILITY", "STARTTLS", "NAMESPACE",  // these without an argument
                                          "LOGIN",      "SELECT",   "EXAMINE",   "AUTHENTICATE", "ID"};
  constexpr std::size_t kAlone = 3;
  const std::size_t space = text.find(' ');
  const std::string_view tag = text.substr(0, space);
  if (!is_tag(tag)) return Probe::no;
  if (space == text.npos) return Probe::need_more;
  if (tag.find_first_of("0123456789") == tag.npos) return Probe::no;
  std::string_view rest = text.substr(space + 1);
  const std::size_t size = rest.find_first_of(" \r\n");
  const std::string_view word = rest.substr(0, size);
  for (std::size_t i = 0; i < std::size(telling); ++i) {
    if (size == rest.npos && starts_with_nocase(telling[i], word)) return Probe::need_more;
    if (!equals_nocase(telling[i], word)) continue;
    const std::size_t end = rest.find('\n');
    const std::string_view argument = trim(rest.substr(word.size(), end - word.size()));
    if (!is_printable(argument)) return Probe::no;
    if (end == rest.npos) return text.size() < kMaxLook ? Probe::need_more : Probe::no;
    return argument.empty() == (i < kAlone) ? Probe::yes : Probe::no;
  }
  return Probe::no;
}

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t) {
  return direction == Direction::to_server ? probe_client(as_text(bytes)) : probe_server(as_text(bytes));
}

void log(const Transaction& transaction, JsonWriter& json) {
  const ImapTransaction& tx = of(transaction);
  LogBudget budget{kLogBudget};
  const auto member = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) json.member(key, budget.take(value));
  };
  json.open_object("imap");
  member("tag", tx.tag);
  member("command", tx.command);
  member("user", tx.user);
  member("mailbox", tx.mailbox);
  member("status", word(tx.status));
  member("text", tx.text);
  if (tx.email) mime::write_email(*tx.email, json, budget);
  json.close_object();
}

namespace {
constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
}  // namespace

constinit const ProtocolSpec protocol{
    .name = "imap",
    .about = "Internet Message Access Protocol, with the mails it fetches",
    .ndpi_name = "IMAP",
    .log_type = "imap",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of(kTagBytes), FirstBytes::of("*")}},
    .max_pending = kMaxLine,
    .create = create_session<ImapSession>,
    .destroy = destroy_session<ImapSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::imap
