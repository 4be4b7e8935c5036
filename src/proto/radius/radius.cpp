// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/radius/radius.hpp"

#include <algorithm>
#include <new>

#include "proto/radius/fields.hpp"
#include "proto/radius/transaction.hpp"

namespace gatehouse::proto::radius {
namespace {

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;
constexpr std::uint8_t kComplete = 1;
constexpr unsigned kMaxTransactions = 64;  // requests that wait; an access point has some dozen on their way

enum Event : std::uint8_t { malformed_data, response_without_request, too_many_transactions };
constexpr std::array kEvents{
    EventSpec{"malformed_data", "a datagram that is no packet, or one from the wrong end"},
    EventSpec{"response_without_request", "a response to nothing that was asked"},
    EventSpec{"too_many_transactions", "more requests wait for an answer than are kept; the oldest was given up"},
};

class RadiusSession final : public Session {
 public:
  explicit RadiusSession(Memory& memory) noexcept : memory_(&memory) {}
  ~RadiusSession() override {
    while (oldest_ != nullptr) destroy(take(oldest_));
  }

  // What cannot be read does not end the session: the next datagram may be sound.
  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    Message message;
    if (!read(bytes, message) || is_request(message.code) != (direction == kToServer)) {
      if (!told_malformed_) sink.event(nullptr, malformed_data, direction);
      told_malformed_ = true;
      return Progress::ok(bytes.size());
    }
    try {
      if (direction == kToServer)
        request(message, bytes, sink);
      else
        response(message, sink);
    } catch (const std::bad_alloc&) {
      return Progress::malformed();
    }
    return Progress::ok(bytes.size());
  }

  void end(Direction direction, Sink& sink) noexcept override {
    ended_[index(direction)] = true;
    while (ended_[0] && ended_[1] && oldest_ != nullptr) finish(take(oldest_), sink);
  }

 private:
  void request(const Message& message, Bytes bytes, Sink& sink) {
    if (RadiusTransaction* const before = find(message.identifier); before != nullptr) {
      // RFC 2865, 2.5: a request that is sent again is the same to the octet; the identifier of one that was given up
      // may be used for another.
      if (std::ranges::equal(before->request()->authenticator, message.authenticator)) return;
      finish(take(before), sink);
    }
    if (waiting_ == kMaxTransactions) {
      sink.event(oldest_, too_many_transactions, kToServer);
      sink.update(*oldest_, kToServer);
      finish(take(oldest_), sink);
    }
    RadiusTransaction* const tx = open();
    (newest_ == nullptr ? oldest_ : newest_->next) = tx;
    newest_ = tx;
    ++waiting_;
    tx->set_request(bytes);
    tx->stage[index(kToServer)] = kComplete;
    sink.update(*tx, kToServer);
  }

  void response(const Message& message, Sink& sink) {
    RadiusTransaction* tx = find(message.identifier);
    const bool asked = tx != nullptr;
    tx = asked ? take(tx) : open();
    tx->set_response(message);
    tx->stage[index(kToClient)] = kComplete;
    if (!asked) sink.event(tx, response_without_request, kToClient);
    sink.update(*tx, kToClient);
    finish(tx, sink);
  }

  RadiusTransaction* open() {
    auto* const tx = std::pmr::polymorphic_allocator<>{memory_}.new_object<RadiusTransaction>(*memory_);
    tx->protocol = &protocol;
    tx->id = transactions_++;
    return tx;
  }
  RadiusTransaction* find(std::uint8_t identifier) noexcept {
    for (RadiusTransaction* tx = oldest_; tx != nullptr; tx = tx->next)
      if (tx->request() != nullptr && tx->request()->identifier == identifier) return tx;
    return nullptr;
  }
  // Out of the list.
  RadiusTransaction* take(RadiusTransaction* tx) noexcept {
    RadiusTransaction* before = nullptr;
    for (RadiusTransaction* at = oldest_; at != tx; at = at->next) before = at;
    (before == nullptr ? oldest_ : before->next) = tx->next;
    if (newest_ == tx) newest_ = before;
    --waiting_;
    return tx;
  }
  void finish(RadiusTransaction* tx, Sink& sink) noexcept {
    sink.log(*tx, kToServer);
    sink.close(*tx);
    destroy(tx);
  }
  void destroy(RadiusTransaction* tx) noexcept { std::pmr::polymorphic_allocator<>{memory_}.delete_object(tx); }

  Memory* memory_;
  RadiusTransaction* oldest_ = nullptr;
  RadiusTransaction* newest_ = nullptr;
  unsigned waiting_ = 0;
  std::uint64_t transactions_ = 0;
  bool told_malformed_ = false;
  std::array<bool, 2> ended_{};
};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
constexpr FirstBytes codes(bool requests) {
  return requests ? FirstBytes::of("\x01\x04\x0c\x0d\x28\x2b") : FirstBytes::of("\x02\x03\x05\x0b\x29\x2a\x2c\x2d");
}

}  // namespace

// Lengths that add up, attributes of the sizes that their types have, and in a request what every one has: who asks
// (RFC 2865, 5.44: NAS-IP-Address or NAS-Identifier), for whom, or a seal (RFC 5997, 3).
Probe probe(Direction direction, Bytes datagram, std::uint16_t server_port) {
  Message message;
  if (!read(datagram, message) || is_request(message.code) != (direction == kToServer)) return Probe::no;
  if (datagram.size() != kHeader + message.attributes.size()) return Probe::no;
  if (direction == kToServer) {
    constexpr std::array<std::uint8_t, 6> telling{
        attribute::user_name,        attribute::nas_ip_address,        attribute::nas_identifier,
        attribute::acct_status_type, attribute::message_authenticator, attribute::nas_ipv6_address};
    return std::ranges::any_of(telling, [&](std::uint8_t type) { return message.has(type); }) ? Probe::yes : Probe::no;
  }
  // A bare response is too weak to be known by itself.
  constexpr std::array<std::uint16_t, 5> ports{1812, 1813, 1645, 1646, 3799};
  return !message.attributes.empty() || std::ranges::find(ports, server_port) != ports.end() ? Probe::yes : Probe::no;
}

constinit const ProtocolSpec protocol{
    .name = "radius",
    .about = "RADIUS: who may come into the network",
    .ndpi_name = "Radius",
    .log_type = "radius",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {codes(true), codes(false)}},
    .create = create_session<RadiusSession>,
    .destroy = destroy_session<RadiusSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::radius
