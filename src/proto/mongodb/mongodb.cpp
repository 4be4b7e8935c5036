// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row: recognition, fields, events, log.
#include "proto/mongodb/mongodb.hpp"

#include <algorithm>
#include <array>

#include "proto/mongodb/session.hpp"

namespace gatehouse::proto::mongodb {
namespace {

bool is_word(Bytes name) noexcept {
  return !name.empty() && std::ranges::all_of(name, [](std::uint8_t c) { return c > ' ' && c < 0x7f; });
}

// A header with all its numbers in range, and behind it what the kind of message must begin with.
Probe probe(Direction direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kEnough = 512;
  Cursor c{bytes};
  const Header header{c};
  if (bytes.size() > 3 && bytes[3] > (kLongestMessage >> 24)) return Probe::no;
  if (!c.ok()) return Probe::need_more;
  const bool asks = direction == Direction::to_server;
  if (!header.plausible() || header.length <= kHeader || (asks && header.response_to != 0) ||
      (asks && header.code == opcode::reply) || header.code == opcode::compressed)
    return Probe::no;
  const std::size_t wanted = std::min<std::size_t>(header.length, kEnough);
  if (bytes.size() < wanted) return Probe::need_more;
  Content content;
  Cursor body = c.sub(wanted - kHeader);
  const bool cut = wanted < header.length;
  if (!asks) return read_reply(body, header, cut, content) && content.has_ok ? Probe::yes : Probe::no;
  return read_request(body, header, cut, content) && is_word(content.command) && is_word(content.database) ? Probe::yes
                                                                                                           : Probe::no;
}

template <Text MongoTransaction::* Member>
FieldValue text_of(const Transaction& tx, unsigned) {
  const Text& text = as_mongo(tx).*Member;
  return text.empty() ? FieldValue::none() : FieldValue::of(std::string_view{text});
}

using enum FieldType;
constexpr auto kClient = FieldDirection::to_server;
constexpr auto kServer = FieldDirection::to_client;
constexpr FieldSpec kFields[] = {
    {"mongodb.command", bytes, kClient, kComplete, "the command: \"find\", \"insert\", \"saslStart\"",
     text_of<&MongoTransaction::command>},
    {"mongodb.collection", bytes, kClient, kComplete, "the collection that it is about",
     text_of<&MongoTransaction::collection>},
    {"mongodb.database", bytes, kClient, kComplete, "the database that it is sent to",
     text_of<&MongoTransaction::database>},
    {"mongodb.mechanism", bytes, kClient, kComplete, "SASL mechanism of a login",
     text_of<&MongoTransaction::mechanism>},
    {"mongodb.user", bytes, kClient, kComplete, "who logs in", text_of<&MongoTransaction::user>},
    {"mongodb.application", bytes, kClient, kComplete, "the client's name for itself",
     text_of<&MongoTransaction::application>},
    {"mongodb.driver", bytes, kClient, kComplete, "the client's driver", text_of<&MongoTransaction::driver>,
     FieldRole::device_software},
    {"mongodb.code", number, kServer, kComplete, "the error's number",
     [](const Transaction& tx, unsigned) {
       return as_mongo(tx).has_error_code ? FieldValue::of_number(as_mongo(tx).error_code) : FieldValue::none();
     }},
    {"mongodb.message", bytes, kServer, kComplete, "the error's text", text_of<&MongoTransaction::error>},
};

constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"malformed_message", "what was sent is no message of the protocol"},
    {"too_many_transactions", "256 commands wait for their replies; the oldest was given up"},
}};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

void log(const Transaction& transaction, JsonWriter& json) {
  const MongoTransaction& tx = as_mongo(transaction);
  const auto text = [&json](std::string_view key, const Text& value) {
    if (!value.empty()) json.member(key, std::string_view{value});
  };
  json.open_object("mongodb");
  json.member("opcode", tx.code);
  if (tx.compressed) json.member("compressed", true);
  text("command", tx.command);
  text("collection", tx.collection);
  text("database", tx.database);
  text("mechanism", tx.mechanism);
  text("user", tx.user);
  text("application", tx.application);
  text("driver", tx.driver);
  if (tx.has_ok) json.member("status", tx.ok ? "ok" : "error");
  if (tx.has_error_code) json.member("code", tx.error_code);
  text("message", tx.error);
  json.close_object();
}

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "mongodb",
    .about = "MongoDB, a store of documents",
    .ndpi_name = "MongoDB",
    .log_type = "mongodb",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe},
    .max_pending = kWindow,
    .create = create_session<MongoSession>,
    .destroy = destroy_session<MongoSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::mongodb
