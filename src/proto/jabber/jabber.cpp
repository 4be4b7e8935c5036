// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row, and its session.
#include "proto/jabber/jabber.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <string>

#include "proto/jabber/tag_reader.hpp"
#include "proto/line/log_budget.hpp"

namespace gatehouse::proto::jabber {
namespace {

constexpr std::size_t kMaxName = 3071;  // RFC 7622, 3.1: an address has at most 1023 + 1 + 1023 + 1 + 1023 bytes
constexpr unsigned kMaxDepth = 64;
constexpr std::string_view kStreams = "http://etherx.jabber.org/streams";  // RFC 6120, 4.8.1

enum Event : std::uint8_t { kTagTooLong, kTooDeep, kAuthenticationFailed, kTlsRefused, kEventCount };
constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"tag_too_long", "a tag of more than 4 KiB; the session is given up"},
    {"too_deep", "elements nested more than 64 deep; the session is given up"},
    {"authentication_failed", "the server refused to authenticate the client"},
    {"tls_refused", "the server refused STARTTLS"},
}};

// A stream: opened anew after STARTTLS and after authentication (RFC 6120, 4.3.3).
struct Stream : Transaction {
  explicit Stream(Memory& memory) : to(&memory), from(&memory), mechanism(&memory) {}

  std::pmr::string to, from, mechanism;
  bool server_to_server = false, authenticated = false, failed = false;
  std::uint32_t messages = 0, presences = 0, queries = 0;
};
const Stream& of(const Transaction& tx) noexcept {
  return static_cast<const Stream&>(tx);
}
FieldValue text(std::string_view value) noexcept {
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}

using enum FieldType;
using enum FieldDirection;
constexpr std::array kFields{
    FieldSpec{"jabber.to", bytes, to_server, 0, "the domain that the client wants",
              [](const Transaction& tx, unsigned) { return text(of(tx).to); }, FieldRole::session_domain},
    FieldSpec{"jabber.from", bytes, both, 0, "who opens the stream, or the server's own name",
              [](const Transaction& tx, unsigned) { return text(of(tx).from); }},
    FieldSpec{"jabber.mechanism", bytes, both, 0, "how the client authenticates: PLAIN, SCRAM-SHA-1, …",
              [](const Transaction& tx, unsigned) { return text(of(tx).mechanism); }},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Stream& stream = of(tx);
  LogBudget budget{kLogBudget};
  const auto member = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) json.member(key, budget.take(value));
  };
  json.open_object("jabber");
  member("to", stream.to);
  member("from", stream.from);
  json.member("server_to_server", stream.server_to_server);
  member("mechanism", stream.mechanism);
  if (stream.authenticated || stream.failed) json.member("authenticated", stream.authenticated);
  json.member("messages", stream.messages);
  json.member("presences", stream.presences);
  json.member("queries", stream.queries);
  json.close_object();
}

class JabberSession final : public Session {
 public:
  explicit JabberSession(Memory& memory) : stream_(memory) { stream_.protocol = &protocol; }

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    const std::string_view all = as_text(bytes);
    std::size_t used = 0;
    try {
      while (used < all.size()) {
        const Tag tag = next_tag(all.substr(used));
        used += tag.consumed;
        if (tag.too_long) return give_up(kTagTooLong, direction, sink);
        if (tag.kind == Tag::Kind::none) return used < all.size() ? Progress::need_more(used) : Progress::ok(used);
        if (!on_tag(tag, direction, sink)) return give_up(kTooDeep, direction, sink);
        if (change_to_tls_) {
          sink.change_protocol("tls");
          return Progress::ok(used);
        }
        if (compressed_) return Progress::finished(used);
      }
    } catch (const std::bad_alloc&) {
      return Progress::malformed();
    }
    return Progress::ok(used);
  }

  // What a hole took of the nesting nobody knows.
  bool gap(Direction, std::uint64_t, Sink&) noexcept override { return false; }

  void end(Direction direction, Sink& sink) noexcept override {
    ended_[index(direction)] = true;
    if (ended_[0] && ended_[1]) tell(sink);
  }

 private:
  bool on_tag(const Tag& tag, Direction direction, Sink& sink) {
    unsigned& depth = depth_[index(direction)];
    if (tag.kind == Tag::Kind::other) return true;
    if (tag.kind == Tag::Kind::closes) {
      if (depth > 0) --depth;
      return true;
    }
    if (tag.name == "stream:stream") {
      open_stream(tag, direction, sink);
      depth = 1;
      return true;
    }
    if (depth == 1) on_child(tag, direction, sink);
    if (tag.kind == Tag::Kind::opens && ++depth > kMaxDepth) return false;
    return true;
  }

  void open_stream(const Tag& tag, Direction direction, Sink& sink) {
    if (direction == Direction::to_server) {
      if (open_) tell(sink);
      open_ = true;
      keep(stream_.to, tag, "to");
      keep(stream_.from, tag, "from");
      stream_.server_to_server = attribute(tag.attributes, "xmlns") == "jabber:server";
    } else {
      open_ = true;
      if (stream_.from.empty()) keep(stream_.from, tag, "from");
    }
    sink.update(stream_, direction);
  }

  // RFC 6120, 5.4 (STARTTLS), 6.4 (SASL), 8 (stanzas); XEP-0138 (compression).
  void on_child(const Tag& tag, Direction direction, Sink& sink) {
    const bool from_server = direction == Direction::to_client;
    if (tag.name == "message") ++stream_.messages;
    if (tag.name == "presence") ++stream_.presences;
    if (tag.name == "iq") ++stream_.queries;
    const std::string_view space = attribute(tag.attributes, "xmlns");
    if (!from_server && tag.name == "auth") {
      keep(stream_.mechanism, tag, "mechanism");
      sink.update(stream_, direction);
    }
    if (!from_server) return;
    const bool tls = space == "urn:ietf:params:xml:ns:xmpp-tls";
    const bool sasl = space == "urn:ietf:params:xml:ns:xmpp-sasl" || space == "urn:xmpp:sasl:2";
    if (tls && tag.name == "proceed") change_to_tls_ = true;
    if (tls && tag.name == "failure") sink.event(&stream_, kTlsRefused, direction);
    if (sasl && tag.name == "success") stream_.authenticated = true, sink.update(stream_, direction);
    if (sasl && tag.name == "failure" && !stream_.failed) {
      stream_.failed = true;
      sink.event(&stream_, kAuthenticationFailed, direction);
    }
    if (tag.name == "compressed") compressed_ = true;
  }

  static void keep(std::pmr::string& into, const Tag& tag, std::string_view name) {
    into = attribute(tag.attributes, name).substr(0, kMaxName);
  }

  void tell(Sink& sink) {
    if (!open_) return;
    open_ = false;
    stream_.stage = {1, 1};
    sink.update(stream_, Direction::to_server);
    sink.update(stream_, Direction::to_client);
    sink.log(stream_, Direction::to_server);
    sink.close(stream_);
    ++stream_.id;
    stream_.stage = {};
    stream_.events = 0;
    stream_.match_state = nullptr;
    stream_.mechanism.clear();
    stream_.authenticated = stream_.failed = false;
    stream_.messages = stream_.presences = stream_.queries = 0;
  }
  Progress give_up(Event row, Direction direction, Sink& sink) noexcept {
    sink.event(&stream_, row, direction);
    return Progress::malformed();
  }

  Stream stream_;
  bool open_ = false;  // a stream that no record tells yet
  bool change_to_tls_ = false, compressed_ = false;
  std::array<unsigned, 2> depth_{};
  std::array<bool, 2> ended_{};
};

// The stream's tag, with the name space of streams or of their content.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kMaxLook = 1024;
  constexpr std::string_view openings[] = {"<?xml", "<stream:stream"};
  std::string_view text = as_text(bytes);
  const auto opens = [](std::string_view t, std::string_view opening) {
    const std::size_t size = std::min(t.size(), opening.size());
    return t.substr(0, size) == opening.substr(0, size);
  };
  if (std::ranges::none_of(openings, [&](auto opening) { return opens(text, opening); })) return Probe::no;
  while (!text.empty()) {
    const Tag tag = next_tag(text);
    if (tag.kind == Tag::Kind::none) break;
    text.remove_prefix(tag.consumed);
    if (tag.kind == Tag::Kind::other) continue;
    const std::string_view content = attribute(tag.attributes, "xmlns");
    const bool known = attribute(tag.attributes, "xmlns:stream") == kStreams || content == "jabber:client" ||
                       content == "jabber:server";
    return tag.kind == Tag::Kind::opens && tag.name == "stream:stream" && known ? Probe::yes : Probe::no;
  }
  return bytes.size() < kMaxLook ? Probe::need_more : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "jabber",
    .about = "XMPP (Jabber): messages between people and machines",
    .ndpi_name = "Jabber",
    .log_type = "jabber",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("<"), FirstBytes::of("<")}},
    .max_pending = kMaxTag,
    .create = create_session<JabberSession>,
    .destroy = destroy_session<JabberSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::jabber
