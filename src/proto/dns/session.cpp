// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dns/session.hpp"

#include "proto/dns/dns.hpp"
#include "proto/dns/probe.hpp"
#include "proto/dns/types.hpp"

namespace gatehouse::proto::dns {
namespace {

constexpr std::uint8_t kComplete = 1;

// A transaction in the session's memory for as long as one message is looked at.
class Scratch {
 public:
  explicit Scratch(Memory& memory) : allocator_(&memory), tx_(allocator_.new_object<DnsTransaction>(memory)) {}
  ~Scratch() { allocator_.delete_object(tx_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  DnsTransaction& operator*() noexcept { return *tx_; }

 private:
  std::pmr::polymorphic_allocator<> allocator_;
  DnsTransaction* tx_;
};

}  // namespace

DnsSession::DnsSession(Memory& memory, bool datagrams) noexcept
    : memory_(&memory), protocol_(&protocol), datagrams_(datagrams) {}

Progress DnsSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  if (!datagrams_) return parse_stream(direction, bytes, sink);
  return parse_message(direction, bytes, sink) ? Progress::ok(bytes.size()) : Progress::malformed();
}

Progress DnsSession::parse_stream(Direction direction, Bytes bytes, Sink& sink) noexcept {
  if (lost_[index(direction)]) {
    const Probe found = probe_stream(direction, bytes, 0);
    if (found == Probe::need_more) return Progress::need_more(0);
    if (found == Probe::no) return Progress::ok(bytes.size());
    lost_[index(direction)] = false;
  }
  Cursor c{bytes};
  while (!c.empty()) {
    const std::size_t start = c.position();
    const Bytes message = c.take(c.u16());
    if (!c.ok()) return Progress::need_more(start);
    if (message.empty()) continue;
    if (!parse_message(direction, message, sink)) return Progress::malformed();
  }
  return Progress::ok(bytes.size());
}

bool DnsSession::gap(Direction direction, std::uint64_t, Sink&) noexcept {
  lost_[index(direction)] = true;
  return true;
}

// By the message itself where the flow's ends may have been taken the wrong way round: a capture that begins with a
// response. What travels the right way is never taken for the other.
Direction DnsSession::role_of(Direction direction, bool response) noexcept {
  const bool as_expected = response == (direction == Direction::to_client);
  if (!as_expected && !any_) reversed_ = true;
  return !as_expected && reversed_ ? opposite(direction) : direction;
}

bool DnsSession::parse_message(Direction direction, Bytes bytes, Sink& sink) noexcept {
  Scratch scratch{*memory_};
  DnsTransaction& tx = *scratch;
  tx.protocol = protocol_;
  tx.id = messages_;
  if (!tx.message.parse(bytes)) {
    // Over UDP a header that cannot be DNS is another protocol's datagram, and no fault of this one.
    const bool foreign = datagrams_ && (bytes.size() < kHeaderSize || !tx.message.header.fits(bytes.size()));
    if (!foreign) tell_fault(tx, event::malformed_data, direction, sink);
    return false;
  }
  const bool response = tx.message.header.is_response();
  const Direction role = multicast_ ? direction : role_of(direction, response);
  any_ = true;
  tx.from_client = multicast_ ? !response : role == Direction::to_server;
  if (tx.from_client && response) {
    tell_fault(tx, event::not_request, direction, sink);
    return datagrams_;
  }
  ++messages_;
  tell(tx, direction, role, sink);
  return true;
}

// What is wrong, without the message: it is not one that the receiver would take.
void DnsSession::tell_fault(DnsTransaction& tx, std::uint8_t event, Direction direction, Sink& sink) noexcept {
  if (tx.id > 0) --tx.id;  // no message of its own: the log points at the one before
  tx.message.clear();
  tx.from_client = direction == Direction::to_server;
  tx.texts.prepare(tx.message);
  tx.stage[index(direction)] = kComplete;
  sink.event(&tx, event, direction);
  sink.update(tx, direction);
  sink.close(tx);
}

void DnsSession::tell(DnsTransaction& tx, Direction direction, Direction role, Sink& sink) noexcept {
  const Message& message = tx.message;
  const auto raise = [&](bool happened, std::uint8_t event) {
    if (happened) sink.event(&tx, event, direction);
  };
  tx.texts.prepare(message);
  raise(message.invalid_additionals, event::invalid_additionals);
  raise(message.invalid_authorities, event::invalid_authorities);
  raise(!tx.from_client && !message.header.is_response(), event::not_response);
  raise(message.header.z(), event::z_flag_set);
  raise(message.header.opcode() >= opcode::first_unassigned, event::invalid_opcode);
  raise((message.name_flags & name_flag::truncated) != 0, event::name_too_long);
  raise((message.name_flags & name_flag::infinite_loop) != 0, event::infinite_loop);
  raise((message.name_flags & name_flag::too_many_labels) != 0, event::too_many_labels);
  raise(message.too_many_records, event::too_many_records);
  tx.stage[index(role)] = kComplete;
  sink.update(tx, role);
  if (!protocol_->log_type.empty()) sink.log(tx, direction);
  sink.close(tx);
}

}  // namespace gatehouse::proto::dns
