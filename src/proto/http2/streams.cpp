// SPDX-License-Identifier: GPL-3.0-or-later
// Streams: which are open, and how they end.
#include <algorithm>

#include "proto/http2/http2.hpp"
#include "proto/http2/session.hpp"

namespace gatehouse::proto::http2 {
namespace {

constexpr auto up = Direction::to_server, down = Direction::to_client;

// RFC 9113, 5.1: what may still arrive for a stream that is closed, or before it is open.
bool is_late(const Frame& frame) noexcept {
  return frame.type == frame_type::window_update || frame.type == frame_type::rst_stream ||
         frame.type == frame_type::priority;
}

}  // namespace

Http2Transaction* Http2Session::find(std::uint32_t stream) noexcept {
  // The newest are the busiest.
  for (std::size_t i = live_.size(); i-- > 0;)
    if (live_[i]->stream == stream) return live_[i];
  return nullptr;
}

// Null for frames that do not count: late ones of a stream that is over.
Http2Transaction* Http2Session::stream_for(Direction d, const Frame& frame, std::uint32_t stream) noexcept {
  if (stream == 0) return nullptr;
  if (Http2Transaction* known = find(stream)) {
    // Its own side is over, and nothing but these may follow.
    if (known->side(d).ended && !is_late(frame)) raise(known, event::stream_id_reuse, d);
    return known;
  }
  std::uint32_t& highest = highest_[stream & 1];
  const bool fresh = stream > highest;
  if (!fresh && (is_late(frame) || std::ranges::find(resets_, stream) != resets_.end())) return nullptr;
  Http2Transaction* tx = open(d, stream);
  if (!fresh) raise(tx, event::stream_id_reuse, d);
  highest = std::max(highest, stream);
  return tx;
}

Http2Transaction* Http2Session::open(Direction d, std::uint32_t stream) noexcept {
  if (live_.size() >= kMaxStreams) {
    Http2Transaction& oldest = *live_.front();
    raise(&oldest, event::too_many_streams, d);
    show(oldest, d);
    reset(oldest);
  }
  auto* tx = std::pmr::polymorphic_allocator<>{&memory_}.new_object<Http2Transaction>(memory_, stream);
  tx->protocol = &protocol;
  tx->id = next_id_++;
  live_.push_back(tx);
  return tx;
}

// One direction of the stream is over (END_STREAM).
void Http2Session::end_side(Http2Transaction& tx, Direction d) noexcept {
  Side& side = tx.side(d);
  if (!side.ended) {
    side.ended = true;
    close_file(tx, d, side.file_hole);
    if (side.is_dns) read_dns(tx, d);
    tx.stage[index(d)] = static_cast<std::uint8_t>(Stage::complete);
    show(tx, d);
  }
  if (tx.side(up).ended && tx.side(down).ended) finish(tx);
}

void Http2Session::reset(Http2Transaction& tx) noexcept {
  resets_[next_reset_++ % resets_.size()] = tx.stream;
  finish(tx);
}

void Http2Session::finish(Http2Transaction& tx) noexcept {
  close_file(tx, up, true);
  close_file(tx, down, true);
  // Worth a line is what has headers, or what the log has a member for.
  const auto has_line = [](const Side& side) {
    return side.headers.size() > 0 || std::ranges::any_of(side.frames, [](const FrameNote& note) {
             return note.has_number && note.type != frame_type::window_update;
           });
  };
  if (has_line(tx.side(up)) || has_line(tx.side(down))) sink_->log(tx, up);
  sink_->close(tx);
  std::erase(live_, &tx);
  std::pmr::polymorphic_allocator<>{&memory_}.delete_object(&tx);
}

void Http2Session::raise(Http2Transaction* tx, std::uint8_t event, Direction d) noexcept {
  if (tx != nullptr && (tx->events >> event & 1) != 0) return;  // once per transaction
  sink_->event(tx, event, d);
  if (tx != nullptr) tx->events |= 1ull << event;
}

}  // namespace gatehouse::proto::http2
