// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rtsp/session.hpp"

#include <algorithm>

#include "proto/rtsp/rtsp.hpp"

namespace gatehouse::proto::rtsp {
namespace {

using headerlines::Head;

constexpr std::uint8_t kComplete = 1;

bool is_sdp(const Head& head) noexcept {
  const std::string_view type = head.find("Content-Type").value_or("");
  return equals_nocase(trim(type.substr(0, type.find(';'))), "application/sdp");
}

// RFC 2326, 12.39: "client_port=8000-8001", RTP's and RTCP's; one alone is RTP's.
struct Ports {
  std::uint16_t rtp = 0, rtcp = 0;

  explicit Ports(std::string_view text) noexcept {
    const std::size_t dash = text.find('-');
    rtp = port(text.substr(0, dash));
    rtcp = dash == text.npos ? std::uint16_t{0} : port(text.substr(dash + 1));
  }

 private:
  static std::uint16_t port(std::string_view text) noexcept {
    const auto number = headerlines::decimal(text);
    return number && *number <= 0xffff ? static_cast<std::uint16_t>(*number) : std::uint16_t{0};
  }
};

}  // namespace

std::string_view auth_scheme(const Head& head) noexcept {
  const std::string_view value = head.find("Authorization").value_or("");
  return value.substr(0, value.find(' '));
}

std::string_view auth_user(const RtspTransaction& tx) noexcept {
  return headerlines::user_of(tx.head.find("Authorization").value_or(""), tx.user);
}

// RFC 2326, 10.12. Embedded (Interleaved) Binary Data: "an ASCII dollar sign (24 hexadecimal), followed by a one-byte
// channel identifier, followed by the length of the encapsulated binary data as a binary two-byte integer in network
// byte order."
std::size_t RtspSession::pass_frames(Side& side, Bytes bytes, bool& more) noexcept {
  constexpr std::size_t header = 4;
  std::size_t at = 0;
  for (;;) {
    const auto passed = std::min<std::size_t>(side.frame_left, bytes.size() - at);
    side.frame_left -= static_cast<std::uint32_t>(passed);
    at += passed;
    if (at == bytes.size() || bytes[at] != '$') return at;
    if (bytes.size() - at < header) {
      more = true;
      return at;
    }
    side.frame_left = std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
    at += header;
  }
}

Progress RtspSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  using Found = headerlines::Inflow::Found;
  Side& side = sides_[index(direction)];
  std::size_t used = 0;
  for (;;) {
    // A body that nobody reads, then packets and line ends in any order.
    for (std::size_t passed = 1; passed > 0 && used < bytes.size();) {
      bool more = false;
      passed = side.frame_left > 0 ? 0 : side.inflow.passable(bytes.subspan(used));
      passed += pass_frames(side, bytes.subspan(used + passed), more);
      used += passed;
      if (more) return Progress::need_more(used);
    }
    if (used == bytes.size()) return Progress::ok(used);
    headerlines::Inflow::Message message;
    switch (side.inflow.next(bytes.subspan(used), kVersions, is_sdp, sdp::kLongest, message)) {
      case Found::message:
        tell(message, direction, sink);
        break;
      case Found::nothing:
        break;
      case Found::need_more:
        return Progress::need_more(used);
      case Found::no_start_line:
      case Found::bad_length:
        sink.event(nullptr, event::invalid_data, direction);
        return Progress::malformed();
      case Found::head_too_long:
        sink.event(nullptr, event::message_too_long, direction);
        return Progress::malformed();
    }
    used += message.size;
  }
}

void RtspSession::tell(const headerlines::Inflow::Message& message, Direction direction, Sink& sink) noexcept {
  RtspTransaction tx;
  tx.protocol = &protocol;
  tx.id = messages_++;
  tx.head = message.head;
  const bool bad_body = !message.body.empty() && !tx.sdp.parse(message.body);
  if (bad_body || !tx.head.well_formed()) sink.event(&tx, event::invalid_data, direction);
  if (message.length > sdp::kLongest && is_sdp(tx.head)) sink.event(&tx, event::body_too_long, direction);
  if (equals_nocase(auth_scheme(tx.head), "Basic")) sink.event(&tx, event::clear_text_password, direction);
  tx.stage[index(direction)] = kComplete;
  sink.update(tx, direction);
  sink.log(tx, direction);
  sink.close(tx);
  arrange_media(tx.head, direction, sink);
}

// RFC 2326, 10.4: the answer to SETUP says what has been chosen, at both ends.
void RtspSession::arrange_media(const Head& head, Direction direction, Sink& sink) noexcept {
  if (!head.start.is_response || !head.start.code.starts_with('2')) return;
  const std::string_view transport = head.find("Transport").value_or("");
  const auto arrange = [&](std::string_view ports_of, std::string_view address_of, Direction listener) {
    const Ports ports{headerlines::parameter(transport, ports_of).value_or("")};
    const std::string_view address = headerlines::parameter(transport, address_of).value_or("");
    ExpectedSession expected{.protocol = "rtp",
                             .datagrams = true,
                             .listener = listener,
                             .address = IpAddress::parse(address).value_or(IpAddress{}),
                             .port = ports.rtp,
                             .introduction = {}};
    if (ports.rtp != 0) sink.expect_session(expected);
    expected.protocol = "rtcp";
    expected.port = ports.rtcp;
    if (ports.rtcp != 0) sink.expect_session(expected);
  };
  // Who answers is the server: the other end is where the answer goes to.
  arrange("client_port", "destination", direction);
  arrange("server_port", "source", opposite(direction));
}

bool RtspSession::gap(Direction direction, std::uint64_t missing, Sink&) noexcept {
  Side& side = sides_[index(direction)];
  if (side.frame_left >= missing) {
    side.frame_left -= static_cast<std::uint32_t>(missing);
    return true;
  }
  side.frame_left = 0;
  side.inflow.gap(missing);
  return true;
}

}  // namespace gatehouse::proto::rtsp
