// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rfb/rfb.hpp"

#include <algorithm>

#include "proto/rfb/session.hpp"

namespace gatehouse::proto::rfb {
namespace {

constexpr std::array kEvents{
    EventSpec{"malformed_message", "a greeting that is none"},
    EventSpec{"unimplemented_security_type", "authentication of a kind that is not read; nothing after it is"},
    EventSpec{"unknown_security_result", "a result of authentication that does not exist"},
    EventSpec{"confused_state", "one end spoke when it was the other's turn"},
    EventSpec{"too_long_string", "a name or reason longer than any screen shows"},
};
static_assert(kEvents.size() == event::too_long_string + 1);

const RfbTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const RfbTransaction&>(tx);
}
FieldValue some(const std::optional<std::uint32_t>& number) noexcept {
  return number ? FieldValue::of_number(*number) : FieldValue::none();
}
FieldValue text_if(bool present, const Transaction& tx) noexcept {
  return present && of(tx).text.size > 0 ? FieldValue::of(of(tx).text.view()) : FieldValue::none();
}

// IANA, "Remote Framebuffer Security Types".
constexpr std::array kTypeNames{
    NamedNumber{1, "none"},   NamedNumber{2, "vnc"},    NamedNumber{5, "ra2"},  NamedNumber{6, "ra2ne"},
    NamedNumber{16, "tight"}, NamedNumber{17, "ultra"}, NamedNumber{18, "tls"}, NamedNumber{19, "vencrypt"},
    NamedNumber{20, "sasl"},  NamedNumber{21, "md5"},   NamedNumber{22, "xvp"}, NamedNumber{30, "apple_dh"},
};
constexpr std::array kResultNames{NamedNumber{0, "ok"}, NamedNumber{1, "fail"}, NamedNumber{2, "toomany"}};

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

constexpr std::array kFields{
    FieldSpec{"rfb.name", bytes, to_client, kComplete, "the desktop's name",
              [](const Transaction& tx, unsigned) { return text_if(of(tx).has_framebuffer, tx); },
              FieldRole::device_name},
    FieldSpec{"rfb.sectype", number, both, 0, "how the client must prove itself",
              [](const Transaction& tx, unsigned) { return some(of(tx).security_type); }, FieldRole::plain, kTypeNames},
    FieldSpec{"rfb.secresult", number, to_client, 0, "whether it could",
              [](const Transaction& tx, unsigned) { return some(of(tx).security_result); }, FieldRole::plain,
              kResultNames},
    FieldSpec{"rfb.reason", bytes, to_client, kComplete, "why the server refused",
              [](const Transaction& tx, unsigned) { return text_if(of(tx).has_reason, tx); }},
    FieldSpec{"rfb.width", number, to_client, kComplete, "the screen's width in pixels",
              [](const Transaction& tx, unsigned) {
                return of(tx).has_framebuffer ? FieldValue::of_number(of(tx).width) : FieldValue::none();
              }},
    FieldSpec{"rfb.height", number, to_client, kComplete, "the screen's height in pixels",
              [](const Transaction& tx, unsigned) {
                return of(tx).has_framebuffer ? FieldValue::of_number(of(tx).height) : FieldValue::none();
              }},
};

// RFC 6143, 7.1.1. ProtocolVersion: both ends begin with it, the server first.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::string_view pattern = "RFB 0dd.ddd\n";
  for (std::size_t i = 0; i < std::min(bytes.size(), pattern.size()); ++i) {
    const char c = static_cast<char>(bytes[i]);
    if (pattern[i] == 'd' ? c < '0' || c > '9' : c != pattern[i]) return Probe::no;
  }
  return bytes.size() < pattern.size() ? Probe::need_more : Probe::yes;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "rfb",
    .about = "Remote framebuffer (VNC): screens seen and operated from afar",
    .ndpi_name = "VNC",
    .log_type = "rfb",
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {FirstBytes::of("R"), FirstBytes::of("R")}},
    .max_pending = kMaxString + 64,
    .create = create_session<RfbSession>,
    .destroy = destroy_session<RfbSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::rfb
