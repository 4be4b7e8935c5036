// SPDX-License-Identifier: GPL-3.0-or-later
// TLS and SSH: keywords that are older than the fields they ask, and those that ask for times and states.
#include <algorithm>
#include <array>
#include <chrono>

#include "ips/compile/keyword.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile {
namespace {

constexpr std::array kVersions{NamedNumber{0x0002, "sslv2"},  NamedNumber{0x0300, "sslv3"},
                               NamedNumber{0x0301, "tls1.0"}, NamedNumber{0x0302, "tls1.1"},
                               NamedNumber{0x0303, "tls1.2"}, NamedNumber{0x0304, "tls1.3"}};

void require_tls(Builder& builder, const text::Option& option, std::string_view field) {
  builder.require_protocols(option, builder.around().protocols_with(field));
}

// "1.2", "0x0303", or with a '!' before it.
void tls_version(Builder& builder, const text::Option& option) {
  std::string_view value = without_optional_quotes(option.value.text);
  const bool negated = take_negation(value);
  std::optional<std::uint64_t> number = read_unsigned(value);
  for (const NamedNumber& version : kVersions)
    if (version.name.ends_with(value) && (version.name == value || version.name == "tls" + std::string(value)))
      number = version.value;
  if (!number) return builder.refuse(option, "no version of TLS: 1.0, 1.1, 1.2, 1.3, or its number as 0x0303");
  require_tls(builder, option, "tls.version");
  builder.add_number(option, "tls.version", {Compare::equal, negated, *number, 0});
}

// "tls1.2,!sslv3": any of those without a '!', none of those with.
void ssl_version(Builder& builder, const text::Option& option) {
  std::vector<std::uint64_t> wanted;
  for (std::string_view word : comma_words(without_optional_quotes(option.value.text))) {
    const bool negated = take_negation(word);
    const auto version = std::ranges::find(kVersions, word, &NamedNumber::name);
    if (version == kVersions.end())
      return builder.refuse(option,
                            "'" + std::string(word) + "' is none of sslv2, sslv3, tls1.0, tls1.1, tls1.2, tls1.3");
    if (negated)
      builder.add_number(option, "tls.version", {Compare::equal, true, version->value, 0});
    else
      wanted.push_back(version->value);
  }
  require_tls(builder, option, "tls.version");
  if (!wanted.empty()) builder.add_number(option, "tls.version", {}, wanted);
}

// Handshake messages by their types (RFC 8446, 4; RFC 5246, 7.4).
void ssl_state(Builder& builder, const text::Option& option) {
  constexpr std::array kStates{NamedNumber{1, "client_hello"}, NamedNumber{2, "server_hello"},
                               NamedNumber{16, "client_keyx"}, NamedNumber{12, "server_keyx"},
                               NamedNumber{63, "unknown"}};
  std::string text{option.value.text};
  std::ranges::replace(text, '|', ',');
  std::uint64_t any = 0;
  for (std::string_view word : comma_words(text)) {
    const bool negated = take_negation(word);
    const auto state = std::ranges::find(kStates, word, &NamedNumber::name);
    if (state == kStates.end())
      return builder.refuse(
          option, "'" + std::string(word) + "' is none of client_hello, server_hello, client_keyx, server_keyx");
    if (negated)
      builder.add_number(option, "tls.messages", {Compare::bits_and, false, 1ull << state->value, 0});
    else
      any |= 1ull << state->value;
  }
  require_tls(builder, option, "tls.messages");
  if (any != 0) builder.add_number(option, "tls.messages", {Compare::bits_or, false, any, 0});
}

// tls.subject:!"CN=x": a content of the field that took the keyword's place.
void old_content(Builder& builder, const text::Option& option, std::string field, bool lower) {
  std::string_view value = option.value.text;
  Content content;
  content.negated = take_negation(value);
  value = without_optional_quotes(value);
  if (value.empty()) return builder.refuse(option, "it wants a text between quotes");
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) ++i;
    bytes.push_back(static_cast<std::uint8_t>(lower ? ascii_lower(value[i]) : value[i]));
  }
  if (bytes.size() > Content::kLongest) return builder.refuse(option, "a text of more than 255 octets");
  content.pattern = builder.keep_bytes(std::move(bytes));
  require_tls(builder, option, field);
  builder.use_buffer(option, std::move(field));
  builder.add_content(option, content);
  builder.use_buffer(option, "payload");
}

void tls_subject(Builder& builder, const text::Option& option) {
  old_content(builder, option, "tls.cert_subject", false);
}
void tls_issuerdn(Builder& builder, const text::Option& option) {
  old_content(builder, option, "tls.cert_issuer", false);
}
void tls_fingerprint(Builder& builder, const text::Option& option) {
  old_content(builder, option, "tls.cert_fingerprint", true);
}
void ssh_softwareversion(Builder& builder, const text::Option& option) {
  old_content(builder, option, "ssh.software", false);
}

// 2_compat stands for what speaks version 2: "2.0", and "1.99" (RFC 4253, 5.1).
void ssh_protoversion(Builder& builder, const text::Option& option) {
  const std::string_view value = without_optional_quotes(option.value.text);
  const std::string expression = value == "2_compat" ? "^(?:2|1\\.99)" : "^\\Q" + std::string(value) + "\\E";
  auto regex = Regex::compile(expression, 0);
  if (!regex) return builder.refuse(option, regex.error());
  require_tls(builder, option, "ssh.proto");
  builder.use_buffer(option, "ssh.proto");
  builder.add_step(option, Pcre{builder.keep_regex(std::move(*regex)), false, false});
  builder.use_buffer(option, "payload");
}

// ---- times of certificates

// "2016", "2016-07", "2016-07-20", "2016-07-20T12:30:00": seconds since 1970, UTC.
std::optional<std::int64_t> read_date(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  std::array<unsigned, 6> parts{1970, 1, 1, 0, 0, 0};
  std::size_t part = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t digits = part == 0 ? 4 : 2;
    if (part == parts.size() || i + digits > text.size()) return std::nullopt;
    const auto number = read_unsigned(text.substr(i, digits));
    if (!number) return std::nullopt;
    parts[part++] = static_cast<unsigned>(*number);
    i += digits;
    if (i == text.size()) break;
    if (i >= kForm.size() || (text[i] != kForm[i] && !(kForm[i] == 'T' && text[i] == ' '))) return std::nullopt;
    ++i;
  }
  using namespace std::chrono;
  const year_month_day day{year{static_cast<int>(parts[0])}, month{parts[1]}, std::chrono::day{parts[2]}};
  if (!day.ok() || parts[3] > 23 || parts[4] > 59 || parts[5] > 60) return std::nullopt;
  return (sys_days{day}.time_since_epoch() + hours{parts[3]} + minutes{parts[4]} + std::chrono::seconds{parts[5]})
      .count();
}

void cert_time(Builder& builder, const text::Option& option, std::string field) {
  std::string_view value = without_optional_quotes(option.value.text);
  NumberTest test;
  const auto between = value.find("<>");
  std::string_view second;
  if (between != value.npos) {
    test.compare = Compare::between;
    second = trim(value.substr(between + 2));
    value = trim(value.substr(0, between));
  } else if (value.starts_with('<') || value.starts_with('>')) {
    test.compare = value.front() == '<' ? Compare::less : Compare::greater;
    value = trim(value.substr(1));
  }
  const auto a = read_date(value), b = second.empty() ? a : read_date(second);
  if (!a || !b || *a < 0 || *b < 0)
    return builder.refuse(option,
                          "a date is written 2016-07-20T12:30:00, or its beginning: <2017, >2016-07, 2016<>2017");
  test.a = static_cast<std::uint64_t>(*a), test.b = static_cast<std::uint64_t>(*b);
  require_tls(builder, option, field);
  builder.add_number(option, std::move(field), test);
}
void tls_cert_notbefore(Builder& builder, const text::Option& option) {
  cert_time(builder, option, "tls.cert_notbefore");
}
void tls_cert_notafter(Builder& builder, const text::Option& option) {
  cert_time(builder, option, "tls.cert_notafter");
}

bool cert_is_valid(const Check& check, const Scene& scene) noexcept {
  const auto* fields = static_cast<const std::array<const FieldSpec*, 2>*>(check.data);
  const FieldValue from = (*fields)[0]->get(*scene.tx, 0), until = (*fields)[1]->get(*scene.tx, 0);
  if (!from.present || !until.present) return false;
  const auto now = static_cast<std::uint64_t>(scene.now.us / 1'000'000);
  const bool expired = now > until.number;
  return check.a != 0 ? expired : now >= from.number && !expired;
}

// The server's certificate against the time of the packet.
void add_validity(Builder& builder, const text::Option& option, bool expired) {
  const ProtocolSpec* tls = builder.around().protocol("tls");
  auto fields = std::make_shared<std::array<const FieldSpec*, 2>>();
  if (tls != nullptr)
    for (const FieldSpec& field : tls->fields) {
      if (field.direction != FieldDirection::to_client) continue;
      if (field.name == "tls.cert_notbefore") (*fields)[0] = &field;
      if (field.name == "tls.cert_notafter") (*fields)[1] = &field;
    }
  if ((*fields)[0] == nullptr || (*fields)[1] == nullptr)
    return builder.refuse(option, "TLS is not among the protocols that are read");
  require_tls(builder, option, "tls.cert_notafter");
  Check check;
  check.holds = &cert_is_valid;
  check.moment = Moment::transaction;
  check.direction = 1;
  check.stage = (*fields)[1]->known_at;
  check.a = expired;
  check.data = fields.get();
  check.keyword = option.name.text;
  builder.keep_alive(fields);
  builder.add_check(check);
}
void tls_cert_expired(Builder& builder, const text::Option& option) {
  add_validity(builder, option, true);
}
void tls_cert_valid(Builder& builder, const text::Option& option) {
  add_validity(builder, option, false);
}

// Certificates stand in the log with each TLS record; there is no store of their own.
void tls_store(Builder& builder, const text::Option& option) {
  require_tls(builder, option, "tls.cert_subject");
}

constexpr std::array kRows{
    Keyword{"tls.version", Argument::required, &tls_version, "version that is spoken: 1.2, 1.3, or its number"},
    Keyword{"ssl_version", Argument::required, &ssl_version, "one of these versions, none of those with a '!'"},
    Keyword{"ssl_state", Argument::required, &ssl_state, "one of these handshake messages was seen"},
    Keyword{"tls.subject", Argument::required, &tls_subject, "content of the certificate's subject"},
    Keyword{"tls.issuerdn", Argument::required, &tls_issuerdn, "content of the certificate's issuer"},
    Keyword{"tls.fingerprint", Argument::required, &tls_fingerprint, "content of the certificate's fingerprint"},
    Keyword{"tls_cert_notbefore", Argument::required, &tls_cert_notbefore,
            "when the certificate begins: <, > or between dates"},
    Keyword{"tls_cert_notafter", Argument::required, &tls_cert_notafter, "when the certificate ends"},
    Keyword{"tls_cert_expired", Argument::none, &tls_cert_expired, "the server's certificate has ended"},
    Keyword{"tls_cert_valid", Argument::none, &tls_cert_valid, "the server's certificate is within its dates"},
    Keyword{"tls_store", Argument::none, &tls_store, "the certificate is one to keep"},
    Keyword{"ssh.softwareversion", Argument::required, &ssh_softwareversion, "content of SSH's software version"},
    Keyword{"ssh.protoversion", Argument::required, &ssh_protoversion, "SSH's protocol version, or 2_compat"},
};

}  // namespace

std::span<const Keyword> tls_keywords() noexcept {
  return kRows;
}

}  // namespace gatehouse::ips::compile
