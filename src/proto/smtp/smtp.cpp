// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row: fields, events, recognition, log.
#include "proto/smtp/smtp.hpp"

#include <algorithm>
#include <array>

#include "proto/mime/fields.hpp"
#include "proto/smtp/mail.hpp"
#include "proto/smtp/session.hpp"

namespace gatehouse::proto::smtp {
namespace {

FieldValue of(const mime::Value& value) noexcept {
  return value.present ? FieldValue::of(std::string_view{value.text}) : FieldValue::none();
}
FieldValue of(const mime::Texts& texts, unsigned index) noexcept {
  return index < texts.size() ? FieldValue::of(std::string_view{texts[index]}) : FieldValue::none();
}
mime::MailView mail_of(const Transaction& tx) noexcept {
  const Mail& mail = as_mail(tx);
  return {mail.email ? &*mail.email : nullptr, mail.headers_done};
}

using enum FieldType;
constexpr auto kClient = FieldDirection::to_server;
constexpr std::array kOwnFields{
    FieldSpec{"smtp.helo", bytes, kClient, kStarted, "the name the client gives itself in HELO or EHLO",
              [](const Transaction& tx, unsigned) { return of(*as_mail(tx).helo); }},
    FieldSpec{"smtp.mail_from", bytes, kClient, kData, "the sender in MAIL FROM",
              [](const Transaction& tx, unsigned) { return of(as_mail(tx).mail_from); }},
    FieldSpec{"smtp.rcpt_to", list, kClient, kData, "the recipients in RCPT TO",
              [](const Transaction& tx, unsigned index) { return of(as_mail(tx).rcpt_to, index); }},
};
constexpr auto kFields = mime::joined(kOwnFields, mime::email_fields<mail_of>(kClient, kData, kComplete));

constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"invalid_reply", "a line of the server that is no reply, or a code that nobody defined", "INVALID_REPLY"},
    {"unable_to_match_reply_with_request", "too many commands wait for a reply", "UNABLE_TO_MATCH_REPLY_WITH_REQUEST"},
    {"max_command_line_len_exceeded", "reserved: an over-long command is truncated_line",
     "MAX_COMMAND_LINE_LEN_EXCEEDED"},
    {"max_reply_line_len_exceeded", "reserved: an over-long reply is truncated_line", "MAX_REPLY_LINE_LEN_EXCEEDED"},
    {"invalid_pipelined_sequence", "a command behind DATA or STARTTLS that did not wait for its reply",
     "INVALID_PIPELINED_SEQUENCE"},
    {"bdat_chunk_len_exceeded", "a chunk of more than 4 GiB", "BDAT_CHUNK_LEN_EXCEEDED"},
    {"no_server_welcome_message", "the server did not greet", "NO_SERVER_WELCOME_MESSAGE"},
    {"tls_rejected", "STARTTLS was refused", "TLS_REJECTED"},
    {"data_command_rejected", "DATA was refused", "DATA_COMMAND_REJECTED"},
    {"failed_protocol_change", "reserved: what follows STARTTLS is judged by its own protocol",
     "FAILED_PROTOCOL_CHANGE"},
    {"mime_parse_failed", "parts or encoded messages nested too deep to be opened", "MIME_PARSE_FAILED"},
    {"mime_malformed_msg", "structure that the standards forbid: boundaries, header sections, encodings",
     "MIME_MALFORMED_MSG"},
    {"mime_invalid_base64", "bytes that are not of base64's alphabet, or a group without its end",
     "MIME_INVALID_BASE64"},
    {"mime_invalid_qp", "an escape of quoted-printable that is none", "MIME_INVALID_QP"},
    {"mime_long_line", "a line of more than 998 characters", "MIME_LONG_LINE"},
    {"mime_long_enc_line", "an encoded line of more than 76 characters", "MIME_LONG_ENC_LINE"},
    {"mime_long_header_name", "a header field's name of more than 75 characters", "MIME_LONG_HEADER_NAME"},
    {"mime_long_header_value", "a header field of more than 2000 characters in a line, or 8192 in all",
     "MIME_LONG_HEADER_VALUE"},
    {"mime_long_boundary", "a boundary of more than 254 characters", "MIME_LONG_BOUNDARY"},
    {"mime_long_filename", "a file's name of more than 255 characters", "MIME_LONG_FILENAME"},
    {"duplicate_fields", "HELO or MAIL FROM a second time", "DUPLICATE_FIELDS"},
    {"unparsable_content", "DATA a second time in one mail", "UNPARSABLE_CONTENT"},
    {"truncated_line", "a line of 4096 bytes or more: the rest of it was not looked at", "TRUNCATED_LINE"},
    {"invalid_bdat", "BDAT without a size, or with more than a size and LAST", "INVALID_BDAT"},
    {"too_many_transactions", "32 mails wait for their replies", "TOO_MANY_TRANSACTIONS"},
    {"too_many_recipients", "more than 1000 recipients of one mail", "TOO_MANY_RECIPIENTS"},
    {"ambiguous_end_of_data", "a lone dot between bare line feeds: servers differ on whether the mail ends here",
     "AMBIGUOUS_END_OF_DATA"},
}};
static_assert(kEventCount <= 64);

constexpr std::string_view kRequestStages[] = {"request_started", "request_data", "request_complete"};
constexpr std::string_view kResponseStages[] = {"response_started", "response_data", "response_complete"};

}  // namespace

void write_log(const Transaction& tx, JsonWriter& json) {
  const Mail& mail = as_mail(tx);
  LogBudget budget{kLogBudget};
  json.open_object("smtp");
  if (mail.helo->present) json.member("helo", budget.take(mail.helo->text));
  if (mail.mail_from.present) json.member("mail_from", budget.take(mail.mail_from.text));
  mime::write_texts(json, "rcpt_to", mail.rcpt_to, budget);
  json.close_object();
  if (mail.email) mime::write_email(*mail.email, json, budget);
}

const ProtocolSpec protocol{
    .name = "smtp",
    .about = "Simple Mail Transfer Protocol, with the mails it carries",
    .ndpi_name = "SMTP",
    .log_type = "smtp",
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("EeHhMmRrQqSs"), FirstBytes::of("245")}},
    .max_pending = kMaxLine,
    .create = create_session<SmtpSession>,
    .destroy = destroy_session<SmtpSession>,
    .log = write_log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::smtp
