// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/arp/arp.hpp"

#include <array>

#include "base/cursor.hpp"
#include "base/ip.hpp"

namespace gatehouse::proto::arp {
namespace {

constexpr std::uint16_t kEtherType = 0x0806;
constexpr std::uint16_t kEthernet = 1, kIpv4 = 0x0800;
constexpr std::uint8_t kMacSize = 6, kIpv4Size = 4;

constexpr std::array kOperations{
    NamedNumber{1, "request"},       NamedNumber{2, "reply"},         NamedNumber{3, "request_reverse"},
    NamedNumber{4, "reply_reverse"}, NamedNumber{5, "drarp_request"}, NamedNumber{6, "drarp_reply"},
    NamedNumber{7, "drarp_error"},   NamedNumber{8, "inarp_request"}, NamedNumber{9, "inarp_reply"},
    NamedNumber{10, "arp_nak"},
};

// RFC 826, Packet format: hardware and protocol spaces, their sizes, the operation, then both ends' addresses.
struct Message : Transaction {
  std::uint16_t hardware{}, network{};
  std::uint8_t hardware_size{}, network_size{};
  std::uint16_t operation{};
  Bytes sender_mac{}, sender_ip{}, target_mac{}, target_ip{};

  explicit Message(Cursor& c) noexcept
      : hardware{c.u16()},
        network{c.u16()},
        hardware_size{c.u8()},
        network_size{c.u8()},
        operation{c.u16()},
        sender_mac{c.take(hardware_size)},
        sender_ip{c.take(network_size)},
        target_mac{c.take(hardware_size)},
        target_ip{c.take(network_size)} {
    protocol = &arp::protocol;
  }

  // Others are events of the decoder already.
  bool readable() const noexcept {
    return hardware == kEthernet && network == kIpv4 && hardware_size == kMacSize && network_size == kIpv4Size;
  }
};

const Message& message_of(const Transaction& tx) noexcept {
  return static_cast<const Message&>(tx);
}

template <Bytes Message::* member>
FieldValue bytes_of(const Transaction& tx, unsigned) {
  return FieldValue::of(message_of(tx).*member);
}

using enum FieldType;

constexpr std::array kFields{
    FieldSpec{"arp.opcode", number, FieldDirection::both, 0, "what the message does",
              [](const Transaction& tx, unsigned) { return FieldValue::of_number(message_of(tx).operation); },
              FieldRole::plain, kOperations},
    FieldSpec{"arp.src_mac", bytes, FieldDirection::both, 0, "the sender's hardware address, six bytes",
              bytes_of<&Message::sender_mac>},
    FieldSpec{"arp.src_ip", bytes, FieldDirection::both, 0, "the sender's network address, four bytes",
              bytes_of<&Message::sender_ip>},
    FieldSpec{"arp.dest_mac", bytes, FieldDirection::both, 0, "the hardware address that is sought or answered",
              bytes_of<&Message::target_mac>},
    FieldSpec{"arp.dest_ip", bytes, FieldDirection::both, 0, "the network address that is sought or answered",
              bytes_of<&Message::target_ip>},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Message& m = message_of(tx);
  const auto address = [&](std::string_view key, Bytes four) {
    std::array<char, kIpText> text;
    json.member(key, format_ip(IpAddress::v4(four.data()), text.data()));
  };
  json.open_object("arp");
  json.member("hw_type", "ethernet");
  json.member("proto_type", "ipv4");
  const std::string_view operation = name_of(kOperations, m.operation);
  json.member("opcode", operation.empty() ? "unknown" : operation);
  json.member_hex("src_mac", m.sender_mac, ":");
  address("src_ip", m.sender_ip);
  json.member_hex("dest_mac", m.target_mac, ":");
  address("dest_ip", m.target_ip);
  json.close_object();
}

class ArpSession final : public Session {
 public:
  explicit ArpSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    Cursor cursor{bytes};
    Message message{cursor};
    if (!cursor.ok() || !message.readable()) return Progress::malformed();
    sink.update(message, direction);
    sink.log(message, direction);
    sink.close(message);
    return Progress::ok(bytes.size());
  }
};

constexpr std::array<std::string_view, 2> kStages{"request_started", "request_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "arp",
    .about = "Address Resolution Protocol: who has which address on the link",
    .ndpi_name = "",
    .log_type = "arp",
    .transports = {.ethernet = kEtherType},
    .detector = {},
    .create = create_session<ArpSession>,
    .destroy = destroy_session<ArpSession>,
    .log = log,
    .stages = {kStages, kStages},
    .fields = kFields,
    .events = {},
};

}  // namespace gatehouse::proto::arp
