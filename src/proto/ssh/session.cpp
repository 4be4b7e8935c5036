// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ssh/session.hpp"

#include <algorithm>
#include <new>

#include "proto/fingerprint/digest.hpp"

namespace gatehouse::proto::ssh {
namespace {

// RFC 4250, 4.1.2
constexpr std::uint8_t kMsgKexInit = 20, kMsgNewKeys = 21;
constexpr std::string_view kPrefix = "SSH-";

}  // namespace

Progress SshSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  if (closed_) return Progress::finished(bytes.size());
  try {
    const Progress progress = parse_all(direction, bytes, sink);
    if (progress.status == Status::malformed) close(sink);
    if (progress.status == Status::finished) {
      reach(Direction::to_server, Stage::complete, sink);
      reach(Direction::to_client, Stage::complete, sink);
      close(sink);
    }
    return progress;
  } catch (const std::bad_alloc&) {  // the worker's memory is at its limit: this session is not looked into further
    close(sink);
    return Progress::finished(bytes.size());
  }
}

Progress SshSession::parse_all(Direction direction, Bytes bytes, Sink& sink) {
  Side& s = side(direction);
  Cursor c{bytes};
  if (!bytes.empty()) reach(direction, Stage::in_progress, sink);
  while (!c.empty()) {
    if (s.encrypted) break;
    if (s.skip > 0) {
      const std::size_t now = std::min(s.skip, c.remaining());
      c.skip(now);
      s.skip -= now;
      continue;
    }
    const std::size_t start = c.position();
    const Outcome outcome = s.banner && !s.skip_line ? packet(direction, c, sink) : line(direction, c, sink);
    if (outcome == Outcome::malformed) return Progress::malformed();
    if (outcome == Outcome::need_more) return Progress::need_more(start);
    if (sides_[0].encrypted && sides_[1].encrypted) return Progress::finished(bytes.size());
  }
  return Progress::ok(bytes.size());
}

// RFC 4253, 4.2: "The server MAY send other lines of data before sending the version string. Each line SHOULD be
// terminated by a Carriage Return and Line Feed. Such lines MUST NOT begin with "SSH-"".
SshSession::Outcome SshSession::line(Direction direction, Cursor& c, Sink& sink) {
  Side& s = side(direction);
  const std::string_view text = as_text(c.rest());
  const std::size_t end = text.find('\n');
  if (s.skip_line) {
    c.skip(end == text.npos ? text.size() : end + 1);
    s.skip_line = end == text.npos;
    if (!s.skip_line && s.banner) reach(direction, Stage::banner_done, sink);
    return Outcome::next;
  }
  const std::string_view head = text.substr(0, std::min({end, text.size(), kPrefix.size()}));
  const bool may_be_banner = kPrefix.starts_with(head) && (end == text.npos || head.size() == kPrefix.size());
  if (!may_be_banner) {
    if (direction == Direction::to_server || ++s.lines_before > kMaxLinesBefore) {
      raise(Event::invalid_banner, direction, sink);
      return Outcome::malformed;
    }
    s.skip_line = true;
    return Outcome::next;
  }
  const std::size_t size = std::min(end, text.size());
  if (size > kMaxBanner) {
    raise(Event::long_banner, direction, sink);
    reach(direction, Stage::banner_wait_eol, sink);
  }
  if (end == text.npos && size < kMaxLine) return Outcome::need_more;
  const Bytes whole = c.take(std::min(size, kMaxLine));
  s.skip_line = true;  // its end
  return banner(direction, whole, sink);
}

SshSession::Outcome SshSession::banner(Direction direction, Bytes text, Sink& sink) {
  Side& s = side(direction);
  Banner found;
  if (!text.empty() && text.back() == '\r') text = text.first(text.size() - 1);
  if (!read_banner(text, found)) {
    raise(Event::invalid_banner, direction, sink);
    return Outcome::malformed;
  }
  Peer& who = peer(direction);
  who.protocol = as_text(found.protocol);
  who.software = as_text(found.software);
  who.has_banner = s.banner = true;
  // What version 1 says has another form; it was broken long ago (RFC 4251 replaced it), and its name is all we want.
  if (who.is_version_1()) {
    s.encrypted = true;
    reach(direction, Stage::finished, sink);
    if (sides_[0].encrypted && sides_[1].encrypted) log_once(sink);
  }
  return Outcome::next;
}

// RFC 4253, 6: uint32 packet_length; byte padding_length; byte[n1] payload; byte[n2] padding; the length counts what
// stands behind it.
SshSession::Outcome SshSession::packet(Direction direction, Cursor& c, Sink& sink) {
  Side& s = side(direction);
  Cursor header = c;
  const std::size_t length = header.u32();
  const std::size_t padding = header.u8();
  const std::uint8_t message = header.u8();
  if (!header.ok()) return Outcome::need_more;
  if (length < 2 || length > kMaxRecord) {
    raise(Event::invalid_record, direction, sink);
    return Outcome::malformed;
  }
  const std::size_t rest = length - 2;  // payload behind the message number, and padding
  if (message == kMsgNewKeys) {
    s.encrypted = true;
    reach(direction, Stage::finished, sink);
    if (side(opposite(direction)).encrypted) log_once(sink);
  } else if (message == kMsgKexInit && !peer(direction).has_kex) {
    if (rest > kMaxKexInit) {
      raise(Event::long_kex_record, direction, sink);
    } else if (header.remaining() < rest) {
      return Outcome::need_more;
    } else {
      kex_init(direction, header.take(rest).first(rest - std::min(padding, rest)), sink);
      c = header;
      return Outcome::next;
    }
  }
  c = header;
  s.skip = rest;
  return Outcome::next;
}

void SshSession::kex_init(Direction direction, Bytes payload, Sink& sink) {
  Peer& who = peer(direction);
  who.kex_bytes.assign(payload.begin(), payload.end());
  who.has_kex = read_kex_init(who.kex_bytes, who.kex);
  if (!who.has_kex) {
    who.kex = {};
    raise(Event::invalid_record, direction, sink);
    return;
  }
  std::array<char, kMaxHassh> room;
  BoundedText text{room};
  write_hassh(who.kex, direction == Direction::to_client, text);
  if (text.overflowed())
    raise(Event::long_kex_record, direction, sink);
  else if (hex_digest(DigestKind::md5, as_bytes(text.text()), who.hassh_hash)) {
    who.hassh = text.text();
    who.has_hassh = true;
  }
  sink.update(tx_, direction);
  if (tx_.client.has_kex && tx_.server.has_kex) log_once(sink);
}

void SshSession::reach(Direction direction, Stage stage, Sink& sink) noexcept {
  std::uint8_t& at = tx_.stage[index(direction)];
  if (closed_ || static_cast<std::uint8_t>(stage) <= at) return;
  at = static_cast<std::uint8_t>(stage);
  sink.update(tx_, direction);
}

void SshSession::raise(Event event, Direction direction, Sink& sink) noexcept {
  const std::uint32_t bit = 1u << static_cast<unsigned>(event);
  if ((raised_ & bit) != 0 || closed_) return;
  raised_ |= bit;
  sink.event(&tx_, static_cast<std::uint8_t>(event), direction);
}

void SshSession::log_once(Sink& sink) noexcept {
  if (logged_ || closed_ || (!tx_.client.has_banner && !tx_.server.has_banner)) return;
  logged_ = true;
  sink.log(tx_, Direction::to_server);
}

void SshSession::close(Sink& sink) noexcept {
  if (closed_) return;
  log_once(sink);
  sink.close(tx_);
  closed_ = true;
}

bool SshSession::gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept {
  if (closed_) return false;
  Side& s = side(direction);
  if (s.encrypted) return true;
  if (missing <= s.skip) {  // inside of what nobody reads
    s.skip -= static_cast<std::size_t>(missing);
    return true;
  }
  close(sink);
  return false;
}

void SshSession::end(Direction direction, Sink& sink) noexcept {
  if (closed_) return;
  side(direction).ended = true;
  reach(direction, Stage::complete, sink);
  if (sides_[0].ended && sides_[1].ended) close(sink);
}

}  // namespace gatehouse::proto::ssh
