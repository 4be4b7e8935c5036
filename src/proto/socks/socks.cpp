// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/socks/socks.hpp"

#include <algorithm>
#include <array>

#include "proto/socks/session.hpp"

namespace gatehouse::proto::socks {
namespace {

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
constexpr std::uint8_t kStarted = 0, kComplete = 1;
constexpr std::size_t kMaxPending = 64 * 1024;  // what a client sends before it is answered

const SocksTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const SocksTransaction&>(tx);
}

constexpr std::array<NamedNumber, 3> kCommands{
    {{command::connect, "connect"}, {command::bind, "bind"}, {command::udp_associate, "udp_associate"}}};
constexpr std::array<NamedNumber, 4> kMethods{{{method::none, "none"},
                                               {method::gssapi, "gssapi"},
                                               {method::username_password, "username_password"},
                                               {method::no_acceptable, "no_acceptable"}}};
// RFC 1928, 6, and the codes of SOCKS 4.
constexpr std::array<NamedNumber, 13> kReplies{{{0, "succeeded"},
                                                {1, "general_failure"},
                                                {2, "not_allowed"},
                                                {3, "network_unreachable"},
                                                {4, "host_unreachable"},
                                                {5, "connection_refused"},
                                                {6, "ttl_expired"},
                                                {7, "command_not_supported"},
                                                {8, "address_type_not_supported"},
                                                {90, "granted"},
                                                {91, "rejected"},
                                                {92, "no_identd"},
                                                {93, "identd_differs"}}};

FieldValue text(std::string_view value) noexcept {
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}
template <typename Number>
FieldValue number_once(const std::optional<Number>& value, unsigned index) noexcept {
  return value && index == 0 ? FieldValue::of_number(*value) : FieldValue::none();
}

using enum FieldType;
using enum FieldDirection;

constexpr std::array kFields{
    FieldSpec{"socks.version", number, both, kStarted, "4 or 5",
              [](const Transaction& tx, unsigned i) {
                return i == 0 ? FieldValue::of_number(of(tx).version) : FieldValue::none();
              }},
    FieldSpec{"socks.command", number, to_server, kComplete, "what the proxy is asked for",
              [](const Transaction& tx, unsigned i) { return number_once(of(tx).command, i); }, FieldRole::plain,
              kCommands},
    FieldSpec{"socks.domain", bytes, to_server, kComplete, "the name of the host to connect to",
              [](const Transaction& tx, unsigned) { return text(of(tx).domain); }, FieldRole::session_domain},
    FieldSpec{"socks.address", bytes, to_server, kComplete, "the address to connect to, as text",
              [](const Transaction& tx, unsigned) { return text(of(tx).address); }},
    FieldSpec{"socks.port", number, to_server, kComplete, "the port to connect to",
              [](const Transaction& tx, unsigned i) { return number_once(of(tx).port, i); }},
    FieldSpec{"socks.user", bytes, to_server, kStarted, "the user's name",
              [](const Transaction& tx, unsigned) { return text(of(tx).user); }},
    FieldSpec{"socks.password", bytes, to_server, kStarted, "the password, in the clear",
              [](const Transaction& tx, unsigned) { return text(of(tx).password); }},
    FieldSpec{"socks.method", number, to_client, kStarted, "the way of logging in that the proxy chose",
              [](const Transaction& tx, unsigned i) { return number_once(of(tx).method, i); }, FieldRole::plain,
              kMethods},
    FieldSpec{"socks.reply", number, to_client, kComplete, "what came of the request",
              [](const Transaction& tx, unsigned i) { return number_once(of(tx).reply, i); }, FieldRole::plain,
              kReplies},
};

constexpr std::array<EventSpec, event::count> kEvents{{
    {"malformed_data", "bytes that are no message of SOCKS, or not in their turn; the session is given up"},
    {"no_acceptable_method", "the proxy takes none of the client's ways of logging in"},
    {"login_failed", "the proxy does not take user and password"},
    {"refused", "the proxy did not make the connection"},
}};

void named(JsonWriter& json, std::string_view key, std::span<const NamedNumber> names,
           std::optional<std::uint8_t> value) {
  if (!value) return;
  if (const std::string_view name = name_of(names, *value); !name.empty())
    json.member(key, name);
  else
    json.member(key, *value);
}

// Every way of logging in that a client may offer is assigned or private; each stands once.
bool are_methods(Bytes methods) noexcept {
  constexpr std::uint8_t last_assigned = 9, first_private = 0x80;
  for (std::size_t i = 0; i < methods.size(); ++i) {
    if ((methods[i] > last_assigned && methods[i] < first_private) || methods[i] == method::no_acceptable) return false;
    if (std::ranges::find(methods.first(i), methods[i]) != methods.begin() + static_cast<std::ptrdiff_t>(i))
      return false;
  }
  return true;
}

// A client stops behind its greeting, or goes on with what may follow it.
Probe probe5(Bytes bytes) noexcept {
  Greeting greeting;
  const Outcome outcome = read_greeting(bytes, greeting);
  if (outcome == Outcome::malformed || !are_methods(greeting.methods)) return Probe::no;
  if (outcome == Outcome::need_more) return Probe::need_more;
  const Bytes rest = bytes.subspan(greeting.size);
  if (rest.empty()) return Probe::yes;
  Request request;
  Login login;
  const Outcome as_request = read_request5(rest, request), as_login = read_login(rest, login);
  if (as_request == Outcome::done || (as_login == Outcome::done && login.size <= rest.size())) return Probe::yes;
  return as_request == Outcome::need_more || as_login == Outcome::need_more ? Probe::need_more : Probe::no;
}

bool is_printable(Bytes text) noexcept {
  return std::ranges::all_of(text, [](std::uint8_t c) { return c > 0x20 && c < 0x7f; });
}

Probe probe4(Bytes bytes) noexcept {
  Request request;
  const Outcome outcome = read_request4(bytes, request);
  if (outcome == Outcome::need_more) return Probe::need_more;
  if (outcome == Outcome::malformed || request.size != bytes.size() || request.port == 0) return Probe::no;
  if (!is_printable(request.user)) return Probe::no;
  if (request.address.version == 0) return is_domain(request.domain) ? Probe::yes : Probe::no;
  // An address that a connection can go to: not 0.x, nor multicast and above.
  const std::uint8_t first = bytes[4];
  return first > 0 && first < 224 ? Probe::yes : Probe::no;
}

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t) {
  if (direction != Direction::to_server) return Probe::no;
  return bytes[0] == kVersion5 ? probe5(bytes) : bytes[0] == kVersion4 ? probe4(bytes) : Probe::no;
}

void log(const Transaction& transaction, JsonWriter& json) {
  const SocksTransaction& tx = of(transaction);
  json.open_object("socks");
  json.member("version", tx.version);
  named(json, "method", kMethods, tx.method);
  if (!tx.user.empty()) json.member("user", tx.user);
  named(json, "command", kCommands, tx.command);
  if (!tx.domain.empty()) json.member("domain", tx.domain);
  if (!tx.address.empty()) json.member("address", tx.address);
  if (tx.port) json.member("port", *tx.port);
  named(json, "reply", kReplies, tx.reply);
  json.close_object();
}

constinit const ProtocolSpec protocol{
    .name = "socks",
    .about = "SOCKS 4, 4A and 5: a proxy for any connection",
    .ndpi_name = "SOCKS",
    .log_type = "socks",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::range(4, 5), FirstBytes::none()}},
    .max_pending = kMaxPending,
    .create = create_session<SocksSession>,
    .destroy = destroy_session<SocksSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::socks
