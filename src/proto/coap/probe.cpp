// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/utf8.hpp"
#include "proto/coap/transaction.hpp"

namespace gatehouse::proto::coap {
namespace {

constexpr std::uint16_t kPort = 5683;  // RFC 7252, 6.1

bool is_text(Bytes bytes) noexcept {
  for (const std::uint8_t c : bytes)
    if (c < 0x20 || c == 0x7f) return false;
  return is_utf8(bytes);
}

// Names and paths are text (RFC 7252, 5.10.1); blocks have no size 7 (RFC 7959, 2.2).
bool is_sound(const Option& o) noexcept {
  if (look_up(o) != Registration::sound) return false;
  switch (o.number) {
    case option::uri_host:
    case option::uri_path:
    case option::uri_query:
    case option::location_path:
    case option::proxy_uri:
      return is_text(o.value);
    case option::block1:
    case option::block2:
      return (o.number_value() & 7) != 7;
    default:
      return true;
  }
}

// All options are such that exist, with the lengths that they may have; how many they are.
bool sound_options(const Message& m, unsigned& count) noexcept {
  Options walk{m.options};
  for (Option o; walk.next(o); ++count)
    if (!is_sound(o)) return false;
  return true;
}

// RFC 8323, 5.3: Max-Message-Size (2) of up to four bytes and Block-Wise-Transfer (4), empty.
bool sound_settings(const Message& m, unsigned& count) noexcept {
  Options walk{m.options};
  for (Option o; walk.next(o); ++count) {
    const bool fits = o.number == 2 ? o.value.size() <= 4 : o.number == 4 && o.value.empty();
    if (!fits) return false;
  }
  return walk.payload().empty();
}

constexpr Probe yes_if(bool certain) noexcept {
  return certain ? Probe::yes : Probe::no;
}

}  // namespace

// Four bytes and a token are too little to believe: without an option that is one, or a payload of text, the port must
// say so too.
Probe probe_datagram(Direction, Bytes datagram, std::uint16_t server_port) {
  Message m;
  if (!m.read_datagram(datagram) || !is_registered_code(m.code) || m.is_signal()) return Probe::no;
  unsigned options = 0;
  if (!sound_options(m, options)) return Probe::no;
  // RFC 7252, table 1: requests are not acknowledgements; a reset is empty, and an empty message is not
  // non-confirmable.
  if (m.type == Type::reset && m.code != kEmpty) return Probe::no;
  if (m.code == kEmpty) return yes_if(m.type != Type::non_confirmable && server_port == kPort);
  if (m.is_request() && m.type == Type::acknowledgement) return Probe::no;
  return yes_if(options > 0 || (!m.payload.empty() && is_text(m.payload)) || server_port == kPort);
}

// RFC 8323, 5.3: "One CSM MUST be sent by each endpoint at the start of the transport connection." Where it holds
// nothing, what follows must be a message too.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  const Frame frame{bytes};
  if (frame.size == 0) return Probe::need_more;
  constexpr std::uint64_t kLongestSettings = 64;
  if (frame.token_size != 0 || frame.size > kLongestSettings) return Probe::no;
  if (bytes.size() > frame.code_at && bytes[frame.code_at] != kCsm) return Probe::no;
  if (bytes.size() < frame.size) return Probe::need_more;
  Message m;
  unsigned options = 0;
  if (!m.read_frame(frame, bytes) || !sound_settings(m, options)) return Probe::no;
  if (options > 0) return Probe::yes;
  const Bytes rest = bytes.subspan(static_cast<std::size_t>(frame.size));
  const Frame second{rest};
  if (second.size == 0) return Probe::need_more;
  if (second.token_size > kMaxToken || second.size > kLongestFramed) return Probe::no;
  if (rest.size() < second.size) return Probe::need_more;
  return yes_if(m.read_frame(second, rest) && is_registered_code(m.code) &&
                (m.is_signal() || sound_options(m, options)));
}

}  // namespace gatehouse::proto::coap
