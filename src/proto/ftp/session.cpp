// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ftp/session.hpp"

#include <algorithm>
#include <new>

#include "proto/ftp/ftp.hpp"
#include "proto/line/words.hpp"

namespace gatehouse::proto::ftp {
namespace {

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;

}  // namespace

FtpSession::~FtpSession() {
  while (first_ != nullptr) {
    FtpTransaction* tx = first_;
    first_ = tx->next;
    std::pmr::polymorphic_allocator<>{&memory_}.delete_object(tx);
  }
}

Progress FtpSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  sink_ = &sink;
  std::size_t used = 0;
  try {
    while (used < bytes.size()) {
      const TakenLine line = lines_[index(direction)].take(bytes.subspan(used));
      if (line.consumed == 0) return Progress::need_more(used);
      used += line.consumed;
      if (!line.present) continue;
      direction == kToServer ? command(line.text, line.cut) : reply(line.text, line.cut);
      if (change_to_tls_) {
        sink.change_protocol("tls");
        return Progress::ok(used);
      }
    }
  } catch (const std::bad_alloc&) {
    return Progress::malformed();
  }
  return Progress::ok(used);
}

bool FtpSession::gap(Direction direction, std::uint64_t, Sink& sink) noexcept {
  sink_ = &sink;
  lines_[index(direction)].resynchronise();
  if (direction == kToServer) return true;
  // Nobody can tell which replies were lost: what waited for one has had it.
  multiline_ = 0;
  while (first_ != nullptr) complete_first();
  return true;
}

void FtpSession::end(Direction direction, Sink& sink) noexcept {
  sink_ = &sink;
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  while (first_ != nullptr) complete_first();
}

// ---- commands

void FtpSession::command(std::string_view line, bool cut) {
  // RFC 959, 4.1.3 (ABOR): Telnet's signals may stand before a command.
  while (line.size() >= 2 && static_cast<unsigned char>(line[0]) == 0xff) line.remove_prefix(2);
  std::string_view rest = line;
  const std::string_view word = take_word(rest);
  if (word.empty()) return;
  if (waiting_ == kMaxWaiting) {
    event(kTooManyTransactions, kToServer, first_);
    complete_first();
  }
  FtpTransaction& tx = begin();
  tx.verb = verb_of(word);
  tx.command = word.substr(0, kMaxWord);
  std::ranges::transform(tx.command, tx.command.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; });
  tx.argument = rest;
  tx.command_truncated = cut;
  tx.stage[index(kToServer)] = kComplete;
  if (cut) event(kRequestTooLong, kToServer, &tx);
  run(tx);
  sink_->update(tx, kToServer);
}

void FtpSession::run(FtpTransaction& tx) {
  switch (tx.verb) {
    case Verb::port:
      take_port(tx, parse_port(tx.argument));
      break;
    case Verb::eprt:
      take_port(tx, parse_eprt(tx.argument));
      break;
    case Verb::retr:
    case Verb::stor:
    case Verb::appe:
      if (tx.argument.empty()) event(kFileWithoutName, kToServer, &tx);
      [[fallthrough]];
    case Verb::stou:
      if (mode_ == Mode::none) event(kFileBeforePort, kToServer, &tx);
      [[fallthrough]];
    case Verb::list:
      arrange(tx.command, tx.argument);
      break;
    default:
      break;
  }
}

void FtpSession::take_port(FtpTransaction& tx, const std::optional<DataPort>& place) {
  tx.mode = Mode::active;
  if (!place) return event(kInvalidPort, kToServer, &tx);
  tx.dynamic_port = place->port;
  mode_ = Mode::active;
  data_port_ = place->port;
  // RFC 2577, 3: a server that connects to whatever host is named can be made to attack it.
  refused_ = !sink_->is_host(kToClient, place->address);
  if (refused_) return event(kBounce, kToServer, &tx);
  arrange({}, {});
}

// ---- replies

void FtpSession::reply(std::string_view line, bool cut) {
  const unsigned code = reply_code(line);
  const bool continues = multiline_ != 0 && !(code == multiline_ && (line.size() == 3 || line[3] == ' '));
  if (line.empty() && first_ == nullptr) return;
  FtpTransaction& tx = first_ != nullptr ? *first_ : begin();
  if (cut) {
    tx.reply_truncated = true;
    event(kResponseTooLong, kToClient, &tx);
  }
  const std::string_view text = code != 0 ? line.substr(std::min<std::size_t>(4, line.size())) : line;
  if (tx.replies.size() < kMaxReplyLines) {
    FtpTransaction::ReplyLine& kept =
        tx.replies.emplace_back(std::array<char, 3>{}, code != 0, std::pmr::string{text, &memory_});
    if (code != 0) std::copy_n(line.begin(), 3, kept.code.begin());
  } else {
    event(kTooManyReplyLines, kToClient, &tx);
  }
  if (continues) return;
  if (code == 0) return event(kInvalidReply, kToClient, &tx);
  // RFC 959, 4.2: "xyz-" begins a reply of several lines, which ends with the same code and a space.
  multiline_ = line.size() > 3 && line[3] == '-' ? code : 0;
  if (multiline_ == 0) final_reply(tx, code, text);
}

void FtpSession::final_reply(FtpTransaction& tx, unsigned code, std::string_view text) {
  tx.replied = true;
  switch (tx.verb) {
    case Verb::pasv:
      if (code == 227) take_passive(tx, parse_227(text));
      break;
    case Verb::epsv:
      if (code == 229) take_passive(tx, parse_229(text));
      break;
    case Verb::stou:
      if (code == 150 || code == 125)
        if (const auto name = parse_unique_name(text); !name.empty()) arrange(tx.command, name);
      break;
    case Verb::auth:
      // RFC 4217, 4: AUTH TLS is accepted with 234; AUTH's other mechanisms keep lines.
      change_to_tls_ = code == 234 && starts_with_nocase(tx.argument, "TLS");
      change_to_tls_ |= code == 234 && starts_with_nocase(tx.argument, "SSL");
      break;
    default:
      break;
  }
  // RFC 959, 4.2: 1yz is a "positive preliminary reply", another follows.
  if (code < 200) return sink_->update(tx, kToClient);
  complete_first();
}

void FtpSession::take_passive(FtpTransaction& tx, const std::optional<DataPort>& place) {
  tx.mode = Mode::passive;
  if (!place) return event(kInvalidPort, kToClient, &tx);
  tx.dynamic_port = place->port;
  mode_ = Mode::passive;
  data_port_ = place->port;
  refused_ = false;
  // The address of the reply is not believed (RFC 1579's servers stand
  // behind translators): it is the server's.
  arrange({}, {});
}

// ---- the data connection

// Without a command at first: who connects may do so before what for is known.
void FtpSession::arrange(std::string_view command, std::string_view file) {
  if (refused_) return;
  std::array<char, kLongestIntroduction> introduction;
  std::size_t size = 0;
  for (const std::string_view part : {command, std::string_view{command.empty() ? "" : " "}, file})
    size += part.copy(introduction.data() + size, introduction.size() - size);
  // RFC 959, 3.2: without PORT the server connects to the port that the client's control connection comes from.
  sink_->expect_session({.protocol = "ftp-data",
                         .listener = mode_ == Mode::passive ? kToServer : kToClient,
                         .port = mode_ == Mode::none ? std::uint16_t{0} : data_port_,
                         .introduction = {introduction.data(), size}});
}

// ---- transactions

FtpTransaction& FtpSession::begin() {
  auto* tx = std::pmr::polymorphic_allocator<>{&memory_}.new_object<FtpTransaction>(memory_);
  tx->protocol = &protocol;
  tx->id = next_id_++;
  (first_ == nullptr ? first_ : last_->next) = tx;
  last_ = tx;
  ++waiting_;
  return *tx;
}

void FtpSession::complete_first() noexcept {
  FtpTransaction& tx = *first_;
  tx.stage = {kComplete, kComplete};
  sink_->update(tx, kToClient);
  sink_->log(tx, kToServer);
  sink_->close(tx);
  first_ = tx.next;
  --waiting_;
  std::pmr::polymorphic_allocator<>{&memory_}.delete_object(&tx);
}

void FtpSession::event(Event row, Direction direction, FtpTransaction* tx) noexcept {
  if ((tx->events >> row & 1) == 0) sink_->event(tx, row, direction);
}

}  // namespace gatehouse::proto::ftp
