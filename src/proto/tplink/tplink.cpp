// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tplink/tplink.hpp"

#include <algorithm>
#include <memory_resource>
#include <utility>
#include <vector>

#include "base/cursor.hpp"
#include "proto/tplink/message.hpp"

namespace gatehouse::proto::tplink {
namespace {

constexpr std::size_t kLongestMessage =
    std::size_t{32} * 1024;             // that is read; of a strip with all its plans it is 8 KiB
constexpr std::size_t kLengthSize = 4;  // in front of a message over TCP
constexpr std::uint8_t kComplete = 1;

enum Event : std::uint8_t { malformed_message, message_too_long, too_many_commands };
constexpr std::array kEvents{
    EventSpec{"malformed_message", "a message that is no JSON once it is revealed; the session is given up"},
    EventSpec{"message_too_long", "a message longer than any that is read; it is passed over"},
    EventSpec{"too_many_commands", "a message of more commands than are told"},
};

// One message; its views live as long as the parse call that tells of it.
struct TplinkTransaction : Transaction {
  Content content;
  bool discovery = false;
  std::uint16_t operation = 0;
  mutable std::array<char, 128> room;  // the command that was asked for last, with its module
};
const TplinkTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const TplinkTransaction&>(tx);
}

std::string_view full_name(const TplinkTransaction& tx, const Command& command) noexcept {
  std::size_t size = 0;
  const auto put = [&](std::string_view text) {
    const std::size_t count = std::min(text.size(), tx.room.size() - size);
    std::copy_n(text.begin(), count, tx.room.begin() + static_cast<std::ptrdiff_t>(size));
    size += count;
  };
  put(command.module), put("."), put(command.name);
  return {tx.room.data(), size};
}

template <std::string_view Content::* Member>
FieldValue fact(const Transaction& tx, unsigned index) {
  const std::string_view text = of(tx).content.*Member;
  return index > 0 || text.empty() ? FieldValue::none() : FieldValue::of(text);
}

using enum FieldType;
constexpr auto kBoth = FieldDirection::both;

constexpr std::array kFields{
    FieldSpec{"tplink.command", list, kBoth, kComplete,
              "system.get_sysinfo, system.set_relay_state, …: all that are asked",
              [](const Transaction& tx, unsigned i) {
                const Content& content = of(tx).content;
                if (i >= content.command_count) return FieldValue::none();
                return FieldValue::of(full_name(of(tx), content.commands[i]));
              }},
    FieldSpec{"tplink.access", number, kBoth, kComplete, "what the commands do: read, write, control, program, start",
              [](const Transaction& tx, unsigned i) {
                const Content& content = of(tx).content;
                if (i >= content.command_count) return FieldValue::none();
                return FieldValue::of_number(static_cast<std::uint64_t>(access_of(content.commands[i])));
              },
              FieldRole::plain, industrial::kAccessNames},
    FieldSpec{"tplink.alias", bytes, kBoth, kComplete, "the name that the owner gave the device", fact<&Content::alias>,
              FieldRole::device_name},
    FieldSpec{"tplink.model", bytes, kBoth, kComplete, "HS110(EU), L530, …", fact<&Content::model>,
              FieldRole::device_model},
    FieldSpec{"tplink.kind", bytes, kBoth, kComplete, "IOT.SMARTPLUGSWITCH, SMART.TAPOBULB, …", fact<&Content::kind>,
              FieldRole::device_service},
    FieldSpec{"tplink.hardware", bytes, kBoth, kComplete, "version of the hardware", fact<&Content::hardware>},
    FieldSpec{"tplink.software", bytes, kBoth, kComplete, "version of the firmware", fact<&Content::software>,
              FieldRole::device_software},
    FieldSpec{"tplink.mac", bytes, kBoth, kComplete, "the device's own address", fact<&Content::mac>,
              FieldRole::device_serial},
    FieldSpec{"tplink.device_id", bytes, kBoth, kComplete, "its number in the maker's cloud",
              fact<&Content::device_id>},
    FieldSpec{"tplink.error", number, kBoth, kComplete, "0, or the first error, without its sign",
              [](const Transaction& tx, unsigned i) {
                const auto& error = of(tx).content.error;
                if (i > 0 || !error) return FieldValue::none();
                const auto code = static_cast<std::uint64_t>(*error);
                return FieldValue::of_number(*error < 0 ? 0 - code : code);
              }},
};

void log(const Transaction& tx, JsonWriter& json) {
  const TplinkTransaction& told = of(tx);
  const Content& content = told.content;
  const auto member = [&](std::string_view key, std::string_view text) {
    if (!text.empty()) json.member(key, text);
  };
  json.open_object("tplink");
  if (told.discovery) json.member("discovery", told.operation);
  if (content.command_count > 0) {
    json.open_array("commands");
    for (std::size_t i = 0; i < content.command_count; ++i) json.element(full_name(told, content.commands[i]));
    json.close_array();
  }
  member("alias", content.alias), member("model", content.model), member("kind", content.kind);
  member("hardware", content.hardware), member("software", content.software);
  member("mac", content.mac), member("device_id", content.device_id);
  if (content.error) json.member("error", *content.error);
  json.close_object();
}

class TplinkSession final : public Session {
 public:
  TplinkSession(Memory& memory, bool datagrams) noexcept : revealed_(&memory), datagrams_(datagrams) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    try {
      if (!datagrams_) return parse_stream(direction, bytes, sink);
      if (Discovery found; found.read(bytes)) return discovery(direction, found, bytes.size(), sink);
      if (bytes.size() > kLongestMessage)
        too_long(direction, sink);
      else if (!message(direction, bytes, sink))
        return malformed(direction, sink);
      return Progress::ok(bytes.size());
    } catch (const std::bad_alloc&) {
      return Progress::finished(bytes.size());
    }
  }

  bool gap(Direction direction, std::uint64_t missing, Sink&) noexcept override {
    std::uint64_t& left = passed_over_[index(direction)];
    if (datagrams_ || missing > left) return false;
    left -= missing;
    return true;
  }

 private:
  Progress parse_stream(Direction direction, Bytes bytes, Sink& sink) {
    std::uint64_t& left = passed_over_[index(direction)];
    std::size_t at = 0;
    while (true) {
      const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size() - at));
      left -= skipped, at += skipped;
      if (at == bytes.size()) return Progress::ok(at);
      Cursor c{bytes.subspan(at)};
      const std::uint32_t size = c.u32();
      if (!c.ok()) return Progress::need_more(at);
      if (size > kLongestMessage) {
        too_long(direction, sink);
        left = std::uint64_t{size} + kLengthSize;
        continue;
      }
      const Bytes hidden = c.take(size);
      if (!c.ok()) return Progress::need_more(at);
      if (!message(direction, hidden, sink)) return malformed(direction, sink);
      at += c.position();
    }
  }

  bool message(Direction direction, Bytes hidden, Sink& sink) {
    revealed_.resize(hidden.size());
    reveal(hidden, revealed_.data());
    TplinkTransaction tx;
    if (!tx.content.read(as_text(revealed_))) return false;
    tell(tx, direction, sink);
    return true;
  }

  Progress discovery(Direction direction, const Discovery& found, std::size_t size, Sink& sink) {
    TplinkTransaction tx;
    tx.discovery = true, tx.operation = found.operation;
    if (!found.body.empty() && !tx.content.read_discovery(as_text(found.body))) return malformed(direction, sink);
    tell(tx, direction, sink);
    return Progress::ok(size);
  }

  void tell(TplinkTransaction& tx, Direction direction, Sink& sink) noexcept {
    tx.protocol = &protocol;
    tx.id = messages_++;
    if (tx.content.more_commands) sink.event(&tx, too_many_commands, direction);
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
  }

  void too_long(Direction direction, Sink& sink) noexcept {
    if (!std::exchange(told_too_long_, true)) sink.event(nullptr, message_too_long, direction);
  }

  static Progress malformed(Direction direction, Sink& sink) noexcept {
    sink.event(nullptr, malformed_message, direction);
    return Progress::malformed();
  }

  std::pmr::vector<std::uint8_t> revealed_;  // the message being read
  bool datagrams_;
  bool told_too_long_ = false;
  std::array<std::uint64_t, 2> passed_over_{};  // bytes of a long message that are still to come
  std::uint64_t messages_ = 0;
};

// What every message begins with once revealed: {"module":{ with a space here and there.
Probe probe_hidden(Bytes hidden) noexcept {
  constexpr std::size_t kLongestName = 64, kLook = kLongestName + 16;
  std::array<std::uint8_t, kLook> room;
  const Bytes head = hidden.first(std::min(hidden.size(), kLook));
  reveal(head, room.data());
  std::string_view text = as_text(Bytes{room}.first(head.size()));
  const Probe cut_short = head.size() < kLook ? Probe::need_more : Probe::no;
  const auto skip = [&](std::string_view expected) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    if (text.empty()) return cut_short;
    if (text[0] != expected[0]) return Probe::no;
    text.remove_prefix(1);
    return Probe::yes;
  };
  for (const std::string_view mark : {"{", "\""})
    if (const Probe found = skip(mark); found != Probe::yes) return found;
  const auto is_name = [](char c) {
    const auto lower = static_cast<char>(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  const auto end = std::ranges::find_if_not(text, is_name);
  const auto length = static_cast<std::size_t>(end - text.begin());
  if (end == text.end()) return cut_short;
  if (length < 2) return Probe::no;
  text.remove_prefix(length);
  for (const std::string_view mark : {"\"", ":", "{"})
    if (const Probe found = skip(mark); found != Probe::yes) return found;
  return Probe::yes;
}

Probe probe(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::uint32_t kShortest = 8, kLongest = 1u << 20;
  Cursor c{bytes};
  const std::uint32_t size = c.u32();
  if (!c.ok()) return bytes.size() > 1 && bytes[1] > 15 ? Probe::no : Probe::need_more;
  if (size < kShortest || size > kLongest) return Probe::no;
  const Bytes hidden = c.rest().first(std::min<std::size_t>(c.remaining(), size));
  const Probe found = probe_hidden(hidden);
  return found == Probe::need_more && hidden.size() == size ? Probe::no : found;
}

Probe probe_datagram(Direction, Bytes datagram, std::uint16_t) {
  if (Discovery found; datagram[0] == kDiscoveryVersion) return found.read(datagram) ? Probe::yes : Probe::no;
  return probe_hidden(datagram) == Probe::yes ? Probe::yes : Probe::no;
}

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<TplinkSession>(memory, datagrams);
}

// The length's first byte, the hidden brace, the other version.
constexpr FirstBytes kFirst = FirstBytes::of(std::string_view{"\0\xd0\x02", 3});
constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "tplink",
    .about = "TP-Link smart home: plugs, switches and lamps that are asked, switched and found",
    .ndpi_name = "TPLINK_SHP",
    .log_type = "tplink",
    .own_record = true,
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe, .first_bytes = {kFirst, kFirst}, .probe_datagram = probe_datagram},
    .max_pending = kLongestMessage + kLengthSize,
    .create = make<false>,
    .destroy = destroy_session<TplinkSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::tplink
