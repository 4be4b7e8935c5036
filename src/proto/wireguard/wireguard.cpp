// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/wireguard/wireguard.hpp"

#include "proto/wireguard/message.hpp"

namespace gatehouse::proto::wireguard {
namespace {

constexpr std::uint8_t kComplete = 1;
// Handshake messages of a session that are read: each end repeats its own every five seconds until it is answered.
constexpr unsigned kMaxMessages = 64;

enum Event : std::uint8_t { malformed_message, unknown_receiver };
constexpr std::array kEvents{
    EventSpec{"malformed_message", "a message whose size or reserved octets are not its type's"},
    EventSpec{"unknown_receiver", "a response to an initiation that was not sent"},
};

constexpr NamedNumber kTypes[] = {{1, "initiation"}, {2, "response"}, {3, "cookie"}, {4, "data"}};

struct WireguardTransaction : Transaction {
  WireguardTransaction() noexcept { protocol = &wireguard::protocol; }
  Message message;
};
const Message& message_of(const Transaction& tx) noexcept {
  return static_cast<const WireguardTransaction&>(tx).message;
}
FieldValue number_if(std::uint64_t n) noexcept {
  return n != 0 ? FieldValue::of_number(n) : FieldValue::none();
}

constexpr FieldSpec kFields[] = {
    {"wireguard.type", FieldType::number, FieldDirection::both, kComplete, "what the message is",
     [](const Transaction& tx, unsigned) {
       return FieldValue::of_number(static_cast<std::uint64_t>(message_of(tx).type));
     },
     FieldRole::plain, kTypes},
    {"wireguard.sender", FieldType::number, FieldDirection::both, kComplete, "index that the sender gave itself",
     [](const Transaction& tx, unsigned) { return number_if(message_of(tx).sender); }},
    {"wireguard.receiver", FieldType::number, FieldDirection::both, kComplete, "index of the end that is spoken to",
     [](const Transaction& tx, unsigned) { return number_if(message_of(tx).receiver); }},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Message& message = message_of(tx);
  json.open_object("wireguard");
  json.member("type", name_of(kTypes, static_cast<std::uint64_t>(message.type)));
  if (message.sender != 0) json.member("sender", message.sender);
  if (message.receiver != 0) json.member("receiver", message.receiver);
  json.close_object();
}

// Either end may begin a handshake. Behind a message with data everything is encrypted, the next handshakes' peers
// included.
class WireguardSession final : public Session {
 public:
  explicit WireguardSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    WireguardTransaction tx;
    tx.message = read_message(bytes);
    if (!tx.message.sound) {
      sink.event(nullptr, malformed_message, direction);
      return Progress::malformed();
    }
    tx.id = messages_++;
    std::uint32_t& mine = index_[gatehouse::index(direction)];
    const std::uint32_t theirs = index_[gatehouse::index(opposite(direction))];
    if (tx.message.type == Type::initiation) mine = tx.message.sender;
    if (tx.message.type == Type::response && theirs != 0 && tx.message.receiver != theirs)
      sink.event(&tx, unknown_receiver, direction);
    tx.stage[gatehouse::index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
    return tx.message.type == Type::data || messages_ >= kMaxMessages ? Progress::finished()
                                                                      : Progress::ok(bytes.size());
  }

 private:
  std::uint64_t messages_ = 0;
  std::array<std::uint32_t, 2> index_{};  // by direction, of the latest initiation
};

// Size, reserved octets, and what must look like chance: an ephemeral key and a MAC, or nonce, or ciphertext. Of data
// also a counter that no tunnel has outgrown, since little else of it is known.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  const Message message = read_message(bytes);
  if (!message.sound || message.sender + std::uint64_t{message.receiver} == 0) return Probe::no;
  constexpr std::uint64_t kUnseenCounter = 1ull << 32;
  bool random = false;
  switch (message.type) {
    case Type::initiation:
      random = looks_random(bytes.subspan(8, 32)) && looks_random(bytes.subspan(116, 16));
      break;
    case Type::response:
      random = looks_random(bytes.subspan(12, 32)) && looks_random(bytes.subspan(60, 16));
      break;
    case Type::cookie:
      random = looks_random(bytes.subspan(8, 24)) && looks_random(bytes.subspan(32, 32));
      break;
    case Type::data:
      random = message.counter < kUnseenCounter && looks_random(bytes.subspan(16, 16)) && looks_random(bytes.last(16));
      break;
  }
  return random ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "wireguard",
    .about = "WireGuard tunnels",
    .ndpi_name = "WireGuard",
    .log_type = "wireguard",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::range(1, 4), FirstBytes::range(1, 4)}},
    .create = create_session<WireguardSession>,
    .destroy = destroy_session<WireguardSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::wireguard
