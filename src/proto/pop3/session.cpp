// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/pop3/session.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "proto/line/words.hpp"
#include "proto/pop3/pop3.hpp"

namespace gatehouse::proto::pop3 {
namespace {

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;

}  // namespace

const Command* find_command(std::string_view word) noexcept {
  for (const Command& row : kCommands)
    if (equals_nocase(row.word, word)) return &row;
  return nullptr;
}

PopSession::~PopSession() {
  std::pmr::polymorphic_allocator<> allocator{&memory_};
  while (first_ != nullptr) {
    PopTransaction* tx = first_;
    first_ = tx->next;
    allocator.delete_object(tx);
  }
  if (mime_ != nullptr) allocator.delete_object(mime_);
}

Progress PopSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  sink_ = &sink;
  std::size_t used = 0;
  try {
    while (used < bytes.size()) {
      const Bytes rest = bytes.subspan(used);
      if (direction == kToClient && mode_ == Mode::mail) {
        const std::size_t step = take_mail(rest);
        if (step == 0) return Progress::need_more(used);
        used += step;
        continue;
      }
      const TakenLine line = lines_[index(direction)].take(rest);
      if (line.consumed == 0) return Progress::need_more(used);
      used += line.consumed;
      if (!line.present) continue;
      if (direction == kToServer)
        command(line.text, line.cut);
      else if (mode_ == Mode::lines)
        data_line(line.text);
      else
        response(line.text, line.cut);
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

bool PopSession::gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept {
  sink_ = &sink;
  if (direction == kToClient && mode_ == Mode::mail) {
    mime_->gap(missing);
    line_begins_ = false;
    return true;
  }
  lines_[index(direction)].resynchronise();
  if (direction == kToServer || mode_ == Mode::lines) return true;
  // Nobody can tell which responses were lost: what waited for one has had it.
  while (first_ != nullptr) complete_first();
  return true;
}

void PopSession::end(Direction direction, Sink& sink) noexcept {
  sink_ = &sink;
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  while (first_ != nullptr) complete_first();
}

// ---- commands

void PopSession::command(std::string_view line, bool cut) {
  if (std::exchange(auth_data_, false)) return;
  std::string_view rest = line;
  const std::string_view word = take_word(rest);
  if (word.empty()) return;
  if (waiting_ == kMaxWaiting) {
    event(kTooManyTransactions, kToServer, first_);
    complete_first();
  }
  PopTransaction& tx = begin();
  tx.asked = true;
  tx.word = word;
  tx.command = find_command(word);
  if (tx.command != nullptr) tx.word = tx.command->word;
  std::size_t count = 0;
  for (; !rest.empty(); ++count) {
    const std::string_view argument = take_word(rest);
    if (count < kMaxWords) tx.arguments.emplace_back(argument);
  }
  tx.stage[index(kToServer)] = kComplete;
  if (cut || line.size() + 2 > kLongRequest) event(kRequestTooLong, kToServer, &tx);
  if (tx.command == nullptr)
    event(kUnknownCommand, kToServer, &tx);
  else if (count < tx.command->least || (count > tx.command->most && tx.command->most < kMaxWords))
    event(kIncorrectArgumentCount, kToServer, &tx);
  sink_->update(tx, kToServer);
}

// ---- responses

void PopSession::response(std::string_view line, bool cut) {
  // RFC 5034, 4: "a server challenge … consists of a line containing "+" SP".
  if (line == "+" || line.starts_with("+ ")) {
    auth_data_ = true;
    return;
  }
  const bool good = line.starts_with("+OK") && (line.size() == 3 || line[3] == ' ');
  const bool bad = line.starts_with("-ERR") && (line.size() == 4 || line[4] == ' ');
  PopTransaction& tx = first_ != nullptr ? *first_ : begin();
  if (cut || line.size() + 2 > kLongResponse) event(kResponseTooLong, kToClient, &tx);
  if (!good && !bad) return event(kInvalidResponse, kToClient, &tx);
  tx.answered = true;
  tx.success = good;
  tx.header = line.substr(std::min<std::size_t>(good ? 4 : 5, line.size()));
  const Follows follows = good && tx.command != nullptr ? tx.command->follows : Follows::nothing;
  switch (follows) {
    case Follows::lines_if_general:
      if (!tx.arguments.empty()) break;
      [[fallthrough]];
    case Follows::lines:
      mode_ = Mode::lines;
      return sink_->update(tx, kToClient);
    case Follows::mail:
      begin_mail(tx);
      return sink_->update(tx, kToClient);
    case Follows::tls:
      change_to_tls_ = true;
      break;
    case Follows::nothing:
      break;
  }
  complete_first();
}

void PopSession::data_line(std::string_view line) {
  if (line == ".") {
    mode_ = Mode::response;
    complete_first();
    return;
  }
  if (line.starts_with('.')) line.remove_prefix(1);  // RFC 1939, 3: byte-stuffed
  if (first_->data.size() < kMaxData)
    first_->data.emplace_back(line);
  else
    event(kTooManyDataLines, kToClient, first_);
}

// ---- mails

void PopSession::begin_mail(PopTransaction& tx) {
  if (mime_ == nullptr) mime_ = std::pmr::polymorphic_allocator<>{&memory_}.new_object<mime::Parser>(memory_);
  tx.email.emplace(memory_);
  mime_->start(*tx.email, *this);
  mode_ = Mode::mail;
  line_begins_ = true;
}

// RFC 1939, 3: the mail ends at a line of a lone dot, another leading dot is not part of it.
std::size_t PopSession::take_mail(Bytes bytes) {
  if (line_begins_ && bytes[0] == '.') {
    if (bytes.size() < 2 || (bytes[1] == '\r' && bytes.size() < 3)) return 0;
    const bool bare_end = bytes[1] == '\n';
    line_begins_ = false;
    if (!bare_end && !(bytes[1] == '\r' && bytes[2] == '\n')) return 1;
    mime_->finish(false);
    mode_ = Mode::response;
    complete_first();
    return bare_end ? 2 : 3;
  }
  const std::size_t dot = as_text(bytes).find("\n.");
  const Bytes piece = dot == std::string_view::npos ? bytes : bytes.first(dot + 1);
  line_begins_ = piece.back() == '\n';
  mime_->feed(piece);
  return piece.size();
}

void PopSession::file_open(std::string_view name) noexcept {
  file_ = sink_->file_open(*first_, kToClient, {.name = name});
}
void PopSession::file_data(Bytes data) noexcept {
  sink_->file_data(file_, data);
}
void PopSession::file_gap(std::uint64_t missing) noexcept {
  sink_->file_gap(file_, missing);
}
void PopSession::file_close(bool truncated) noexcept {
  sink_->file_close(file_, truncated);
}
void PopSession::anomaly(mime::Anomaly) noexcept {
  event(kMimeAnomaly, kToClient, first_);
}
void PopSession::headers_done() noexcept {
  first_->headers_done = true;
  sink_->update(*first_, kToClient);
}

// ---- transactions

PopTransaction& PopSession::begin() {
  auto* tx = std::pmr::polymorphic_allocator<>{&memory_}.new_object<PopTransaction>(memory_);
  tx->protocol = &protocol;
  tx->id = next_id_++;
  (first_ == nullptr ? first_ : last_->next) = tx;
  last_ = tx;
  ++waiting_;
  return *tx;
}

void PopSession::complete_first() noexcept {
  if (mime_ != nullptr && mime_->active()) mime_->finish(true);
  mode_ = Mode::response;
  PopTransaction& tx = *first_;
  tx.stage = {kComplete, kComplete};
  sink_->update(tx, kToClient);
  sink_->log(tx, kToServer);
  sink_->close(tx);
  first_ = tx.next;
  --waiting_;
  std::pmr::polymorphic_allocator<>{&memory_}.delete_object(&tx);
}

void PopSession::event(Event row, Direction direction, PopTransaction* tx) noexcept {
  if ((tx->events >> row & 1) == 0) sink_->event(tx, row, direction);
}

}  // namespace gatehouse::proto::pop3
