// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ldap/session.hpp"

#include <algorithm>
#include <new>

#include "proto/ldap/filter.hpp"
#include "proto/ldap/ldap.hpp"

namespace gatehouse::proto::ldap {
namespace {

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;
constexpr std::uint8_t kComplete = 1;
constexpr std::string_view kStartTls = "1.3.6.1.4.1.1466.20037";  // RFC 4511, 4.14.1

// Mechanisms that only authenticate; all others may protect what follows (RFC 4422, 3.7).
bool has_no_layer(Bytes mechanism) noexcept {
  constexpr std::array<std::string_view, 4> names{"PLAIN", "EXTERNAL", "ANONYMOUS", "CRAM-MD5"};
  return std::ranges::any_of(names, [&](std::string_view name) { return equals_nocase(as_text(mechanism), name); }) ||
         starts_with_nocase(as_text(mechanism), "SCRAM-");
}

}  // namespace

LdapSession::~LdapSession() {
  while (oldest_ != nullptr) {
    LdapTransaction* const tx = oldest_;
    oldest_ = tx->next;
    std::pmr::polymorphic_allocator<>{memory_}.delete_object(tx);
  }
}

Progress LdapSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  std::size_t used = 0;
  try {
    if (lost_[index(direction)] && !resume(direction, bytes)) return Progress::ok(bytes.size());
    while (used < bytes.size()) {
      switch (next_message(direction, bytes.subspan(used), used, sink)) {
        case Next::go_on:
          break;
        case Next::need_more:
          if (!datagrams_) return Progress::need_more(used);
          invalid(direction, sink);
          return Progress::ok(bytes.size());
        case Next::malformed:
          invalid(direction, sink);
          return datagrams_ ? Progress::ok(bytes.size()) : Progress::malformed();
        case Next::sealed:
          finish_all(sink);
          return Progress::finished(used);
        case Next::tls:
          finish_all(sink);
          sink.change_protocol("tls");
          return Progress::ok(used);
      }
    }
  } catch (const std::bad_alloc&) {
    return Progress::malformed();
  }
  return Progress::ok(used);
}

LdapSession::Next LdapSession::next_message(Direction direction, Bytes bytes, std::size_t& used, Sink& sink) {
  std::uint64_t& skip = skip_[index(direction)];
  if (skip > 0) {
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(skip, bytes.size()));
    skip -= step, used += step;
    return Next::go_on;
  }
  Head head;
  switch (read_head(bytes, head)) {
    case Outcome::need_more:
      return Next::need_more;
    case Outcome::malformed:
      // RFC 4422, 3.7: protected data comes in buffers behind four octets of length.
      return may_seal_ && bytes[0] == 0 ? Next::sealed : Next::malformed;
    case Outcome::ok:
      break;
  }
  Message message;
  Bytes whole = bytes;
  if (head.size > kMaxMessage && !datagrams_) {
    if (head.size > kMaxSkipped) return Next::malformed;
    message.id = head.id;
    message.operation = head.operation;
    whole = {};
    skip = head.size;
    sink.event(nullptr, event::message_too_long, direction);
  } else {
    if (head.size > bytes.size()) return Next::need_more;
    whole = bytes.first(head.size);
    used += head.size;
    if (!read(whole, message)) {  // its end is known: the next one may be sound
      invalid(direction, sink);
      return Next::go_on;
    }
  }
  if (message.of_client() != (direction == kToServer)) {
    invalid(direction, sink);
    return Next::go_on;
  }
  if (direction == kToServer) {
    request(message, whole, sink);
    return Next::go_on;
  }
  return response(message, whole, sink) ? Next::tls : Next::go_on;
}

void LdapSession::request(const Message& message, Bytes bytes, Sink& sink) {
  if (message.operation == Operation::abandon_request) {
    // RFC 4511, 4.11: no answer comes any more, neither to this nor to what it names.
    if (LdapTransaction* const abandoned = find(message.abandoned); abandoned != nullptr) {
      take_out(abandoned);
      finish(abandoned, sink);
    }
  }
  make_room(sink);
  LdapTransaction* const tx = open();
  tx->set_request(message, bytes);
  tx->stage[index(kToServer)] = kComplete;
  if (!message.filter.empty() && write_filter(message.filter, tx->filter) == FilterEnd::too_deep)
    sink.event(tx, event::filter_too_deep, kToServer);
  sink.update(*tx, kToServer);
  if (message.operation == Operation::unbind_request || message.operation == Operation::abandon_request)
    return finish(tx, sink);
  (newest_ == nullptr ? oldest_ : newest_->next) = tx;
  newest_ = tx;
  ++waiting_;
  kept_ += tx->kept_size();
}

// True: what follows is TLS.
bool LdapSession::response(const Message& message, Bytes bytes, Sink& sink) {
  LdapTransaction* tx = find(message.id);
  if (tx == nullptr) {
    tx = open();
    tx->add_response(message, bytes);
    tx->stage[index(kToClient)] = kComplete;
    // 4.4: an unsolicited notification is an extended response whose message identifier is 0.
    const bool unsolicited = message.id == 0 && message.operation == Operation::extended_response;
    if (!unsolicited && !gaps_) sink.event(tx, event::request_not_found, kToClient);
    sink.update(*tx, kToClient);
    finish(tx, sink);
    return false;
  }
  kept_ -= tx->kept_size();
  const bool added = tx->add_response(message, bytes);
  kept_ += tx->kept_size();
  const auto once = [&](std::uint8_t row) {
    if ((tx->events >> row & 1) == 0) sink.event(tx, row, kToClient);
  };
  if (tx->response_count() > kMaxResponses) once(event::too_many_responses);
  if (!added && tx->response_count() <= kMaxResponses) once(event::responses_not_kept);
  if (!message.is_last_answer()) return false;  // all are looked at together, once
  tx->stage[index(kToClient)] = kComplete;
  const bool success = message.has_result && message.result_code == 0;
  if (success && message.operation == Operation::bind_response) bound(*tx);
  sink.update(*tx, kToClient);
  const Message& asked = *tx->request();
  const bool tls = success && message.operation == Operation::extended_response && !datagrams_ &&
                   asked.operation == Operation::extended_request && as_text(asked.name) == kStartTls;
  take_out(tx);
  finish(tx, sink);
  return tls;
}

void LdapSession::bound(const LdapTransaction& tx) {
  const Message& asked = *tx.request();
  if (asked.operation != Operation::bind_request) return;
  bound_dn_.assign(as_text(asked.dn.first(std::min(asked.dn.size(), kMaxName))));
  may_seal_ = may_seal_ || (asked.has_sasl && !has_no_layer(asked.mechanism));
}

void LdapSession::invalid(Direction direction, Sink& sink) noexcept {
  if (!told_invalid_) sink.event(nullptr, event::invalid_data, direction);
  told_invalid_ = true;
}

bool LdapSession::gap(Direction direction, std::uint64_t missing, Sink&) noexcept {
  gaps_ = true;
  std::uint64_t& skip = skip_[index(direction)];
  if (missing <= skip) {
    skip -= missing;
  } else {
    skip = 0;
    lost_[index(direction)] = true;
  }
  return true;
}

// Behind a gap: a packet may begin with a message.
bool LdapSession::resume(Direction direction, Bytes bytes) noexcept {
  if (ldap::probe(direction, bytes, 0) != Probe::yes) return false;
  lost_[index(direction)] = false;
  return true;
}

void LdapSession::end(Direction direction, Sink& sink) noexcept {
  ended_[index(direction)] = true;
  if (ended_[0] && ended_[1]) finish_all(sink);
}

// ---- transactions

LdapTransaction* LdapSession::open() {
  auto* const tx = std::pmr::polymorphic_allocator<>{memory_}.new_object<LdapTransaction>(*memory_, bound_dn_);
  tx->protocol = &protocol;
  tx->id = transactions_++;
  return tx;
}

// The newest: an identifier may be used again (RFC 4511, 4.1.1.1).
LdapTransaction* LdapSession::find(std::int64_t id) noexcept {
  LdapTransaction* found = nullptr;
  for (LdapTransaction* tx = oldest_; tx != nullptr; tx = tx->next)
    if (tx->answers(id)) found = tx;
  return found;
}

void LdapSession::make_room(Sink& sink) noexcept {
  while (oldest_ != nullptr && (waiting_ >= kMaxTransactions || kept_ >= kMaxKept)) {
    LdapTransaction* const tx = oldest_;
    take_out(tx);
    sink.event(tx, event::too_many_transactions, kToServer);
    sink.update(*tx, kToServer);
    finish(tx, sink);
  }
}

void LdapSession::take_out(LdapTransaction* tx) noexcept {
  LdapTransaction* before = nullptr;
  for (LdapTransaction* at = oldest_; at != tx; at = at->next) before = at;
  (before == nullptr ? oldest_ : before->next) = tx->next;
  if (newest_ == tx) newest_ = before;
  --waiting_;
  kept_ -= tx->kept_size();
}

void LdapSession::finish_all(Sink& sink) noexcept {
  while (oldest_ != nullptr) {
    LdapTransaction* const tx = oldest_;
    take_out(tx);
    finish(tx, sink);
  }
}

void LdapSession::finish(LdapTransaction* tx, Sink& sink) noexcept {
  sink.log(*tx, kToServer);
  sink.close(*tx);
  std::pmr::polymorphic_allocator<>{memory_}.delete_object(tx);
}

}  // namespace gatehouse::proto::ldap
