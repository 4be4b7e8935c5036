// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/modbus/session.hpp"

#include <new>

#include "proto/modbus/functions.hpp"
#include "proto/modbus/modbus.hpp"

namespace gatehouse::proto::modbus {
namespace {

constexpr std::uint8_t kComplete = 1;
constexpr std::uint16_t kShortest = 2;  // unit and function

constexpr bool possible(const Header& header) noexcept {
  return header.length >= kShortest && header.length <= kLongestOfAny;
}

}  // namespace

ModbusSession::~ModbusSession() {
  while (oldest_ != nullptr) {
    ModbusTransaction* const tx = oldest_;
    oldest_ = tx->next;
    std::pmr::polymorphic_allocator<>{memory_}.delete_object(tx);
  }
}

Progress ModbusSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  try {
    return read(direction, bytes, sink);
  } catch (const std::bad_alloc&) {
    return Progress::finished();
  }
}

Progress ModbusSession::read(Direction direction, Bytes bytes, Sink& sink) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    Cursor c{bytes.subspan(at)};
    const Header header{c};
    const std::size_t size = kBeforeUnit + header.length;
    const bool whole = c.ok() && size <= bytes.size() - at;
    if (!whole && !datagrams_ && (!c.ok() || possible(header))) return Progress::need_more(at);
    if (lost_[index(direction)] && (header.protocol != 0 || !possible(header))) return Progress::ok(bytes.size());
    if (!whole || !possible(header)) {
      sink.event(nullptr, event::invalid_length, direction);
      return datagrams_ ? Progress::ok(bytes.size()) : Progress::malformed();
    }
    lost_[index(direction)] = false;
    const Bytes message = bytes.subspan(at, size);
    role_of(direction, message) == Direction::to_server ? request(direction, message, sink)
                                                        : response(direction, message, sink);
    at += size;
  }
  return Progress::ok(at);
}

// Nothing in a header tells requests from responses, but few messages are sound as both.
Direction ModbusSession::role_of(Direction direction, Bytes whole) noexcept {
  if (!decided_) {
    const bool as_expected = read_message(direction, whole).faults == 0;
    const bool as_other = read_message(opposite(direction), whole).faults == 0;
    decided_ = as_expected != as_other;
    reversed_ = decided_ && as_other;
  }
  return reversed_ ? opposite(direction) : direction;
}

// Messages are mostly a segment each: the next bytes are believed where they begin like one.
bool ModbusSession::gap(Direction direction, std::uint64_t, Sink&) noexcept {
  lost_[index(direction)] = true;
  return true;
}

void ModbusSession::end(Direction direction, Sink& sink) noexcept {
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  while (oldest_ != nullptr) {
    ModbusTransaction* const tx = oldest_;
    oldest_ = tx->next;
    finish(tx, sink);
  }
  newest_ = nullptr;
  waiting_ = 0;
}

void ModbusSession::request(Direction direction, Bytes whole, Sink& sink) {
  make_room(sink);
  auto* const tx = std::pmr::polymorphic_allocator<>{memory_}.new_object<ModbusTransaction>();
  tx->protocol = &protocol;
  tx->id = transactions_++;
  tx->request = read_message(Direction::to_server, whole);
  tx->has_request = true;
  tell_faults(*tx, tx->request, direction, sink);
  tx->stage[index(Direction::to_server)] = kComplete;
  sink.update(*tx, Direction::to_server);
  tx->keep(whole);
  (newest_ == nullptr ? oldest_ : newest_->next) = tx;
  newest_ = tx;
  ++waiting_;
}

void ModbusSession::response(Direction direction, Bytes whole, Sink& sink) {
  const Message message = read_message(Direction::to_client, whole);
  ModbusTransaction* tx = take(message);
  if (tx == nullptr) {
    tx = std::pmr::polymorphic_allocator<>{memory_}.new_object<ModbusTransaction>();
    tx->protocol = &protocol;
    tx->id = transactions_++;
    sink.event(tx, event::unsolicited_response, direction);
  }
  tx->response = message;
  tx->has_response = true;
  // A response that is whole but not what was asked for tells more than where it goes wrong.
  const Function* function = find_function(message.function());
  const bool moves_data = function != nullptr && function->touches != 0 && !message.is_exception();
  const bool wrong = (message.faults & (fault::data_value | fault::data_length)) != 0 ||
                     (tx->has_request && !agrees(tx->request, message));
  if (moves_data && wrong)
    sink.event(tx, event::value_mismatch, direction);
  else
    tell_faults(*tx, message, direction, sink);
  tx->stage[index(Direction::to_client)] = kComplete;
  sink.update(*tx, Direction::to_client);
  finish(tx, sink);
}

void ModbusSession::tell_faults(ModbusTransaction& tx, const Message& message, Direction direction,
                                Sink& sink) noexcept {
  struct Row {
    std::uint8_t fault, event;
  };
  constexpr std::array kRows{
      Row{fault::protocol_id, event::invalid_protocol_id},
      Row{fault::function_code, event::invalid_function_code},
      Row{fault::data_length, event::invalid_length},
      Row{fault::data_value, event::invalid_value},
      Row{fault::exception_code, event::invalid_exception_code},
  };
  for (const Row& row : kRows)
    if ((message.faults & row.fault) != 0) sink.event(&tx, row.event, direction);
}

void ModbusSession::finish(ModbusTransaction* tx, Sink& sink) noexcept {
  sink.log(*tx, Direction::to_server);
  sink.close(*tx);
  std::pmr::polymorphic_allocator<>{memory_}.delete_object(tx);
}

void ModbusSession::make_room(Sink& sink) noexcept {
  if (waiting_ < kMaxWaiting) return;
  ModbusTransaction* const tx = oldest_;
  oldest_ = tx->next;
  if (oldest_ == nullptr) newest_ = nullptr;
  --waiting_;
  sink.event(tx, event::flooded, Direction::to_server);
  finish(tx, sink);
}

// The request that `response` answers, out of the list. Several may be in flight, and answers overtake each other.
ModbusTransaction* ModbusSession::take(const Message& response) noexcept {
  ModbusTransaction* before = nullptr;
  for (ModbusTransaction* tx = oldest_; tx != nullptr; before = tx, tx = tx->next) {
    const Message& asked = tx->request;
    if (asked.header.transaction != response.header.transaction || asked.header.unit != response.header.unit ||
        asked.function() != response.function())
      continue;
    (before == nullptr ? oldest_ : before->next) = tx->next;
    if (newest_ == tx) newest_ = before;
    tx->next = nullptr;
    --waiting_;
    return tx;
  }
  return nullptr;
}

}  // namespace gatehouse::proto::modbus
