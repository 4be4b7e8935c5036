// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row, and its session: each message stands for itself.
#include "proto/irc/irc.hpp"

#include <algorithm>
#include <array>

#include "proto/irc/message.hpp"
#include "proto/line/line_reader.hpp"
#include "proto/line/log_budget.hpp"
#include "proto/line/words.hpp"

namespace gatehouse::proto::irc {
namespace {

constexpr std::size_t kMaxLine = 512 + 8191;  // RFC 2812, 2.3; IRCv3's tags

enum Event : std::uint8_t { kLineTooLong, kMalformedMessage, kEventCount };
constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"line_too_long", "a message of more than 8.5 KiB: the rest of it was not looked at"},
    {"malformed_message", "a line that is no message"},
}};

struct Line : Transaction {
  Message message;
};
const Message& of(const Transaction& tx) noexcept {
  return static_cast<const Line&>(tx).message;
}
FieldValue text(std::string_view value) noexcept {
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}

bool carries_text(const Message& m) noexcept {
  return m.is("PRIVMSG") || m.is("NOTICE") || m.is("TOPIC") || m.command == "332";  // RPL_TOPIC
}
// The nickname that a message gives, or speaks under.
std::string_view nick(const Message& m) noexcept {
  return m.is("NICK") ? m.parameter(0) : m.nick();
}
std::string_view user(const Message& m) noexcept {
  return m.is("USER") ? m.parameter(0) : std::string_view{};
}
std::string_view target(const Message& m) noexcept {
  if (m.command == "332") return m.parameter(1);
  const bool has = m.is("JOIN") || m.is("PART") || m.is("PRIVMSG") || m.is("NOTICE") || m.is("TOPIC") || m.is("KICK") ||
                   m.is("MODE");
  return has ? m.parameter(0) : std::string_view{};
}
std::string_view said(const Message& m) noexcept {
  return carries_text(m) && m.count > 1 ? m.parameters[m.count - 1] : std::string_view{};
}

using enum FieldType;
using enum FieldDirection;
constexpr std::array kFields{
    FieldSpec{"irc.command", bytes, both, 0, "the message's word or number",
              [](const Transaction& tx, unsigned) { return text(of(tx).command); }},
    FieldSpec{"irc.nick", bytes, both, 0, "the nickname that is taken, or spoken under",
              [](const Transaction& tx, unsigned) { return text(nick(of(tx))); }},
    FieldSpec{"irc.user", bytes, both, 0, "the user's name in USER",
              [](const Transaction& tx, unsigned) { return text(user(of(tx))); }},
    FieldSpec{"irc.target", bytes, both, 0, "the channel or nickname that a message is for",
              [](const Transaction& tx, unsigned) { return text(target(of(tx))); }},
    FieldSpec{"irc.text", bytes, both, 0, "what is said to it",
              [](const Transaction& tx, unsigned) { return text(said(of(tx))); }},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Message& m = of(tx);
  LogBudget budget{kLogBudget};
  const auto member = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) json.member(key, budget.take(value));
  };
  json.open_object("irc");
  member("command", m.command);
  member("nick", nick(m));
  member("user", user(m));
  if (m.is("USER")) member("real_name", m.parameter(3));
  member("target", target(m));
  member("text", said(m));
  json.close_object();
}

class IrcSession final : public Session {
 public:
  explicit IrcSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    std::size_t used = 0;
    while (used < bytes.size()) {
      const TakenLine line = lines_[index(direction)].take(bytes.subspan(used));
      if (line.consumed == 0) return Progress::need_more(used);
      used += line.consumed;
      if (!line.present || line.text.empty()) continue;
      if (line.cut) event(kLineTooLong, direction, sink);
      Line entry;
      entry.message = read_message(line.text);
      if (!entry.message.sound) {
        event(kMalformedMessage, direction, sink);
        continue;
      }
      tell(entry, direction, sink);
      // "670 STARTTLS successful": what follows is TLS.
      if (direction == Direction::to_client && entry.message.command == "670") {
        sink.change_protocol("tls");
        return Progress::ok(used);
      }
    }
    return Progress::ok(used);
  }

  bool gap(Direction direction, std::uint64_t, Sink&) noexcept override {
    lines_[index(direction)].resynchronise();
    return true;
  }

 private:
  // The log has what names people and places, and what is said; not the rest of the chatter.
  static bool worth_a_record(const Message& m) noexcept {
    return m.is("NICK") || m.is("USER") || m.is("JOIN") || m.is("PRIVMSG") || m.is("TOPIC") || m.is("KICK") ||
           m.is("OPER") || m.command == "332";
  }
  void tell(Line& entry, Direction direction, Sink& sink) noexcept {
    entry.protocol = &protocol;
    entry.id = messages_++;
    entry.stage = {1, 1};
    sink.update(entry, direction);
    if (worth_a_record(entry.message)) sink.log(entry, direction);
    sink.close(entry);
  }
  void event(Event row, Direction direction, Sink& sink) noexcept {
    if (events_ >> row & 1) return;
    events_ |= 1u << row;
    sink.event(nullptr, row, direction);
  }

  std::array<LineReader<kMaxLine>, 2> lines_;
  std::uint64_t messages_ = 0;
  unsigned events_ = 0;
};

// A client begins with CAP, PASS, NICK or USER; PASS and USER are other protocols' too, so that only the four words of
// USER, CAP's own words and NICK with USER behind it are telling. Midstream: a channel's messages.
bool tells_client(const Message& m) noexcept {
  if (m.is("CAP")) return m.count > 0 && (equals_nocase(m.parameter(0), "LS") || equals_nocase(m.parameter(0), "REQ"));
  if (m.is("USER")) return m.count == 4;
  if (m.is("PRIVMSG")) return m.count == 2;
  return m.is("JOIN") && (m.parameter(0).starts_with('#') || m.parameter(0).starts_with('&'));
}
bool tells_server(const Message& m) noexcept {
  if (m.is("NOTICE")) return m.count == 2 && (m.parameter(0) == "AUTH" || m.parameter(0) == "*");
  if (m.prefix.empty()) return false;
  return (m.numeric() && m.count >= 2) || m.is("PRIVMSG") || m.is("NOTICE") || m.is("JOIN") || m.is("CAP");
}

Probe probe(Direction direction, Bytes bytes, std::uint16_t) {
  std::string_view text = as_text(bytes);
  const bool client = direction == Direction::to_server;
  while (true) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) break;
    const std::string_view line = trim(text.substr(0, end));
    const Message m = read_message(line);
    if (!is_printable(line) || !is_known(m)) return Probe::no;
    if (client ? tells_client(m) : tells_server(m)) return Probe::yes;
    const bool neutral = m.is("NICK") || m.is("PASS") || m.is("PING") || m.is("PONG");
    if (!neutral || m.count == 0) return Probe::no;
    text.remove_prefix(end + 1);
  }
  constexpr std::size_t kMaxLook = 512, kLongestWord = 12;
  const bool prefixed = text.starts_with(':') || text.starts_with('@');
  const bool has_word = text.find(' ') != text.npos && !prefixed;
  const bool may_become = has_word ? is_known(read_message(text)) : prefixed || text.size() <= kLongestWord;
  return may_become && text.size() < kMaxLook && is_printable(trim(text)) ? Probe::need_more : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "irc",
    .about = "Internet Relay Chat",
    .ndpi_name = "IRC",
    .log_type = "irc",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("@CNPUJcnpuj"), FirstBytes::of("@:NPnp")}},
    .max_pending = kMaxLine,
    .create = create_session<IrcSession>,
    .destroy = destroy_session<IrcSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::irc
