// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <memory_resource>
#include <vector>

#include "model/protocol.hpp"
#include "proto/http2/hpack.hpp"
#include "proto/http2/transaction.hpp"

namespace gatehouse::proto::http2 {

class Http2Session final : public Session {
 public:
  explicit Http2Session(Memory& memory);
  ~Http2Session() override;

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  // What the bytes at hand are.
  enum class At : std::uint8_t { frame, whole, block_start, block, data_start, data, skip };
  // The reader of one direction.
  struct Reader {
    explicit Reader(Memory& memory) noexcept : decoder(memory) {}

    bool begun = false;  // the client's preface was read
    At at = At::frame;
    Frame frame;
    std::uint32_t left = 0;     // of the frame's payload
    std::uint32_t padding = 0;  // at its end
    HeaderDecoder decoder;
    bool block_open = false;  // until END_HEADERS
    bool block_ends_stream = false;
    std::uint32_t block_stream = 0;               // whose headers these are
    std::uint32_t block_carrier = 0;              // which stream the frames are of: another one's for PUSH_PROMISE
    Direction block_side{};                       // whose headers: a promised request is the client's
    std::uint32_t most_frame = kDefaultMaxFrame;  // as the other end allows
    bool ended = false;
  };

  bool read_preface(Direction d, Bytes bytes, Progress& progress) noexcept;
  // One step: false where more bytes are needed.
  bool step(Direction d, Bytes& rest) noexcept;
  void begin_frame(Direction d) noexcept;
  void begin_block_frame(Direction d) noexcept;
  void begin_data_frame(Direction d) noexcept;
  void begin_control_frame(Direction d) noexcept;
  bool start_block(Direction d, Bytes& rest) noexcept;
  bool start_data(Direction d, Bytes& rest) noexcept;
  bool take_padding(Direction d, Cursor& c) noexcept;
  void finish_payload(Direction d) noexcept;

  // frames.cpp
  void handle_whole(Direction d, Bytes payload) noexcept;
  void handle_settings(Direction d, Bytes payload, Http2Transaction& tx) noexcept;
  void handle_connection_frame(Direction d, Bytes payload) noexcept;
  void handle_stream_frame(Direction d, Bytes payload) noexcept;
  void note(Http2Transaction& tx, Direction d, FrameNote note) noexcept;
  void block_bytes(Direction d, Bytes fragment) noexcept;
  void end_block(Direction d) noexcept;
  void check_headers(Http2Transaction& tx, Direction d) noexcept;
  void raise_header_fault(Direction d, HeaderFault fault) noexcept;

  // streams.cpp
  Http2Transaction* find(std::uint32_t stream) noexcept;
  Http2Transaction* stream_for(Direction d, const Frame& frame, std::uint32_t stream) noexcept;
  Http2Transaction* open(Direction d, std::uint32_t stream) noexcept;
  void finish(Http2Transaction& tx) noexcept;
  void end_side(Http2Transaction& tx, Direction d) noexcept;
  void reset(Http2Transaction& tx) noexcept;
  void show(Http2Transaction& tx, Direction d) noexcept { sink_->update(tx, d); }
  void raise(Http2Transaction* tx, std::uint8_t event, Direction d) noexcept;

  // bodies.cpp
  void body_bytes(Http2Transaction& tx, Direction d, Bytes coded) noexcept;
  void decoded(Http2Transaction& tx, Direction d, Bytes data) noexcept;
  void begin_body(Http2Transaction& tx, Direction d) noexcept;
  void open_response_file(Http2Transaction& tx, FileMeta meta) noexcept;
  void open_file(Http2Transaction& tx, Direction d, FileMeta meta) noexcept;
  void close_file(Http2Transaction& tx, Direction d, bool truncated) noexcept;
  void look_for_dns(Http2Transaction& tx, Direction d) noexcept;
  void read_dns(Http2Transaction& tx, Direction d) noexcept;

  Memory& memory_;
  std::array<Reader, 2> readers_;
  std::pmr::vector<Http2Transaction*> live_;
  std::array<std::uint32_t, 2> highest_{};  // stream that was opened, by who opens it: even ones are the server's
  std::array<std::uint32_t, kRememberedResets> resets_{};
  unsigned next_reset_ = 0;
  std::uint64_t next_id_ = 0;
  unsigned faults_ = 0;
  const ProtocolSpec* dns_spec_ = nullptr;  // of DNS over HTTP/2, once there was any

  Sink* sink_ = nullptr;  // during a call
};

}  // namespace gatehouse::proto::http2
