// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dhcp/dhcp.hpp"

#include "proto/dhcp/transaction.hpp"

namespace gatehouse::proto::dhcp {
namespace {

constexpr std::uint8_t kComplete = 1;

constexpr std::array kEvents{
    EventSpec{"malformed_options", "an option has a length that its kind cannot have"},
    EventSpec{"truncated_options", "the options have no end, or one is longer than what is there"},
    EventSpec{"too_many_options", "a message has more options than are read"},
};

class DhcpSession final : public Session {
 public:
  explicit DhcpSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes datagram, Sink& sink) noexcept override {
    DhcpTransaction tx;
    if (!tx.message.parse(datagram)) return Progress::malformed();
    tx.protocol = &protocol;
    tx.id = messages_++;
    tx.describe();
    if (tx.message.malformed_options) sink.event(&tx, event::malformed_options, direction);
    if (tx.message.truncated_options) sink.event(&tx, event::truncated_options, direction);
    if (tx.message.too_many_options) sink.event(&tx, event::too_many_options, direction);
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
    return Progress::ok(datagram.size());
  }

 private:
  std::uint64_t messages_ = 0;
};

// The cookie behind 236 bytes of BOOTP, of which the first four can only be what they are in any message.
Probe probe(Direction, Bytes datagram, std::uint16_t) {
  Cursor c{datagram};
  const Header header{c};
  return c.ok() && header.plausible() && header.hops <= 16 ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "dhcp",
    .about = "Dynamic Host Configuration Protocol",
    .ndpi_name = "DHCP",
    .log_type = "dhcp",
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("\x01\x02"), FirstBytes::of("\x01\x02")}},
    .create = create_session<DhcpSession>,
    .destroy = destroy_session<DhcpSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::dhcp
