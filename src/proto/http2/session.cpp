// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes to frames. Headers and data are read as they come; other frames are short and read whole.
#include "proto/http2/session.hpp"

#include <algorithm>

namespace gatehouse::proto::http2 {
namespace {

constexpr auto up = Direction::to_server;

}  // namespace

Http2Session::Http2Session(Memory& memory)
    : memory_(memory), readers_{Reader{memory}, Reader{memory}}, live_(&memory) {}

Http2Session::~Http2Session() {
  for (Http2Transaction* tx : live_) std::pmr::polymorphic_allocator<>{&memory_}.delete_object(tx);
}

Progress Http2Session::parse(Direction d, Bytes bytes, Sink& sink) noexcept {
  sink_ = &sink;
  Bytes rest = bytes;
  if (d == up && !readers_[index(d)].begun) {
    Progress progress;
    if (!read_preface(d, bytes, progress)) return progress;
    rest = rest.subspan(kPreface.size());
  }
  while (!rest.empty()) {
    if (!step(d, rest)) return Progress::need_more(bytes.size() - rest.size());
    if (faults_ > kMaxFaults) return Progress::malformed();
  }
  return Progress::ok(bytes.size());
}

bool Http2Session::read_preface(Direction d, Bytes bytes, Progress& progress) noexcept {
  const std::string_view seen = as_text(bytes).substr(0, kPreface.size());
  if (!kPreface.starts_with(seen)) {
    raise(nullptr, event::invalid_client_magic, d);
    progress = Progress::malformed();
    return false;
  }
  if (seen.size() < kPreface.size()) {
    progress = Progress::need_more(0);
    return false;
  }
  readers_[index(d)].begun = true;
  return true;
}

bool Http2Session::step(Direction d, Bytes& rest) noexcept {
  Reader& r = readers_[index(d)];
  const std::size_t now = std::min<std::size_t>(r.left, rest.size());
  switch (r.at) {
    case At::frame: {
      Cursor c{rest};
      const Frame frame{c};
      if (!c.ok()) return false;
      rest = c.rest();
      r.frame = frame;
      r.left = frame.length;
      r.padding = 0;
      begin_frame(d);
      if (r.left == 0 && (r.at == At::data || r.at == At::skip)) finish_payload(d);
      if (r.left == 0 && r.at == At::whole) handle_whole(d, {}), r.at = At::frame;
      return true;
    }
    case At::whole:
      if (rest.size() < r.left) return false;
      handle_whole(d, rest.first(now));
      r.left = 0;
      r.at = At::frame;
      break;
    case At::block_start:
      return start_block(d, rest);
    case At::data_start:
      return start_data(d, rest);
    case At::block: {
      const auto fragment = std::min<std::size_t>(now, r.left - std::min(r.padding, r.left));
      block_bytes(d, rest.first(fragment));
      r.left -= static_cast<std::uint32_t>(now);
      if (r.left == 0) finish_payload(d);
      break;
    }
    case At::data: {
      const auto content = std::min<std::size_t>(now, r.left - std::min(r.padding, r.left));
      if (Http2Transaction* tx = find(r.frame.stream); tx != nullptr && content > 0)
        body_bytes(*tx, d, rest.first(content));
      r.left -= static_cast<std::uint32_t>(now);
      if (r.left == 0) finish_payload(d);
      break;
    }
    case At::skip:
      r.left -= static_cast<std::uint32_t>(now);
      if (r.left == 0) r.at = At::frame;
      break;
  }
  rest = rest.subspan(now);
  return true;
}

void Http2Session::begin_frame(Direction d) noexcept {
  Reader& r = readers_[index(d)];
  const bool continuation = r.frame.type == frame_type::continuation;
  const bool interrupted = r.block_open && !(continuation && r.frame.stream == r.block_carrier);
  // RFC 9113, 6.10: a header block is not interrupted by other frames, nor does one begin by its continuation.
  if (interrupted || (continuation && !r.block_open)) {
    raise(find(r.frame.stream), event::invalid_frame_header, d);
    ++faults_;
    if (r.block_open) end_block(d);
    r.at = At::skip;
    if (continuation) return;
  }
  switch (r.frame.type) {
    case frame_type::data:
      return begin_data_frame(d);
    case frame_type::headers:
    case frame_type::push_promise:
    case frame_type::continuation:
      return begin_block_frame(d);
    default:
      return begin_control_frame(d);
  }
}

void Http2Session::begin_data_frame(Direction d) noexcept {
  Reader& r = readers_[index(d)];
  r.at = At::skip;
  if (r.frame.stream == 0) {
    raise(nullptr, event::data_stream_zero, d);
    ++faults_;
    return;
  }
  Http2Transaction* tx = stream_for(d, r.frame, r.frame.stream);
  if (r.frame.length >= kLongFrame && r.frame.length > r.most_frame) raise(tx, event::long_frame_data, d);
  if (tx != nullptr && !tx->side(d).any_data) {
    tx->side(d).any_data = true;
    note(*tx, d, {frame_type::data});
  }
  r.at = r.frame.has(flag::padded) ? At::data_start : At::data;
  if (r.left > 0 || r.at == At::data) return;
  raise(tx, event::invalid_frame_data, d);
  r.at = At::data;
}

void Http2Session::begin_block_frame(Direction d) noexcept {
  Reader& r = readers_[index(d)];
  r.at = At::skip;
  if (r.frame.stream == 0) {
    raise(nullptr, event::invalid_frame_header, d);
    ++faults_;
    return;
  }
  if (r.frame.type == frame_type::continuation) {
    if (Http2Transaction* tx = find(r.block_stream)) note(*tx, d, {frame_type::continuation});
    r.at = At::block;
  } else if (r.frame.type == frame_type::headers) {
    Http2Transaction* tx = stream_for(d, r.frame, r.frame.stream);
    if (r.frame.length >= kLongFrame) raise(tx, event::long_frame_data, d);
    r.block_stream = r.block_carrier = r.frame.stream;
    r.block_side = d;
    r.block_ends_stream = r.frame.has(flag::end_stream);
    r.block_open = true;
    r.at = r.frame.has(flag::padded | flag::priority) ? At::block_start : At::block;
    if (tx != nullptr && !r.frame.has(flag::priority)) note(*tx, d, {frame_type::headers});
  } else {
    r.block_open = true;
    r.block_ends_stream = false;
    r.block_carrier = r.frame.stream;
    r.at = At::block_start;
  }
  if (r.left == 0) {
    if (r.at == At::block_start) {
      raise(find(r.frame.stream), event::invalid_frame_data, d);
      r.block_open = false;
      r.at = At::frame;
    } else {
      finish_payload(d);
    }
  }
}

bool Http2Session::take_padding(Direction d, Cursor& c) noexcept {
  Reader& r = readers_[index(d)];
  if (r.frame.has(flag::padded)) r.padding = c.u8();
  return c.ok();
}

// RFC 9113, 6.2 and 6.6: what stands before the header fields.
bool Http2Session::start_block(Direction d, Bytes& rest) noexcept {
  Reader& r = readers_[index(d)];
  Cursor c{rest.first(std::min<std::size_t>(rest.size(), r.left))};
  const bool promise = r.frame.type == frame_type::push_promise;
  take_padding(d, c);
  FrameNote noted{r.frame.type};
  std::uint32_t promised = 0;
  if (promise) {
    promised = c.u32() & 0x7fff'ffff;
  } else if (r.frame.has(flag::priority)) {
    c.skip(4);
    noted.number = c.u8();
    noted.has_number = true;
  }
  const bool cut = !c.ok() && rest.size() >= r.left;
  if (!c.ok() && !cut) return false;
  const auto used = static_cast<std::uint32_t>(cut ? r.left : c.position());
  Http2Transaction* tx = promise ? stream_for(d, r.frame, promised) : find(r.frame.stream);
  if (promise) r.block_stream = promised, r.block_side = up;
  r.left -= used;
  rest = rest.subspan(used);
  r.at = At::block;
  if (cut || r.padding > r.left) {
    raise(tx, event::invalid_frame_data, d);
    r.padding = r.left;
  }
  if (tx != nullptr && (promise || noted.has_number)) note(*tx, d, noted);
  if (r.left == 0) finish_payload(d);
  return true;
}

bool Http2Session::start_data(Direction d, Bytes& rest) noexcept {
  Reader& r = readers_[index(d)];
  r.at = At::data;
  Cursor c{rest};
  take_padding(d, c);
  --r.left;
  rest = c.rest();
  if (r.padding > r.left) {
    raise(find(r.frame.stream), event::invalid_frame_data, d);
    r.padding = r.left;
  }
  if (r.left == 0) finish_payload(d);
  return true;
}

// The last byte of a frame's payload has been read.
void Http2Session::finish_payload(Direction d) noexcept {
  Reader& r = readers_[index(d)];
  const At was = r.at;
  r.at = At::frame;
  if (was == At::block && r.frame.has(flag::end_headers)) end_block(d);
  if (was != At::data) return;
  Http2Transaction* tx = find(r.frame.stream);
  if (tx == nullptr) return;
  if (r.frame.has(flag::end_stream))
    end_side(*tx, d);
  else if (r.frame.length > 0)
    show(*tx, d);
}

bool Http2Session::gap(Direction d, std::uint64_t missing, Sink& sink) noexcept {
  sink_ = &sink;
  Reader& r = readers_[index(d)];
  const bool padding = r.padding >= r.left;
  // Headers refer to all headers before them: only what is no header may be missing.
  if ((r.at != At::data && r.at != At::skip) || padding || missing > r.left - r.padding) return false;
  if (Http2Transaction* tx = find(r.frame.stream); tx != nullptr && r.at == At::data) {
    Side& side = tx->side(d);
    if (!side.body_begun) begin_body(*tx, d);
    side.file_hole = true;
    if (side.file) sink_->file_gap(*side.file, missing);
    side.body.gap(missing);
    side.broken = side.inflater.has_value() || side.brotli.has_value();
  }
  r.left -= static_cast<std::uint32_t>(missing);
  if (r.left == 0) finish_payload(d);
  return true;
}

void Http2Session::end(Direction d, Sink& sink) noexcept {
  sink_ = &sink;
  readers_[index(d)].ended = true;
  if (!readers_[0].ended || !readers_[1].ended) return;
  while (!live_.empty()) finish(*live_.front());
}

}  // namespace gatehouse::proto::http2
