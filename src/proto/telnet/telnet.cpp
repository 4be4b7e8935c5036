// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row, and its session.
#include "proto/telnet/telnet.hpp"

#include <algorithm>
#include <array>
#include <bitset>

#include "proto/line/log_budget.hpp"
#include "proto/line/words.hpp"
#include "proto/telnet/codec.hpp"
#include "proto/telnet/login.hpp"

namespace gatehouse::proto::telnet {
namespace {

// A login happens early; what a terminal shows after that much text is not watched any more.
constexpr std::uint64_t kMaxWatched = 64 * 1024;
constexpr std::size_t kMaxTerminal = 40;  // RFC 1091

enum Event : std::uint8_t { kLoginRefused, kSubnegotiationTooLong, kNotWatched, kEventCount };
constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"login_refused", "a login was refused"},
    {"subnegotiation_too_long", "an option's parameters of more than 64 bytes"},
    {"not_watched_any_more", "64 KiB without a login that was accepted: the rest is not read"},
}};

// One attempt to log in, with the options that were negotiated up to it.
struct Attempt : Transaction {
  std::array<char, kMaxUser> user{};
  std::size_t user_size = 0;
  Outcome outcome = Outcome::none;
  std::array<char, kMaxTerminal> terminal{};
  std::size_t terminal_size = 0;
  std::uint16_t columns = 0, rows = 0;
  std::bitset<256> options;  // offered or asked for, by either side

  std::string_view user_text() const noexcept { return {user.data(), user_size}; }
  std::string_view terminal_text() const noexcept { return {terminal.data(), terminal_size}; }
};
const Attempt& of(const Transaction& tx) noexcept {
  return static_cast<const Attempt&>(tx);
}
std::string_view word(Outcome outcome) noexcept {
  return outcome == Outcome::accepted ? "accepted" : outcome == Outcome::refused ? "refused" : "";
}
FieldValue text(std::string_view value) noexcept {
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}
FieldValue option(const Transaction& tx, unsigned index) {
  for (unsigned i = 0; i < 256; ++i)
    if (of(tx).options[i] && index-- == 0) return FieldValue::of_number(i);
  return FieldValue::none();
}

using enum FieldType;
using enum FieldDirection;
constexpr std::array kFields{
    FieldSpec{"telnet.user", bytes, both, 0, "who logs in, as it was typed behind the prompt",
              [](const Transaction& tx, unsigned) { return text(of(tx).user_text()); }},
    FieldSpec{"telnet.login", bytes, both, 0, "accepted or refused, where the server's text tells it",
              [](const Transaction& tx, unsigned) { return text(word(of(tx).outcome)); }},
    FieldSpec{"telnet.terminal", bytes, both, 0, "the kind of the client's terminal",
              [](const Transaction& tx, unsigned) { return text(of(tx).terminal_text()); }},
    FieldSpec{"telnet.option", number, both, 0, "options that were negotiated; several values", option,
              FieldRole::plain, kOptions},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Attempt& attempt = of(tx);
  LogBudget budget{kLogBudget};
  json.open_object("telnet");
  if (attempt.user_size > 0) json.member("user", budget.take(attempt.user_text()));
  if (attempt.outcome != Outcome::none) json.member("login", word(attempt.outcome));
  if (attempt.terminal_size > 0) json.member("terminal", budget.take(attempt.terminal_text()));
  if (attempt.columns != 0) json.member("columns", attempt.columns), json.member("rows", attempt.rows);
  if (attempt.options.any()) {
    json.open_array("options");
    for (unsigned i = 0; i < 256; ++i) {
      if (!attempt.options[i]) continue;
      const std::string_view name = name_of(kOptions, i);
      name.empty() ? json.element(i) : json.element(name);
    }
    json.close_array();
  }
  json.close_object();
}

class TelnetSession final : public Session {
 public:
  explicit TelnetSession(Memory&) noexcept { attempt_.protocol = &protocol; }

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    Decoder& decoder = decoders_[index(direction)];
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      decoder.put(
          bytes[i], [&](char c) { on_text(direction, c, sink); },
          [&](std::uint8_t command, std::uint8_t option) {
            if (command == kWill || command == kDo) attempt_.options.set(option);
            pending_ = true;
          },
          [&](std::uint8_t option, Bytes value, bool cut) {
            if (cut) event(kSubnegotiationTooLong, direction, sink);
            subnegotiation(option, value);
          });
      if (attempt_.outcome == Outcome::accepted) return Progress::finished(i + 1);
      if (++watched_ > kMaxWatched) {
        event(kNotWatched, direction, sink);
        return Progress::finished(i + 1);
      }
    }
    sink.update(attempt_, direction);
    return Progress::ok(bytes.size());
  }

  bool gap(Direction direction, std::uint64_t, Sink&) noexcept override {
    decoders_[index(direction)].reset();
    return true;
  }

  void end(Direction direction, Sink& sink) noexcept override {
    ended_[index(direction)] = true;
    if (ended_[0] && ended_[1] && pending_) tell(sink);
  }

 private:
  void on_text(Direction direction, char c, Sink& sink) noexcept {
    if (direction == Direction::to_server) {
      if (!login_.client(c)) return;
      attempt_.user_size = login_.user().copy(attempt_.user.data(), attempt_.user.size());
      pending_ = true;
      return;
    }
    attempt_.outcome = login_.server(c);
    if (attempt_.outcome == Outcome::none) return;
    if (attempt_.outcome == Outcome::refused) event(kLoginRefused, direction, sink);
    tell(sink);
  }

  // RFC 1091: 0 is IS; RFC 1073: width and height.
  void subnegotiation(std::uint8_t option, Bytes value) noexcept {
    if (option == 24 && value.size() > 1 && value[0] == 0 && is_printable(as_text(value.subspan(1))))
      attempt_.terminal_size = as_text(value.subspan(1)).copy(attempt_.terminal.data(), attempt_.terminal.size());
    if (option == 31 && value.size() >= 4) {
      attempt_.columns = static_cast<std::uint16_t>(value[0] << 8 | value[1]);
      attempt_.rows = static_cast<std::uint16_t>(value[2] << 8 | value[3]);
    }
    pending_ = true;
  }

  void tell(Sink& sink) noexcept {
    pending_ = false;
    attempt_.stage = {1, 1};
    sink.update(attempt_, Direction::to_server);
    sink.update(attempt_, Direction::to_client);
    sink.log(attempt_, Direction::to_server);
    sink.close(attempt_);
    if (attempt_.outcome != Outcome::refused) return;
    // The next one has the same terminal.
    ++attempt_.id;
    attempt_.stage = {};
    attempt_.events = 0;
    attempt_.match_state = nullptr;
    attempt_.outcome = Outcome::none;
    attempt_.user_size = 0;
  }
  void event(Event row, Direction direction, Sink& sink) noexcept {
    if ((attempt_.events >> row & 1) == 0) sink.event(&attempt_, row, direction);
  }

  Attempt attempt_;
  bool pending_ = false;  // something that no record tells yet
  std::uint64_t watched_ = 0;
  Login login_;
  std::array<Decoder, 2> decoders_;
  std::array<bool, 2> ended_{};
};

// RFC 854: "IAC WILL option". One negotiation behind the other, of options that are in use; or one alone that peers
// begin with. Pictures, sounds and UTF-16 begin with 0xff too.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::uint8_t openings[] = {1, 3, 24, 31, 32, 34, 37, 38, 39};
  if (bytes.size() < 3)
    return bytes.size() < 2 || (bytes[1] >= kWill && bytes[1] <= kDont) ? Probe::need_more : Probe::no;
  if (bytes[0] != kIac || bytes[1] < kWill || bytes[1] > kDont || name_of(kOptions, bytes[2]).empty()) return Probe::no;
  if (bytes.size() == 3)
    return std::ranges::find(openings, bytes[2]) != std::end(openings) ? Probe::yes : Probe::need_more;
  if (bytes[3] != kIac)
    return bytes[3] < 0x80 && std::ranges::find(openings, bytes[2]) != std::end(openings) &&
                   is_printable(trim(as_text(bytes.subspan(3))))
               ? Probe::yes
               : Probe::no;
  if (bytes.size() < 5) return Probe::need_more;
  return bytes[4] >= kSe && bytes[4] <= kDont ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "telnet",
    .about = "Telnet: a terminal in the clear",
    .ndpi_name = "Telnet",
    .log_type = "telnet",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("\xff"), FirstBytes::of("\xff")}},
    .create = create_session<TelnetSession>,
    .destroy = destroy_session<TelnetSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::telnet
