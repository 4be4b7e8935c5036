// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/knxip/knxip.hpp"

#include <charconv>

#include "proto/industrial/framed.hpp"
#include "proto/knxip/fields.hpp"
#include "proto/knxip/transaction.hpp"

namespace gatehouse::proto::knxip {
namespace {

constexpr std::size_t kLongestFrame = 1024;  // of a stream, that is read

enum Event : std::uint8_t { malformed_frame, malformed_body, unknown_function };
constexpr std::array kEvents{
    EventSpec{"malformed_frame", "bytes that are no frame"},
    EventSpec{"malformed_body", "a bus message or a description is cut"},
    EventSpec{"unknown_function", "a service of the application layer that does not exist"},
};

// False: what the service carries is cut.
bool read_body(Cursor& c, KnxTransaction& tx) noexcept {
  switch (tx.header.service) {
    case service::search_response:
    case service::search_response_extended:
      c.skip(c.peek() > 0 ? c.peek() : 1u);  // the endpoint, which says its own length
      [[fallthrough]];
    case service::description_response:
      tx.has_description = read_description(c, tx.description);
      return tx.has_description || (c.ok() && tx.header.service == service::search_response_extended);
    case service::tunnelling:
    case service::device_configuration: {
      constexpr std::uint8_t kConnectionHeader = 4;
      if (c.u8() != kConnectionHeader) return false;
      c.skip(kConnectionHeader - 1);
      [[fallthrough]];
    }
    case service::routing_indication:
      tx.has_bus = read_bus_message(c, tx.bus);
      return tx.has_bus;
    default:
      return true;
  }
}

class KnxSession final : public industrial::FramedSession {
 public:
  KnxSession(Memory&, bool datagrams) noexcept : FramedSession(datagrams, kLongestFrame, malformed_frame) {}

 private:
  std::size_t measure(Bytes bytes) const noexcept override {
    if (bytes[0] != kHeaderSize) return kNoFrame;
    Cursor c{bytes};
    const Header header{c};
    if (!c.ok()) return kMoreNeeded;
    return header.plausible() ? header.length : kNoFrame;
  }

  void frame(Direction direction, Bytes bytes, bool whole, Sink& sink) noexcept override {
    KnxTransaction tx;
    tx.protocol = &protocol;
    tx.id = frames_++;
    Cursor c{bytes};
    tx.header = Header{c};
    if (whole && !read_body(c, tx))
      sink.event(&tx, malformed_body, direction);
    else if (tx.bus.has_function && function_of(tx) == nullptr)
      sink.event(&tx, unknown_function, direction);
    write_texts(tx);
    tx.stage[index(direction)] = 1;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
  }

  static void write_texts(KnxTransaction& tx) noexcept {
    if (tx.has_bus && tx.bus.is_data) {
      tx.source = {tx.bus.source, false};
      tx.destination = {tx.bus.destination, tx.bus.to_group};
    }
    if (!tx.has_description) return;
    tx.device = {tx.description.address, false};
    for (std::size_t i = 0; i < tx.serial.size(); ++i)
      tx.serial[i] = "0123456789abcdef"[tx.description.serial[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15];
  }
};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<KnxSession>(memory, datagrams);
}

Probe probe(Direction, Bytes bytes, std::uint16_t) {
  if (bytes[0] != kHeaderSize || (bytes.size() > 1 && bytes[1] != kVersion)) return Probe::no;
  Cursor c{bytes};
  const Header header{c};
  if (!c.ok()) return Probe::need_more;
  return header.plausible() ? Probe::yes : Probe::no;
}

Probe probe_datagram(Direction, Bytes bytes, std::uint16_t) {
  Cursor c{bytes};
  const Header header{c};
  return c.ok() && header.plausible() && header.length == bytes.size() ? Probe::yes : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
constexpr auto kFirst = FirstBytes::of("\6");

}  // namespace

// KNX 03_05_01: 5, 3 and 8 bits of a group; 4, 4 and 8 of a device.
AddressText::AddressText(std::uint16_t address, bool group) noexcept {
  const unsigned bits = group ? 11 : 12;
  const std::array<unsigned, 3> parts{unsigned{address} >> bits, address >> 8 & (group ? 7u : 15u), address & 255u};
  char* at = text_.data();
  for (const unsigned part : parts) {
    if (at != text_.data()) *at++ = group ? '/' : '.';
    at = std::to_chars(at, text_.data() + text_.size(), part).ptr;
  }
  size_ = static_cast<std::size_t>(at - text_.data());
}

const Function* function_of(const KnxTransaction& tx) noexcept {
  return tx.has_bus && tx.bus.has_function ? find_function(tx.bus.function) : nullptr;
}

industrial::Access access_of(const KnxTransaction& tx) noexcept {
  using enum industrial::Access;
  if (const Function* row = function_of(tx); row != nullptr) return row->access;
  if (tx.header.service == service::remote_reset) return start;
  if (tx.header.service == service::remote_configuration) return program;
  if (!tx.has_bus) return other;
  switch (tx.bus.code) {
    case cemi::property_write:
    case cemi::property_write_answer:
      return program;
    case cemi::property_read:
    case cemi::property_read_answer:
    case cemi::property_info:
      return diagnose;
    case cemi::reset_request:
      return start;
    default:
      return other;
  }
}

std::string_view name_text(const KnxTransaction& tx) noexcept {
  const std::string_view text = as_text(tx.description.name);
  return trim(text.substr(0, text.find('\0')));
}

std::uint16_t manufacturer_of(const KnxTransaction& tx) noexcept {
  return Cursor{tx.description.serial}.u16();
}

constinit const ProtocolSpec protocol{
    .name = "knxip",
    .about = "KNXnet/IP: lights, shutters and heating of homes and buildings",
    .ndpi_name = "KNXnet_IP",
    .log_type = "knxip",
    .own_record = true,
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe, .first_bytes = {kFirst, kFirst}, .probe_datagram = probe_datagram},
    .max_pending = kLongestFrame,
    .create = make<false>,
    .destroy = destroy_session<KnxSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::knxip
