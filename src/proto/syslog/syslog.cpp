// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row, and its session: each message stands for itself.
#include "proto/syslog/syslog.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "proto/line/log_budget.hpp"
#include "proto/line/words.hpp"
#include "proto/syslog/message.hpp"

namespace gatehouse::proto::syslog {
namespace {

constexpr std::size_t kMaxMessage = 8192;  // RFC 5424, 6.1: receivers "SHOULD" take 2048; RFC 5425, 4.3.1: 8192
constexpr std::uint16_t kPort = 514;       // decides only what content leaves open

enum Event : std::uint8_t { kMalformedMessage, kMessageTooLong, kEventCount };
constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"malformed_message", "bytes that do not begin with a priority"},
    {"message_too_long", "a message over TCP of more than 8 KiB: the rest of it was not looked at"},
}};

struct Entry : Transaction {
  Message message;
};
const Message& of(const Transaction& tx) noexcept {
  return static_cast<const Entry&>(tx).message;
}
template <std::string_view Message::* member>
FieldValue text(const Transaction& tx, unsigned) {
  return (of(tx).*member).empty() ? FieldValue::none() : FieldValue::of(of(tx).*member);
}

// RFC 5424, 6.2.1, tables 1 and 2.
constexpr std::array kFacilities{
    NamedNumber{0, "kern"},    NamedNumber{1, "user"},    NamedNumber{2, "mail"},      NamedNumber{3, "daemon"},
    NamedNumber{4, "auth"},    NamedNumber{5, "syslog"},  NamedNumber{6, "lpr"},       NamedNumber{7, "news"},
    NamedNumber{8, "uucp"},    NamedNumber{9, "cron"},    NamedNumber{10, "authpriv"}, NamedNumber{11, "ftp"},
    NamedNumber{12, "ntp"},    NamedNumber{13, "audit"},  NamedNumber{14, "alert"},    NamedNumber{15, "clock"},
    NamedNumber{16, "local0"}, NamedNumber{17, "local1"}, NamedNumber{18, "local2"},   NamedNumber{19, "local3"},
    NamedNumber{20, "local4"}, NamedNumber{21, "local5"}, NamedNumber{22, "local6"},   NamedNumber{23, "local7"},
};
constexpr std::array kSeverities{
    NamedNumber{0, "emergency"}, NamedNumber{1, "alert"},  NamedNumber{2, "critical"}, NamedNumber{3, "error"},
    NamedNumber{4, "warning"},   NamedNumber{5, "notice"}, NamedNumber{6, "info"},     NamedNumber{7, "debug"},
};

using enum FieldType;
using enum FieldDirection;
constexpr std::array kFields{
    FieldSpec{"syslog.facility", number, both, 0, "what kind of program speaks",
              [](const Transaction& tx, unsigned index) {
                return index > 0 ? FieldValue::none() : FieldValue::of_number(of(tx).facility());
              },
              FieldRole::plain, kFacilities},
    FieldSpec{"syslog.severity", number, both, 0, "how bad it is: 0 emergency to 7 debug",
              [](const Transaction& tx, unsigned index) {
                return index > 0 ? FieldValue::none() : FieldValue::of_number(of(tx).severity());
              },
              FieldRole::plain, kSeverities},
    FieldSpec{"syslog.hostname", bytes, both, 0, "the name the device gives itself", text<&Message::hostname>,
              FieldRole::device_name},
    FieldSpec{"syslog.application", bytes, both, 0, "the program that speaks", text<&Message::application>},
    FieldSpec{"syslog.message_id", bytes, both, 0, "the kind of message, as RFC 5424 has it",
              text<&Message::message_id>},
    FieldSpec{"syslog.message", bytes, both, 0, "the text", text<&Message::text>},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Message& m = of(tx);
  LogBudget budget{kLogBudget};
  const auto member = [&](std::string_view key, std::string_view value) {
    if (!value.empty() && !budget.empty()) json.member(key, budget.take(value));
  };
  json.open_object("syslog");
  json.member("facility", name_of(kFacilities, m.facility()));
  json.member("severity", name_of(kSeverities, m.severity()));
  member("timestamp", m.timestamp);
  member("hostname", m.hostname);
  member("application", m.application);
  member("process", m.process);
  member("message_id", m.message_id);
  member("structured_data", m.structured_data);
  member("message", m.text);
  json.close_object();
}

// RFC 6587, 3.4.1: a message over TCP is preceded by its length and a space; 3.4.2: or ended by a line feed.
struct Frame {
  std::size_t header = 0, size = 0;  // of the message
};
// Nothing: more is needed, or the length is none (`bad`).
std::optional<Frame> counted(std::string_view bytes, bool& bad) noexcept {
  constexpr std::size_t kMaxDigits = 7;
  const std::size_t space = bytes.substr(0, kMaxDigits + 1).find_first_not_of("0123456789");
  if (space == bytes.npos) {
    bad = bytes.size() > kMaxDigits;
    return std::nullopt;
  }
  const auto size = whole_number<std::uint32_t>(bytes.substr(0, space));
  bad = !size || bytes[0] == '0' || bytes[space] != ' ';
  if (bad) return std::nullopt;
  return Frame{space + 1, *size};
}

class SyslogSession final : public Session {
 public:
  SyslogSession(Memory&, bool datagrams) noexcept : datagrams_(datagrams) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    if (datagrams_) return tell(as_text(bytes), direction, sink) ? Progress::ok(bytes.size()) : Progress::malformed();
    Side& side = sides_[index(direction)];
    std::size_t used = 0;
    while (used < bytes.size()) {
      const Bytes rest = bytes.subspan(used);
      std::size_t step = 0;
      if (side.skip > 0) {
        step = static_cast<std::size_t>(std::min<std::uint64_t>(side.skip, rest.size()));
        side.skip -= step;
      } else if (!side.in_line && is_digit(static_cast<char>(rest[0]))) {
        if (!take_counted(side, rest, direction, sink, step)) return Progress::malformed();
      } else if (!take_line(side, rest, direction, sink, step)) {
        return Progress::malformed();
      }
      if (step == 0) return Progress::need_more(used);
      used += step;
    }
    return Progress::ok(used);
  }

  bool gap(Direction direction, std::uint64_t missing, Sink&) noexcept override {
    Side& side = sides_[index(direction)];
    if (side.skip >= missing) return side.skip -= missing, true;
    return false;
  }

 private:
  struct Side {
    std::uint64_t skip = 0;  // of a message that is too long
    bool in_line = false;    // the rest of a line that was cut comes
  };

  bool take_counted(Side& side, Bytes rest, Direction direction, Sink& sink, std::size_t& step) noexcept {
    bool bad = false;
    const auto frame = counted(as_text(rest), bad);
    if (bad) return malformed(direction, sink);
    if (!frame) return true;
    const std::size_t looked = std::min(frame->size, kMaxMessage);
    if (rest.size() < frame->header + looked) return true;
    if (!tell(as_text(rest.subspan(frame->header, looked)), direction, sink)) return false;
    if (frame->size > looked) sink.event(nullptr, kMessageTooLong, direction);
    side.skip = frame->size - looked;
    step = frame->header + looked;
    return true;
  }
  bool take_line(Side& side, Bytes rest, Direction direction, Sink& sink, std::size_t& step) noexcept {
    const std::string_view window = as_text(rest).substr(0, kMaxMessage);
    // Some end a message with a zero byte (RFC 6587, 3.4.2).
    const std::size_t end = window.find_first_of(std::string_view{"\n\0", 2});
    if (end == window.npos && window.size() < kMaxMessage && !side.in_line) return true;
    step = end == window.npos ? window.size() : end + 1;
    const bool rest_of_cut = std::exchange(side.in_line, end == window.npos);
    const std::string_view line = trim(window.substr(0, end));
    if (rest_of_cut || line.empty()) return true;
    if (!tell(line, direction, sink)) return false;
    if (side.in_line) sink.event(nullptr, kMessageTooLong, direction);
    return true;
  }

  bool tell(std::string_view bytes, Direction direction, Sink& sink) noexcept {
    Entry entry;
    entry.message = read_message(bytes);
    if (entry.message.form == Form::none) return malformed(direction, sink);
    entry.message.text = trim(entry.message.text);
    entry.protocol = &protocol;
    entry.id = messages_++;
    entry.stage = {1, 1};
    sink.update(entry, direction);
    sink.log(entry, direction);
    sink.close(entry);
    return true;
  }
  bool malformed(Direction direction, Sink& sink) noexcept {
    sink.event(nullptr, kMalformedMessage, direction);
    return false;
  }

  bool datagrams_;
  std::uint64_t messages_ = 0;
  std::array<Side, 2> sides_{};
};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<SyslogSession>(memory, datagrams);
}

// A priority with a version or a timestamp as one of the standards has it behind it. A priority alone is too little.
Probe probe_datagram(Direction, Bytes datagram, std::uint16_t port) {
  const Message m = read_message(as_text(datagram));
  if (m.form == Form::bare)
    return port == kPort && is_printable(trim(m.text)) && !m.text.empty() ? Probe::yes : Probe::no;
  return m.form == Form::none ? Probe::no : Probe::yes;
}

Probe probe(Direction direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kEnough = 512;  // header of a message
  std::string_view text = as_text(bytes);
  if (direction == Direction::to_client || text.empty()) return Probe::no;
  if (is_digit(text[0])) {
    bool bad = false;
    const auto frame = counted(text, bad);
    if (bad || (frame && (frame->size > kMaxMessage || frame->size < 16))) return Probe::no;
    if (!frame) return Probe::need_more;
    text = text.substr(frame->header);
  }
  if (!text.empty() && text[0] != '<') return Probe::no;
  const Message m = read_message(text);
  if (m.form == Form::newer || m.form == Form::old) return Probe::yes;
  // Until its header is complete a message looks like one that has none.
  const bool may_become = text.size() < 6 || (m.form == Form::bare && text.find('\n') == text.npos);
  return may_become && text.size() < kEnough && is_printable(text) ? Probe::need_more : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "syslog",
    .about = "Syslog: what devices write in the log of another",
    .ndpi_name = "Syslog",
    .log_type = "syslog",
    .own_record = true,
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe,
                 .first_bytes = {FirstBytes::of("<123456789"), FirstBytes::of("<")},
                 .probe_datagram = probe_datagram},
    .max_pending = kMaxMessage + 16,
    .create = make<false>,
    .destroy = destroy_session<SyslogSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::syslog
