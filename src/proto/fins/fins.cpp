// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/fins/fins.hpp"

#include "proto/fins/fields.hpp"
#include "proto/fins/transaction.hpp"
#include "proto/industrial/framed.hpp"

namespace gatehouse::proto::fins {
namespace {

constexpr std::size_t kLongestFrame = 4096;  // of a stream, that is read; commands have at most 2012 bytes
constexpr unsigned kLoggedPlaces = 32;       // in a record

enum Event : std::uint8_t { malformed_frame, malformed_command, unknown_command };
constexpr std::array kEvents{
    EventSpec{"malformed_frame", "bytes that are no frame"},
    EventSpec{"malformed_command", "the parameters of a request are longer or shorter than the command says"},
    EventSpec{"unknown_command", "a command that no controller knows"},
};

std::string_view padded(Bytes bytes) noexcept {
  const std::string_view text = as_text(bytes);
  return trim(text.substr(0, text.find('\0')));
}

// W342, 5-3-19: model and version have 20 characters each.
void learn_controller(FinsTransaction& tx) noexcept {
  if (!tx.frame.is_response() || tx.frame.code != kControllerData || tx.frame.end_code != 0) return;
  constexpr std::size_t kText = 20;
  Cursor c{tx.frame.parameters};
  const Bytes model = c.take(kText), version = c.take(kText);
  if (c.ok()) tx.model = padded(model), tx.version = padded(version);
}

class FinsSession final : public industrial::FramedSession {
 public:
  FinsSession(Memory&, bool datagrams) noexcept
      : FramedSession(datagrams, kLongestFrame, malformed_frame), datagrams_(datagrams) {}

 private:
  std::size_t measure(Bytes bytes) const noexcept override {
    Cursor c{bytes};
    if (datagrams_) {
      const Frame frame{c};
      return c.ok() && frame.plausible() ? bytes.size() : kNoFrame;
    }
    const std::size_t magic = std::min(bytes.size(), TcpHeader::kMagic.size());
    if (as_text(bytes.first(magic)) != TcpHeader::kMagic.substr(0, magic)) return kNoFrame;
    const TcpHeader header{c};
    if (!c.ok()) return kMoreNeeded;
    return header.plausible() ? TcpHeader::kUncounted + header.length : kNoFrame;
  }

  void frame(Direction direction, Bytes bytes, bool whole, Sink& sink) noexcept override {
    FinsTransaction tx;
    tx.protocol = &protocol;
    tx.id = frames_++;
    Cursor c{bytes};
    tx.has_tcp = !datagrams_;
    if (tx.has_tcp) tx.tcp = TcpHeader{c};
    if (!tx.has_tcp || tx.tcp.command == tcp::frame) {
      tx.frame = Frame{c};
      tx.has_frame = c.ok() && tx.frame.plausible();
      if (!tx.has_frame) return sink.event(&tx, malformed_frame, direction);
      if (find_command(tx.frame.code) == nullptr)
        sink.event(&tx, unknown_command, direction);
      else if (whole && !tx.frame.fits())
        sink.event(&tx, malformed_command, direction);
      learn_controller(tx);
    }
    tx.stage[index(direction)] = 1;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
  }

  bool datagrams_;
};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<FinsSession>(memory, datagrams);
}

Probe probe(Direction, Bytes bytes, std::uint16_t) {
  const std::size_t magic = std::min(bytes.size(), TcpHeader::kMagic.size());
  if (as_text(bytes.first(magic)) != TcpHeader::kMagic.substr(0, magic)) return Probe::no;
  Cursor c{bytes};
  const TcpHeader header{c};
  if (!c.ok()) return Probe::need_more;
  return header.plausible() ? Probe::yes : Probe::no;
}

// Without the magic, the fixed bits of the header, a command that exists and its size make it certain.
Probe probe_datagram(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kLongest = 2012 + kHeader + kCode;
  Cursor c{bytes};
  const Frame frame{c};
  return c.ok() && bytes.size() <= kLongest && frame.plausible() && find_command(frame.code) != nullptr && frame.fits()
             ? Probe::yes
             : Probe::no;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
constexpr auto kFirst = FirstBytes::of("F\x80\x81\xc0\xc1");

void places(const Frame& frame, JsonWriter& json) noexcept {
  Place place;
  for (unsigned i = 0; i < kLoggedPlaces && place_of(frame, i, place); ++i) {
    if (i == 0) json.open_array("places");
    json.open_object();
    if (const auto name = name_of(kAreas, place.area); !name.empty())
      json.member("area", name);
    else
      json.member("area", place.area);
    json.member("address", place.address);
    if (place.bit != 0) json.member("bit", place.bit);
    json.member("count", place.count);
    json.close_object();
  }
  if (place_of(frame, 0, place)) json.close_array();
}

}  // namespace

industrial::Access access_of(const FinsTransaction& tx) noexcept {
  const Command* row = tx.has_frame ? find_command(tx.frame.code) : nullptr;
  return row == nullptr ? industrial::Access::other : row->access;
}

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const FinsTransaction&>(transaction);
  json.open_object("fins");
  if (tx.has_tcp) json.member("tcp_command", name_of(kTcpCommands, tx.tcp.command));
  if (tx.has_tcp && tx.tcp.error != 0) json.member("tcp_error", tx.tcp.error);
  if (tx.has_frame) {
    const Frame& frame = tx.frame;
    const Command* row = find_command(frame.code);
    json.member("type", frame.is_response() ? "response" : "request");
    json.member("code", frame.code);
    if (row != nullptr) json.member("command", row->name);
    json.member("access", to_text(access_of(tx)));
    json.member("network", frame.network());
    json.member("node", frame.node());
    json.member("service_id", frame.service);
    if (frame.is_response()) json.member("end_code", frame.end_code);
    places(frame, json);
    if (!tx.model.empty()) json.member("model", tx.model);
    if (!tx.version.empty()) json.member("version", tx.version);
  }
  json.close_object();
}

constinit const ProtocolSpec protocol{
    .name = "fins",
    .about = "OMRON FINS: controllers",
    .ndpi_name = "FINS",
    .log_type = "fins",
    .own_record = true,
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe, .first_bytes = {kFirst, kFirst}, .probe_datagram = probe_datagram},
    .max_pending = kLongestFrame,
    .create = make<false>,
    .destroy = destroy_session<FinsSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::fins
