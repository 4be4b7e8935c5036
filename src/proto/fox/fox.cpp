// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/fox/fox.hpp"

#include "proto/fox/fields.hpp"
#include "proto/fox/session.hpp"

namespace gatehouse::proto::fox {
namespace {

constexpr std::array kEvents{
    EventSpec{"malformed_frame", "bytes that are no frame; the session is given up"},
    EventSpec{"name_too_long", "a name with its version that is too long to be joined"},
};
static_assert(kEvents.size() == event::name_too_long + 1);

// The whole first line, and the brace behind it.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  FirstLine line;
  std::size_t size = 0;
  const std::string_view text = as_text(bytes);
  const Reading reading = read_first_line(text, line, size);
  if (reading == Reading::no) return Probe::no;
  if (reading == Reading::need_more || text.size() == size) return Probe::need_more;
  return text[size] == '{' ? Probe::yes : Probe::no;
}

void member(JsonWriter& json, std::string_view key, std::string_view value) noexcept {
  if (!value.empty()) json.member(key, value);
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
constexpr auto kFirst = FirstBytes::of("f");

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const FoxTransaction&>(transaction);
  json.open_object("fox");
  json.member("kind", std::string_view{&tx.line.kind, 1});
  json.member("channel", tx.line.channel);
  json.member("command", tx.line.command);
  member(json, "version", tx.version);
  member(json, "host_name", tx.host_name);
  member(json, "host_address", tx.host_address);
  member(json, "host_id", tx.host_id);
  member(json, "application", tx.application.view());
  member(json, "vm", tx.vm_name);
  member(json, "vm_version", tx.vm_version);
  member(json, "system", tx.system.view());
  member(json, "brand", tx.brand);
  member(json, "station", tx.station);
  json.close_object();
}

constinit const ProtocolSpec protocol{
    .name = "fox",
    .about = "Niagara Fox: stations and workbenches of building automation",
    .ndpi_name = "",
    .log_type = "fox",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {kFirst, kFirst}},
    .max_pending = kLongestFrame,
    .create = create_session<FoxSession>,
    .destroy = destroy_session<FoxSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::fox
