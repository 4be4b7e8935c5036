// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rfb/session.hpp"

#include <algorithm>

#include "proto/rfb/rfb.hpp"

namespace gatehouse::proto::rfb {
namespace {

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;
constexpr std::uint8_t kComplete = 1;
constexpr std::size_t kVersionSize = 12;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

std::optional<Version> read_version(Bytes bytes) noexcept {
  const std::string_view text = as_text(bytes);
  if (!text.starts_with("RFB ") || text[7] != '.' || text[11] != '\n') return {};
  Version version;
  std::copy_n(text.begin() + 4, 3, version.major.begin());
  std::copy_n(text.begin() + 8, 3, version.minor.begin());
  return std::ranges::all_of(version.major, is_digit) && std::ranges::all_of(version.minor, is_digit)
             ? std::optional{version}
             : std::nullopt;
}

std::optional<Secret> read_secret(Cursor& c) noexcept {
  Secret secret;
  const Bytes bytes = c.take(secret.size());
  if (!c.ok()) return {};
  std::ranges::copy(bytes, secret.begin());
  return secret;
}

}  // namespace

RfbSession::RfbSession(Memory&) noexcept {
  tx_.protocol = &protocol;
}

Progress RfbSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  if (closed_) return Progress::finished();
  std::size_t used = 0;
  while (used < bytes.size()) {
    Cursor c{bytes.subspan(used)};
    const Step step = direction == kToServer ? of_client(c, sink) : of_server(c, sink);
    switch (step) {
      case Step::done:
        used += c.position();
        sink.update(tx_, direction);
        break;
      case Step::need_more:
        return Progress::need_more(used);
      case Step::over:
        sink.update(tx_, direction);
        close(sink);
        return Progress::finished();
      case Step::confused:
      case Step::malformed:
        sink.event(&tx_, step == Step::confused ? event::confused_state : event::malformed_message, direction);
        close(sink);
        return Progress::malformed();
    }
  }
  return Progress::ok(used);
}

// What the server says next follows from what is known: RFC 6143, 7.1 to 7.3, and A for the versions before 3.8.
RfbSession::Step RfbSession::of_server(Cursor& c, Sink& sink) noexcept {
  if (!tx_.server_version) return version(c, tx_.server_version);
  if (refused_) return refusal(c, sink);
  if (!tx_.client_version) return Step::confused;
  if (!offered_) return offer(c, sink);
  if (!tx_.security_type) return Step::confused;
  if (tx_.security_type == security::vnc && !tx_.challenge) {
    tx_.challenge = read_secret(c);
    return tx_.challenge ? Step::done : Step::need_more;
  }
  if (tx_.security_type == security::vnc && !tx_.response) return Step::confused;
  // A.1, 7.1.3: before 3.8 there is no result where there is no authentication.
  const bool has_result = tx_.security_type == security::vnc || minor() >= 8;
  if (has_result && !tx_.security_result) return result(c, sink);
  return framebuffer(c, sink);
}

RfbSession::Step RfbSession::of_client(Cursor& c, Sink& sink) noexcept {
  if (!tx_.client_version) return version(c, tx_.client_version);
  if (!tx_.security_type) {
    if (minor() < 7) return Step::confused;  // the server decides
    const std::uint8_t type = c.u8();
    return choose(type, kToServer, sink);
  }
  if (tx_.security_type == security::vnc && !tx_.response) {
    tx_.response = read_secret(c);
    return tx_.response ? Step::done : Step::need_more;
  }
  if (!tx_.shared) {  // 7.3.1: ClientInit
    tx_.shared = c.u8() != 0;
    tx_.stage[index(kToServer)] = kComplete;
    return Step::done;
  }
  c.skip(c.remaining());  // ahead of the server's last word: not read
  return Step::done;
}

RfbSession::Step RfbSession::version(Cursor& c, std::optional<Version>& into) noexcept {
  const Bytes bytes = c.take(kVersionSize);
  if (!c.ok()) return Step::need_more;
  into = read_version(bytes);
  return into ? Step::done : Step::malformed;
}

// 7.1.2: a list of which the client chooses; A.1: before 3.7 the server's own choice.
RfbSession::Step RfbSession::offer(Cursor& c, Sink& sink) noexcept {
  const bool list = minor() >= 7;
  const std::uint32_t first = list ? c.u8() : c.u32();
  if (list) c.skip(first);
  if (!c.ok()) return Step::need_more;
  offered_ = true;
  refused_ = first == 0;
  return list || refused_ ? Step::done : choose(first, kToClient, sink);
}

RfbSession::Step RfbSession::choose(std::uint32_t type, Direction by, Sink& sink) noexcept {
  tx_.security_type = type;
  if (type == security::none || type == security::vnc) return Step::done;
  sink.event(&tx_, event::unimplemented_security_type, by);
  return Step::over;
}

// 7.1.3: 0 is OK; 2, too many attempts, is older than the RFC.
RfbSession::Step RfbSession::result(Cursor& c, Sink& sink) noexcept {
  const std::uint32_t value = c.u32();
  if (!c.ok()) return Step::need_more;
  tx_.security_result = value;
  constexpr std::uint32_t kLastKnown = 2;
  if (value > kLastKnown) sink.event(&tx_, event::unknown_security_result, kToClient);
  if (value == 0) return Step::done;
  refused_ = minor() >= 8;
  return refused_ ? Step::done : Step::over;
}

RfbSession::Step RfbSession::refusal(Cursor& c, Sink& sink) noexcept {
  if (!text(c, sink)) return Step::need_more;
  tx_.has_reason = true;
  return Step::over;
}

// 7.3.2: ServerInit.
RfbSession::Step RfbSession::framebuffer(Cursor& c, Sink& sink) noexcept {
  const std::uint16_t width = c.u16(), height = c.u16();
  PixelFormat f;
  f.bits_per_pixel = c.u8();
  f.depth = c.u8();
  f.big_endian = c.u8() != 0;
  f.true_color = c.u8() != 0;
  f.red_max = c.u16(), f.green_max = c.u16(), f.blue_max = c.u16();
  f.red_shift = c.u8(), f.green_shift = c.u8(), f.blue_shift = c.u8();
  c.skip(3);
  if (!text(c, sink)) return Step::need_more;
  tx_.width = width, tx_.height = height, tx_.format = f;
  tx_.has_framebuffer = true;
  return Step::over;
}

// Length and text. Of one that is too long the beginning is kept; nothing behind it is read in any case.
bool RfbSession::text(Cursor& c, Sink& sink) noexcept {
  const std::size_t length = c.u32();
  const Bytes bytes = c.take(std::min(length, kMaxString));
  if (!c.ok()) return false;
  if (length > kMaxString) sink.event(&tx_, event::too_long_string, kToClient);
  std::ranges::copy(as_text(bytes), tx_.text.room.begin());
  tx_.text.size = bytes.size();
  return true;
}

// The client's word counts. All versions above 3.8 speak as it does; what is no known version speaks as 3.3 (A.1).
unsigned RfbSession::minor() const noexcept {
  const Version& v = *tx_.client_version;
  const int major = v.major[2] - '0';
  const int minor = (v.minor[0] - '0') * 100 + (v.minor[1] - '0') * 10 + (v.minor[2] - '0');
  if (major > 3 || minor >= 8) return 8;
  return minor == 7 ? 7 : 3;
}

void RfbSession::close(Sink& sink) noexcept {
  if (closed_) return;
  closed_ = true;
  tx_.stage = {kComplete, kComplete};
  sink.update(tx_, kToClient);
  sink.log(tx_, kToServer);
  sink.close(tx_);
}

void RfbSession::end(Direction direction, Sink& sink) noexcept {
  ended_[index(direction)] = true;
  if (ended_[0] && ended_[1] && (tx_.server_version || tx_.client_version)) close(sink);
}

}  // namespace gatehouse::proto::rfb
