// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/imap/session.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "proto/imap/imap.hpp"
#include "proto/line/words.hpp"

namespace gatehouse::proto::imap {
namespace {

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;

}  // namespace

ImapSession::~ImapSession() {
  std::pmr::polymorphic_allocator<> allocator{&memory_};
  while (first_ != nullptr) allocator.delete_object(std::exchange(first_, first_->next));
  if (mime_ != nullptr) allocator.delete_object(mime_);
}

Progress ImapSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  sink_ = &sink;
  Side& side = sides_[index(direction)];
  std::size_t used = 0;
  try {
    while (used < bytes.size()) {
      const Bytes rest = bytes.subspan(used);
      if (side.literal_left > 0) {
        used += take_literal(direction, rest);
        continue;
      }
      const TakenLine line = side.lines.take(rest);
      if (line.consumed == 0) return Progress::need_more(used);
      used += line.consumed;
      if (!line.present) continue;
      if (line.cut) event(kLineTooLong, direction, current_);
      direction == kToServer ? client_line(line.text) : server_line(line.text);
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

bool ImapSession::gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept {
  sink_ = &sink;
  Side& side = sides_[index(direction)];
  const std::uint64_t inside = std::min(missing, side.literal_left);
  if (inside > 0 && side.literal_is_mail) mime_->gap(inside);
  side.literal_left -= inside;
  if (inside > 0 && side.literal_left == 0) end_literal(direction);
  if (missing == inside) return true;
  side.lines.resynchronise();
  side.continues = false;
  if (direction == kToServer) current_ = nullptr;
  return true;
}

void ImapSession::end(Direction direction, Sink& sink) noexcept {
  sink_ = &sink;
  sides_[index(direction)].ended = true;
  if (!sides_[0].ended || !sides_[1].ended) return;
  while (first_ != nullptr) complete(*first_);
}

// ---- literals

std::size_t ImapSession::take_literal(Direction direction, Bytes bytes) {
  Side& side = sides_[index(direction)];
  const Bytes piece = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), side.literal_left)));
  if (side.literal_is_mail) {
    mime_->feed(piece);
  } else if (direction == kToServer && command_.size() + piece.size() < kMaxLine) {
    for (const char c : as_text(piece)) {
      if (c == '"' || c == '\\') command_ += '\\';
      command_ += c;
    }
  }
  side.literal_left -= piece.size();
  if (side.literal_left == 0) end_literal(direction);
  return piece.size();
}

void ImapSession::end_literal(Direction direction) noexcept {
  Side& side = sides_[index(direction)];
  if (!std::exchange(side.literal_is_mail, false)) return;
  mime_->finish(false);
  ImapTransaction& tx = *mail_of_;
  mail_of_ = nullptr;
  ++tx.mails;
  // Each mail has its line in the log, as a FETCH may bring thousands.
  tx.stage[index(direction)] = kComplete;
  sink_->update(tx, direction);
  sink_->log(tx, kToServer);
  tx.stage[index(direction)] = kStarted;
}

void ImapSession::begin_mail(Direction direction, ImapTransaction& tx) {
  if (mail_of_ != nullptr) return;  // the other direction's is being read
  if (mime_ == nullptr) mime_ = std::pmr::polymorphic_allocator<>{&memory_}.new_object<mime::Parser>(memory_);
  tx.email.emplace(memory_);
  tx.headers_done = false;
  mail_of_ = &tx;
  mail_direction_ = direction;
  mime_->start(*tx.email, *this);
  sides_[index(direction)].literal_is_mail = true;
}

// ---- the client

void ImapSession::client_line(std::string_view line) {
  Side& side = sides_[index(kToServer)];
  if (!side.continues && std::exchange(auth_data_, false)) return;
  const auto literal = literal_at_end(line);
  const std::string_view text = literal ? literal->before : line;
  if (!side.continues) begin_command(text);
  if (current_ == nullptr) {
    // Nothing that has a tag and a word: what it announces is passed over with it.
    if (literal) side.literal_left = literal->size;
    return;
  }
  if (side.continues) command_ += '"';
  if (command_.size() + text.size() < 2 * kMaxLine) command_ += text;
  side.continues = literal.has_value();
  if (!literal) return finish_command();
  command_ += '"';
  side.literal_left = literal->size;
  if (current_->command == "APPEND") begin_mail(kToServer, *current_);
  if (literal->size == 0) end_literal(kToServer);
}

void ImapSession::begin_command(std::string_view line) {
  current_ = nullptr;
  std::string_view rest = line;
  const std::string_view tag = take_word(rest), word = take_word(rest);
  if (tag.empty() || equals_nocase(tag, "DONE")) return;  // the end of IDLE (RFC 2177)
  if (!is_tag(tag) || word.empty()) return event(kInvalidCommand, kToServer, nullptr);
  if (waiting_ == kMaxWaiting) {
    event(kTooManyTransactions, kToServer, first_);
    complete(*first_);
  }
  constexpr std::size_t kMaxWord = 32;
  ImapTransaction& tx = begin();
  tx.tag = tag;
  tx.command = word.substr(0, kMaxWord);
  std::ranges::transform(tx.command, tx.command.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; });
  if (!is_command(word)) event(kInvalidCommand, kToServer, &tx);
  command_.clear();
  current_ = &tx;
}

void ImapSession::finish_command() {
  ImapTransaction& tx = *std::exchange(current_, nullptr);
  std::string_view rest = command_;
  take_word(rest), take_word(rest);
  if (tx.command == "LOGIN") tx.user = take_string(rest);
  if (tx.command == "SELECT" || tx.command == "EXAMINE" || tx.command == "APPEND") tx.mailbox = take_string(rest);
  tx.stage[index(kToServer)] = kComplete;
  sink_->update(tx, kToServer);
}

// ---- the server

void ImapSession::server_line(std::string_view line) {
  Side& side = sides_[index(kToClient)];
  const auto literal = literal_at_end(line);
  if (literal) side.literal_left = literal->size;
  const bool continues = std::exchange(side.continues, literal.has_value());
  if (!continues) {
    const Response response = read_response(line);
    if (response.tag == "+") {
      for (ImapTransaction* tx = first_; tx != nullptr; tx = tx->next) auth_data_ |= tx->command == "AUTHENTICATE";
      return;
    }
    if (response.tag != "*") {
      if (ImapTransaction* tx = find(response.tag); tx != nullptr && response.status != Status::none)
        return tagged(*tx, response);
      return event(kInvalidResponse, kToClient, nullptr);
    }
    if (!std::exchange(greeted_, true) && first_ == nullptr && (response.status != Status::none || response.bye)) {
      ImapTransaction& greeting = begin();
      greeting.status = response.status;
      greeting.text = response.text;
      return complete(greeting);
    }
  }
  if (!literal || !brings_mail(literal->before)) return;
  for (ImapTransaction* tx = first_; tx != nullptr; tx = tx->next) {
    if (tx->command != "FETCH" && tx->command != "UID") continue;
    begin_mail(kToClient, *tx);
    if (literal->size == 0) end_literal(kToClient);
    return;
  }
}

void ImapSession::tagged(ImapTransaction& tx, const Response& response) {
  tx.status = response.status;
  tx.text = response.text;
  const bool good = response.status == Status::ok;
  change_to_tls_ = good && tx.command == "STARTTLS";
  compressed_ = good && tx.command == "COMPRESS";  // RFC 4978: what follows is deflated
  complete(tx);
}

// ---- what the mail's reader tells

void ImapSession::file_open(std::string_view name) noexcept {
  file_ = sink_->file_open(*mail_of_, mail_direction_, {.name = name});
}
void ImapSession::file_data(Bytes data) noexcept {
  sink_->file_data(file_, data);
}
void ImapSession::file_gap(std::uint64_t missing) noexcept {
  sink_->file_gap(file_, missing);
}
void ImapSession::file_close(bool truncated) noexcept {
  sink_->file_close(file_, truncated);
}
void ImapSession::anomaly(mime::Anomaly) noexcept {
  event(kMimeAnomaly, mail_direction_, mail_of_);
}
void ImapSession::headers_done() noexcept {
  mail_of_->headers_done = true;
  sink_->update(*mail_of_, mail_direction_);
}

// ---- transactions

ImapTransaction& ImapSession::begin() {
  auto* tx = std::pmr::polymorphic_allocator<>{&memory_}.new_object<ImapTransaction>(memory_);
  tx->protocol = &protocol;
  tx->id = next_id_++;
  ImapTransaction** at = &first_;
  while (*at != nullptr) at = &(*at)->next;
  *at = tx;
  ++waiting_;
  return *tx;
}

ImapTransaction* ImapSession::find(std::string_view tag) noexcept {
  for (ImapTransaction* tx = first_; tx != nullptr; tx = tx->next)
    if (tx->tag == tag) return tx;
  return nullptr;
}

void ImapSession::complete(ImapTransaction& tx) noexcept {
  if (mail_of_ == &tx) {
    mime_->finish(true);
    mail_of_ = nullptr;
    sides_[index(mail_direction_)].literal_is_mail = false;
    ++tx.mails;
    sink_->log(tx, kToServer);
  }
  if (current_ == &tx) current_ = nullptr, sides_[index(kToServer)].continues = false;
  tx.stage = {kComplete, kComplete};
  sink_->update(tx, kToClient);
  if (tx.mails == 0) sink_->log(tx, kToServer);
  sink_->close(tx);
  ImapTransaction** at = &first_;
  while (*at != &tx) at = &(*at)->next;
  *at = tx.next;
  --waiting_;
  std::pmr::polymorphic_allocator<>{&memory_}.delete_object(&tx);
}

void ImapSession::event(Event row, Direction direction, ImapTransaction* tx) noexcept {
  const std::uint64_t bit = 1ull << row;
  if ((tx != nullptr ? tx->events : session_events_) & bit) return;
  if (tx == nullptr) session_events_ |= bit;
  sink_->event(tx, row, direction);
}

}  // namespace gatehouse::proto::imap
