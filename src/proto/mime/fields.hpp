// SPDX-License-Identifier: GPL-3.0-or-later
// The rows of a mail's fields, for each protocol that carries mails.
#pragma once

#include <algorithm>
#include <array>

#include "model/field.hpp"
#include "proto/mime/email.hpp"

namespace gatehouse::proto::mime {

// What a protocol's transaction says of the mail it carries.
struct MailView {
  const Email* email = nullptr;  // null: none yet
  bool headers_done = false;
};

// `view`: MailView (*)(const Transaction&).
template <auto view, Value Email::* Member>
FieldValue header(const Transaction& tx, unsigned) {
  const MailView mail = view(tx);
  if (mail.email == nullptr || !mail.headers_done || !(mail.email->*Member).present) return FieldValue::none();
  return FieldValue::of(std::string_view{(mail.email->*Member).text});
}
template <auto view>
FieldValue received(const Transaction& tx, unsigned index) {
  const MailView mail = view(tx);
  if (mail.email == nullptr || !mail.headers_done || index >= mail.email->received.size()) return FieldValue::none();
  return FieldValue::of(std::string_view{mail.email->received[index]});
}
template <auto view>
FieldValue url(const Transaction& tx, unsigned index) {
  const MailView mail = view(tx);
  if (mail.email == nullptr || index >= mail.email->urls.size()) return FieldValue::none();
  return FieldValue::of(std::string_view{mail.email->urls[index]});
}

// `headers`: the stage at which the header section is known, `text`: at which the URLs of the text are.
template <auto view>
constexpr std::array<FieldSpec, 9> email_fields(FieldDirection direction, std::uint8_t headers, std::uint8_t text) {
  using enum FieldType;
  return {{
      {"email.from", bytes, direction, headers, "header field From", header<view, &Email::from>},
      {"email.to", bytes, direction, headers, "header field To", header<view, &Email::to>},
      {"email.cc", bytes, direction, headers, "header field Cc", header<view, &Email::cc>},
      {"email.subject", bytes, direction, headers, "header field Subject", header<view, &Email::subject>},
      {"email.date", bytes, direction, headers, "header field Date", header<view, &Email::date>},
      {"email.message_id", bytes, direction, headers, "header field Message-Id", header<view, &Email::message_id>},
      {"email.x_mailer", bytes, direction, headers, "header field X-Mailer", header<view, &Email::x_mailer>},
      {"email.received", list, direction, headers, "header fields Received", received<view>},
      {"email.url", list, direction, text, "URLs in the text, without their scheme", url<view>},
  }};
}

// A protocol's own rows and those of its mails.
template <std::size_t A, std::size_t B>
constexpr std::array<FieldSpec, A + B> joined(const std::array<FieldSpec, A>& own,
                                              const std::array<FieldSpec, B>& mail) {
  std::array<FieldSpec, A + B> all{};
  std::ranges::copy(own, all.begin());
  std::ranges::copy(mail, all.begin() + A);
  return all;
}

}  // namespace gatehouse::proto::mime
