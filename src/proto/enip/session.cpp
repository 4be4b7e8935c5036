// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/enip/session.hpp"

#include <charconv>
#include <new>

#include "proto/enip/enip.hpp"
#include "proto/enip/names.hpp"

namespace gatehouse::proto::enip {
namespace {

constexpr std::uint8_t kComplete = 1;

constexpr bool is_answered(std::uint16_t command) noexcept {
  return command != command::nop && command != command::unregister_session && command != command::indicate_status &&
         command != command::cancel;
}

// Either end may be the one that asks, and a flow that is entered late may have its ends exchanged: where the message
// itself tells, it is believed.
bool is_response(Direction direction, const Message& m) noexcept {
  constexpr std::uint8_t kResponse = 0x80;
  if (!m.cip.empty()) return (m.cip[0] & kResponse) != 0;
  switch (m.header.command) {
    case command::list_services:
    case command::list_identity:
    case command::list_interfaces:
      return m.header.length != 0;
    case command::register_session:  // the answer brings the handle
      return m.header.session != 0 || m.header.status != 0;
    default:
      return direction == Direction::to_client;
  }
}

// CIP messages that are cut off or lead nowhere.
bool has_broken_cip(const Message& m) noexcept {
  if (m.cip.empty()) return false;
  CipMessages messages{m.cip};
  for (Cip cip; messages.next(cip);) {
    Path path{cip.path};
    for (Segment segment; path.next(segment);) {
    }
    if (!path.ok()) return true;
  }
  return messages.incomplete();
}

}  // namespace

bool plausible(const Header& header) noexcept {
  // CIP Volume 2, 2-3.6: "The options field ... shall be set to zero".
  return header.options == 0 && !name_of(kCommands, header.command).empty() &&
         !name_of(kStatuses, header.status).empty();
}

bool is_cyclic(Bytes datagram) noexcept {
  Cursor c{datagram};
  constexpr std::uint16_t kAddressLength = 8;
  if (c.le16() != 2 || c.le16() != item::sequenced_address || c.le16() != kAddressLength) return false;
  c.skip(kAddressLength);
  return c.le16() == item::connected_data && c.le16() == c.remaining() && c.ok();
}

// The first CIP message of the request says whether the response is the identity object's.
void EnipTransaction::learn_identity() noexcept {
  identity = response.identity;
  Cip asked, answered;
  CipMessages requests{request.cip};
  bool wanted = false;
  while (has_request && requests.next(asked))
    wanted =
        asked.service == service::get_attributes_all && asked.find(SegmentKind::object_class) == object_class::identity;
  if (!identity.present && wanted && read_cip(response.cip, answered) && answered.response && answered.status == 0 &&
      answered.service == service::get_attributes_all)
    identity = read_identity_attributes(answered.data);
  if (!identity.present) return;
  char* const end = revision.data() + revision.size();
  char* at = std::to_chars(revision.data(), end, identity.major).ptr;
  *at++ = '.';
  revision_size = static_cast<std::size_t>(std::to_chars(at, end, identity.minor).ptr - revision.data());
  for (unsigned i = 0; i < 8; ++i) serial[i] = "0123456789abcdef"[identity.serial >> (28 - 4 * i) & 0xf];
}

EnipSession::~EnipSession() {
  while (oldest_ != nullptr) {
    EnipTransaction* const tx = oldest_;
    oldest_ = tx->next;
    std::pmr::polymorphic_allocator<>{memory_}.delete_object(tx);
  }
}

Progress EnipSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  try {
    return read(direction, bytes, sink);
  } catch (const std::bad_alloc&) {
    return Progress::finished();
  }
}

Progress EnipSession::read(Direction direction, Bytes bytes, Sink& sink) {
  // Nothing of cyclic data is read, and all that follows is alike.
  if (datagrams_ && is_cyclic(bytes)) return Progress::finished(bytes.size());
  std::size_t at = 0;
  while (at < bytes.size()) {
    Cursor c{bytes.subspan(at)};
    const Header header{c};
    if (!c.ok() && !datagrams_) return Progress::need_more(at);
    const bool sound = c.ok() && plausible(header);
    if (lost_[index(direction)] && !sound) return Progress::ok(bytes.size());
    const std::size_t size = kHeader + header.length;
    if (sound && !datagrams_ && size > bytes.size() - at) return Progress::need_more(at);
    if (!sound || size > bytes.size() - at) {
      sink.event(nullptr, event::invalid_pdu, direction);
      return datagrams_ ? Progress::ok(bytes.size()) : Progress::malformed();
    }
    lost_[index(direction)] = false;
    const Bytes whole = bytes.subspan(at, size);
    is_response(direction, read_message(whole)) ? response(direction, whole, sink) : request(direction, whole, sink);
    at += size;
  }
  return Progress::ok(at);
}

// The next bytes are believed where they begin like a message.
bool EnipSession::gap(Direction direction, std::uint64_t, Sink&) noexcept {
  lost_[index(direction)] = true;
  return true;
}

void EnipSession::end(Direction direction, Sink& sink) noexcept {
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  while (oldest_ != nullptr) {
    EnipTransaction* const tx = oldest_;
    oldest_ = tx->next;
    finish(tx, sink);
  }
  newest_ = nullptr;
  waiting_ = 0;
}

EnipTransaction* EnipSession::open() {
  auto* const tx = std::pmr::polymorphic_allocator<>{memory_}.new_object<EnipTransaction>();
  tx->protocol = &protocol;
  tx->id = transactions_++;
  return tx;
}

void EnipSession::request(Direction direction, Bytes whole, Sink& sink) {
  make_room(sink);
  EnipTransaction* const tx = open();
  tx->request = read_message(whole);
  tx->has_request = true;
  if (tx->request.invalid || has_broken_cip(tx->request)) sink.event(tx, event::invalid_pdu, direction);
  tx->stage[index(Direction::to_server)] = kComplete;
  sink.update(*tx, Direction::to_server);
  if (!is_answered(tx->request.header.command)) return finish(tx, sink);
  tx->keep(whole);
  (newest_ == nullptr ? oldest_ : newest_->next) = tx;
  newest_ = tx;
  ++waiting_;
}

void EnipSession::response(Direction direction, Bytes whole, Sink& sink) {
  const Message message = read_message(whole);
  EnipTransaction* tx = take(message);
  if (tx == nullptr) tx = open();
  tx->response = message;
  tx->has_response = true;
  tx->learn_identity();
  if (message.invalid || has_broken_cip(message)) sink.event(tx, event::invalid_pdu, direction);
  tx->stage[index(Direction::to_client)] = kComplete;
  sink.update(*tx, Direction::to_client);
  finish(tx, sink);
}

void EnipSession::finish(EnipTransaction* tx, Sink& sink) noexcept {
  sink.log(*tx, Direction::to_server);
  sink.close(*tx);
  std::pmr::polymorphic_allocator<>{memory_}.delete_object(tx);
}

void EnipSession::make_room(Sink& sink) noexcept {
  if (waiting_ < kMaxWaiting) return;
  EnipTransaction* const tx = oldest_;
  oldest_ = tx->next;
  if (oldest_ == nullptr) newest_ = nullptr;
  --waiting_;
  sink.event(tx, event::too_many_transactions, Direction::to_server);
  finish(tx, sink);
}

// CIP Volume 2, 2-3.5: the sender's context comes back. On connections it is the sequence number that does.
EnipTransaction* EnipSession::take(const Message& response) noexcept {
  EnipTransaction* before = nullptr;
  for (EnipTransaction* tx = oldest_; tx != nullptr; before = tx, tx = tx->next) {
    const Message& asked = tx->request;
    if (asked.header.command != response.header.command || asked.has_sequence != response.has_sequence) continue;
    if (asked.has_sequence ? asked.sequence != response.sequence : asked.header.context != response.header.context)
      continue;
    (before == nullptr ? oldest_ : before->next) = tx->next;
    if (newest_ == tx) newest_ = before;
    tx->next = nullptr;
    --waiting_;
    return tx;
  }
  return nullptr;
}

}  // namespace gatehouse::proto::enip
