// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ike/ike.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::proto::ike {
namespace {

using enum FieldDirection;
constexpr std::uint8_t kComplete = 1;
// Messages that are read, and datagrams of ESP behind which nothing in the clear is expected.
constexpr unsigned kMaxMessages = 128, kMaxForeign = 16;

// RFC 3948, 2.2: behind four octets of zero, which no SPI of ESP can be, stands a message of IKE.
bool take_marker(Bytes& datagram) noexcept {
  constexpr std::size_t kMarker = 4;
  if (datagram.size() < kMarker || !std::ranges::all_of(datagram.first(kMarker), [](auto b) { return b == 0; }))
    return false;
  datagram = datagram.subspan(kMarker);
  return true;
}

FieldValue octets(Bytes b) noexcept {
  return b.empty() ? FieldValue::none() : FieldValue::of(b);
}

FieldValue chosen_attribute(const Transaction& tx, unsigned i) {
  const IkeTransaction& ike = of(tx);
  return i < ike.attribute_count ? FieldValue::of({ike.attributes[i].data(), ike.attribute_sizes[i]})
                                 : FieldValue::none();
}
template <Attribute A>
FieldValue chosen(const Transaction& tx, unsigned) {
  const Association* one = of(tx).chosen();
  return one != nullptr && one->has(A) ? FieldValue::of_number(one->get(A)) : FieldValue::none();
}
FieldValue vendor(const Transaction& tx, unsigned i) {
  const IkeTransaction& ike = of(tx);
  if (i >= ike.message.vendors.size) return FieldValue::none();
  const Bytes id = ike.message.vendors.items[i];
  return FieldValue::of(write_hex(id.first(std::min(id.size(), ike.vendor.size() / 2)), ike.vendor));
}
FieldValue length_of(Bytes b) noexcept {
  return b.empty() ? FieldValue::none() : FieldValue::of_number(b.size());
}

constexpr FieldSpec kFields[] = {
    {"ike.init_spi", FieldType::bytes, to_server, kComplete, "SPI (cookie) of the initiator, as hex",
     [](const Transaction& tx, unsigned) { return FieldValue::of({of(tx).initiator.data(), 16}); }},
    {"ike.resp_spi", FieldType::bytes, to_client, kComplete, "SPI (cookie) of the responder, as hex",
     [](const Transaction& tx, unsigned) { return FieldValue::of({of(tx).responder.data(), 16}); }},
    {"ike.version", FieldType::number, both, kComplete, "1 or 2",
     [](const Transaction& tx, unsigned) { return FieldValue::of_number(of(tx).message.header.major()); }},
    {"ike.exchtype", FieldType::number, both, kComplete, "exchange type: 2 main mode, 4 aggressive, 34 IKE_SA_INIT, …",
     [](const Transaction& tx, unsigned) { return FieldValue::of_number(of(tx).message.header.exchange); }},
    {"ike.vendor", FieldType::list, both, kComplete, "vendor ids, as hex", vendor},
    {"ike.chosen_sa_attribute", FieldType::list, to_client, kComplete, "what the responder took: alg_enc=7, …",
     chosen_attribute},
    {"ike.alg_enc", FieldType::number, to_client, kComplete, "encryption that the responder took",
     chosen<Attribute::encryption>},
    {"ike.alg_hash", FieldType::number, to_client, kComplete, "hash (IKEv2: PRF) that the responder took",
     chosen<Attribute::hash>},
    {"ike.alg_auth", FieldType::number, to_client, kComplete,
     "authentication (IKEv2: integrity) that the responder took", chosen<Attribute::authentication>},
    {"ike.alg_dh", FieldType::number, to_client, kComplete, "Diffie-Hellman group that the responder took",
     chosen<Attribute::group>},
    {"ike.key_exchange_payload", FieldType::bytes, both, kComplete, "public value of a Diffie-Hellman exchange",
     [](const Transaction& tx, unsigned) { return octets(of(tx).message.key_exchange); }},
    {"ike.key_exchange_payload_length", FieldType::number, both, kComplete, "its length",
     [](const Transaction& tx, unsigned) { return length_of(of(tx).message.key_exchange); }},
    {"ike.nonce_payload", FieldType::bytes, both, kComplete, "nonce",
     [](const Transaction& tx, unsigned) { return octets(of(tx).message.nonce); }},
    {"ike.nonce_payload_length", FieldType::number, both, kComplete, "its length",
     [](const Transaction& tx, unsigned) { return length_of(of(tx).message.nonce); }},
};

// In the order of enum class Fault.
constexpr std::array kEvents{
    EventSpec{"malformed_data", "payloads whose lengths do not add up"},
    EventSpec{"weak_crypto_enc", "encryption that is broken or none"},
    EventSpec{"weak_crypto_prf", "a pseudo-random function of MD5 or SHA-1"},
    EventSpec{"weak_crypto_auth", "integrity protected by MD5, SHA-1 or DES"},
    EventSpec{"weak_crypto_dh", "a Diffie-Hellman group of 1536 bits or less"},
    EventSpec{"weak_crypto_no_dh", "a proposal without Diffie-Hellman exchange"},
    EventSpec{"weak_crypto_no_auth", "a proposal whose data nothing protects from changes"},
    EventSpec{"no_encryption", "a proposal of authentication only (AH)"},
    EventSpec{"invalid_proposal", "a proposal of what must not be proposed"},
    EventSpec{"unknown_proposal", "a proposal with parameters of unknown type"},
    EventSpec{"multiple_server_proposal", "a responder that takes more than one proposal"},
    EventSpec{"payload_extra_data", "bytes behind the last payload"},
    EventSpec{"too_many_payloads", "more payloads than are read"},
};
static_assert(kEvents.size() == static_cast<std::size_t>(Fault::count));

class IkeSession final : public Session {
 public:
  explicit IkeSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes datagram, Sink& sink) noexcept override {
    if (datagram.size() <= 1) return Progress::ok(datagram.size());  // RFC 3948, 2.3: a keepalive
    const bool marked = take_marker(datagram);
    Cursor c{datagram};
    const Header header{c};
    if (!c.ok() || !header.plausible(datagram.size())) return foreign(direction, marked || begun_, header, sink);
    message(direction, datagram, sink);
    return messages_ >= kMaxMessages ? Progress::finished() : Progress::ok(datagram.size());
  }

 private:
  // ESP between the same ports, or a message whose header is not one.
  Progress foreign(Direction direction, bool expected, const Header& header, Sink& sink) noexcept {
    if (expected && (header.version == 0x10 || header.version == 0x20) && std::ranges::equal(header.initiator, spi_)) {
      sink.event(nullptr, static_cast<std::uint8_t>(Fault::malformed_data), direction);
      return Progress::malformed();
    }
    return ++foreign_ >= kMaxForeign ? Progress::finished() : Progress::ok(0);
  }

  void message(Direction direction, Bytes bytes, Sink& sink) noexcept {
    IkeTransaction tx;
    tx.id = messages_++;
    tx.client = direction == Direction::to_server;
    read_message(bytes, !tx.client, tx.message);
    std::ranges::copy(tx.message.header.initiator, spi_.begin());
    begun_ = true;
    write_hex(tx.message.header.initiator, tx.initiator);
    write_hex(tx.message.header.responder, tx.responder);
    name_attributes(tx);
    for (std::uint8_t i = 0; i < kEvents.size(); ++i)
      if ((tx.message.faults >> i & 1) != 0) sink.event(&tx, i, direction);
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
  }

  static void name_attributes(IkeTransaction& tx) noexcept {
    const Association* one = tx.chosen();
    for (std::size_t i = 0; one != nullptr && i < kAttributes; ++i) {
      const auto attribute = static_cast<Attribute>(i);
      if (!one->has(attribute)) continue;
      auto& room = tx.attributes[tx.attribute_count];
      const std::string_view name = attribute_name(attribute);
      char* at = std::ranges::copy(name, room.data()).out;
      *at++ = '=';
      at = std::to_chars(at, room.data() + room.size(), one->get(attribute)).ptr;
      tx.attribute_sizes[tx.attribute_count++] = static_cast<std::uint8_t>(at - room.data());
    }
  }

  std::uint64_t messages_ = 0;
  unsigned foreign_ = 0;
  std::array<std::uint8_t, 8> spi_{};
  bool begun_ = false;
};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

std::string_view write_hex(Bytes bytes, std::span<char> room) noexcept {
  constexpr char digits[] = "0123456789abcdef";
  std::size_t size = 0;
  for (const std::uint8_t b : bytes) {
    if (size + 2 > room.size()) break;
    room[size++] = digits[b >> 4];
    room[size++] = digits[b & 15];
  }
  return {room.data(), size};
}

std::span<const FieldSpec> fields() noexcept {
  return kFields;
}

// A header of 28 octets in which version, exchange, flags and payload are of each other, and a length of 32 bits that
// is the datagram's.
Probe probe(Direction, Bytes datagram, std::uint16_t) {
  take_marker(datagram);
  Cursor c{datagram};
  const Header header{c};
  return c.ok() && header.plausible(datagram.size()) ? Probe::yes : Probe::no;
}

const ProtocolSpec protocol{
    .name = "ike",
    .about = "IKEv1 and IKEv2: what the ends of IPsec propose and choose",
    .ndpi_name = "IPSec",
    .log_type = "ike",
    .transports = {.udp = true},
    .detector = {.probe = probe},
    .create = create_session<IkeSession>,
    .destroy = destroy_session<IkeSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = fields(),
    .events = kEvents,
};

}  // namespace gatehouse::proto::ike
