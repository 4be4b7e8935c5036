// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row: recognition, fields, events, log.
#include "proto/redis/redis.hpp"

#include <array>

#include "proto/redis/session.hpp"

namespace gatehouse::proto::redis {
namespace {

// "*2\r\n$4\r\n" and the command's name, or the first element of a list that the server pushes.
Probe probe_list(Bytes bytes) noexcept {
  constexpr std::size_t kMostDigits = 7, kLongestName = 32;
  std::size_t at = 0;
  const auto number = [&](char kind) {
    if (at == bytes.size()) return Probe::need_more;
    if (bytes[at] != static_cast<std::uint8_t>(kind)) return Probe::no;
    const std::size_t begin = ++at;
    while (at < bytes.size() && bytes[at] >= '0' && bytes[at] <= '9') ++at;
    if (at - begin > kMostDigits || (at < bytes.size() && (at == begin || bytes[begin] == '0'))) return Probe::no;
    for (const char end : {'\r', '\n'}) {
      if (at == bytes.size()) return Probe::need_more;
      if (bytes[at++] != static_cast<std::uint8_t>(end)) return Probe::no;
    }
    return Probe::yes;
  };
  if (const Probe count = number('*'); count != Probe::yes) return count;
  if (const Probe length = number('$'); length != Probe::yes) return length;
  if (at == bytes.size()) return Probe::need_more;
  for (std::size_t i = at; i < bytes.size() && bytes[i] != '\r'; ++i) {
    const char c = ascii_lower(static_cast<char>(bytes[i]));
    if (i - at == kLongestName || !((c >= 'a' && c <= 'z') || c == '.' || c == '_' || (c >= '0' && c <= '9')))
      return Probe::no;
  }
  return Probe::yes;
}

Probe probe(Direction direction, Bytes bytes, std::uint16_t) {
  if (bytes[0] == '*') return probe_list(bytes);
  if (direction == Direction::to_server) return Probe::no;
  constexpr std::string_view replies[] = {"-NOAUTH ", "-WRONGPASS ", "-DENIED Redis ", "+PONG\r\n",
                                          "-ERR unknown command "};
  const std::string_view said = as_text(bytes);
  for (const std::string_view reply : replies) {
    if (said.starts_with(reply)) return Probe::yes;
    if (reply.starts_with(said)) return Probe::need_more;
  }
  return Probe::no;
}

FieldValue present(const Text& text) noexcept {
  return text.empty() ? FieldValue::none() : FieldValue::of(std::string_view{text});
}
template <Text RedisTransaction::* Member>
FieldValue text_of(const Transaction& tx, unsigned) {
  return present(as_redis(tx).*Member);
}
template <std::pmr::vector<Text> RedisTransaction::* Member>
FieldValue list_of(const Transaction& tx, unsigned index) {
  const auto& list = as_redis(tx).*Member;
  return index < list.size() ? FieldValue::of(std::string_view{list[index]}) : FieldValue::none();
}

using enum FieldType;
constexpr auto kClient = FieldDirection::to_server;
constexpr auto kServer = FieldDirection::to_client;
constexpr FieldSpec kFields[] = {
    {"redis.command", bytes, kClient, kComplete, "the command, in capitals", text_of<&RedisTransaction::command>},
    {"redis.key", list, kClient, kComplete, "the keys that it names, the first 16, 512 bytes of each",
     list_of<&RedisTransaction::keys>},
    {"redis.argument", list, kClient, kComplete,
     "arguments of a command that names no keys: CONFIG, EVAL, REPLICAOF, …", list_of<&RedisTransaction::arguments>},
    {"redis.user", bytes, kClient, kComplete, "who logs in", text_of<&RedisTransaction::user>},
    {"redis.error", bytes, kServer, kComplete, "the error that answered it: \"NOAUTH Authentication required.\"",
     text_of<&RedisTransaction::error>},
};

constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"malformed_request", "what the client sent is no command; the session is given up"},
    {"malformed_reply", "what the server sent is no reply; the session is given up"},
    {"too_many_transactions", "1024 commands wait for their replies; the oldest was given up"},
    {"too_many_arguments", "more keys or arguments than are kept"},
    {"not_authenticated", "the server wants a password before this command"},
}};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

void write_list(JsonWriter& json, std::string_view key, const std::pmr::vector<Text>& list) noexcept {
  if (list.empty()) return;
  json.open_array(key);
  for (const Text& text : list) json.element(std::string_view{text});
  json.close_array();
}

}  // namespace

void write_log(const Transaction& transaction, JsonWriter& json) {
  const RedisTransaction& tx = as_redis(transaction);
  json.open_object("redis");
  json.member("command", tx.command);
  write_list(json, "keys", tx.keys);
  write_list(json, "arguments", tx.arguments);
  if (!tx.user.empty()) json.member("user", tx.user);
  if (tx.answered) json.member("status", tx.error.empty() ? "ok" : "error");
  if (!tx.error.empty()) json.member("error", tx.error);
  json.close_object();
}

constinit const ProtocolSpec protocol{
    .name = "redis",
    .about = "Redis, a store of keys and values",
    .ndpi_name = "RESP",
    .log_type = "redis",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("*"), FirstBytes::of("*-+")}},
    .max_pending = kMaxLine,
    .create = create_session<RedisSession>,
    .destroy = destroy_session<RedisSession>,
    .log = write_log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::redis
