// SPDX-License-Identifier: GPL-3.0-or-later
// What frames say.
#include <algorithm>

#include "proto/http2/http2.hpp"
#include "proto/http2/session.hpp"

namespace gatehouse::proto::http2 {
namespace {

constexpr auto up = Direction::to_server, down = Direction::to_client;

constexpr std::uint32_t kPrioritySize = 5, kResetSize = 4, kWindowUpdateSize = 4, kPingSize = 8, kGoawayHead = 8;

}  // namespace

// RFC 9113, 6.3 to 6.9: which lengths and streams these frames may have.
void Http2Session::begin_control_frame(Direction d) noexcept {
  Reader& r = readers_[index(d)];
  const Frame& frame = r.frame;
  r.at = At::skip;
  bool fits = true, for_connection = false, for_stream = false;
  switch (frame.type) {
    case frame_type::priority:
      fits = frame.length == kPrioritySize, for_stream = true;
      break;
    case frame_type::rst_stream:
      fits = frame.length == kResetSize, for_stream = true;
      break;
    case frame_type::settings:
      fits = !frame.has(flag::ack) || frame.length == 0, for_connection = true;
      break;
    case frame_type::ping:
      fits = frame.length == kPingSize, for_connection = true;
      break;
    case frame_type::goaway:
      fits = frame.length >= kGoawayHead, for_connection = true;
      break;
    case frame_type::window_update:
      fits = frame.length == kWindowUpdateSize;
      break;
    default:
      return;  // 5.5: "Implementations MUST ignore and discard frames of unknown types."
  }
  if ((for_stream && frame.stream == 0) || (for_connection && frame.stream != 0)) {
    raise(nullptr, event::invalid_frame_header, d);
    ++faults_;
  } else if (!fits) {
    raise(frame.stream == 0 ? nullptr : find(frame.stream), event::invalid_frame_length, d);
    ++faults_;
  } else if (frame.length > kMaxControlFrame) {
    raise(nullptr, event::long_frame_data, d);
  } else {
    r.at = At::whole;
  }
}

void Http2Session::handle_whole(Direction d, Bytes payload) noexcept {
  if (readers_[index(d)].frame.stream == 0)
    handle_connection_frame(d, payload);
  else
    handle_stream_frame(d, payload);
}

void Http2Session::handle_connection_frame(Direction d, Bytes payload) noexcept {
  const Frame& frame = readers_[index(d)].frame;
  Http2Transaction tx{memory_, 0};
  tx.protocol = &protocol;
  tx.id = next_id_++;
  Cursor c{payload};
  bool worth_a_line = false;
  switch (frame.type) {
    case frame_type::settings:
      handle_settings(d, payload, tx);
      worth_a_line = !tx.side(d).settings.empty();
      break;
    case frame_type::goaway:
      c.skip(4);  // the last stream that was or will be looked at
      note(tx, d, {frame.type, true, c.u32()});
      worth_a_line = true;
      break;
    case frame_type::window_update:
      note(tx, d, {frame.type, true, c.u32() & 0x7fff'ffff});
      break;
    default:
      note(tx, d, {frame.type});
  }
  tx.stage[index(d)] = static_cast<std::uint8_t>(Stage::complete);
  show(tx, d);
  if (worth_a_line) sink_->log(tx, d);
  sink_->close(tx);
}

void Http2Session::handle_settings(Direction d, Bytes payload, Http2Transaction& tx) noexcept {
  note(tx, d, {frame_type::settings});
  if (payload.size() % kSettingSize != 0) raise(&tx, event::invalid_frame_data, d);
  Cursor c{payload};
  while (c.remaining() >= kSettingSize) {
    const Setting setting{c};
    // What one end accepts, the other may send.
    if (setting.id == setting::max_frame_size) readers_[index(opposite(d))].most_frame = setting.value;
    if (tx.side(d).settings.size() < kMaxSettings)
      tx.side(d).settings.push_back(setting);
    else
      raise(&tx, event::too_many_frames, d);
  }
}

void Http2Session::handle_stream_frame(Direction d, Bytes payload) noexcept {
  const Frame& frame = readers_[index(d)].frame;
  Http2Transaction* tx = stream_for(d, frame, frame.stream);
  if (tx == nullptr) return;
  Cursor c{payload};
  if (frame.type == frame_type::priority) c.skip(4);
  const std::uint32_t number = frame.type == frame_type::priority ? c.u8() : c.u32();
  note(*tx, d, {frame.type, true, frame.type == frame_type::window_update ? number & 0x7fff'ffff : number});
  show(*tx, d);
  if (frame.type == frame_type::rst_stream) reset(*tx);
}

void Http2Session::note(Http2Transaction& tx, Direction d, FrameNote note) noexcept {
  auto& frames = tx.side(d).frames;
  if (frames.size() < kMaxFrames)
    frames.push_back(note);
  else
    raise(&tx, event::too_many_frames, d);
}

void Http2Session::block_bytes(Direction d, Bytes fragment) noexcept {
  Reader& r = readers_[index(d)];
  if (r.decoder.lost() || fragment.empty()) return;
  Http2Transaction* tx = find(r.block_stream);
  const HeaderFault fault = r.decoder.read(fragment, [&](std::string_view name, std::string_view value) {
    if (tx != nullptr && !tx->side(r.block_side).headers.add(name, value))
      raise(tx, event::reassembly_limit_reached, d);
  });
  raise_header_fault(d, fault);
}

void Http2Session::end_block(Direction d) noexcept {
  Reader& r = readers_[index(d)];
  r.block_open = false;
  const bool was_lost = r.decoder.lost();
  const HeaderFault fault = r.decoder.end_block();
  if (!was_lost) raise_header_fault(d, fault);
  Http2Transaction* tx = find(r.block_stream);
  if (tx == nullptr) return;
  const Direction side = r.block_side;
  if (const auto size = r.decoder.size_update(); size && !was_lost) tx->side(side).size_update = size;
  check_headers(*tx, side);
  look_for_dns(*tx, side);
  if (r.frame.type == frame_type::push_promise || (side != d)) {
    // RFC 9113, 8.4.1: a promised request has no content.
    end_side(*tx, side);
    return;
  }
  show(*tx, side);
  if (r.block_ends_stream) end_side(*tx, side);
}

void Http2Session::raise_header_fault(Direction d, HeaderFault fault) noexcept {
  Http2Transaction* tx = find(readers_[index(d)].block_stream);
  switch (fault) {
    case HeaderFault::none:
      return;
    case HeaderFault::invalid:
      return raise(tx, event::invalid_header, d);
    case HeaderFault::integer_overflow:
      return raise(tx, event::header_integer_overflow, d);
    case HeaderFault::table_overflow:
      return raise(tx, event::header_table_overflow, d);
    case HeaderFault::unfinished:
      return raise(tx, event::extra_header_data, d);
  }
}

void Http2Session::check_headers(Http2Transaction& tx, Direction d) noexcept {
  const HeaderList& headers = tx.side(d).headers;
  Side& side = tx.side(d);
  if (const auto coding = headers.last("content-encoding"); coding && !side.body_begun) {
    const std::string_view name = trim(*coding);
    if (equals_nocase(name, "br")) {
      if (!side.brotli) side.brotli.emplace(memory_);
    } else if (equals_nocase(name, "gzip") || equals_nocase(name, "x-gzip") || equals_nocase(name, "deflate")) {
      if (!side.inflater) side.inflater.emplace(memory_, inflate::Format::wrapped);
    }
  }
  if (d == down) return;
  const auto named = headers.last(":authority");
  if (!named) return;
  // RFC 9113, 8.3.1: ":authority" MUST NOT include the deprecated userinfo subcomponent.
  if (named->contains('@')) raise(&tx, event::userinfo_in_uri, up);
  // The same section: a server SHOULD treat a request as malformed if Host differs from ":authority".
  if (const auto host = headers.last("host"); host && !equals_nocase(*host, *named))
    raise(&tx, event::authority_host_mismatch, up);
}

}  // namespace gatehouse::proto::http2
