// SPDX-License-Identifier: GPL-3.0-or-later
// Lines, commands and replies. What a mail consists of: session_content.cpp.
#include "proto/smtp/session.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace gatehouse::proto::smtp {
namespace {

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;

}  // namespace

SmtpSession::~SmtpSession() {
  std::pmr::polymorphic_allocator<> allocator{&memory_};
  for (std::size_t i = 0; i < mail_count_; ++i) allocator.delete_object(mails_[i]);
  if (mime_ != nullptr) allocator.delete_object(mime_);
}

Progress SmtpSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  sink_ = &sink;
  std::size_t used = 0;
  try {
    while (used < bytes.size()) {
      const Bytes rest = bytes.subspan(used);
      const std::size_t step = direction == kToClient || mode_ == Mode::commands ? take_line(direction, rest)
                               : mode_ == Mode::data                             ? take_data(rest)
                                                                                 : take_chunk(rest);
      if (step == 0) return Progress::need_more(used);
      used += step;
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

bool SmtpSession::gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept {
  sink_ = &sink;
  if (direction == kToClient) {
    // Nobody can tell which replies were lost: what waited for one has had it.
    discard_[index(kToClient)] = true;
    queue_size_ = 0;
    greeted_ = true;
    for (std::size_t i = 0; i < mail_count_;) {
      if (mails_[i]->request_done)
        complete(*mails_[i]);
      else
        ++i;
    }
    return true;
  }
  switch (mode_) {
    case Mode::commands:
      discard_[index(kToServer)] = true;
      break;
    case Mode::data:
      mime_->gap(missing);
      line_begins_ = false;
      break;
    case Mode::chunk:
      mime_->gap(std::min(missing, chunk_left_));
      if (missing >= chunk_left_) {
        discard_[index(kToServer)] = missing > chunk_left_;
        chunk_left_ = 0;
        end_chunk();
      } else {
        chunk_left_ -= missing;
      }
      break;
  }
  return true;
}

void SmtpSession::end(Direction direction, Sink& sink) noexcept {
  sink_ = &sink;
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  end_content(true);
  if (!greeted_ && mail_count_ > 0) event(kNoServerWelcome, kToClient, mails_[0]);
  while (mail_count_ > 0) complete(*mails_[0]);
}

std::size_t SmtpSession::take_line(Direction direction, Bytes bytes) {
  bool& discard = discard_[index(direction)];
  const Bytes window = discard ? bytes : bytes.first(std::min(bytes.size(), kMaxLine));
  const auto* found = static_cast<const std::uint8_t*>(std::memchr(window.data(), '\n', window.size()));
  const std::size_t size = found == nullptr ? window.size() : static_cast<std::size_t>(found - window.data()) + 1;
  if (discard) {
    discard = found == nullptr;
    return size;
  }
  if (found == nullptr && size < kMaxLine) return 0;
  std::string_view line = as_text(bytes.first(size));
  const bool cut = size == kMaxLine;
  const bool bare = size == 1;
  if (!cut) line.remove_suffix(line.ends_with("\r\n") ? 2 : 1);
  discard = found == nullptr;
  if (direction == kToServer)
    command(line);
  else if (!bare)
    reply_line(line);
  if (cut) event(kTruncatedLine, direction);
  return size;
}

// ---- commands

void SmtpSession::command(std::string_view line) {
  const Verb verb = auth_data_ ? Verb::auth : verb_of(line);
  auth_data_ = false;
  // RSET and QUIT belong to the mail before them; any other command after a complete mail begins the next.
  const bool stays = (verb == Verb::rset || verb == Verb::quit) && next_id_ > 0;
  if ((current_ == nullptr || current_->request_done) && !stays) begin_mail();
  run_command(verb, line);
  if (current_ != nullptr) sink_->update(*current_, kToServer);
}

void SmtpSession::run_command(Verb verb, std::string_view line) {
  switch (verb) {
    case Verb::helo:
      if (helo_.present) {
        event(kDuplicateFields, kToServer);
      } else {
        helo_.text = word_after(line, 4);
        helo_.present = true;
      }
      break;
    case Verb::mail:
      if (current_->mail_from.present) {
        event(kDuplicateFields, kToServer);
      } else {
        current_->mail_from.text = word_after(line, 9);
        current_->mail_from.present = true;
      }
      break;
    case Verb::rcpt:
      recipient(line);
      break;
    case Verb::data:
      if (current_->has_data) event(kUnparsableContent, kToServer);
      current_->has_data = true;
      enqueue(verb);
      begin_content();
      // The mail may come before the server's "354": RFC 2920 forbids it, servers read it.
      mode_ = Mode::data;
      line_begins_ = true;
      return;
    case Verb::bdat:
      if (begin_chunk(line)) return;
      event(kInvalidBdat, kToServer);
      break;
    case Verb::rset:
      if (current_ == nullptr || current_->request_done) break;
      enqueue(verb);
      if (current_->mail_from.present || current_->recipients > 0) {
        end_content(true);
        complete_request(*current_);
      }
      return;
    default:
      break;
  }
  enqueue(verb == Verb::bdat ? Verb::other : verb);
}

void SmtpSession::begin_mail() {
  if (mail_count_ == kMaxMails) {
    event(kTooManyTransactions, kToServer, mails_[0]);
    complete(*mails_[0]);
  }
  Mail* mail = std::pmr::polymorphic_allocator<>{&memory_}.new_object<Mail>(memory_);
  mail->protocol = &smtp::protocol;
  mail->id = next_id_++;
  mail->helo = &helo_;
  mails_[mail_count_++] = mail;
  current_ = mail;
}

void SmtpSession::recipient(std::string_view line) {
  if (current_->rcpt_to.size() < Mail::kMaxKeptRecipients) current_->rcpt_to.emplace_back(word_after(line, 7));
  if (++current_->recipients == Mail::kMaxRecipients + 1) event(kTooManyRecipients, kToServer);
}

void SmtpSession::enqueue(Verb verb, bool last) {
  const std::uint64_t mail = current_ != nullptr ? current_->id : kNoMail;
  if (queue_size_ > 0) {
    Queued& before = queue_[(queue_first_ + queue_size_ - 1) % kMaxQueued];
    // RFC 2920, 3.1: DATA, STARTTLS (RFC 3207, 4) and their like "can only appear as the last command in a group".
    if (before.verb == Verb::starttls || before.verb == Verb::data) event(kInvalidPipelinedSequence, kToServer);
    if (before.verb == verb && before.mail == mail && before.last == last) {
      ++before.count;
      return;
    }
  }
  if (queue_size_ == kMaxQueued) {
    // A server that never answers, or one whose answers are not seen.
    event(kUnableToMatchReply, kToClient);
    queue_size_ = 0;
  }
  queue_[(queue_first_ + queue_size_++) % kMaxQueued] = {.verb = verb, .last = last, .count = 1, .mail = mail};
}

// ---- replies

void SmtpSession::reply_line(std::string_view line) {
  const ReplyLine reply = parse_reply(line);
  Mail* mail = queue_size_ > 0 ? find(queue_[queue_first_].mail) : current_;
  if (!reply.known) event(kInvalidReply, kToClient, mail);
  if (reply.code == 0 || reply.more || greeting(reply) || queue_size_ == 0) return;
  Queued& first = queue_[queue_first_];
  const Queued command = first;
  if (--first.count == 0) {
    queue_first_ = (queue_first_ + 1) % kMaxQueued;
    --queue_size_;
  }
  answer(command, reply.code);
}

// The server speaks first (RFC 5321, 3.1). True: this reply answers no command.
bool SmtpSession::greeting(const ReplyLine& reply) {
  if (greeted_) return false;
  greeted_ = true;
  if (queue_size_ == 0) {
    if (reply.code != 220) event(kInvalidReply, kToClient);
    return true;
  }
  // Where the client's first words were read before it, a greeting is told by its code: no other command than STARTTLS
  // is answered with 220.
  if (reply.code == 220 && queue_[queue_first_].verb != Verb::starttls) return true;
  event(kNoServerWelcome, kToClient, find(queue_[queue_first_].mail));
  return false;
}

void SmtpSession::answer(const Queued& command, unsigned code) {
  Mail* mail = find(command.mail);
  const bool mail_goes_on =
      mail != nullptr && mail == current_ && !mail->request_done &&
      (mode_ != Mode::commands ||
       (queue_size_ > 0 && queue_[(queue_first_ + queue_size_ - 1) % kMaxQueued].mail == mail->id));
  switch (command.verb) {
    case Verb::starttls:
      if (code != 220) return event(kTlsRejected, kToClient, mail);
      if (mail != nullptr) complete(*mail);
      change_to_tls_ = true;
      return;
    case Verb::data:
      if (code == 354) {
        if (mail != nullptr) mail->stage[index(kToClient)] = kData;
        break;
      }
      event(kDataCommandRejected, kToClient, mail);
      if (mode_ == Mode::data && mail != nullptr && mail == current_) {
        mode_ = Mode::commands;
        end_content(true);
        mail->email.reset();
      }
      break;
    case Verb::bdat:
      if (mail == nullptr) return;
      mail->stage[index(kToClient)] = kData;
      if (command.last) return complete(*mail);
      break;
    case Verb::end_of_data:
      if (mail != nullptr) complete(*mail);
      return;
    case Verb::rset:
      if (code == 250 && mail != nullptr && !mail_goes_on) return complete(*mail);
      break;
    case Verb::quit:
      if (code == 221 && mail != nullptr && !mail_goes_on) return complete(*mail);
      break;
    case Verb::auth:
      auth_data_ = code == 334;
      break;
    default:
      break;
  }
  if (mail != nullptr) sink_->update(*mail, kToClient);
}

// ---- mails

Mail* SmtpSession::find(std::uint64_t id) noexcept {
  for (std::size_t i = 0; i < mail_count_; ++i)
    if (mails_[i]->id == id) return mails_[i];
  return nullptr;
}

void SmtpSession::complete_request(Mail& mail) noexcept {
  mail.request_done = true;
  mail.stage[index(kToServer)] = kComplete;
  sink_->update(mail, kToServer);
}

void SmtpSession::complete(Mail& mail) noexcept {
  if (&mail == current_) end_content(true);
  if (!mail.request_done) complete_request(mail);
  mail.stage[index(kToClient)] = kComplete;
  sink_->update(mail, kToClient);
  sink_->log(mail, kToServer);
  sink_->close(mail);
  const auto end = mails_.begin() + static_cast<std::ptrdiff_t>(mail_count_);
  const auto at = std::find(mails_.begin(), end, &mail);
  std::copy(at + 1, end, at);
  --mail_count_;
  if (current_ == &mail) current_ = nullptr;
  std::pmr::polymorphic_allocator<>{&memory_}.delete_object(&mail);
}

void SmtpSession::event(Event row, Direction direction, Transaction* tx) noexcept {
  if (tx == nullptr) tx = current_;
  const std::uint64_t bit = 1ull << row;
  if ((tx != nullptr ? tx->events : session_events_) & bit) return;
  if (tx == nullptr) session_events_ |= bit;
  sink_->event(tx, row, direction);
}

}  // namespace gatehouse::proto::smtp
